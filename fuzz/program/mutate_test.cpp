// SPDX-License-Identifier: MIT
#include "fuzz/program/mutate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "fuzz/program/bytes.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/mutate_parts.h"
#include "fuzz/program/test_holes.h"
#include "fuzz/program/text.h"

namespace bp {
namespace {

using Bytes = std::vector<std::uint8_t>;

testing::AssertionResult legal_and_small(const Program& p) {
  if (const auto fault = first_fault(p)) {
    return testing::AssertionFailure() << fault->what << '\n' << print_text(p);
  }
  if (!is_small(p)) return testing::AssertionFailure() << "not small\n" << print_text(p);
  if (!holes_lie_inside_zones(p.machine)) {
    return testing::AssertionFailure() << "a hole lies outside its zone\n" << print_text(p);
  }
  Bytes bytes;
  encode(p, bytes);
  Program back;
  decode(bytes, back);
  if (back != p) return testing::AssertionFailure() << "does not round trip\n" << print_text(p);
  return testing::AssertionSuccess();
}

TEST(Mutate, StaysLegalAndSmallOverManyRounds) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Rng rng(seed);
    Program p = random_program(rng, rng.below(64));
    for (int round = 0; round < 100; ++round) {
      mutate(p, rng);
      ASSERT_TRUE(legal_and_small(p)) << "seed " << seed << " round " << round;
    }
  }
}

// Zones that a change pushes onto each other once made two holes of one, and nine of eight.
TEST(Mutate, KeepsManyHolesWithinTheirBound) {
  std::string node = "node 0 cpus=0 zone=DMA:0-0x40 zone=DMA32:0x40-0x80 zone=NORMAL:0x80-0x100";
  for (const char* hole : {"1-2", "3-4", "0x41-0x42", "0x43-0x44", "0x81-0x82", "0x83-0x84",
                           "0x85-0x86", "0x87-0x88"}) {
    node += std::string(" hole=") + hole;
  }
  const TextParse full = parse_text("buddyproof 1\nmachine profile=v4.7 cpus=1\n" + node + "\n");
  ASSERT_TRUE(full.program) << full.fault.what;
  for (std::uint64_t seed = 0; seed < 20000; ++seed) {
    Rng rng(seed);
    Program p = *full.program;
    mutate(p, rng);
    mutate(p, rng);
    ASSERT_TRUE(legal_and_small(p)) << "seed " << seed;
  }
}

TEST(Mutate, BringsALargeProgramIntoTheSmallBounds) {
  const TextParse large = parse_text(
      "buddyproof 1\nmachine profile=v4.7 cpus=64\n"
      "node 0 cpus=0-63 zone=NORMAL:0-0x1000000\n");
  ASSERT_TRUE(large.program);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Rng rng(seed);
    Program p = *large.program;
    p.ops.assign(5000, Op::alloc(63, Order{0}, {}));
    for (std::uint32_t h = 0; h < 5000; ++h) p.ops.push_back(Op::free(h, 1, Order{0}));
    p.schedule.assign(kSmallChoicesMax * 2, 1);
    mutate(p, rng);
    ASSERT_TRUE(legal_and_small(p)) << seed;
  }
}

TEST(Mutate, ASeedGivesTheSameResult) {
  Rng start(1);
  const Program p = random_program(start, 50);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Program a = p;
    Program b = p;
    Rng rng_a(seed);
    Rng rng_b(seed);
    mutate(a, rng_a);
    mutate(b, rng_b);
    EXPECT_EQ(a, b);
  }
}

/// Every field that a mutation can reach, and whether two programs differ in it.
std::map<std::string, bool> differences(const Program& a, const Program& b) {
  const Machine& m = a.machine;
  const Machine& n = b.machine;
  std::map<std::string, bool> d = {
      {"profile", m.profile != n.profile},
      {"era", m.era != n.era},
      {"zones", m.zones != n.zones},
      {"cpus", m.cpus != n.cpus},
      {"pageblock_order", m.pageblock_order != n.pageblock_order},
      {"min_free_kbytes", m.min_free_kbytes != n.min_free_kbytes},
      {"watermark_scale_factor", m.watermark_scale_factor != n.watermark_scale_factor},
      {"lowmem_reserve_ratio", m.lowmem_reserve_ratio != n.lowmem_reserve_ratio},
      {"pcp_high", m.pcp_high != n.pcp_high},
      {"pcp_batch", m.pcp_batch != n.pcp_batch},
      {"nodes", m.nodes.size() != n.nodes.size()},
      {"highatomic", m.highatomic != n.highatomic},
      {"cma", m.cma != n.cma},
      {"schedule", a.schedule != b.schedule},
      {"execution_hash", a.execution_hash != b.execution_hash},
      {"more ops", a.ops.size() < b.ops.size()},
      {"fewer ops", a.ops.size() > b.ops.size()}};
  for (std::size_t i = 0; i < std::min(m.nodes.size(), n.nodes.size()); ++i) {
    const Node& x = m.nodes[i];
    const Node& y = n.nodes[i];
    d["node cpus"] |= x.cpu_begin != y.cpu_begin || x.cpu_end != y.cpu_end;
    d["holes"] |= x.holes != y.holes;
    d["distance"] |= x.distance != y.distance;
    d["nr zones"] |= x.zones.size() != y.zones.size();
    for (std::size_t z = 0; z < std::min(x.zones.size(), y.zones.size()); ++z) {
      d["zone begin"] |= x.zones[z].frames.begin != y.zones[z].frames.begin;
      d["zone end"] |= x.zones[z].frames.end != y.zones[z].frames.end;
      d["marks"] |= x.zones[z].marks != y.zones[z].marks;
    }
  }
  if (a.ops.size() != b.ops.size()) return d;
  for (std::size_t i = 0; i < a.ops.size(); ++i) {
    const Op& x = a.ops[i];
    const Op& y = b.ops[i];
    d["op kind"] |= x.kind != y.kind;
    if (x.kind != y.kind) continue;
    if (x.is_range()) {
      d["range"] |= !(x.range == y.range);
      continue;
    }
    static constexpr std::array kKinds = {"alloc ", "free ",  "drain ",  "",      "task ",
                                          "get ",   "split ", "answer ", "world "};
    const std::string kind = kKinds[static_cast<unsigned>(x.kind)];
    const bool named = x.kind == OpKind::get || x.kind == OpKind::split;
    if (named) d[kind + "handle"] |= x.handle != y.handle;
    if (named || x.kind == OpKind::census) continue;
    if (x.kind == OpKind::answer) d["answer"] |= !(x.answer == y.answer);
    if (x.kind == OpKind::answer) d["answer handle"] |= x.handle != y.handle;
    if (x.kind == OpKind::world) d["world"] |= !(x.world == y.world);
    if (x.kind == OpKind::world) d["forbidden"] |= x.gfp != y.gfp;
    if (x.is_environment()) continue;
    d[kind + "cpu"] |= x.cpu != y.cpu;
    if (x.kind == OpKind::task) d["task"] |= !(x.task == y.task);
    if (x.kind == OpKind::drain || x.kind == OpKind::task) continue;
    d[kind + "order"] |= x.order != y.order;
    if (x.kind == OpKind::alloc) d["call"] |= x.call != y.call;
    if (x.kind == OpKind::alloc) d["pages"] |= x.pages != y.pages;
    if (x.kind == OpKind::free) d["by address"] |= x.by_address != y.by_address;
    if (x.kind == OpKind::alloc) d["gfp"] |= x.gfp != y.gfp;
    if (x.kind == OpKind::alloc) d["node"] |= x.node != y.node;
    if (x.kind == OpKind::alloc) d["nodemask"] |= x.nodemask != y.nodemask;
    if (x.kind == OpKind::free) d["handle"] |= x.handle != y.handle;
    if (x.kind == OpKind::free) d["offset"] |= x.offset != y.offset;
  }
  return d;
}

TEST(Mutate, ReachesEveryField) {
  std::map<std::string, int> reached;
  for (std::uint64_t seed = 0; seed < 12000; ++seed) {
    Rng rng(seed);
    Program p = random_program(rng, 40);
    p.execution_hash = 7;
    const Program before = p;
    mutate(p, rng);
    for (const auto& [field, differs] : differences(before, p)) reached[field] += differs ? 1 : 0;
  }
  EXPECT_EQ(reached.size(), 47U) << "every field is compared";
  for (const auto& [field, times] : reached) EXPECT_GE(times, 20) << field;
}

TEST(Mutate, FreesKeepNamingTheirAlloc) {
  std::vector<Op> ops = {Op::alloc(0, Order{0}, {}), Op::alloc(0, Order{1}, {}),
                         Op::alloc(0, Order{2}, {}), Op::free(2, 0, Order{2}),
                         Op::free(0, 0, Order{0})};
  tag_handles(ops, 0);
  ops.erase(ops.begin() + 1);  // Handle 1 goes; 2 becomes 1.
  ops.push_back(ops[1]);       // The copy of the alloc of order 2 ...
  ops.push_back(ops[2]);       // ... is what the copied free names.
  renumber_handles(ops);
  const std::vector<Op> expected = {Op::alloc(0, Order{0}, {}), Op::alloc(0, Order{2}, {}),
                                    Op::free(1, 0, Order{2}),   Op::free(0, 0, Order{0}),
                                    Op::alloc(0, Order{2}, {}), Op::free(2, 0, Order{2})};
  EXPECT_EQ(ops, expected);
  tag_handles(ops, 0);
  ops.erase(ops.begin());  // A free without its alloc goes too.
  renumber_handles(ops);
  EXPECT_EQ(ops.size(), 4U);
}

TEST(Cross, IsLegalAndTakesFromBoth) {
  int both = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Rng rng(seed);
    Program a = random_program(rng, 40);
    Program b = random_program(rng, 40);
    const Gfp mark_a = GfpFlag::dma | GfpFlag::dma32;
    const Gfp mark_b = GfpFlag::dma | GfpFlag::dma32 | GfpFlag::movable;
    for (Op& op : a.ops) op.gfp = op.kind == OpKind::alloc ? mark_a : Gfp{};
    for (Op& op : b.ops) op.gfp = op.kind == OpKind::alloc ? mark_b : Gfp{};
    a.schedule.assign(rng.below(9), 1);
    b.schedule.assign(rng.below(9), 2);
    Program out;
    cross(a, b, out, rng);
    ASSERT_TRUE(legal_and_small(out)) << seed;
    EXPECT_TRUE(out.machine == a.machine || out.machine == b.machine);
    const auto has = [&](Gfp mark) {
      return std::ranges::any_of(out.ops, [&](const Op& op) { return op.gfp == mark; });
    };
    both += has(mark_a) && has(mark_b) ? 1 : 0;
  }
  EXPECT_GT(both, 350);
}

TEST(MutateBytes, KeepsToTheSizeAndIsDeterministic) {
  Rng rng(4);
  for (int n = 0; n < 3000; ++n) {
    const std::size_t max_size = rng.below(500);
    Bytes bytes(500);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(rng());
    Bytes again = bytes;
    const std::size_t size = rng.below(max_size + 1);
    const std::uint64_t seed = rng();
    const std::size_t after = mutate_bytes(bytes.data(), size, max_size, seed);
    ASSERT_LE(after, max_size);
    ASSERT_EQ(mutate_bytes(again.data(), size, max_size, seed), after);
    bytes.resize(after);
    again.resize(after);
    ASSERT_EQ(bytes, again);
    Program p;
    decode(bytes, p);
    ASSERT_TRUE(legal_and_small(p));
  }
}

TEST(MutateBytes, CrossesWithinTheSize) {
  Rng rng(6);
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Bytes a;
    Bytes b;
    encode(random_program(rng, rng.below(60)), a);
    encode(random_program(rng, rng.below(60)), b);
    const std::size_t max_size = rng.below(800);
    Bytes out(max_size + 1, 0xa5);
    const std::size_t size = cross_bytes(a, b, out.data(), max_size, seed);
    ASSERT_LE(size, max_size);
    ASSERT_EQ(out[max_size], 0xa5) << "nothing is written beyond";
    Program p;
    decode({out.data(), size}, p);
    ASSERT_TRUE(legal_and_small(p));
  }
}

}  // namespace
}  // namespace bp
