// SPDX-License-Identifier: MIT
// Rules and historical bugs as text.
#include <algorithm>

#include "fuzz/cli/rules.h"
#include "fuzz/cli/rules_killers.h"
#include "fuzz/report/fmt.h"
#include "model/vocab/machine.h"

namespace bp::cli {
namespace {

using namespace rules_index;
using rules_index::Status;

constexpr std::size_t kColumns = 100;
constexpr std::size_t kTableIndent = 31;  ///< Where a table's sentence begins.
constexpr std::size_t kFieldIndent = 12;  ///< Where a field's content begins.

/// Broken at blanks so that no line passes kColumns; the first line already has `indent` columns.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  for (const std::string_view word : words(text)) {
    if (column > indent && column + 1 + word.size() > kColumns) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out + "\n";
}

char mark(Status s) {
  switch (s) {
    case Status::coded: return 'c';
    case Status::follows: return 'f';
    case Status::unobservable: return 'u';
    case Status::not_coded: break;
  }
  return '-';
}

std::string marks(const RuleFacts& f) {
  std::string s(1, mark(f.status));
  s += f.is_cited_by(Use::test) ? 't' : '-';
  s += f.is_cited_by(Use::proof) ? 'p' : '-';
  s += f.is_cited_by(Use::plant) ? 'x' : '-';
  return s;
}

std::string field(std::string_view name, std::string_view content) {
  if (content.empty()) return {};
  return fmt::format("  {:<{}}{}", name, kFieldIndent - 2, wrapped(content, kFieldIndent));
}

std::string list(std::span<const std::string_view> ids) {
  return fmt::format("{}", fmt::join(ids, ", "));
}

std::string profiles(registry::Profiles some) {
  std::vector<std::string_view> names;
  for (const Profile p : in_order(some)) names.push_back(profile_name(p));
  return names.empty() ? "none of the profiles" : list(names);
}

std::string places(const Places& all) {
  constexpr std::string_view kNames[kUses] = {"code", "tests", "proofs", "plants", "harness"};
  std::string s;
  for (unsigned u = 0; u < kUses; ++u) {
    std::string_view name = kNames[u];
    for (const Place& p : all[u]) {
      s += fmt::format("  {:<{}}{}:{}\n", name, kFieldIndent - 2, p.file, p.line);
      name = "";
    }
  }
  return s;
}

std::size_t count(std::span<const RuleFacts* const> chosen, Use u) {
  return static_cast<std::size_t>(
      std::ranges::count_if(chosen, [u](const RuleFacts* f) { return f->is_cited_by(u); }));
}

std::size_t count(std::span<const RuleFacts* const> chosen, Status s) {
  return static_cast<std::size_t>(std::ranges::count(chosen, s, &RuleFacts::status));
}

/// Planted bugs of the reference that break it: "as expand-to-tail@v4.7: v4.7/x.txt.xz batch 0".
std::string kills(std::string_view rule) {
  static const RuleKillers kKillers;
  std::string s;
  for (const RuleKill& k : kKillers.of(rule)) {
    const std::string by = !k.killed_by.empty() ? "killed by " + k.killed_by
                           : !k.test.empty()    ? "killed by a test"
                           : k.reason.empty()   ? "lives"
                                                : "lives: " + std::string(k.reason);
    const std::string test = k.test.empty() ? "" : "; test " + k.test;
    s += field(s.empty() ? "as" : "", fmt::format("{}: {}{}", k.mutant, by, test));
  }
  return s;
}

std::string totals(std::span<const RuleFacts* const> chosen) {
  return fmt::format(
      "{} rules: {} coded, {} follow from others, {} unobservable, {} not coded;\n"
      "{} tested, {} proved, {} with a planted bug\n",
      chosen.size(), count(chosen, Status::coded), count(chosen, Status::follows),
      count(chosen, Status::unobservable), count(chosen, Status::not_coded),
      count(chosen, Use::test), count(chosen, Use::proof), count(chosen, Use::plant));
}

std::string not_coded(std::span<const RuleFacts* const> chosen) {
  std::vector<std::string_view> ids;
  for (const RuleFacts* f : chosen)
    if (f->status == Status::not_coded) ids.push_back(f->rule->id);
  if (ids.empty()) return {};
  return fmt::format("not coded, no reason stated ({}):\n  {}", ids.size(), wrapped(list(ids), 2));
}

}  // namespace

std::string rules_table(std::span<const RuleFacts* const> chosen) {
  std::string s;
  const registry::Subject* subject = nullptr;
  for (const RuleFacts* f : chosen) {
    if (f->subject != subject) {
      subject = f->subject;
      s += fmt::format("{}{}\n", s.empty() ? "" : "\n", subject->title);
    }
    s += fmt::format("  {:<12}{:<11}{:<6}{}", f->rule->id, short_form(f->rule->profiles), marks(*f),
                     wrapped(f->rule->sentence, kTableIndent));
  }
  s += "\nmarks: c coded, f follows from coded ones, u unobservable for a stated reason;\n"
       "       t tested, p proved, x broken by a planted bug\n";
  return s + not_coded(chosen) + totals(chosen);
}

std::string rules_in_full(std::span<const RuleFacts* const> chosen) {
  std::string s;
  for (const RuleFacts* f : chosen) {
    s += fmt::format("{}{}  {}\n  {}", s.empty() ? "" : "\n", f->rule->id, f->subject->title,
                     wrapped(f->rule->sentence, 2));
    s += field("kernels", profiles(f->rule->profiles));
    s += field("status", status_name(f->status));
    s += field("because", f->rule->reason);
    s += field("see", list(f->see));
    s += field("named by", list(f->named_by));
    s += field("broken by", list(f->bugs));
    s += places(f->places);
    s += kills(f->rule->id);
  }
  return s;
}

std::string bugs_table(std::span<const BugFacts* const> chosen) {
  std::string s = "historical bugs, the profiles that have them, and the rules they break\n";
  for (const BugFacts* f : chosen) {
    s += fmt::format("  {:<6}{:<11}{}", f->bug->id, short_form(f->bug->profiles),
                     wrapped(fmt::format("{} ({})", f->bug->sentence, list(f->breaks)), 19));
  }
  return s + fmt::format("{} bugs\n", chosen.size());
}

std::string bugs_in_full(std::span<const BugFacts* const> chosen) {
  std::string s;
  for (const BugFacts* f : chosen) {
    s += fmt::format("{}{}  historical bug\n  {}", s.empty() ? "" : "\n", f->bug->id,
                     wrapped(f->bug->sentence, 2));
    s += field("kernels", profiles(f->bug->profiles));
    s += field("breaks", list(f->breaks));
    s += places(f->places);
  }
  return s;
}

}  // namespace bp::cli
