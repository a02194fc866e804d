// SPDX-License-Identifier: MIT
// Nodes: the task's memory policy (R-API-10, W-9), whose zonelist an attempt uses and when a node
// mask is dropped (R-SLOW-5, R-SLOW-33, W-10). Two nodes with a CPU each.
#include <gtest/gtest.h>

#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

constexpr ZoneType kDma32 = ZoneType::dma32, kNormal = ZoneType::normal;

class Policy : public InKernel {
 protected:
  /// Node n has NORMAL from 0x1000 * (n + 1) on; so many nodes.
  TestMachine machine(unsigned nodes, PolicyMode mode, unsigned mask) const {
    TestMachine m(profile());
    m.cpus({0, 1});
    for (unsigned n = 0; n < nodes; ++n) {
      const std::uint64_t begin = 0x1000 * (n + 1);
      m.zone(kNormal, begin, begin + 0x1000, n).free_all();
    }
    m.config().policy = mode;
    m.config().policy_nodes = mask;
    return m;
  }
  static unsigned node_of(Pfn p) {
    return static_cast<unsigned>(static_cast<std::uint64_t>(p) >> 12) - 1;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Policy, testing::ValuesIn(kEveryKernel), kernel_name);

// R-API-10, W-9: PREFERRED is the list of its first node, without a mask.
TEST_P(Policy, Preferred) {
  Kernel k(machine(3, PolicyMode::preferred, 0b110));
  EXPECT_EQ(node_of(k.alloc(kMovable, 10)), 1U);
  while (node_of(k.alloc(kMovable, 10)) == 1) continue;
  EXPECT_EQ(node_of(k.alloc(kMovable, 10)), 0U);
}

// R-API-10, W-9: BIND allows its nodes alone, in the order of the CPU's own list.
TEST_P(Policy, Bind) {
  Kernel k(machine(3, PolicyMode::bind, 0b110));
  std::vector<unsigned> nodes;
  for (unsigned i = 0; i < 8; ++i) nodes.push_back(node_of(k.alloc(kMovable, 10)));
  EXPECT_EQ(nodes, (std::vector<unsigned>{1, 1, 1, 1, 2, 2, 2, 2}));
  EXPECT_EQ(k.alloc(kMovable, 10), kNoPfn);
}

// W-9: BIND is for requests that may reach the highest zone of any node: not for DMA32 ones.
TEST_P(Policy, BindIsForTheHighestZone) {
  TestMachine m(profile());
  m.x86_64().cpus({0, 1}).zone(kDma32, 0x1000, 0x2000, 0).free_all();
  m.zone(kNormal, 0x2000, 0x3000, 1).free_all();
  m.config().policy = PolicyMode::bind;
  m.config().policy_nodes = 0b10;
  Kernel k(m);
  EXPECT_EQ(k.alloc(kMovable), 0x2000_pfn);
  EXPECT_EQ(k.alloc(kMovable | GfpFlag::dma32), 0x1000_pfn);
}

// R-API-10, W-9: INTERLEAVE goes from node to node.
TEST_P(Policy, Interleave) {
  Kernel k(machine(4, PolicyMode::interleave, 0b1101));
  std::vector<unsigned> nodes;
  for (unsigned i = 0; i < 4; ++i) nodes.push_back(node_of(k.alloc(kMovable)));
  EXPECT_EQ(nodes, (std::vector<unsigned>{2, 3, 0, 2}));
}

// W-9: PREFERRED_MANY tries its nodes, and then all.
TEST_P(Policy, PreferredMany) {
  Kernel k(machine(3, PolicyMode::preferred_many, 0b100));
  std::vector<unsigned> nodes;
  for (unsigned i = 0; i < 5; ++i) nodes.push_back(node_of(k.alloc(kMovable, 10)));
  EXPECT_EQ(nodes, (std::vector<unsigned>{2, 2, 2, 2, 0}));
}

// R-API-10, W-9: LOCAL is the CPU's node.
TEST_P(Policy, Local) {
  Kernel k(machine(2, PolicyMode::local, 0b1));
  EXPECT_EQ(node_of(k->alloc({.cpu = 1, .gfp = kMovable}).head), 1U);
}

// R-API-10, W-9: interrupts, THISNODE and a call that names its node have no policy.
TEST_P(Policy, OfNobody) {
  Kernel k(machine(2, PolicyMode::bind, 0b10));
  EXPECT_EQ(node_of(k->alloc({.gfp = kMovable, .task = {.in_interrupt = true}}).head), 0U);
  EXPECT_EQ(node_of(k.alloc(kMovable | GfpFlag::thisnode)), 0U);
  EXPECT_EQ(node_of(k.alloc_on(0, kMovable)), 0U);
  EXPECT_EQ(node_of(k.alloc(kMovable)), 1U);
}

/// Bound to node 1, which has nothing left; node 0 is below its low mark and above its min mark.
Pfn bound_to_empty_node(Profile p, Gfp g, Task task = {}) {
  TestMachine m(p);
  m.cpus({0, 1}).zone(kNormal, 0x1000, 0x2000, 0).free_range(0x1000, 0x1100).marks(10, 900, 999);
  m.zone(kNormal, 0x2000, 0x3000, 1).marks(10, 900, 999);
  m.config().policy = PolicyMode::bind;
  m.config().policy_nodes = 0b10;
  return Kernel(m)->alloc({.gfp = g, .task = task}).head;
}

// W-10, R-SLOW-30, R-SLOW-33, R-AF-1, R-AF-4, B-23: the mask holds for the first slow attempt; the
// second one drops it for who is freed of the cpuset (ATOMIC up to 5.15, HIGH since) or may use
// reserves. 4.7 has no such attempt and keeps it (R-SLOW-5).
TEST_P(Policy, MaskIsDroppedForUrgentRequests) {
  const bool drops = is_since_5_15(profile());
  EXPECT_EQ(bound_to_empty_node(profile(), kGfpKernel), kNoPfn);
  EXPECT_EQ(bound_to_empty_node(profile(), kGfpNowait), kNoPfn);
  EXPECT_EQ(bound_to_empty_node(profile(), gfp_atomic(profile())) != kNoPfn, drops);
  EXPECT_EQ(bound_to_empty_node(profile(), kGfpNowait | GfpFlag::high) != kNoPfn,
            is_since_6_1(profile()));
  EXPECT_EQ(bound_to_empty_node(profile(), kGfpNowait | GfpFlag::memalloc) != kNoPfn, drops);
  EXPECT_EQ(bound_to_empty_node(profile(), kGfpKernel, {.oom_victim = true}) != kNoPfn, drops);
}

// R-SLOW-30, W-10: where the mask leaves no zone at all, even they get nothing.
TEST_P(Policy, MaskWithoutAZone) {
  TestMachine m = machine(2, PolicyMode::bind, 0b100);
  EXPECT_EQ(Kernel(m).alloc(kMovable | kGfpNowait | GfpFlag::memalloc), kNoPfn);
}

/// CPU 0 asks node 1 for a page; both nodes are between their min and low marks.
Pfn asked_of_node_1(Profile p, Gfp g, bool node_0_has = true) {
  TestMachine m(p);
  m.cpus({0, 1}).zone(kNormal, 0x1000, 0x2000, 0).marks(10, 900, 999);
  if (node_0_has) m.free_range(0x1000, 0x1100);
  m.zone(kNormal, 0x2000, 0x3000, 1).free_range(0x2000, 0x2100).marks(10, 900, 999);
  return Kernel(m).alloc_on(1, g);
}

// R-SLOW-5, B-29: in 4.7 who may use reserves or is freed of the cpuset goes to the CPU's own node,
// whichever node was asked for.
TEST_P(Policy, UrgentRequestsGoHomeIn4_7) {
  const bool home = profile() == Profile::v4_7;
  const auto is_home = [](Pfn p) { return p < 0x2000_pfn; };
  EXPECT_FALSE(is_home(asked_of_node_1(profile(), kGfpKernel)));
  EXPECT_FALSE(is_home(asked_of_node_1(profile(), kGfpNowait | GfpFlag::high)));
  EXPECT_EQ(is_home(asked_of_node_1(profile(), gfp_atomic(profile()))), home);
  EXPECT_EQ(is_home(asked_of_node_1(profile(), kGfpNowait | GfpFlag::memalloc)), home);
}

}  // namespace
}  // namespace bp::reference
