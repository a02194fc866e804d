// SPDX-License-Identifier: MIT
#include "model/rules/pcp_size.h"

#include <gtest/gtest.h>

namespace bp::rules {
namespace {

constexpr Profile kAll[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                            Profile::v7_1};

// R-CFG-14.
TEST(PcpSize, BatchVectors) {
  struct Vector {
    std::int64_t managed, v4_7, later;
  };
  for (const Vector& v : {Vector{4096, 1, 1}, Vector{16384, 3, 3}, Vector{65536, 15, 15},
                          Vector{262144, 31, 63}, Vector{1 << 24, 31, 63}}) {
    for (const Profile p : kAll) {
      EXPECT_EQ(pcp_size({.managed = Pages{v.managed}}, p).batch,
                Pages{p == Profile::v4_7 ? v.v4_7 : v.later})
          << v.managed;
    }
  }
}

// R-CFG-11: high is of the raw batch, 0 in a small zone though the batch becomes 1.
TEST(PcpSize, V4_7CountsInBatches) {
  EXPECT_EQ(pcp_size({.managed = Pages{4096}}, Profile::v4_7),
            (PcpSize{.high = Pages{0}, .batch = Pages{1}}));
  EXPECT_EQ(pcp_size({.managed = Pages{262144}, .low = Pages{9999}}, Profile::v4_7),
            (PcpSize{.high = Pages{186}, .batch = Pages{31}}));
}

// R-CFG-11: a stated fraction sets both, and the batch has bounds.
TEST(PcpSize, V4_7Fraction) {
  EXPECT_EQ(pcp_size({.managed = Pages{4000}, .fraction = 16}, Profile::v4_7),
            (PcpSize{.high = Pages{250}, .batch = Pages{62}}));
  EXPECT_EQ(pcp_size({.managed = Pages{80000}, .fraction = 8}, Profile::v4_7),
            (PcpSize{.high = Pages{10000}, .batch = Pages{96}}));
  EXPECT_EQ(pcp_size({.managed = Pages{16}, .fraction = 8}, Profile::v4_7),
            (PcpSize{.high = Pages{2}, .batch = Pages{1}}));
}

// R-CFG-12: the low mark, divided among the node's CPUs, at least four batches.
TEST(PcpSize, LowMarkIsDividedAmongCpus) {
  for (const Profile p : {Profile::v5_15, Profile::v6_1_lts192}) {
    const PcpQuery q{.managed = Pages{262144}, .low = Pages{3000}, .cpus = 2};
    EXPECT_EQ(pcp_size(q, p), (PcpSize{.high = Pages{1500}, .batch = Pages{63}}));
    EXPECT_EQ(pcp_size({.managed = Pages{262144}, .low = Pages{300}, .cpus = 2}, p).high,
              Pages{252});
    EXPECT_EQ(pcp_size({.managed = Pages{262144}, .low = Pages{300}, .cpus = 2, .fraction = 8}, p),
              (PcpSize{.high = Pages{16384}, .batch = Pages{63}}));
    EXPECT_EQ(pcp_size({.managed = Pages{262144}, .low = Pages{3000}, .cpus = 0}, p).high,
              Pages{3000});
  }
}

// R-CFG-13, C4: two bounds, which cross where the low mark is above an eighth of the zone.
TEST(PcpSize, BoundsOfTheTunedSize) {
  for (const Profile p : {Profile::v6_12, Profile::v7_1}) {
    const PcpQuery q{.managed = Pages{122537}, .low = Pages{856}, .cpus = 2};
    EXPECT_EQ(pcp_size(q, p),
              (PcpSize{.batch = Pages{31}, .high_min = Pages{428}, .high_max = Pages{7658}}));
    const PcpQuery crossed{.managed = Pages{80000}, .low = Pages{20000}, .cpus = 1};
    EXPECT_EQ(pcp_size(crossed, p).high_min, Pages{20000});
    EXPECT_EQ(pcp_size(crossed, p).high_max, Pages{10000});
    const PcpQuery stated{.managed = Pages{80000}, .low = Pages{20000}, .cpus = 2, .fraction = 10};
    EXPECT_EQ(pcp_size(stated, p).high_min, Pages{4000});
    EXPECT_EQ(pcp_size(stated, p).high_max, Pages{4000});
  }
}

}  // namespace
}  // namespace bp::rules
