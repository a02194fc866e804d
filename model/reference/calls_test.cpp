// SPDX-License-Identifier: MIT
// What callers call (R-API): what each interface does to the mask and the node, what it gives, what
// it refuses, in every kernel.
#include "model/reference/calls.h"

#include <gtest/gtest.h>

#include "model/reference/rulebook.h"
#include "model/reference/test_kernel.h"

namespace bp::reference {
namespace {

using enum Profile;
constexpr Caller kCaller{};

/// i386: DMA, NORMAL, HIGHMEM, a pageblock or two of each.
TestMachine i386(Profile p) {
  TestMachine m(p);
  m.configured({ZoneType::dma, ZoneType::normal, ZoneType::highmem, ZoneType::movable});
  m.zone(ZoneType::dma, 0, 1024).free_all();
  m.zone(ZoneType::normal, 1024, 2048).free_all();
  m.zone(ZoneType::highmem, 2048, 3072).free_all();
  return m;
}

/// A node without memory, whose CPU is CPU 0, and two with some.
TestMachine memoryless_first(Profile p) {
  TestMachine m(p);
  m.cpus({0, 1, 2});
  m.zone(ZoneType::normal, 0, 0, 0);
  m.zone(ZoneType::normal, 1024, 2048, 1).free_all();
  m.zone(ZoneType::normal, 2048, 3072, 2).free_all();
  return m;
}

class Calls : public InKernel {};
INSTANTIATE_TEST_SUITE_P(Kernels, Calls, testing::ValuesIn(kEveryKernel), kernel_name);

// R-API-1, R-API-2
TEST_P(Calls, AllocPageIsOrder0) {
  Kernel one(i386(profile()));
  Kernel other(i386(profile()));
  EXPECT_EQ(alloc_page(*one, kCaller, kUnmovable).answer.head,
            alloc_pages(*other, kCaller, kUnmovable, 0).answer.head);
  EXPECT_EQ(one->save(), other->save());
}

// R-API-3, R-API-14
TEST_P(Calls, AnAddressNamesItsPage) {
  Kernel k(i386(profile()));
  const Called got = get_free_pages(*k, kCaller, kUnmovable, 3);
  ASSERT_NE(got.address, Address::none);
  EXPECT_EQ(page_of(*k, got.address), got.answer.head);
  EXPECT_EQ(page_address(*k, got.answer.head), got.address);
  EXPECT_EQ(static_cast<std::uint64_t>(got.address) % 4096, 0U);
  EXPECT_FALSE(got.fault);
  EXPECT_EQ(page_of(*k, Address{4096}), std::nullopt);
  EXPECT_EQ(page_address(*k, kNoPfn), Address::none);
}

// R-API-3, L-3
TEST_P(Calls, AnAddressOfHighmemIsAssertedAgainstInV4_7AndClearedLater) {
  Kernel k(i386(profile()));
  const Called got = get_free_page(*k, kCaller, kUnmovable | GfpFlag::highmem);
  ASSERT_NE(got.answer.head, kNoPfn);
  if (profile() == v4_7) {
    EXPECT_EQ(got.fault, CallFault::highmem);
    EXPECT_TRUE(k->is_highmem(got.answer.head));
    EXPECT_EQ(got.address, Address::none);
  } else {
    EXPECT_EQ(got.fault, std::nullopt);
    EXPECT_FALSE(k->is_highmem(got.answer.head));
    EXPECT_NE(got.address, Address::none);
  }
}

// R-API-4, R-API-6, L-16
TEST_P(Calls, ZeroedPagesAreZero) {
  Kernel k(i386(profile()));
  EXPECT_TRUE(get_zeroed_page(*k, kCaller, kUnmovable).answer.zeroed);
  EXPECT_NE(get_zeroed_page(*k, kCaller, kUnmovable).address, Address::none);
  EXPECT_FALSE(get_free_page(*k, kCaller, kUnmovable).answer.zeroed);
  EXPECT_TRUE(alloc_pages(*k, kCaller, kUnmovable | GfpFlag::zero, 4).answer.zeroed);
  EXPECT_TRUE(alloc_pages_exact(*k, kCaller, kUnmovable | GfpFlag::zero, 3).answer.zeroed);
}

// R-API-15
TEST_P(Calls, AFailureIsNoAddress) {
  TestMachine m(profile());
  m.zone(0, 1024);
  Kernel k(m);
  const Called got = get_zeroed_page(*k, kCaller, kUnmovable);
  EXPECT_EQ(got.address, Address::none);
  EXPECT_EQ(got.answer.head, kNoPfn);
  EXPECT_FALSE(got.answer.zeroed);
}

// R-API-5, L-1: with HIGHMEM the zone bits contradict each other where they are not cleared.
TEST_P(Calls, DmaPagesComeFromDma) {
  Kernel k(i386(profile()));
  EXPECT_LT(get_dma_pages(*k, kCaller, kUnmovable, 2).answer.head, 1024_pfn);
  EXPECT_LT(get_dma_pages(*k, kCaller, kUnmovable | GfpFlag::highmem, 2).answer.head, 1024_pfn);
}

// R-API-7, R-ZONE-14
TEST_P(Calls, NoNodeIsTheNearestWithMemory) {
  Kernel k(memoryless_first(profile()));
  EXPECT_EQ(k->nearest_node_with_memory(0), 1u);
  EXPECT_EQ(k->nearest_node_with_memory(2), 2u);
  const Gfp here = kUnmovable | GfpFlag::thisnode;
  EXPECT_GE(alloc_pages_node(*k, kCaller, -1, here, 0).answer.head, 1024_pfn);
  EXPECT_EQ(alloc_pages_node_raw(*k, kCaller, 0, here, 0).answer.head, kNoPfn) << "L-11";
  const Caller on_2{.cpu = 2};
  const Pfn got = alloc_pages_node(*k, on_2, -1, here, 0).answer.head;
  EXPECT_GE(got, 2048_pfn);
  EXPECT_NE(got, kNoPfn);
}

// R-API-8
TEST_P(Calls, ANodeMustExist) {
  TestMachine m = memoryless_first(profile());
  m.nodes()[2].present = false;
  Kernel k(m);
  const KernelState before = k->save();
  EXPECT_EQ(alloc_pages_node_raw(*k, kCaller, 3, kUnmovable, 0).fault, CallFault::no_such_node);
  EXPECT_EQ(alloc_pages_node_raw(*k, kCaller, -1, kUnmovable, 0).fault, CallFault::no_such_node);
  EXPECT_EQ(k->save(), before);
  EXPECT_EQ(alloc_pages_node_raw(*k, kCaller, 2, kUnmovable, 0).fault, CallFault::offline_node);
}

// R-API-9
TEST_P(Calls, ANodemaskRestrictsTheNodes) {
  Kernel k(memoryless_first(profile()));
  const Pfn got = alloc_pages_nodemask(*k, kCaller, 1, 4, kUnmovable, 0).answer.head;
  EXPECT_GE(got, 2048_pfn);
  EXPECT_NE(got, kNoPfn);
  EXPECT_EQ(alloc_pages_nodemask(*k, kCaller, 1, 1, kUnmovable, 0).answer.head, kNoPfn);
}

// R-API-10, W-9
TEST_P(Calls, AllocPagesCurrentFollowsThePolicy) {
  const auto node_of = [&](PolicyMode mode, unsigned nodes, Gfp g, Task t) {
    TestMachine m(profile());
    m.cpus({0, 1});
    m.zone(ZoneType::normal, 0, 1024, 0).free_all();
    m.zone(ZoneType::normal, 1024, 2048, 1).free_all();
    m.config().policy = mode;
    m.config().policy_nodes = nodes;
    Kernel k(m);
    return alloc_pages_current(*k, {.task = t}, g, 0).answer.head < 1024_pfn ? 0 : 1;
  };
  EXPECT_EQ(node_of(PolicyMode::none, 2, kUnmovable, {}), 0);
  EXPECT_EQ(node_of(PolicyMode::preferred, 2, kUnmovable, {}), 1);
  EXPECT_EQ(node_of(PolicyMode::bind, 2, kUnmovable, {}), 1);
  EXPECT_EQ(node_of(PolicyMode::interleave, 2, kUnmovable, {}), 1);
  EXPECT_EQ(node_of(PolicyMode::bind, 2, kUnmovable, {.in_interrupt = true}), 0);
  EXPECT_EQ(node_of(PolicyMode::bind, 2, kUnmovable | GfpFlag::thisnode, {}), 0);
}

TEST_P(Calls, InterleaveGoesRound) {
  TestMachine m(profile());
  m.cpus({0, 1});
  m.zone(ZoneType::normal, 0, 1024, 0).free_all();
  m.zone(ZoneType::normal, 1024, 2048, 1).free_all();
  m.config().policy = PolicyMode::interleave;
  m.config().policy_nodes = 3;
  Kernel k(m);
  for (const bool second : {true, false, true, false}) {
    EXPECT_EQ(alloc_pages_current(*k, kCaller, kUnmovable, 0).answer.head >= 1024_pfn, second);
  }
}

// R-API-11: somebody else holds a reference.
TEST_P(Calls, ABlockHeldElsewhereLosesItsTailsFrom5_15) {
  Kernel k(i386(profile()));
  const Pfn head = alloc_pages(*k, kCaller, kUnmovable, 2).answer.head;
  k->get(head);
  const std::int64_t before = k.in(0, 1).nr_free_pages();
  EXPECT_EQ(free_pages_raw(*k, kCaller, head, 2), std::nullopt);
  k->drain_all(0);
  EXPECT_TRUE(k->is_allocated(head));
  EXPECT_EQ(k.in(0, 1).nr_free_pages(), before + (profile() == v4_7 ? 0 : 3));
  EXPECT_EQ(k->allocated_order(head), profile() == v4_7 ? Order{2} : Order{0});
}

// R-API-12
TEST_P(Calls, AddressesAreGivenBack) {
  Kernel k(i386(profile()));
  const Called got = get_free_pages(*k, kCaller, kUnmovable, 5);
  EXPECT_EQ(free_pages(*k, kCaller, Address::none, 5), std::nullopt);
  EXPECT_TRUE(k->is_allocated(got.answer.head));
  EXPECT_EQ(free_pages(*k, kCaller, got.address, 5), std::nullopt);
  EXPECT_FALSE(k->is_allocated(got.answer.head));
  EXPECT_EQ(free_page(*k, kCaller, Address{1}), CallFault::not_an_address);
}

// R-API-13, R-BUDDY-18
TEST_P(Calls, WhatIsNotTheCallersIsNotTaken) {
  Kernel k(i386(profile()));
  const Pfn head = alloc_pages(*k, kCaller, kUnmovable, 3).answer.head;
  const KernelState before = k->save();
  EXPECT_EQ(free_pages_raw(*k, kCaller, head, 2), CallFault::wrong_order);
  EXPECT_EQ(free_pages_raw(*k, kCaller, head + Pages{1}, 0), CallFault::not_allocated);
  EXPECT_EQ(free_page_raw(*k, kCaller, Pfn{1} /*free*/), CallFault::not_allocated);
  EXPECT_EQ(free_page_raw(*k, kCaller, kNoPfn), CallFault::not_allocated);
  EXPECT_EQ(k->save(), before);
  EXPECT_EQ(free_pages_raw(*k, kCaller, head, 3), std::nullopt);
  EXPECT_EQ(free_pages_raw(*k, kCaller, head, 3), CallFault::not_allocated) << "double free";
}

// R-BUDDY-17
TEST_P(Calls, PagesOfASplitBlockAreFreedOneByOne) {
  Kernel k(i386(profile()));
  const std::int64_t before = k.in(0, 1).nr_free_pages();
  const Pfn head = alloc_pages(*k, kCaller, kUnmovable, 3).answer.head;
  EXPECT_EQ(split_page(*k, head, 2), CallFault::wrong_order);
  EXPECT_EQ(split_page(*k, head, 3), std::nullopt);
  EXPECT_EQ(free_pages_raw(*k, kCaller, head, 3), CallFault::wrong_order);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(free_page_raw(*k, kCaller, head + Pages{i}), std::nullopt) << i;
  k->drain_all(0);
  EXPECT_EQ(k.nr_free_pages(), before);
}

// W-6, W-7
TEST_P(Calls, BulksAndExactSizesGiveSinglePages) {
  Kernel k(i386(profile()));
  std::vector<Pfn> pages(5, kNoPfn);
  EXPECT_EQ(alloc_pages_bulk(*k, kCaller, kUnmovable, pages), 5u);
  for (const Pfn p : pages) EXPECT_EQ(free_page_raw(*k, kCaller, p), std::nullopt);
  const Called got = alloc_pages_exact(*k, kCaller, kUnmovable, 5);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(free_page_raw(*k, kCaller, got.answer.head + Pages{i}), std::nullopt);
  EXPECT_FALSE(k->is_allocated(got.answer.head + Pages{5}));
}

// Every interface runs in an environment.
TEST_P(Calls, AllOfThemGoThroughTheSlowPath) {
  TestMachine m(profile());
  m.zone(0, 1024).marks(16, 32, 48);
  Environment env;
  env.replies = {{.to = Asked::reclaim, .progress = 64}};
  for (unsigned i = 0; i < 64; ++i) env.replies[0].frees.push_back(Pfn{i});
  const auto served = [&](auto&& call) {
    Kernel k(m);
    for (unsigned i = 0; i < 64; ++i) k->adopt(Pfn{i}, Order{0}, 1, false);
    return call(*k, Caller{.environment = &env});
  };
  EXPECT_TRUE(served([](Reference& r, const Caller& c) {
    return get_zeroed_page(r, c, kGfpKernel).address != Address::none;
  }));
  EXPECT_TRUE(served([](Reference& r, const Caller& c) {
    return alloc_pages_exact(r, c, kGfpKernel, 3).answer.trace.size() > 2;
  }));
  EXPECT_TRUE(served([](Reference& r, const Caller& c) {
    std::vector<Pfn> pages(3, kNoPfn);
    return alloc_pages_bulk(r, c, kGfpKernel, pages) == 1;
  }));
}

}  // namespace
}  // namespace bp::reference
