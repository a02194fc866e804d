// SPDX-License-Identifier: MIT
// Each invariant holds on a good state, and each has a state that breaks it and nothing before it.
#include "model/invariants/invariants.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace bp {
namespace {

/// DMA32 [0, 64) and NORMAL [64, 1000) with a hole [500, 510); one block is allocated: 8 pages
/// at 64.
struct World {
  Machine machine;
  rules::Layout layout;
  FrameSet taken;
  std::vector<Pages> allocated{Pages{0}, Pages{8}};
  std::vector<CensusBlock> blocks;
  std::vector<ZoneCounters> counters;

  World() {
    machine.zones.dma32 = true;
    machine.pageblock_order = Order{4};
    machine.pcp_high = 4;
    machine.nodes.push_back({});
    machine.nodes[0].cpu_end = 1;
    machine.nodes[0].zones.push_back({ZoneType::dma32, {Pfn{0}, Pfn{64}}, {}});
    machine.nodes[0].zones.push_back({ZoneType::normal, {Pfn{64}, Pfn{1000}}, {}});
    machine.nodes[0].holes.push_back({Pfn{500}, Pfn{510}});
    layout = rules::lay_out(machine);
    taken.reset(layout);
    taken.add_range(1, {Pfn{500}, Pfn{510}});
    taken.add(1, Pfn{64}, Order{3});
    fill(0, Pfn{0}, Pfn{64});
    fill(1, Pfn{72}, Pfn{500});
    fill(1, Pfn{510}, Pfn{1000});
    to_pcp(Pfn{72});
    count();
  }

  /// The largest aligned blocks of [p, end).
  void fill(unsigned, Pfn p, Pfn end) {
    while (p < end) {
      Order o{kOrderMax};
      while (!is_aligned(p, o) || p + pages_in(o) > end) --o;
      blocks.push_back({p, o, kOnBuddy});
      p += pages_in(o);
    }
  }

  CensusBlock& at(Pfn head) {
    for (CensusBlock& b : blocks) {
      if (b.head == head) return b;
    }
    throw std::logic_error("no such block");
  }

  /// The first page of the block goes to CPU 0's list, the rest stays free.
  void to_pcp(Pfn head) {
    const Order o = at(head).order;
    at(head) = {head, Order{0}, 0};
    fill(1, head + Pages{1}, head + pages_in(o));
  }

  void count() {
    counters.assign(2, {});
    for (const CensusBlock& b : blocks) {
      ZoneCounters& c = counters[*rules::zone_of(layout, b.head)];
      (b.cpu == kOnBuddy ? c.free : c.on_pcp) += pages_in(b.order);
    }
  }

  Snapshot snapshot() const {
    Snapshot s;
    s.take({&machine, &layout, &taken, allocated, counters, true, true}, blocks);
    return s;
  }
};

std::string first_broken(const World& w) {
  for (const Invariant& i : invariants()) {
    if (i.first_fault(w.snapshot())) return std::string(i.id);
  }
  return "none";
}

TEST(Invariants, AllHoldOnAGoodState) { EXPECT_EQ(first_broken(World{}), "none"); }

void split(World& w, Pfn head) {
  CensusBlock& b = w.at(head);
  --b.order;
  w.blocks.push_back({head + pages_in(b.order), b.order, b.cpu});
}

/// For each invariant a change that breaks it.
const std::map<std::string, std::function<void(World&)>> kBreakers = {
    {"I-7", [](World& w) { w.at(Pfn{128}).head = Pfn{129}; }},
    {"I-1", [](World& w) { w.blocks.push_back({Pfn{66}, Order{0}, kOnBuddy}); }},
    {"I-4", [](World& w) { w.counters[1].free += Pages{1}; }},
    {"I-2",
     [](World& w) {
       std::erase_if(w.blocks, [](const CensusBlock& b) { return b.head == Pfn{128}; }), w.count();
     }},
    {"I-8",
     [](World& w) {
       split(w, Pfn{128}), split(w, Pfn{128}), split(w, Pfn{128}), split(w, Pfn{128});
     }},
    {"I-9", [](World& w) { split(w, Pfn{128}); }},
    {"I-10", [](World& w) { w.at(Pfn{80}).cpu = 0, w.count(); }},
};

TEST(Invariants, EachHasAStateThatBreaksIt) {
  for (const Invariant& i : invariants()) {
    const auto breaker = kBreakers.find(std::string(i.id));
    ASSERT_NE(breaker, kBreakers.end()) << i.id << " has never been seen to fire";
    World w;
    breaker->second(w);
    EXPECT_EQ(first_broken(w), i.id);
    EXPECT_FALSE(i.first_fault(w.snapshot())->seen.empty());
  }
}

TEST(Invariants, ShapeIsCheckedInEveryPart) {
  const std::function<void(World&)> breakers[] = {
      [](World& w) { w.blocks[0].order = Order{11}; },
      [](World& w) { w.blocks.push_back({Pfn{1000}, Order{0}, kOnBuddy}); },
      [](World& w) { w.at(Pfn{0}).order = Order{7}; },
      [](World& w) { w.at(Pfn{72}).cpu = 1; },
  };
  for (const auto& breaker : breakers) {
    World w;
    breaker(w);
    EXPECT_EQ(first_broken(w), "I-7");
  }
}

// E2: halves of one parent in two zones, or with a hole between them, stay apart.
TEST(Invariants, BlocksOfTwoZonesDoNotMerge) {
  World w;
  EXPECT_EQ(w.at(Pfn{0}).order, Order{6});  // [0, 64) and [64, 128) would be one block of order 7.
  w.taken.remove(1, Pfn{64}, Order{3});
  w.allocated[1] = Pages{0};
  std::erase_if(w.blocks,
                [](const CensusBlock& b) { return Pfn{64} <= b.head && b.head < Pfn{128}; });
  w.fill(1, Pfn{64}, Pfn{128});
  w.count();
  EXPECT_EQ(first_broken(w), "none");
}

// A block twice in a census is two owners, even of the same kind.
TEST(Invariants, ABlockIsShownOnce) {
  World w;
  w.blocks.push_back(w.at(Pfn{128}));
  EXPECT_EQ(first_broken(w), "I-1");
}

TEST(FrameSet, CountsClearAlignedBlocks) {
  const World w;
  EXPECT_EQ(w.taken.clear_blocks(0, Order{6}, Pages{9}), Pages{1});
  EXPECT_EQ(w.taken.clear_blocks(0, Order{7}, Pages{9}), Pages{0});
  EXPECT_EQ(w.taken.clear_blocks(1, Order{3}, Pages{1000}), Pages{114});
  EXPECT_GE(w.taken.clear_blocks(1, Order{3}, Pages{9}), Pages{9});
  EXPECT_EQ(w.taken.clear_blocks(1, Order{9}, Pages{9}), Pages{0});
  EXPECT_EQ(w.taken.clear_blocks(1, Order{8}, Pages{9}), Pages{1});  // [512, 768)
}

}  // namespace
}  // namespace bp
