// SPDX-License-Identifier: MIT
#include "fuzz/rules_index/survey.h"

#include <algorithm>

namespace bp::rules_index {
namespace {

constexpr std::array kOldestFirst{Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192,
                                  Profile::v6_12, Profile::v7_1};
constexpr std::array<std::string_view, kOldestFirst.size()> kShort{"4.7", "5.15", "6.1", "6.12",
                                                                   "7.1"};
static_assert(kOldestFirst.size() == kProfiles, "every profile has its place in time");

using Index = std::map<std::string_view, Places>;
using Names = std::map<std::string_view, std::vector<std::string_view>>;

Index by_id(std::span<const Place> cited) {
  Index index;
  for (const Place& p : cited) index[p.id][static_cast<unsigned>(p.use)].push_back(p);
  return index;
}

/// From a named id to the rules that name it.
Names named() {
  Names names;
  for (const registry::Subject& s : registry::subjects())
    for (const registry::Rule& r : s.rules)
      for (const std::string_view id : words(r.see)) names[id].push_back(r.id);
  return names;
}

Names broken() {
  Names names;
  for (const registry::HistoricalBug& b : registry::historical_bugs())
    for (const std::string_view id : words(b.breaks)) names[id].push_back(b.id);
  return names;
}

Status status_of(const RuleFacts& f) {
  if (f.is_cited_by(Use::code)) return Status::coded;
  if (f.rule->reason == registry::kFollows) return Status::follows;
  return f.rule->reason.empty() ? Status::not_coded : Status::unobservable;
}

}  // namespace

std::string_view status_name(Status s) {
  constexpr std::string_view kNames[] = {"coded", "follows", "unobservable", "not coded"};
  return kNames[static_cast<unsigned>(s)];
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) found.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

std::vector<RuleFacts> survey_rules(std::span<const Place> cited) {
  Index index = by_id(cited);
  Names naming = named(), breaking = broken();
  std::vector<RuleFacts> all;
  for (const registry::Subject& s : registry::subjects()) {
    for (const registry::Rule& r : s.rules) {
      RuleFacts f{.subject = &s,
                  .rule = &r,
                  .see = words(r.see),
                  .named_by = naming[r.id],
                  .bugs = breaking[r.id],
                  .places = index[r.id]};
      f.status = status_of(f);
      all.push_back(std::move(f));
    }
  }
  return all;
}

std::vector<BugFacts> survey_bugs(std::span<const Place> cited) {
  Index index = by_id(cited);
  std::vector<BugFacts> all;
  for (const registry::HistoricalBug& b : registry::historical_bugs())
    all.push_back({.bug = &b, .breaks = words(b.breaks), .places = index[b.id]});
  return all;
}

std::vector<Profile> in_order(registry::Profiles some) {
  std::vector<Profile> list;
  for (const Profile p : kOldestFirst)
    if (some.has(p)) list.push_back(p);
  return list;
}

std::string short_form(registry::Profiles some) {
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < kOldestFirst.size(); ++i)
    if (some.has(kOldestFirst[i])) at.push_back(i);
  if (at.empty()) return "none";
  if (at.size() == kOldestFirst.size()) return "all";
  const std::string first(kShort[at.front()]), last(kShort[at.back()]);
  if (at.size() == 1) return first;
  if (at.back() - at.front() + 1 == at.size()) {
    if (at.back() + 1 == kOldestFirst.size()) return first + "+";
    return at.front() == 0 ? "to " + last : first + "-" + last;
  }
  std::string list;
  for (const std::size_t i : at) list += (list.empty() ? "" : ", ") + std::string(kShort[i]);
  return list;
}

}  // namespace bp::rules_index
