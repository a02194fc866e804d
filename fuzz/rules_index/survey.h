// SPDX-License-Identifier: MIT
// What is known about each rule at once: its entry in the registry, the places that cite it, the
// corrections and historical bugs that name it, and whether it is coded.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/rules_index/index.h"
#include "model/rules/registry/registry.h"

namespace bp::rules_index {

enum class Status : std::uint8_t {
  coded,         ///< The model or the implementation cites it.
  follows,       ///< They do not, but other rules say the same, and it names them.
  unobservable,  ///< They do not, and the registry says why.
  not_coded      ///< They do not, and nothing says why.
};
std::string_view status_name(Status s);  ///< "not coded"

using Places = std::array<std::vector<Place>, kUses>;  ///< By Use.

struct RuleFacts {
  const registry::Subject* subject = nullptr;
  const registry::Rule* rule = nullptr;
  std::vector<std::string_view> see;       ///< Ids that its entry names.
  std::vector<std::string_view> named_by;  ///< Rules whose entries name it: its corrections.
  std::vector<std::string_view> bugs;      ///< Historical bugs that break it.
  Places places;
  Status status = Status::not_coded;

  bool is_cited_by(Use u) const { return !places[static_cast<unsigned>(u)].empty(); }
};

struct BugFacts {
  const registry::HistoricalBug* bug = nullptr;
  std::vector<std::string_view> breaks;
  Places places;
};

/// `cited` in place of places(): for tests.
std::vector<RuleFacts> survey_rules(std::span<const Place> cited);
std::vector<BugFacts> survey_bugs(std::span<const Place> cited);

/// The words between blanks.
std::vector<std::string_view> words(std::string_view text);

/// Oldest first.
std::vector<Profile> in_order(registry::Profiles some);
/// At most 10 characters: "all", "4.7", "6.1+", "to 5.15", "5.15-6.12", "5.15, 7.1", "none".
std::string short_form(registry::Profiles some);

}  // namespace bp::rules_index
