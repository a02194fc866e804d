// SPDX-License-Identifier: MIT
#include "fuzz/explain/zone_judge.h"

#include <algorithm>

#include "model/vocab/check.h"

namespace bp::explain {
namespace {

using rules::KernelAge;
using rules::WatermarkInput;

std::int64_t number(Pages p) { return static_cast<std::int64_t>(p); }

/// The worst and the best that unknown numbers can be for the request.
enum class Case : bool { worst, best };

struct Bounds {
  Range cma, highatomic, reserve;
};

WatermarkInput input(const ZoneFacts& z, const Asked& q, const Bounds& b, std::int64_t mark,
                     Case c) {
  const auto of = [c](Range r) { return Pages{c == Case::worst ? r.hi : r.lo}; };
  return {.free = Pages{*z.free},
          .free_cma = of(b.cma),
          .highatomic = of(b.highatomic),
          .mark = Pages{mark},
          .reserve = of(b.reserve),
          .order = q.order,
          .flags = q.flags};
}

/// One way to be above the mark, and by how much.
struct Test {
  bool passes = false;
  std::int64_t margin = 0;
  bool early = false;
  bool unboosted = false;
};

Test early_test(const rules::WatermarkRules& r, const WatermarkInput& in) {
  const Pages margin = in.free - r.unusable_fast(in) - in.mark - in.reserve;
  return {rules::passes_fast(r, in), number(margin), true, false};
}

Test full_test(const rules::WatermarkRules& r, const WatermarkInput& in) {
  const Pages margin = in.free - r.taken(in.order) - r.unusable(in) -
                       r.effective_mark(in.mark, in.flags) - in.reserve;
  const Test t{rules::passes_full(r, in), number(margin), false, false};
  check(t.passes == (t.margin > 0), "a zone passes if its margin is above zero");
  return t;
}

Test halving_test(const ZoneFacts& z, const WatermarkInput& in, ZoneAnswer& a) {
  const rules::HalvingCheck c = rules::check_by_halving(in, [&](Order o) {
    const std::size_t i = static_cast<unsigned>(o);
    return i < z.orders.size() ? z.orders[i].count : std::int64_t{0};
  });
  const Pages margin = in.free - (pages_in(in.order) - Pages{1}) -
                       (in.flags.cma ? Pages{0} : in.free_cma) -
                       rules::effective_mark_before_4_4(in.mark, in.flags) - in.reserve;
  if (!c.passes && c.refused_after >= 0) {
    a.halved_at = static_cast<unsigned>(c.refused_after);
    a.halved_left = number(c.left), a.halved_needed = number(c.mark);
  }
  return {c.passes || c.refused_after >= 0, number(margin), false, false};
}

/// The tests in the kernel's order; the first that passes, or the one that came nearest.
Test test_zone(const ZoneFacts& z, const Asked& q, const Bounds& b, std::int64_t mark, Case c,
               ZoneAnswer& a) {
  const WatermarkInput in = input(z, q, b, mark, c);
  const rules::WatermarkRules* r = rules::watermark_rules(q.age);
  if (r == nullptr) return halving_test(z, in, a);
  const Test full = full_test(*r, in);
  if (q.order != Order{0}) return full;
  const Test early = early_test(*r, in);
  if (early.passes || (!full.passes && early.margin >= full.margin)) return early;
  if (full.passes || z.boost.value_or(0) == 0) return full;
  if (!r->retries_unboosted(q.flags, q.gfp.has(GfpFlag::atomic))) return full;
  Test again = full_test(*r, input(z, q, b, mark - *z.boost, c));
  again.unboosted = true;
  return again;
}

/// What of the reserve the check charges for these flags; the rule is asked with nothing else.
Range charged(const Asked& q, Range highatomic, bool early) {
  const rules::WatermarkRules* r = rules::watermark_rules(q.age);
  if (r == nullptr) return {};
  const auto of = [&](std::int64_t n) {
    const WatermarkInput in{.free = {},
                            .free_cma = {},
                            .highatomic = Pages{n},
                            .mark = {},
                            .reserve = {},
                            .order = q.order,
                            .flags = q.flags};
    return number(early ? r->unusable_fast(in) : r->unusable(in));
  };
  return {of(highatomic.lo), of(highatomic.hi)};
}

void look_at_lists(const ZoneFacts& z, const Asked& q, ZoneAnswer& a) {
  a.large_types.known = true;
  a.lists_known = !z.orders.empty();
  const rules::WatermarkRules* r = rules::watermark_rules(q.age);
  const rules::ExtraLists extra = r ? r->extra_lists(q.flags) : rules::ExtraLists::none;
  for (unsigned o = 0; o < z.orders.size(); ++o) {
    const OrderFacts& f = z.orders[o];
    if (f.count == 0) continue;
    a.largest = o;
    if (is_usable(f.types, q).value_or(false)) a.largest_usable = o;
    if (o < static_cast<unsigned>(q.order)) continue;
    a.large_blocks += f.count;
    a.large_types.known &= f.types.known;
    a.large_types.reserve |= f.types.reserve;
    for (std::size_t t = 0; t < f.types.has.size(); ++t) a.large_types.has[t] |= f.types.has[t];
    a.false_hope |= extra == rules::ExtraLists::any && q.order > Order{0};
  }
}

void need(ZoneAnswer& a, std::string_view what) { a.missing.emplace_back(what); }

/// Types are not known, but the large blocks have more pages than all that is CMA, highatomic or
/// isolated (on a list and not counted, R-ISO-1).
bool some_must_be_ordinary(const ZoneFacts& z, const Asked& q) {
  if (!z.free || !z.free_cma || !z.highatomic) return false;
  std::int64_t large = 0, listed = 0;
  for (unsigned o = 0; o < z.orders.size(); ++o) {
    const std::int64_t pages = z.orders[o].count * number(pages_in(Order{o}));
    listed += pages;
    if (o >= static_cast<unsigned>(q.order)) large += pages;
  }
  const std::int64_t isolated = std::max<std::int64_t>(listed - *z.free, 0);
  return large > z.free_cma->hi + z.highatomic->hi + isolated;
}

/// What the lists say once the mark is out of the way.
void answer_by_lists(const ZoneFacts& z, const Asked& q, ZoneAnswer& a) {
  if (z.orders.empty()) {
    need(a, "the list of free blocks");
    return;
  }
  if (a.large_blocks == 0) {
    a.answer = Answer::no_block;
    a.rules.push_back(q.age == KernelAge::before_4_4 ? "R-BUDDY-3" : "R-WMARK-8");
    return;
  }
  bool any_unknown = false, any_usable = false;
  for (std::size_t o = static_cast<unsigned>(q.order); o < z.orders.size(); ++o) {
    if (z.orders[o].count == 0) continue;
    const auto usable = is_usable(z.orders[o].types, q);
    any_usable |= usable.value_or(false);
    any_unknown |= !usable.has_value();
  }
  if (any_usable || (any_unknown && some_must_be_ordinary(z, q))) {
    a.answer = Answer::passes;
  } else if (any_unknown) {
    need(a, "the types of the free blocks");
  } else {
    a.answer = Answer::wrong_type;
    const auto says = [&](Migratetype t, const char* id) {
      if (a.large_types.of(t)) a.rules.push_back(id);
    };
    says(Migratetype::highatomic, q.order == Order{0} ? "R-RMQ-1" : "R-RMQ-2");
    says(Migratetype::cma, "R-CMA-1");
    says(Migratetype::isolate, "R-ISO-1");
  }
}

/// The mark may be passed or not: either way the zone refuses if no block is of use.
void refuse_by_lists(const ZoneFacts& z, const Asked& q, ZoneAnswer& a) {
  ZoneAnswer by_lists = a;
  answer_by_lists(z, q, by_lists);
  if (by_lists.answer != Answer::no_block && by_lists.answer != Answer::wrong_type) return;
  a = by_lists;
  a.whatever_the_mark = true;
}

/// The bounds of a number that decides; nothing is known: from none to all free pages.
Range bounds(const std::optional<Range>& known, const ZoneFacts& z) {
  return known.value_or(Range{0, std::max<std::int64_t>(*z.free, 0)});
}

void name_unknown(const Bounds& b, const Sum& s, ZoneAnswer& a) {
  if (!s.cma.known()) need(a, "free_cma");
  if (!s.highatomic.known()) need(a, "the highatomic reserve");
  if (!b.reserve.known()) need(a, "lowmem_reserve");
}

void name_rules(const ZoneFacts& z, const Asked& q, const Sum& s, ZoneAnswer& a) {
  if (q.age == KernelAge::before_4_4) {
    a.rules.push_back("R-WMARK-21");
  } else {
    const bool is_old = q.age <= KernelAge::v4_15;
    a.rules.push_back(!s.early ? "R-WMARK-6" : is_old ? "R-WMARK-10" : "R-WMARK-16");
    if (s.needed != s.mark) a.rules.push_back(q.age < KernelAge::v6_1 ? "R-WMARK-9" : "R-WMARK-17");
  }
  if (s.cma.hi > 0) a.rules.push_back("R-WMARK-5");
  if (s.highatomic.hi > 0) a.rules.push_back(q.age < KernelAge::v6_1 ? "R-WMARK-4" : "R-WMARK-17");
  if (s.reserve.hi > 0) a.rules.push_back("R-CFG-8");
  if (z.boost.value_or(0) > 0) a.rules.push_back(s.unboosted ? "R-WMARK-19" : "R-WMARK-20");
}

Sum sum_of(const ZoneFacts& z, const Asked& q, const Bounds& b, const Test& t) {
  Sum s{.free = *z.free, .mark = *z.min, .boost = z.boost.value_or(0), .early = t.early};
  s.unboosted = t.unboosted;
  const rules::WatermarkRules* r = rules::watermark_rules(q.age);
  s.block = number(pages_in(q.order)) - 1;
  s.highatomic = q.age == KernelAge::before_4_4 ? Range{} : charged(q, b.highatomic, t.early);
  if (!q.flags.cma) s.cma = b.cma;
  s.reserve = b.reserve;
  const std::int64_t mark = s.unboosted ? s.mark - s.boost : s.mark;
  if (t.early) {
    s.needed = mark;
  } else {
    s.needed = number(r ? r->effective_mark(Pages{mark}, q.flags)
                        : rules::effective_mark_before_4_4(Pages{mark}, q.flags));
  }
  return s;
}

void judge_counters(const ZoneFacts& z, const Asked& q, const Bounds& b, ZoneAnswer& a) {
  const Test best = test_zone(z, q, b, *z.min, Case::best, a);
  const Test worst = test_zone(z, q, b, *z.min, Case::worst, a);
  Sum s = sum_of(z, q, b, worst);
  s.margin = {worst.margin, best.margin};
  a.sum = s;
  name_rules(z, q, s, a);
  ZoneAnswer ignored_here;
  if (!worst.passes && s.boost > 0) {
    ZoneFacts unboosted = z;
    unboosted.boost = 0;
    a.boost_alone = test_zone(unboosted, q, b, *z.min - s.boost, Case::worst, ignored_here).passes;
  }
  if (!worst.passes && s.reserve.hi > 0) {
    const Bounds without{b.cma, b.highatomic, {}};
    a.reserve_alone = test_zone(z, q, without, *z.min, Case::worst, ignored_here).passes;
  }
  if (a.ignored) {
    answer_by_lists(z, q, a);
  } else if (!best.passes) {
    a.answer = Answer::below_mark;
  } else if (!worst.passes) {
    refuse_by_lists(z, q, a);
    if (a.answer == Answer::undecided) name_unknown(b, s, a);
  } else if (q.age == KernelAge::before_4_4 && q.order > Order{0} && z.orders.empty()) {
    need(a, "the list of free blocks");
  } else if (a.halved_at && a.large_blocks > 0) {
    a.answer = Answer::small_order;
  } else {
    answer_by_lists(z, q, a);
  }
}

}  // namespace

std::string_view answer_name(Answer a) {
  switch (a) {
    case Answer::not_allowed: return "not allowed";
    case Answer::unmanaged: return "unmanaged";
    case Answer::below_mark: return "below the mark";
    case Answer::small_order: return "too much in small blocks";
    case Answer::no_block: return "no block";
    case Answer::wrong_type: return "wrong type";
    case Answer::passes: return "passes";
    case Answer::undecided: return "undecided";
  }
  return "";
}

std::optional<bool> is_usable(const TypeSet& t, const Asked& q) {
  if (!t.known) return std::nullopt;
  if (t.reserve) return true;  // Before 4.4 everybody falls back to it (R-MT-2).
  for (std::size_t m = 0; m < t.has.size(); ++m) {
    const auto type = Migratetype{static_cast<std::uint8_t>(m)};
    if (t.has[m] && rules::may_take_from(q.age, type, q.order, q.flags)) return true;
  }
  return false;
}

ZoneAnswer judge_zone(const ZoneFacts& z, const Asked& q, std::optional<Range> reserve) {
  ZoneAnswer a;
  a.ignored = q.flags.no_watermarks;
  look_at_lists(z, q, a);
  if (z.managed == 0) {
    a.answer = Answer::unmanaged;
    a.rules.push_back("R-LIST-4");
    return a;
  }
  if (!z.free || !z.min) {
    if (!z.free) need(a, "free");
    if (!z.min) need(a, "min");
    // No list has a block: whatever the mark.
    if (!z.orders.empty() && a.large_blocks == 0) answer_by_lists(z, q, a);
    if (a.answer != Answer::undecided) a.missing.clear();
    return a;
  }
  const Bounds b{bounds(z.free_cma, z), bounds(z.highatomic, z), bounds(reserve, z)};
  judge_counters(z, q, b, a);
  return a;
}

}  // namespace bp::explain
