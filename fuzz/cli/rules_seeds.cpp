// SPDX-License-Identifier: MIT
#include "fuzz/cli/rules_seeds.h"

#include <algorithm>

#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

using namespace rules_index;
using registry::SeedVerdict;

std::string_view verdict_name(SeedVerdict v) {
  constexpr std::string_view kNames[] = {"holds", "partly", "errs"};
  return kNames[static_cast<unsigned>(v)];
}

const RuleFacts* find(const std::vector<RuleFacts>& all, std::string_view id) {
  const auto it = std::ranges::find(all, id, [](const RuleFacts& f) { return f.rule->id; });
  return it == all.end() ? nullptr : &*it;
}

/// Where a rule is tested. A test of the reference shows the call itself, so it goes first.
std::string_view test_of(const RuleFacts& r) {
  const auto& tests = r.places[static_cast<unsigned>(Use::test)];
  const auto of_reference = std::ranges::find_if(tests, [](const Place& p) {
    return std::string_view(p.file).starts_with("model/reference/");
  });
  if (of_reference != tests.end()) return of_reference->file;
  return tests.empty() ? std::string_view{} : std::string_view(tests.front().file);
}

}  // namespace

std::vector<SeedFacts> survey_seeds(const std::vector<RuleFacts>& rules) {
  std::vector<SeedFacts> all;
  for (const registry::SeedLine& l : registry::seed_lines()) {
    SeedFacts f{.line = &l, .ids = words(l.rules)};
    for (const std::string_view id : f.ids) {
      const RuleFacts* r = find(rules, id);
      if (r == nullptr) {
        f.unknown.push_back(id);
      } else if (const std::string_view test = test_of(*r); test.empty()) {
        f.untested.push_back(id);
      } else if (std::ranges::find(f.tests, test) == f.tests.end()) {
        f.tests.push_back(test);
      }
    }
    all.push_back(std::move(f));
  }
  return all;
}

std::string seeds_table(const std::vector<SeedFacts>& seeds) {
  std::string s;
  for (const SeedFacts& f : seeds) {
    s += fmt::format("{:<8}{:<7} {}\n", f.line->document, verdict_name(f.line->verdict),
                     f.line->statement);
    if (!f.line->instead.empty()) s += fmt::format("{:15} but: {}\n", "", f.line->instead);
    s += fmt::format("{:15} see: {}\n", "", f.line->operation);
    s += fmt::format("{:15} by:  {}\n{:15} in:  {}\n", "", f.line->rules, "",
                     f.tests.empty() ? "NO TEST" : fmt::format("{}", fmt::join(f.tests, " ")));
    if (!f.untested.empty())
      s += fmt::format("{:15} no test cites {}\n", "", fmt::join(f.untested, " "));
  }
  const auto bare =
      std::ranges::count_if(seeds, [](const SeedFacts& f) { return f.tests.empty(); });
  return s + fmt::format("\n{} lines, {} without a test\n", seeds.size(), bare);
}

std::string seeds_json(const std::vector<SeedFacts>& seeds) {
  auto list = nlohmann::ordered_json::array();
  for (const SeedFacts& f : seeds) {
    list.push_back({{"document", f.line->document},
                    {"statement", f.line->statement},
                    {"verdict", verdict_name(f.line->verdict)},
                    {"instead", f.line->instead},
                    {"operation", f.line->operation},
                    {"rules", f.ids},
                    {"untested", f.untested},
                    {"tests", f.tests}});
  }
  return list.dump(2) + "\n";
}

}  // namespace bp::cli
