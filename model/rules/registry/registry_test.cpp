// SPDX-License-Identifier: MIT
// The registry is whole: every number of the specification is there once, every sentence can be
// read in a line or three, and every id that an entry names exists.
#include "model/rules/registry/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace bp::registry {
namespace {

struct Numbers {
  std::string_view prefix;
  std::vector<std::pair<unsigned, unsigned>> ranges;  ///< Both ends included.
};

/// The numbers as the specification has them, counted there by hand.
const std::vector<Numbers>& expected() {
  static const std::vector<Numbers> kExpected = {{"R-GEN-", {{1, 13}}},
                                                 {"R-API-", {{1, 15}}},
                                                 {"R-GFP-", {{1, 7}}},
                                                 {"R-ZONE-", {{1, 16}}},
                                                 {"R-CTX-", {{1, 14}}},
                                                 {"R-AF-", {{1, 6}}},
                                                 {"R-WMARK-", {{1, 21}}},
                                                 {"R-CFG-", {{1, 14}}},
                                                 {"R-LIST-", {{1, 13}}},
                                                 {"R-RMQ-", {{1, 6}}},
                                                 {"R-BUDDY-", {{1, 18}}},
                                                 {"R-MT-", {{1, 15}, {20, 20}}},
                                                 {"R-HA-", {{1, 7}}},
                                                 {"R-CMA-", {{1, 6}}},
                                                 {"R-ISO-", {{1, 5}}},
                                                 {"R-PCP-", {{1, 16}, {20, 21}}},
                                                 {"R-PREP-", {{1, 7}}},
                                                 {"R-FREE-", {{1, 7}}},
                                                 {"R-SLOW-", {{1, 22}, {30, 36}}},
                                                 {"R-OOM-", {{1, 2}}},
                                                 {"L-", {{1, 16}}},
                                                 {"G-", {{1, 15}}},
                                                 {"C-", {{1, 3}}},
                                                 {"M-", {{1, 6}}},
                                                 {"N-", {{1, 5}}},
                                                 {"C", {{1, 18}}},
                                                 {"W-", {{1, 19}}},
                                                 {"F-", {{1, 4}}}};
  return kExpected;
}

std::vector<Rule> all_rules() {
  std::vector<Rule> all;
  for (const Subject& s : subjects()) all.insert(all.end(), s.rules.begin(), s.rules.end());
  return all;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  std::string word;
  for (const char c : text) {
    if (c != ' ') word += c;
    if (c == ' ' && !word.empty()) found.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) found.push_back(word);
  return found;
}

bool exists(std::string_view id) { return find_rule(id) != nullptr || find_bug(id) != nullptr; }

/// What is wrong with a sentence as a sentence; empty: nothing.
std::string fault_of(std::string_view sentence) {
  if (sentence.size() < 20) return "too short";
  if (sentence.size() > 260) return "too long";
  if (sentence.back() != '.') return "no full stop";
  if (sentence.find("  ") != std::string_view::npos) return "two blanks";
  if (sentence.find('"') != std::string_view::npos) return "a quotation";
  if (!std::ranges::all_of(sentence, [](char c) { return c >= ' ' && c <= '~'; }))
    return "not ASCII";
  return {};
}

TEST(Registry, HasEveryNumberOfTheSpecificationOnce) {
  std::multiset<std::string_view> ids;
  for (const Rule& r : all_rules()) ids.insert(r.id);
  std::size_t count = 0;
  for (const Numbers& n : expected()) {
    for (const auto& [first, last] : n.ranges) {
      for (unsigned i = first; i <= last; ++i, ++count) {
        const std::string id = std::string(n.prefix) + std::to_string(i);
        EXPECT_EQ(ids.count(id), 1U) << id;
      }
    }
  }
  EXPECT_EQ(ids.size(), count) << "an id that the specification does not have";
  EXPECT_EQ(subjects().size(), expected().size());
}

TEST(Registry, HasTheHistoricalBugsOnceAndInOrder) {
  unsigned number = 0;
  for (const HistoricalBug& b : historical_bugs()) {
    const IdParts parts = id_parts(b.id);
    EXPECT_EQ(parts.prefix, "B-");
    EXPECT_EQ(parts.number, ++number) << b.id;
    EXPECT_EQ(b.id.size(), 4U) << b.id;
  }
  EXPECT_EQ(number, 42U);
}

TEST(Registry, SentencesCanBeRead) {
  for (const Rule& r : all_rules()) EXPECT_EQ(fault_of(r.sentence), "") << r.id;
  for (const HistoricalBug& b : historical_bugs()) EXPECT_EQ(fault_of(b.sentence), "") << b.id;
}

TEST(Registry, FaultySentencesAreSeen) {
  EXPECT_EQ(fault_of("Short."), "too short");
  EXPECT_EQ(fault_of(std::string(300, 'a') + "."), "too long");
  EXPECT_EQ(fault_of("A sentence that does not end"), "no full stop");
  EXPECT_EQ(fault_of("A sentence with  two blanks."), "two blanks");
  EXPECT_EQ(fault_of("A sentence with a sign \xe2\x89\xa4 of its own."), "not ASCII");
}

TEST(Registry, NoSentenceIsThereTwice) {
  std::set<std::string_view> sentences;
  for (const Rule& r : all_rules()) EXPECT_TRUE(sentences.insert(r.sentence).second) << r.id;
  for (const HistoricalBug& b : historical_bugs())
    EXPECT_TRUE(sentences.insert(b.sentence).second) << b.id;
}

TEST(Registry, EntriesNameIdsThatExist) {
  for (const Rule& r : all_rules())
    for (const std::string& id : words(r.see)) EXPECT_TRUE(exists(id)) << r.id << " names " << id;
  for (const HistoricalBug& b : historical_bugs()) {
    EXPECT_FALSE(b.breaks.empty()) << b.id;
    for (const std::string& id : words(b.breaks))
      EXPECT_NE(find_rule(id), nullptr) << b.id << " breaks " << id;
  }
}

// A rule without a kernel needs a reason, and one that leans on others must name them.
TEST(Registry, ReasonsFitTheirRules) {
  for (const Rule& r : all_rules()) {
    if (r.profiles.empty()) {
      EXPECT_FALSE(r.reason.empty()) << r.id;
    }
    if (r.reason == kFollows) {
      EXPECT_FALSE(r.see.empty()) << r.id;
    }
  }
}

// Following from others must end somewhere.
TEST(Registry, WhatFollowsFollowsFromSomethingElse) {
  const auto follows_from = [](const Rule& r) {
    return std::ranges::any_of(words(r.see), [](const std::string& id) {
      const Rule* other = find_rule(id);
      return other != nullptr && other->reason != kFollows;
    });
  };
  for (const Rule& r : all_rules()) {
    if (r.reason == kFollows) {
      EXPECT_TRUE(follows_from(r)) << r.id;
    }
  }
}

TEST(Registry, FindsWhatItHasAndNothingElse) {
  for (const Rule& r : all_rules()) ASSERT_EQ(find_rule(r.id)->sentence, r.sentence);
  EXPECT_EQ(find_bug("B-04")->id, "B-04");
  for (const char* id : {"", "R-WMARK-0", "R-WMARK-22", "R-WMARK", "r-wmark-1", "C19", "B-04"})
    EXPECT_EQ(find_rule(id), nullptr) << id;
  EXPECT_EQ(find_bug("B-4"), nullptr);
}

TEST(Registry, TakesIdsApart) {
  EXPECT_EQ(id_parts("R-WMARK-17").prefix, "R-WMARK-");
  EXPECT_EQ(id_parts("R-WMARK-17").number, 17U);
  EXPECT_EQ(id_parts("C9").prefix, "C");
  EXPECT_EQ(id_parts("B-04").number, 4U);
  EXPECT_EQ(id_parts("R-WMARK-").number, 0U);
}

}  // namespace
}  // namespace bp::registry
