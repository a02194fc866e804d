// SPDX-License-Identifier: MIT
#include "model/rules/node_order.h"

#include <gtest/gtest.h>

#include "model/rules/zonelist_build.h"

namespace bp::rules {
namespace {

using Orders = std::vector<std::vector<unsigned>>;

std::vector<NumaNode> nodes_at(std::initializer_list<std::vector<int>> distances) {
  std::vector<NumaNode> nodes;
  for (const auto& row : distances) nodes.push_back({.distance = row});
  return nodes;
}

// R-ZONE-7: nearest first; among equals the lower id, ids below the local node paying 1.
TEST(NodeOrder, NearestFirst) {
  for (const Profile p : {Profile::v4_7, Profile::v7_1}) {
    EXPECT_EQ(node_orders(nodes_at({{10, 30, 20}, {30, 10, 20}, {20, 20, 10}}), p),
              (Orders{{0, 2, 1}, {1, 2, 0}, {2, 0, 1}}));
    EXPECT_EQ(node_orders(nodes_at({{10, 20}, {20, 10}}), p), (Orders{{0, 1}, {1, 0}}));
  }
}

// R-ZONE-7, R-ZONE-8: a recorded 4.7 machine of four nodes, as booted.
TEST(NodeOrder, LoadIsCarriedFromListToList) {
  const auto machine =
      nodes_at({{10, 20, 20, 40}, {20, 10, 30, 15}, {20, 30, 10, 15}, {40, 15, 15, 10}});
  EXPECT_EQ(node_orders(machine, Profile::v4_7),
            (Orders{{0, 1, 2, 3}, {1, 3, 0, 2}, {2, 3, 0, 1}, {3, 1, 2, 0}}));
}

// R-ZONE-8: 4.7 sets the load to what is left to place, later kernels raise it by one. When node 3
// has node 0 behind it, nodes 1 and 2 have been charged once each: by 3 and 2 in 4.7, by 1 later.
TEST(NodeOrder, LoadDiffersByProfile) {
  const auto machine =
      nodes_at({{10, 20, 20, 20}, {20, 10, 30, 30}, {20, 30, 10, 30}, {20, 30, 30, 10}});
  EXPECT_EQ(node_orders(machine, Profile::v4_7)[3], (std::vector<unsigned>{3, 0, 2, 1}));
  for (const Profile p : {Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12, Profile::v7_1}) {
    EXPECT_EQ(node_orders(machine, p)[3], (std::vector<unsigned>{3, 0, 1, 2}));
  }
}

// C-3, W-2: CPUs of a node push it back by one unit of distance, where they are known by then.
TEST(NodeOrder, NodeWithCpusComesLater) {
  auto machine = nodes_at({{10, 20, 20}, {20, 10, 20}, {20, 20, 10}});
  machine[1].cpus = true;
  EXPECT_EQ(node_orders(machine, Profile::v6_1_lts192)[0], (std::vector<unsigned>{0, 2, 1}));
}

TEST(NodeOrder, NodesWithoutMemoryAreLeftOut) {
  auto machine = nodes_at({{10, 20, 20}, {20, 10, 20}, {20, 20, 10}});
  machine[1].memory = false;
  EXPECT_EQ(node_orders(machine, Profile::v7_1), (Orders{{0, 2}, {2, 0}, {2, 0}}));
}

// R-ZONE-9.
TEST(NodeOrder, WithoutNumaUpwardsAndRound) {
  EXPECT_EQ(uma_node_order(2, 4), (std::vector<unsigned>{2, 3, 0, 1}));
}

const std::vector<ZonePlace> kZones{{0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 2}};

// R-ZONE-4, R-ZONE-5.
TEST(ZonelistBuild, ByNodeEachFromItsHighestZoneDown) {
  EXPECT_EQ(build_zonelist(std::vector<unsigned>{1, 0, 2}, kZones, ZonelistOrder::node),
            (std::vector<ZonePlace>{{1, 2}, {1, 1}, {0, 1}, {0, 0}, {2, 2}}));
}

// R-ZONE-6.
TEST(ZonelistBuild, ByZoneEachThroughAllNodes) {
  EXPECT_EQ(build_zonelist(std::vector<unsigned>{1, 0, 2}, kZones, ZonelistOrder::zone),
            (std::vector<ZonePlace>{{1, 2}, {2, 2}, {1, 1}, {0, 1}, {0, 0}}));
}

// R-ZONE-10.
TEST(ZonelistBuild, NofallbackHasTheLocalNodeOnly) {
  EXPECT_EQ(build_zonelist(std::vector<unsigned>{1}, kZones, ZonelistOrder::node),
            (std::vector<ZonePlace>{{1, 2}, {1, 1}}));
}

}  // namespace
}  // namespace bp::rules
