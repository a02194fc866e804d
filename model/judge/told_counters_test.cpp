// SPDX-License-Identifier: MIT
// What a subject counts of the reserve, of CMA and of boosts: what no operation can do to it is
// refused, each thing by its rule.
#include "model/judge/told_counters.h"

#include <gtest/gtest.h>

namespace bp {
namespace {

/// A zone of 20 pageblocks, and one operation on it.
struct Change {
  Machine machine;
  rules::ZoneLayout zone;
  ZoneCounters before{Pages{5000}, Pages{0}, Pages{512}, Pages{300}, Pages{100}};
  ZoneCounters after = before;
  bool asks = false, served = false, leaves = false;

  explicit Change(Profile p) {
    machine.profile = p;
    machine.pageblock_order = Order{9};
    zone.type = ZoneType::normal;
    zone.frames = {Pfn{0}, Pfn{10'240}};
    zone.managed = Pages{10'240};
    zone.marks = {Pages{100}, Pages{200}, Pages{400}};
  }
  Change& request(bool with_block = true) { return asks = true, served = with_block, *this; }
  std::string rule() const {
    const ToldCounters told{.machine = machine,
                            .zone = zone,
                            .before = before,
                            .after = after,
                            .asks = asks,
                            .served = served,
                            .leaves = leaves};
    const auto refusal = told.first_fault();
    return refusal ? std::string(refusal->rule) : "";
  }
  std::string reserved(std::int64_t pages) { return after.reserved = Pages{pages}, rule(); }
  std::string cma(std::int64_t pages) { return after.free_cma = Pages{pages}, rule(); }
  std::string boost(std::int64_t pages) { return after.boost = Pages{pages}, rule(); }
};

constexpr Profile k6_1 = Profile::v6_1_lts192;

TEST(ToldCounters, WhatStaysIsAccepted) {
  EXPECT_EQ(Change(k6_1).rule(), "");
  EXPECT_EQ(Change(Profile::v7_1).rule(), "");
}

TEST(ToldCounters, TheReserveGrowsByAPageblockForARequest) {  // R-HA-1, R-HA-2, R-HA-3
  EXPECT_EQ(Change(k6_1).request().reserved(1024), "");
  Change first(k6_1);
  first.before.reserved = Pages{0};
  EXPECT_EQ(Change(first).request().reserved(512), "");
  EXPECT_EQ(Change(first).reserved(512), "R-HA-1");
  EXPECT_EQ(Change(first).request(false).reserved(512), "R-HA-1");
  EXPECT_EQ(Change(first).request().reserved(511), "R-HA-3");
  // 102 pages and a pageblock are the bound: below it there may be one more.
  first.before.reserved = Pages{613};
  EXPECT_EQ(Change(first).request().reserved(1125), "");
  first.before.reserved = Pages{614};
  EXPECT_EQ(Change(first).request().reserved(1126), "R-HA-2");
}

TEST(ToldCounters, TheReserveShrinksForARequest) {  // R-HA-4
  EXPECT_EQ(Change(k6_1).request(false).reserved(0), "");
  EXPECT_EQ(Change(k6_1).reserved(0), "R-HA-4");
  Change offline(k6_1);
  offline.leaves = true;
  EXPECT_EQ(offline.reserved(0), "") << "with its pageblock";
}

TEST(ToldCounters, WhatIsFreeOfTheReserveIsFree) {  // R-WMARK-17
  EXPECT_EQ(Change(Profile::v6_12).reserved(5000), "");
  EXPECT_EQ(Change(Profile::v6_12).reserved(5001), "R-WMARK-17");
}

TEST(ToldCounters, WhatIsFreeOfCmaIsFree) {  // R-CMA-2
  EXPECT_EQ(Change(k6_1).cma(5000), "");
  EXPECT_EQ(Change(k6_1).cma(5001), "R-CMA-2");
  EXPECT_EQ(Change(k6_1).cma(-1), "R-CMA-2");
}

TEST(ToldCounters, BoostsComeWithRequestsAndHaveABound) {  // R-MT-15
  EXPECT_EQ(Change(k6_1).request().boost(600), "");
  EXPECT_EQ(Change(k6_1).request().boost(601), "R-MT-15");
  EXPECT_EQ(Change(k6_1).boost(101), "R-MT-15");
  EXPECT_EQ(Change(k6_1).boost(0), "");
  EXPECT_EQ(Change(Profile::v4_7).rule(), "R-MT-15");
}

}  // namespace
}  // namespace bp
