// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>  // Before ours: it declares functions that are called check.

#include "fuzz/program/bytes.h"
#include "fuzz/program/bytes_format.h"
#include "fuzz/program/codec_bugs.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/test_holes.h"
#include "fuzz/program/text.h"
#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes encoded(const Program& p) {
  Bytes out;
  encode(p, out);
  return out;
}

Program decoded(const Bytes& bytes) {
  Program out;
  decode(bytes, out);
  return out;
}

bool has_magic(const Bytes& bytes) {
  const auto& magic = bytes::kMagic;
  return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

/// Legal, within the bounds of its prefix, and the same after one more walk through the bytes.
void expect_decodes_well(const Bytes& bytes) {
  const Program p = decoded(bytes);
  const auto fault = first_fault(p);
  ASSERT_FALSE(fault) << fault->what << '\n' << print_text(p);
  ASSERT_TRUE(has_magic(bytes) || is_small(p)) << print_text(p);
  ASSERT_TRUE(holes_lie_inside_zones(p.machine)) << print_text(p);
  ASSERT_EQ(decoded(encoded(p)), p) << print_text(p);
}

Program random_with_schedule(std::uint64_t seed, std::size_t ops) {
  Rng rng(seed);
  Program p = random_program(rng, ops);
  p.execution_hash = rng.one_in(2) ? rng() : 0;
  for (unsigned n = rng.below(12); n > 0; --n) {
    p.schedule.push_back(static_cast<std::uint8_t>(rng.below(rng.one_in(2) ? 2 : 256)));
  }
  return p;
}

Bytes random_bytes(Rng& rng, std::size_t size) {
  Bytes bytes(size);
  for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(rng());
  return bytes;
}

/// Fields at their bounds, nodes out of order of their frames, holes at both ends of a zone.
constexpr std::string_view kExtremes =
    "buddyproof 1\n"
    "machine profile=v4.7 era=E5 zones=DMA,DMA32,HIGHMEM,DEVICE cpus=64 pageblock_order=1 "
    "min_free_kbytes=67108864 watermark_scale_factor=3000 "
    "lowmem_reserve_ratio=4294967295,0,255,254,1,2 pcp_high=65535 pcp_batch=65535\n"
    "node 0 cpus=0-61 distance=0,255,10 zone=NORMAL:0xffffff0000-0x10000000000:0,7,67108864 "
    "hole=0xffffff0000-0xffffff0001 hole=0xfffffffffe-0x10000000000\n"
    "node 1 cpus=none distance=1,2,3 zone=DMA:0x80-0xc0 zone=MOVABLE:0x1f000-0x1f001\n"
    "node 2 cpus=62-63 zone=HIGHMEM:1-0x41:5,5,5 zone=MOVABLE:0x42-0x80 hole=1-0x40 "
    "hole=0x40-0x41\n"
    "b0 = alloc cpu=63 order=10 gfp=GFP_KERNEL node=2 nodes=0x7\n"
    "b1 = alloc cpu=0 order=8 gfp=0\n"
    "free b0 cpu=63 order=9 offset=1023\n"
    "free b0 cpu=63\n"
    "free b0 cpu=1 order=10 offset=1\n"
    "drain cpu=63\n"
    "schedule 0xffffffffffffffff 255 0 0\n";

Program from_text(std::string_view text) {
  const TextParse parse = parse_text(text);
  EXPECT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  return parse.program.value_or(Program{});
}

RC_GTEST_PROP(Bytes, RoundTripRandomPrograms, (std::uint64_t seed, std::uint8_t size)) {
  const Program p = random_with_schedule(seed, size);
  RC_ASSERT(!first_fault(p));
  RC_ASSERT(decoded(encoded(p)) == p);
}

RC_GTEST_PROP(Bytes, AnyBytesAreALegalSmallProgram, (Bytes bytes)) {
  const Program p = decoded(bytes);
  RC_ASSERT(!first_fault(p));
  RC_ASSERT(is_small(p));
  RC_ASSERT(decoded(encoded(p)) == p);
}

TEST(Bytes, TheFormatIsWhatItWas) {
  const Program p = from_text(
      "buddyproof 1\n"
      "machine profile=v6.1-lts192 zones=DMA cpus=2 pageblock_order=9 min_free_kbytes=300\n"
      "node 0 cpus=0-1 zone=DMA:1-0x40 zone=NORMAL:0x40-0x1040:1,2,70 hole=3-5\n"
      "b0 = alloc cpu=1 order=3 gfp=GFP_KERNEL nodes=0x1\n"
      "free b0 cpu=0 order=2 offset=257\n"
      "free b0 cpu=1\n"
      "free b0 cpu=1\n"
      "drain cpu=all\n"
      "census\n"
      "schedule 0x102 7\n");
  const Bytes expected = {
      2,                                          // version
      1,    0,    1,    0, 0xff, 0xac, 2,         // v6.1, no option, DMA, order 9, 300 kB
      0,    2,    0x05,                           // one node, two CPUs, DMA and NORMAL
      1,    192,  1,    0,                        // one frame on, 64 - 1 frames, no marks
      0,    63,   1,    1, 1,    0xff, 68,        // right behind it, 4096 frames, marks
      1,    2,    0,    1,                        // one hole, two frames on, two frames
      6,    0,    0,    0,                        // six operations
      0x30, 1,    0x80, 1, 0xc0, 0x0c, 0,  0,     // alloc
      0x28, 0,    0,    0, 0,    1,    1,  0xf0,  // free, explicit
      0x38, 1,    0,    0, 0,    0,    0,  0,     // free of the live handle
      0x38, 1,    0,    0, 0,    0,    0,  0x0f,  // free of a dead handle
      0x0e, 0xff, 0,    0, 0,    0,    0,  0,     // drain
      0x0f, 0,    0,    0, 0,    0,    0,  0,     // census
      2,    1,    0,    0, 0,    0,    0,  0,    7};
  EXPECT_EQ(encoded(p), expected);
  EXPECT_EQ(decoded(expected), p);
}

TEST(Bytes, CallsHaveTheirRecords) {
  const Program p = from_text(
      "buddyproof 2\n"
      "machine profile=v7.1 zones=DMA cpus=2 pageblock_order=9 min_free_kbytes=0\n"
      "node 0 cpus=0-1 zone=NORMAL:0-0x1000\n"
      "task cpu=1 is=noio policy=bind nodes=0x1\n"
      "b0 = alloc_pages_exact cpu=1 pages=1000 gfp=GFP_KERNEL\n"
      "b1 = alloc_pages_bulk cpu=0 pages=2 gfp=GFP_KERNEL\n"
      "b3 = alloc_pages_node cpu=0 order=2 gfp=GFP_KERNEL node=0\n"
      "get b2\n"
      "split b3\n"
      "free_pages b3 cpu=1 offset=2\n");
  const Bytes bytes = encoded(p);
  const Bytes records(bytes.end() - 7 * 8, bytes.end());
  const Bytes expected = {0x07, 1,    2,    2,  1, 0, 0, 0,      // task: flags, policy, nodes
                          0x76, 0xc1, 0xe0, 10, 0, 0, 0, 0,      // 999 in 4, 4 and 2 bits
                          0x16, 0,    0,    11, 0, 0, 0, 0,      // 1
                          0x26, 0,    1,    4,  0, 0, 0, 0,      // node 0
                          0x0c, 0,    2,    0,  0, 0, 0, 0,      // the third live handle
                          0x2d, 0,    3,    0,  0, 0, 0, 0,      //
                          0x08, 0x41, 3,    0,  0, 2, 0, 0xf0};  // by address, at an offset
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const bool mask = i / 8 >= 1 && i / 8 <= 3 && i % 8 >= 4;
    if (!mask) {
      EXPECT_EQ(records[i], expected[i]) << "byte " << i;
    }
  }
  EXPECT_EQ(decoded(bytes), p);
}

// What a corpus of version 1 holds means what it meant: allocs and frees where there are calls now.
TEST(Bytes, VersionOneIsReadAsItWas) {
  Rng rng(7);
  for (int i = 0; i < 200; ++i) {
    Bytes bytes = encoded(random_program(rng, 60));
    if (has_magic(bytes) || bytes[0] == 3) continue;
    const Program now = decoded(bytes);
    bytes[0] = 1;
    const Program then = decoded(bytes);
    ASSERT_FALSE(first_fault(then));
    for (const Op& op : then.ops) ASSERT_FALSE(op.is_call());
    if (std::ranges::none_of(now.ops, &Op::is_call)) {
      ASSERT_EQ(then, now);
    }
  }
}

TEST(Bytes, ExtremesRoundTripBehindThePrefix) {
  const Program p = from_text(kExtremes);
  const Bytes bytes = encoded(p);
  EXPECT_TRUE(has_magic(bytes));
  EXPECT_EQ(decoded(bytes), p);
}

TEST(Bytes, ALongProgramRoundTripsBehindThePrefix) {
  Rng rng(7);
  Program p = random_with_schedule(7, 100);
  const Program step = p;
  std::uint32_t allocs = 0;
  for (const Op& op : step.ops) allocs += op.kind == OpKind::alloc ? 1U : 0U;
  for (std::uint32_t round = 1; round < 1000; ++round) {
    for (Op op : step.ops) {
      if (op.kind == OpKind::free) op.handle += rng.one_in(20) ? 0 : round * allocs;
      p.ops.push_back(op);
    }
  }
  p.schedule.assign(100000, 3);
  ASSERT_FALSE(first_fault(p));
  const Bytes bytes = encoded(p);
  EXPECT_TRUE(has_magic(bytes));
  EXPECT_EQ(decoded(bytes), p);
}

TEST(Bytes, TheLargestSmallProgramNeedsNoPrefix) {
  Program p = from_text(
      "buddyproof 1\nmachine profile=v4.7 cpus=1\nnode 0 cpus=0 "
      "zone=NORMAL:7-0x4007\n");
  p.ops.assign(kSmallOpsMax, Op::census());
  p.schedule.assign(kSmallChoicesMax, 0);
  EXPECT_FALSE(has_magic(encoded(p)));
  EXPECT_EQ(decoded(encoded(p)), p);
  for (const int beyond : {0, 1, 2}) {
    Program large = p;
    if (beyond == 0) large.machine.nodes[0].zones[0].frames.end += Pages{1};
    if (beyond == 1) large.ops.push_back(Op::census());
    if (beyond == 2) large.schedule.push_back(0);
    EXPECT_TRUE(has_magic(encoded(large)));
    EXPECT_EQ(decoded(encoded(large)), large);
  }
}

TEST(Bytes, NoBytesAreAProgram) {
  const Program p = decoded({});
  EXPECT_FALSE(first_fault(p));
  EXPECT_TRUE(p.ops.empty());
}

TEST(Bytes, AHoleIsCutOffWhereItsZoneEndsOrLeftOut) {
  Program p = from_text(
      "buddyproof 1\nmachine profile=v4.7 zones=DMA cpus=1\n"
      "node 0 cpus=0 zone=DMA:0-0x40 zone=NORMAL:0x80-0x100 hole=0x3e-0x40 hole=0x82-0x83\n");
  auto& holes = p.machine.nodes[0].holes;
  const Program sound = p;
  holes[0].end = Pfn{0x50};
  EXPECT_EQ(decoded(encoded(p)).machine.nodes[0].holes[0], sound.machine.nodes[0].holes[0]);
  holes[0] = {Pfn{0x50}, Pfn{0x81}};
  const Machine without = decoded(encoded(p)).machine;
  EXPECT_TRUE(holes_lie_inside_zones(without));
  ASSERT_EQ(without.nodes[0].holes.size(), 1U);
  EXPECT_FALSE(holes_lie_inside_zones(p.machine)) << "the check of this test sees such a hole";
}

TEST(Bytes, EveryTruncationAndEveryChangedByteDecodesWell) {
  std::vector<Bytes> inputs = {encoded(from_text(kExtremes))};
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    inputs.push_back(encoded(random_with_schedule(seed, 12)));
  }
  for (const Bytes& input : inputs) {
    for (std::size_t i = 0; i < input.size(); ++i) {
      expect_decodes_well({input.begin(), input.begin() + static_cast<std::ptrdiff_t>(i)});
      for (const unsigned value : {0U, 1U, 2U, 15U, 31U, 63U, 64U, 127U, 128U, 191U, 192U, 223U,
                                   224U, 240U, 254U, 255U, input[i] ^ 1U, input[i] ^ 16U}) {
        Bytes changed = input;
        changed[i] = static_cast<std::uint8_t>(value);
        expect_decodes_well(changed);
        if (HasFatalFailure()) FAIL() << "byte " << i << " set to " << value;
      }
    }
  }
}

TEST(Bytes, EveryValueOfEveryByteOfOneInputDecodesWell) {
  const Bytes input = encoded(random_with_schedule(8, 10));
  for (std::size_t i = 0; i < input.size(); ++i) {
    for (unsigned value = 0; value < 256; ++value) {
      Bytes changed = input;
      changed[i] = static_cast<std::uint8_t>(value);
      expect_decodes_well(changed);
      if (HasFatalFailure()) FAIL() << "byte " << i << " set to " << value;
    }
  }
}

TEST(Bytes, RandomBytesDecodeWellWithAndWithoutThePrefix) {
  Rng rng(1);
  for (int n = 0; n < 20000; ++n) {
    Bytes bytes = random_bytes(rng, rng.below(300));
    if (rng.one_in(4)) bytes.insert(bytes.begin(), bytes::kMagic.begin(), bytes::kMagic.end());
    if (rng.one_in(3)) {  // Dense with escapes: the long numbers.
      for (std::uint8_t& b : bytes) b = rng.one_in(2) ? 0xff : b;
    }
    expect_decodes_well(bytes);
    if (HasFatalFailure()) FAIL() << "round " << n;
  }
}

TEST(Bytes, AChangedByteOfARecordChangesOnlyThatOperation) {
  Program p = from_text(kExtremes);
  p.ops.assign(32, Op::alloc(0, Order{0}, {}));
  const Program before = p;
  Bytes bytes = encoded(p);
  const std::size_t tail = sizeof p.execution_hash + p.schedule.size();
  const std::size_t first = bytes.size() - tail - 32 * bytes::kRecordBytes;
  for (std::size_t i = 0; i < bytes::kRecordBytes; ++i) {
    Bytes changed = bytes;
    changed[first + 9 * bytes::kRecordBytes + i] ^= 0x15;
    const Program after = decoded(changed);
    EXPECT_EQ(after.machine, before.machine);
    EXPECT_EQ(after.schedule, before.schedule);
    for (std::size_t op = 0; op < 32; ++op) {
      if (op == 9) continue;
      EXPECT_EQ(after.ops[op], before.ops[op]) << "byte " << i;
    }
  }
}

// What decoding is for: noise must give machines and operations worth running.
TEST(Bytes, NoiseMakesUsefulPrograms) {
  Rng rng(3);
  constexpr int kRounds = 4000;
  int zones = 0, nodes = 0, cpus = 0, holes = 0, marks = 0, small_cpus = 0;
  std::size_t frees = 0, live_frees = 0, composites = 0, allocs = 0;
  for (int n = 0; n < kRounds; ++n) {
    const Program p = decoded(random_bytes(rng, 600));
    std::size_t zones_here = 0, holes_here = 0, marks_here = 0;
    for (const Node& node : p.machine.nodes) {
      zones_here += node.zones.size();
      holes_here += node.holes.size();
      for (const Zone& z : node.zones) marks_here += z.marks ? 1U : 0U;
    }
    zones += zones_here > 1;
    nodes += p.machine.nodes.size() > 1;
    cpus += p.machine.cpus > 1;
    small_cpus += p.machine.cpus <= 9;
    holes += holes_here > 0;
    marks += marks_here > 0;
    std::vector<std::size_t> freed;
    for (const Op& op : p.ops) {
      allocs += op.kind == OpKind::alloc ? 1U : 0U;
      freed.insert(freed.end(), op.defines(), 0);
      if (op.kind == OpKind::free) ++frees, live_frees += freed[op.handle]++ == 0;
      if (op.kind != OpKind::alloc) continue;
      for (const GfpComposite& c : gfp_composites()) {
        const auto raw = c.raw[static_cast<unsigned>(p.machine.era)];
        if (raw > 0 && gfp_encode(op.gfp, p.machine.era) == static_cast<std::uint64_t>(raw)) {
          ++composites;
          break;
        }
      }
    }
  }
  EXPECT_GT(zones, kRounds / 2);
  EXPECT_GT(nodes, kRounds / 2);
  EXPECT_GT(cpus, kRounds / 2);
  EXPECT_GT(small_cpus, kRounds * 9 / 10);
  EXPECT_GT(holes, kRounds / 10);
  EXPECT_LT(holes, kRounds * 2 / 3);
  EXPECT_GT(marks, kRounds / 10);
  EXPECT_GT(frees, allocs / 3);
  EXPECT_GT(live_frees, frees * 8 / 10);
  EXPECT_GT(composites, allocs / 4);
}

TEST(Bytes, DecodingAgainUsesTheSameMemory) {
  Program p;
  decode(encoded(random_with_schedule(1, 200)), p);
  const Op* const ops = p.ops.data();
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    decode(encoded(random_with_schedule(seed, 200)), p);
    EXPECT_EQ(p.ops.data(), ops);
    EXPECT_EQ(p, decoded(encoded(p))) << "nothing of the program before is left";
    EXPECT_EQ(p, random_with_schedule(seed, 200));
  }
}

TEST(CodecBugs, TheRoundTripCheckCatchesEach) {
  for (unsigned b = 0; b < kCodecBugs; ++b) {
    const CodecBug bug{static_cast<std::uint8_t>(b)};
    EXPECT_FALSE(round_trips_with(bug, from_text(kExtremes))) << codec_bug_name(bug);
    int caught = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      const Program p = random_with_schedule(seed, 40);
      ASSERT_EQ(decoded(encoded(p)), p);
      caught += round_trips_with(bug, p) ? 0 : 1;
    }
    EXPECT_GT(caught, 0) << codec_bug_name(bug) << " needs random programs that show it";
  }
}

TEST(CodecBugs, AFaultyDecoderIsStillTotal) {
  Rng rng(11);
  Program p;
  for (unsigned n = 0; n < 2000; ++n) {
    decode_with(CodecBug{static_cast<std::uint8_t>(n % kCodecBugs)}, random_bytes(rng, 200), p);
    EXPECT_FALSE(first_fault(p));
  }
}

}  // namespace
}  // namespace bp
