// SPDX-License-Identifier: MIT
// Rules and historical bugs as JSON.
#include "fuzz/cli/rules.h"
#include "fuzz/cli/rules_killers.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "model/vocab/machine.h"

namespace bp::cli {
namespace {

using namespace rules_index;

nlohmann::json profile_names(registry::Profiles some) {
  nlohmann::json list = nlohmann::json::array();
  for (const Profile p : in_order(some)) list.push_back(profile_name(p));
  return list;
}

/// One member for each use, an array of "file:line".
void add_places(const Places& all, nlohmann::json& j) {
  for (unsigned u = 0; u < kUses; ++u) {
    nlohmann::json list = nlohmann::json::array();
    for (const Place& p : all[u]) list.push_back(fmt::format("{}:{}", p.file, p.line));
    j[std::string(use_name(static_cast<Use>(u)))] = std::move(list);
  }
}

/// Planted bugs of the reference that break it, and what kills them.
nlohmann::json planted(std::string_view rule) {
  static const RuleKillers kKillers;
  nlohmann::json list = nlohmann::json::array();
  for (const RuleKill& k : kKillers.of(rule)) {
    list.push_back({{"mutant", k.mutant}, {"killed_by", k.killed_by}, {"test", k.test}});
    if (k.killed_by.empty() && k.test.empty()) list.back()["lives"] = k.reason;
  }
  return list;
}

nlohmann::json object(const RuleFacts& f) {
  nlohmann::json j{{"id", f.rule->id},
                   {"subject", f.subject->title},
                   {"sentence", f.rule->sentence},
                   {"profiles", profile_names(f.rule->profiles)},
                   {"status", status_name(f.status)},
                   {"reason", f.rule->reason},
                   {"see", f.see},
                   {"named_by", f.named_by},
                   {"bugs", f.bugs},
                   {"broken_by", planted(f.rule->id)}};
  add_places(f.places, j);
  return j;
}

nlohmann::json object(const BugFacts& f) {
  nlohmann::json j{{"id", f.bug->id},
                   {"sentence", f.bug->sentence},
                   {"profiles", profile_names(f.bug->profiles)},
                   {"breaks", f.breaks}};
  add_places(f.places, j);
  return j;
}

template <class Facts>
std::string array_of(std::span<const Facts* const> chosen) {
  std::string s;
  for (const Facts* f : chosen) s += (s.empty() ? "[\n" : ",\n") + object(*f).dump();
  return s.empty() ? "[]\n" : s + "\n]\n";
}

}  // namespace

std::string rules_json(std::span<const RuleFacts* const> chosen) { return array_of(chosen); }
std::string bugs_json(std::span<const BugFacts* const> chosen) { return array_of(chosen); }

}  // namespace bp::cli
