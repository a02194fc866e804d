// SPDX-License-Identifier: MIT
// What the four recorders write lands where it belongs, and a file that cannot be right is refused
// with its line.
#include "fuzz/kernel/recording.h"

#include <gtest/gtest.h>

#include "fuzz/kernel/check_file.h"
#include "fuzz/kernel/test_recording.h"

namespace bp::kernel {
namespace {

using namespace reference;
using testing::recording;
using testing::with;

/// nf lines 0..10, each saying that there is no block.
std::string no_blocks() {
  std::string out;
  for (unsigned o = 0; o < kOrders; ++o) out += "nf 0 0 " + std::to_string(o) + " 0\n";
  return out;
}

std::string batch_of(const std::string& dump, const std::string& rest = "@@RES\n") {
  return "@@BATCH 3\n@@S0\n" + dump + rest + "@@S1\n" + dump + "@@END\n";
}

constexpr std::string_view kZone =
    "zone 0 0 DMA managed 900 present 1000 spanned 1024 start 512 free 50 min 1 low 2 high 3 promo "
    "4 boost 5 hatomic 6 reserve 7 8\n";

std::string dump_4_7() {
  return "gl mobility_disabled 1 allowed_mask 3ffffff pageblock_order 9 migrate_types 6 nodes 1 "
         "zone_reclaim 0 local_node 0\n" +
         std::string(kZone) + "zx 0 0 batch 468 cma 17 isolate 2 flags 20 drift 0\n" + no_blocks() +
         "pcp 0 0 0 count 2 high 186 batch 31 ff 0 expire 3 diff -1 thr 6 bdiff -4 cdiff 9\n"
         "pl 0 0 0 1: 3f0/1 3f1/2\nzf 0 0 flags 20\npb 0 0: 200=-2 400=5\nzl 0 0: 0/0\n";
}

std::string dump_7_1() {
  return "cfg orders 11 pbo 9 types 6 cma 4 iso 5 pcplists 14 zones 4 nodes 2 nomobility 0 boostf "
         "15001 defrag 1 minfree 50468 cpu 0\n"
         "node 0 kswapd_idle 0 failures 3 zoneidx 1 order 10\n" +
         std::string(kZone) + "zx 0 0 cma 17 blocks 512 hafree 13 iso 2\n" + no_blocks() +
         "pcp 0 0 0 count 512 high 186 batch 31 ff 0 expire 3 diff -1 thr 6\n"
         "px 0 0 0 hmin 11 hmax 22 pflags 3 af 2 fc 40 cdiff -5 bdiff 512\n"
         "pl 0 0 0 13: 400/-1\nzf 0 0 flags 6\nlru 0 0: 300 301\npb 0 0: 200=4\nzl 0 0: 0/0\n";
}

Batch first_batch(const std::string& text) {
  Recording r(text, shape_of(text));
  Batch b;
  EXPECT_TRUE(r.next(b)) << r.fault().line << ": " << r.fault().what;
  return b;
}

std::int64_t part(const std::array<std::int64_t, kStats>& parts, Stat s) {
  return parts[static_cast<unsigned>(s)];
}

TEST(Recording, TheFirstDumpTellsTheKernel) {
  const std::string v7_1 = batch_of(dump_7_1());
  EXPECT_EQ(shape_of(batch_of(dump_4_7())).profile, Profile::v4_7);
  EXPECT_EQ(shape_of(v7_1).profile, Profile::v7_1);
  EXPECT_EQ(shape_of(with(v7_1, "pcplists 14", "pcplists 15")).profile, Profile::v5_15);
  EXPECT_EQ(shape_of(recording()).profile, Profile::v6_1_lts192);
  EXPECT_EQ(shape_of(with(recording(), "thr 8", "thr 8 af 0 hmin 1 hmax 2 flags 0")).profile,
            Profile::v6_12);
  EXPECT_EQ(shape_of(recording().substr(recording().find("zone"))).kind, FileKind::unknown);
  EXPECT_EQ(shape_of("@@S0\n" + dump_7_1() + "@@TRACE\n").kind, FileKind::organic);
}

TEST(Recording, NumbersOf4_7LandWhereTheyBelong) {
  const Batch b = first_batch(batch_of(dump_4_7(), "@@RES\nr 0 -1 0 0 400 0 0 1 0 0\n@@PM\n0\n"));
  const KernelState& s = b.before;
  EXPECT_TRUE(s.config.grouping_disabled);
  EXPECT_TRUE(s.config.cma);
  EXPECT_FALSE(s.config.thp);
  const ZoneState& z = s.zones.at(0);
  EXPECT_EQ(z.type, ZoneType::dma);
  EXPECT_EQ(z.numbers.managed, 900);
  EXPECT_EQ(z.numbers.start, 512);
  EXPECT_EQ(z.numbers.highatomic, 6);
  EXPECT_EQ(z.numbers.isolated, 2);
  EXPECT_EQ(z.numbers.flags, 1 << static_cast<unsigned>(ZoneFlag::fair_depleted));
  EXPECT_EQ(z.numbers.reserve[1], 8);
  EXPECT_EQ(part(z.numbers.stat, Stat::free), 50);
  EXPECT_EQ(part(z.numbers.stat, Stat::fair), 468);
  EXPECT_EQ(part(z.numbers.stat, Stat::cma), 17);
  EXPECT_EQ(part(z.pcp.at(0).numbers.diff, Stat::fair), -4);
  EXPECT_EQ(part(z.pcp[0].numbers.diff, Stat::cma), 9);
  EXPECT_EQ(z.pcp[0].lists[1], (std::vector<PcpBlock>{{Pfn{0x3f0}, Migratetype::movable},
                                                      {Pfn{0x3f1}, Migratetype::reclaimable}}));
  EXPECT_EQ(z.pageblocks, (std::vector<PageblockRun>{{Pfn{0x200}, std::nullopt},
                                                     {Pfn{0x400}, Migratetype::isolate}}));
  EXPECT_EQ(b.ops.at(0).kind, OpKind::put_extra);
  EXPECT_EQ(b.pfmemalloc, std::vector<std::uint32_t>{0});
}

TEST(Recording, NumbersOf7_1LandWhereTheyBelong) {
  const Batch b =
      first_batch(batch_of(dump_7_1(), "@@RES\nr 1 0 0 0 ffffffffffffffff 0 0 0 0 0\n"));
  const KernelState& s = b.before;
  EXPECT_TRUE(s.config.defrag_mode);
  EXPECT_EQ(s.config.boost_factor, 15001);
  EXPECT_EQ(s.config.min_free_kbytes, 50468);
  EXPECT_TRUE(s.nodes.at(0).kswapd_running);
  EXPECT_EQ(s.nodes[0].kswapd_failures, 3);
  EXPECT_EQ(s.nodes[0].kswapd_order, 10);
  const ZoneState& z = s.zones.at(0);
  EXPECT_EQ(part(z.numbers.stat, Stat::blocks), 512);
  EXPECT_EQ(z.numbers.free_highatomic, 13);
  EXPECT_EQ(z.numbers.flags, 6);  // RECLAIM_ACTIVE and BELOW_HIGH.
  const PcpNumbers& n = z.pcp.at(0).numbers;
  EXPECT_EQ(n.high_max, 22);
  EXPECT_EQ(n.alloc_factor, 2);
  EXPECT_EQ(n.free_count, 40);
  EXPECT_EQ(part(n.diff, Stat::blocks), 512);
  EXPECT_EQ(part(n.diff, Stat::cma), -5);
  EXPECT_EQ(z.pcp[0].lists[13], (std::vector<PcpBlock>{{Pfn{0x400}, std::nullopt}}));
  EXPECT_EQ(z.pageblocks.at(0).type, Migratetype::cma);
  EXPECT_EQ(z.lru.size(), 2U);
  EXPECT_EQ(b.ops.at(0).kind, OpKind::reclaim_active);
}

// C17: bit 0 is "boosted", bit 1 "reclaim active", and in v7.1 bit 2 "below high".
TEST(Recording, BitsOfAZonesFlagsAreTheSameInEveryKernelSince5_15) {
  const auto flags = [](const std::string& bits) {
    const std::string text = with(batch_of(dump_7_1()), "flags 6", "flags " + bits);
    return first_batch(text).before.zones.at(0).numbers.flags;
  };
  EXPECT_EQ(flags("1"), 1 << static_cast<unsigned>(ZoneFlag::boosted));
  EXPECT_EQ(flags("2"), 1 << static_cast<unsigned>(ZoneFlag::reclaim_active));
  EXPECT_EQ(flags("4"), 1 << static_cast<unsigned>(ZoneFlag::below_high));
  const std::string v6_1 = with(recording(), "zf 0 0 flags 0", "zf 0 0 flags 1");
  EXPECT_EQ(first_batch(v6_1).before.zones.at(0).numbers.flags,
            1 << static_cast<unsigned>(ZoneFlag::boosted));
}

TEST(Recording, NumbersOf6_1LandWhereTheyBelong) {
  std::string text = with(recording(), "rt 0", "rt 1 policy 3 polmask 1 ilprev 0 dist0:0 10");
  text = with(text, "types 5", "types 6");
  text = with(text, "iso 0 drift 0", "iso 3 drift 8 cma 77 cmadiff0 -2");
  text = with(text, "pb 0 0: 0=1", "pb 0 0: 0=4 200=5");
  text = with(text, "@@BATCH", "@@SET watermark_boost_factor 0\n@@BATCH");
  const Batch b = first_batch(text);
  EXPECT_EQ(b.number, 7);
  EXPECT_EQ(b.preparation, std::vector<std::string>{"@@SET watermark_boost_factor 0"});
  const Config& c = b.before.config;
  EXPECT_EQ(c.min_free_kbytes, 32);
  EXPECT_EQ(c.boost_factor, 0);
  EXPECT_EQ(c.policy, PolicyMode::interleave);
  EXPECT_EQ(c.policy_nodes, 1U);
  EXPECT_TRUE(c.realtime_task);
  EXPECT_EQ(c.zones, (std::vector<ZoneType>{ZoneType::normal, ZoneType::movable}));
  EXPECT_EQ(b.before.nodes.at(0).distance, std::vector<std::int64_t>{10});
  const ZoneState& z = b.before.zones.at(0);
  EXPECT_EQ(z.numbers.isolated, 3);
  EXPECT_EQ(part(z.numbers.stat, Stat::cma), 77);
  EXPECT_EQ(part(z.pcp.at(0).numbers.diff, Stat::cma), -2);
  EXPECT_EQ(z.pageblocks.at(0).type, Migratetype::cma);
  EXPECT_EQ(z.pageblocks.at(1).type, Migratetype::isolate);
  EXPECT_EQ(b.after.zones.at(0).pageblocks.at(0).type, Migratetype::movable);
  EXPECT_EQ(z.lists[10][1], (std::vector<Pfn>{Pfn{0}, Pfn{0x400}}));
}

TEST(Recording, TheFirst6_1FilesSayLess) {
  std::string text = recording();
  for (unsigned dump = 0; dump < 2; ++dump) {
    const std::size_t at = text.find("cfg ");
    text.erase(at, text.find('\n', at) + 1 - at);
  }
  text = with(text, "pb 0 0: 0=1", "pb 0 0: 0=1 200=4");
  const Batch b = first_batch(text);
  EXPECT_EQ(b.before.config.pageblock_order, 9U);
  EXPECT_EQ(b.before.zones.at(0).pageblocks.at(1).type, Migratetype::isolate);
  EXPECT_FALSE(b.marks_results);
}

TEST(Recording, ArgumentsOfALineAreRead) {
  RecordedOp op;
  EXPECT_EQ(
      read_op("u 0 1 2a28 40896 ffffffffffffffff 0 0 0 2 0 n=63 r=61 c=1", Recorder::v6_1, op), "");
  EXPECT_EQ(op.kind, OpKind::bulk);
  EXPECT_EQ(op.node, 1);
  EXPECT_EQ(op.gfp, 0x2a28U);
  EXPECT_EQ(op.slot, 40896U);
  EXPECT_EQ(op.argument, 63);
  EXPECT_EQ(op.result, 61);
  EXPECT_EQ(op.cpu, 1);
  EXPECT_EQ(read_op("i 3 0 0 50001 9b80 1 0 1 0 0 r=8 z=1 t=1", Recorder::v6_1, op), "");
  EXPECT_EQ(op.kind, OpKind::take);
  EXPECT_EQ(op.zone_argument, 1);
  EXPECT_EQ(op.type_argument, 1);
  EXPECT_EQ(op.argument, 0);
  EXPECT_EQ(read_op("d 2 0 0 0 ffffffffffffffff 0 0 0 0 0", Recorder::v6_1, op), "");
  EXPECT_EQ(op.kind, OpKind::drain_zone);
}

/// Of a file that is refused before anything is replayed.
void expect_fault(const std::string& text, std::string_view part) {
  const FileCheck c = check_text("small.txt", text, {}, {});
  EXPECT_NE(c.fault.find(part), std::string::npos) << "got: " << c.fault;
  EXPECT_EQ(c.fault.substr(0, 10), "small.txt:") << c.fault;
  EXPECT_EQ(c.fault.find('\n'), std::string::npos) << c.fault;
}

TEST(Recording, CutShortAnywhereItIsRefused) {
  const std::string text = recording();
  const std::size_t first_dump = text.find("zf 0 0");  // Before that it is not even recognised.
  for (std::size_t end = text.find('\n', first_dump); end + 1 < text.size();
       end = text.find('\n', end + 1)) {
    expect_fault(text.substr(0, end + 1), "");
  }
  expect_fault(text.substr(0, text.find("@@RES")), "cut short inside @@S0");
  expect_fault(text.substr(0, text.find("@@S1")), "cut short inside @@RES");
  expect_fault(text.substr(0, text.find("@@END")), "cut short inside @@S1");
  expect_fault(text + "@@BATCH 8\n", "cut short before the first dump");
}

TEST(Recording, ALineThatCannotBeRightIsRefusedWithItsNumber) {
  const std::string text = recording();
  expect_fault(with(text, "zf 0 0", "zg 0 0"), "small.txt:20: 'zg' is no line of a dump");
  expect_fault(with(text, "lru 0 0:\n", "\n"), "small.txt:21: an empty line");
  expect_fault(with(text, "Normal", "Nirvana"), "small.txt:6: 'Nirvana' is no zone");
  expect_fault(with(text, "pcplists 14", "pcplists 13"),
               "small.txt:5: 13 per-CPU lists; v6.1-lts192 has 14");
  expect_fault(with(text, "free 2048", "free 20z8"), "small.txt:6: '20z8' is not a number");
  expect_fault(with(text, "free 2048", "free 2048000000000000000"), "is too big a number");
  expect_fault(with(text, "free 2048", "fire 2048"), "expected 'free' and found 'fire'");
  expect_fault(with(text, "1: 0 400", "1: 0 fffff000000000000000"),
               "small.txt:7: 'fffff000000000000000' is too big");
  expect_fault(with(text, "1: 0 400", "1: 0 10000000000"),
               "small.txt:7: pfn 10000000000 is 2^40 or above");
  expect_fault(with(text, "fl 0 0 10 1", "fl 0 0 11 1"), "small.txt:7: '11' is not within 0..10");
  expect_fault(with(text, "fl 0 0 10 1", "fl 0 0 10 5"),
               "small.txt:7: 5 is no migratetype: there are 5");
  expect_fault(with(text, "fl 0 0 10 1", "fl 0 1 10 1"),
               "small.txt:7: zone 1 of node 0 has no 'zone' line");
  expect_fault(with(text, "1: 0 400\n", "1: 0\nfl 0 0 10 1: 400\n"),
               "small.txt:8: this free list stands here twice");
  expect_fault(with(text, "zf 0 0", "pl 0 0 0 14: 0/1\nzf 0 0"), "'14:' is not within 0..13");
  expect_fault(with(text, "zf 0 0", "pl 0 0 1 1: 0/1\nzf 0 0"), "CPU 1 has no 'pcp' line");
  expect_fault(with(text, "zone 0 1 Movable", "zone 0 0 Normal"),
               "zones stand by node, then by index");
  expect_fault(with(text, "thr 8", "thr 8 more"), "'more' is left over");
  expect_fault(with(text, "cpus 1", "cpus 2"), "the dump lacks a pcp line of each CPU");
  expect_fault(with(text, "cpus 1", "cpus 65"), "'65' is not within 1..64");
  expect_fault(with(text, "nf 0 0 4 0\n", ""), "the dump lacks an nf line of each order: zone 0");
  expect_fault(with(text, "pb 0 0: 0=1\n", ""), "the dump lacks its pb line");
  expect_fault(with(text, "zl 0 0: 0/0\n", ""), "the dump has no zonelist of node 0");
  expect_fault(with(text, "a 0 -1 808", "A 0 -1 808"), "small.txt:27: 'A' is no operation");
  expect_fault(with(text, "a 0 -1 808", "a 0 -1 ggg"), "small.txt:27: 'ggg' is not a number");
  expect_fault(with(text, "a 0 -1 808", "a 0 -1 808000000"),
               "small.txt:27: mask 808000000 has more");
  expect_fault(with(text, "a 0 -1 808 0 0 0 0 1 0 0", "a 0 -1 808 0 0 0"), "a number is missing");
  expect_fault(with(text, "1 0 0\n", "1 0 0 x=5\n"), "'x=5' is no argument");
  expect_fault(with(text, "@@RES", "@@PM"), "'@@PM' where @@RES belongs");
  expect_fault(with(text, "@@BATCH 7", "@@BATCH seven"), "small.txt:1: 'seven' is not a number");
}

}  // namespace
}  // namespace bp::kernel
