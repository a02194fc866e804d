// SPDX-License-Identifier: MIT
#include "fuzz/explain/say.h"

#include <algorithm>

#include "fuzz/explain/advice.h"
#include "fuzz/explain/oddities.h"
#include "fuzz/report/fmt.h"

namespace bp::explain {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& w : words) text += (text.empty() ? "" : std::string(between)) + w;
  return text;
}

std::string plural(std::int64_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

unsigned order_of(const Situation& s) { return s.order ? static_cast<unsigned>(*s.order) : 0; }

/// "min 306 of 611 (HIGH, HARDER)".
std::string needed_text(const Verdict& v, const Sum& sum) {
  std::string text = fmt::format("min mark {}", sum.mark);
  if (sum.unboosted) {
    text += fmt::format(" less its boost {}", sum.boost);
  } else if (sum.boost > 0) {
    text += fmt::format(" (boost {} of it)", sum.boost);
  }
  if (sum.needed == sum.mark - (sum.unboosted ? sum.boost : 0)) return text;
  std::vector<std::string> why;
  const bool is_old = v.age < rules::KernelAge::v6_1;
  if (v.asked->flags.high) why.emplace_back(is_old ? "HIGH" : "MIN_RESERVE");
  if (v.asked->flags.harder) why.emplace_back(is_old ? "HARDER" : "NON_BLOCK");
  if (v.asked->flags.oom) why.emplace_back("OOM victim");
  return text + fmt::format(", lowered to {} ({})", sum.needed, joined(why, ", "));
}

/// "free 459 - 77 highatomic; needed more than min mark 324 + 117 reserve: 58 above".
std::string arithmetic(const Verdict& v, const Sum& sum) {
  std::string text = fmt::format("free {}", sum.free);
  if (sum.block > 0) text += fmt::format(" - {} of the block", sum.block);
  if (sum.highatomic.hi > 0) text += fmt::format(" - {} highatomic", range_text(sum.highatomic));
  if (sum.cma.hi > 0) text += fmt::format(" - {} CMA", range_text(sum.cma));
  text += fmt::format(" against {}", needed_text(v, sum));
  if (sum.reserve.hi > 0) text += fmt::format(" + lowmem_reserve {}", range_text(sum.reserve));
  return text;
}

/// How far from the mark: it has to be above, so that a zone at its mark is refused.
std::string distance(const Sum& sum) {
  const Range m = sum.margin;
  if (m.lo > 0) return fmt::format("{} above", range_text(m));
  if (m.known() && m.lo == 0) return "exactly at the mark, and it has to be above: 1 page short";
  if (m.known())
    return fmt::format("{} below, so {} more free {} would do", -m.lo, 1 - m.lo,
                       m.lo == 0 ? "page" : "pages");
  if (m.hi <= 0) return fmt::format("{} below", range_text({-m.hi, -m.lo}));
  return fmt::format("from {} below to {} above", -m.lo, m.hi);
}

std::string column_text(const Verdict& v) {
  return v.column_of ? fmt::format("{}'s column", log_name(*v.column_of)) : "the request's column";
}

std::string reason_below(const Verdict& v, const ZoneAnswer& a) {
  std::string text =
      fmt::format("too few free pages: {}; {}", arithmetic(v, *a.sum), distance(*a.sum));
  if (a.boost_alone) text += "; without the boost it would pass";
  if (a.reserve_alone)
    text += fmt::format("; without lowmem_reserve ({}) it would pass", column_text(v));
  if (a.large_blocks == 0 && a.lists_known) text += "; no free block is large enough either";
  return text;
}

std::string reason_small_order(const Situation& s, const ZoneAnswer& a) {
  return fmt::format(
      "too much of its memory is in small blocks: less those below order {}, {} pages are left, "
      "and more than {} had to be; {} of order {} or larger {} free all the same",
      *a.halved_at + 1, a.halved_left, a.halved_needed, plural(a.large_blocks, "block"),
      order_of(s), a.large_blocks == 1 ? "is" : "are");
}

std::string mark_part(const Verdict& v, const ZoneAnswer& a) {
  if (!a.sum) return "";
  if (a.ignored) return "the mark is ignored (NO_WATERMARKS)";
  if (a.whatever_the_mark) {
    return fmt::format("whether the mark is passed is not decided ({}; {})", arithmetic(v, *a.sum),
                       distance(*a.sum));
  }
  return fmt::format("the mark is passed ({}; {})", arithmetic(v, *a.sum), distance(*a.sum));
}

std::string reason_lists(const Situation& s, const Verdict& v, const ZoneAnswer& a) {
  std::string text = mark_part(v, a);
  if (!text.empty()) text += ", but ";
  if (a.answer == Answer::no_block) {
    text += fmt::format("no free block is of order {} or larger", order_of(s));
    if (a.largest) text += fmt::format("; the largest is of order {}", *a.largest);
    return text;
  }
  text += fmt::format("{} of order {} or larger {} {}, which this request may not use",
                      a.large_blocks == 1 ? "the one free block"
                                          : fmt::format("all {} free blocks", a.large_blocks),
                      order_of(s), a.large_blocks == 1 ? "is" : "are", types_text(a.large_types));
  if (a.false_hope)
    text +=
        "; the watermark check counts such blocks for it all the same, and the lists then "
        "have nothing";
  if (a.largest_usable)
    text += fmt::format("; the largest it may use is of order {}", *a.largest_usable);
  return text;
}

std::string reason_passes(const Situation& s, const Verdict& v, const ZoneAnswer& a) {
  if (s.kind == ReportKind::question || s.refused_by_none) {
    return fmt::format("it serves the request: {}, and {} of order {} or larger {} free",
                       mark_part(v, a), plural(a.large_blocks, "block"), order_of(s),
                       a.large_blocks == 1 ? "is" : "are");
  }
  const std::string moved =
      a.sum && !a.ignored ? fmt::format("at least {} came back", plural(a.sum->margin.lo, "page"))
                          : std::string("memory came back");
  return fmt::format(
      "as printed it would serve the request: {}, and {} of order {} or larger {} free. The report "
      "is printed after the failure: {} in between",
      mark_part(v, a), plural(a.large_blocks, "block"), order_of(s),
      a.large_blocks == 1 ? "is" : "are", moved);
}

std::string reason_undecided(const Verdict& v, const ZoneAnswer& a) {
  std::string text = fmt::format("cannot be decided without {}", joined(a.missing, ", "));
  if (!a.sum) return text;
  text += fmt::format(": {}; {}", arithmetic(v, *a.sum), distance(*a.sum));
  if (a.sum->cma.lo > 0 && a.sum->cma.known())
    text += fmt::format("; at most {} of its free pages are not CMA", a.sum->free - a.sum->cma.lo);
  return text;
}

std::string reason_not_allowed(const Situation& s, const Verdict& v, const ZoneAnswer& a) {
  const ZoneFacts& z = s.zones[a.zone];
  if (v.highest && z.type > *v.highest)
    return fmt::format("not for this request: the mask allows zones up to {}",
                       log_name(*v.highest));
  return "not for this request: its nodes exclude this one";
}

/// A line's words, broken so that none passes the width; each but the first is set in.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = 96) {
  std::string out, line;
  const auto flush = [&] {
    out += std::string(indent, ' ') + line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) flush();
    if (!line.empty()) line += ' ';
    line += word;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!line.empty()) flush();
  return out;
}

std::string head_text(const Situation& s, const Verdict& v, const std::string& name) {
  const std::string who = s.who.empty() ? "somebody" : s.who;
  std::string text =
      s.kind == ReportKind::question
          ? fmt::format("{}: would it serve {}?\n", name, request_text(s))
          : fmt::format("{}: {} {} {}\n", name, who,
                        s.kind == ReportKind::oom ? "came to the OOM killer for" : "asked for",
                        request_text(s));
  text += fmt::format("  kernel   {}{}\n",
                      !s.version.empty() ? s.version
                      : s.kernel         ? fmt::format("{}.{}", s.kernel->major, s.kernel->minor)
                                         : "version not known",
                      rules_text(s, v));
  if (v.highest) {
    text += fmt::format("  zones    up to {}; lowmem_reserve of {} (column {})\n",
                        log_name(*v.highest), log_name(*v.column_of), *v.column);
  }
  return text;
}

}  // namespace

std::string rules_text(const Situation& s, const Verdict& v) {
  if (!v.asked) return "";
  const std::string_view among = s.ages.size() > 1 ? ", one of those that it may have" : "";
  return fmt::format(", rules of {}{}", age_name(v.age), among);
}

std::string range_text(Range r) {
  return r.known() ? fmt::format("{}", r.lo) : fmt::format("{} to {}", r.lo, r.hi);
}

std::string types_text(const TypeSet& t) {
  constexpr std::string_view kNames[] = {"unmovable",  "movable", "reclaimable",
                                         "highatomic", "CMA",     "isolated"};
  std::vector<std::string> names;
  for (std::size_t m = 0; m < t.has.size(); ++m) {
    if (t.has[m]) names.emplace_back(kNames[m]);
  }
  if (t.reserve) names.emplace_back("reserve");
  if (names.empty()) return "of unknown type";
  std::string text = names.front();
  for (std::size_t i = 1; i < names.size(); ++i)
    text += (i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

std::string request_text(const Situation& s) {
  const std::string mask = s.gfp ? s.mask : "an unknown mask";
  if (!s.order) return mask + ", order unknown";
  const std::int64_t pages = static_cast<std::int64_t>(pages_in(*s.order));
  return fmt::format("{}, order {} ({}, {} kB)", mask, order_of(s), plural(pages, "page"),
                     pages * s.page_kb);
}

std::string reason(const Situation& s, const Verdict& v, const ZoneAnswer& a) {
  switch (a.answer) {
    case Answer::not_allowed: return reason_not_allowed(s, v, a);
    case Answer::unmanaged: return "it has no page that the allocator manages";
    case Answer::below_mark: return reason_below(v, a);
    case Answer::small_order: return reason_small_order(s, a);
    case Answer::no_block:
    case Answer::wrong_type: return reason_lists(s, v, a);
    case Answer::passes: return reason_passes(s, v, a);
    case Answer::undecided: return reason_undecided(v, a);
  }
  return "";
}

std::string conclusion(const Situation& s, const Verdict& v) {
  switch (v.outcome) {
    case Outcome::explained: return "every zone that the request may use refuses it, as printed";
    case Outcome::contradicted:
      return v.moved > 0
                 ? fmt::format(
                       "the printed numbers do not explain the failure: at least {} came "
                       "back between the failure and the report",
                       plural(v.moved, "page"))
                 : "the printed numbers do not explain the failure: memory came back before the "
                   "report";
    case Outcome::served: return "the request would be served";
    case Outcome::no_zone:
      return s.nodes || s.mems ? "no zone with memory is open to this mask on the nodes it may use"
                               : "no zone with memory is open to this mask";
    case Outcome::undecided: break;
  }
  if (s.refused_by_none) return "the page allocator refused nothing";
  if (!s.gfp || !s.order) return "the request is not known: nothing can be decided";
  if (s.zones.empty()) return "no zone was printed: nothing can be decided";
  return "what is printed does not decide it";
}

std::string explain_text(const Situation& s, const Verdict& v, const std::string& name) {
  std::string text = head_text(s, v, name);
  text += wrapped("=> " + conclusion(s, v) + ".", 2);
  for (const ZoneAnswer& a : v.zones) {
    const ZoneFacts& z = s.zones[a.zone];
    text += fmt::format("\n  {:<16} {}{}\n", z.name, answer_name(a.answer),
                        z.line == 0 ? "" : fmt::format("   (line {})", z.line));
    std::string why = reason(s, v, a);
    if (!a.rules.empty()) why += fmt::format(" [{}]", joined(a.rules, " "));
    text += wrapped(why, 4);
  }
  const std::vector<Advice> advice = advice_for(s, v);
  if (!advice.empty()) text += "\n  It would have passed (the rest as printed), each by itself:\n";
  for (const Advice& a : advice)
    text += wrapped(fmt::format("- {}: {} [{}]", advice_name(a.kind), a.text, a.rule), 2);
  std::vector<std::string> notes = s.notes;
  notes.insert(notes.end(), v.remarks.begin(), v.remarks.end());
  std::ranges::move(oddities(s), std::back_inserter(notes));
  if (!notes.empty()) text += "\n  Beside that:\n";
  for (const std::string& n : notes) text += wrapped("- " + n, 2);
  return text;
}

}  // namespace bp::explain
