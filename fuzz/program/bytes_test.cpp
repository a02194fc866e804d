// SPDX-License-Identifier: MIT
#include "fuzz/program/bytes.h"

#include <gtest/gtest.h>

#include "fuzz/program/codec_bugs.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/mutate.h"
#include "fuzz/program/text.h"

namespace bp {
namespace {

Program decoded(std::span<const std::uint8_t> bytes) {
  Program p;
  decode(bytes, p);
  return p;
}

std::vector<std::uint8_t> encoded(const Program& p) {
  std::vector<std::uint8_t> bytes;
  encode(p, bytes);
  return bytes;
}

Program random_with_schedule(std::uint64_t seed, std::size_t ops) {
  Rng rng(seed);
  Program p = random_program(rng, ops);
  if (rng.one_in(2)) p.execution_hash = rng.next();
  while (rng.one_in(2)) p.schedule.push_back(static_cast<std::uint8_t>(rng.next()));
  return p;
}

void expect_legal(const Program& p) {
  const auto fault = first_fault(p);
  ASSERT_FALSE(fault) << fault->what << "\n" << print_text(p);
}

TEST(Bytes, RandomProgramsComeBackAsTheyWere) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const Program p = random_with_schedule(seed, 64);
    ASSERT_EQ(decoded(encoded(p)), p) << "seed " << seed;
  }
}

// Beyond the small bounds the prefix says so; the law is the same.
TEST(Bytes, LargeProgramsComeBackAsTheyWere) {
  const TextParse parsed = parse_text(
      "buddyproof 1\n"
      "machine profile=v6.1-lts192 era=E5 zones=DMA,DMA32 cpus=64 pageblock_order=9 "
      "min_free_kbytes=67584\n"
      "node 0 cpus=0-62 zone=DMA:1-0x1000 zone=DMA32:0x1000-0x100000 "
      "zone=NORMAL:0x200000-0x2400000 hole=0x200000-0x300000\n"
      "node 1 cpus=63 zone=NORMAL:0x100000-0x180000:1,2,3\n"
      "b0 = alloc cpu=63 order=10 gfp=GFP_KERNEL node=1 nodes=0x2\n");
  ASSERT_TRUE(parsed.program) << parsed.fault.what;
  Program p = *parsed.program;
  EXPECT_EQ(decoded(encoded(p)), p);
  for (std::uint32_t i = 0; i < 5000; ++i)
    p.ops.push_back(Op::free(0, i % 64, Order{i % 11}, i % 1024));
  EXPECT_EQ(decoded(encoded(p)), p);
}

TEST(Bytes, EveryTruncationIsALegalProgram) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto bytes = encoded(random_with_schedule(seed, 24));
    for (std::size_t n = 0; n <= bytes.size(); ++n)
      expect_legal(decoded(std::span(bytes).first(n)));
  }
}

TEST(Bytes, EveryChangedByteIsALegalProgram) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const auto bytes = encoded(random_with_schedule(seed, 10));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (unsigned value = 0; value < 256; ++value) {
        auto changed = bytes;
        changed[i] = static_cast<std::uint8_t>(value);
        expect_legal(decoded(changed));
      }
    }
  }
}

TEST(Bytes, RandomBytesAreLegalSmallPrograms) {
  Rng rng(1);
  for (int i = 0; i < 20000; ++i) {
    std::vector<std::uint8_t> bytes(rng.below(200));
    for (auto& b : bytes) b = static_cast<std::uint8_t>(rng.next());
    const Program p = decoded(bytes);
    expect_legal(p);
    ASSERT_EQ(decoded(encoded(p)), p);
    Pages spanned;
    for (const Node& n : p.machine.nodes) {
      for (const Zone& z : n.zones) spanned += z.frames.span();
    }
    ASSERT_LE(spanned, kSmallSpannedMax);
    ASSERT_LE(p.ops.size(), kSmallOpsMax);
  }
}

// The law that a planted fault of the decoder breaks.
TEST(Bytes, PlantedFaultsBreakTheRoundTrip) {
  for (unsigned b = 0; b < kCodecBugs; ++b) {
    const auto bug = CodecBug{static_cast<std::uint8_t>(b)};
    bool broken = false;
    for (std::uint64_t seed = 0; seed < 200 && !broken; ++seed) {
      const Program p = random_with_schedule(seed, 64);
      Program back;
      decode_with(bug, encoded(p), back);
      broken = back != p;
    }
    EXPECT_TRUE(broken) << codec_bug_name(bug);
  }
}

TEST(Mutate, ResultsAreLegalAndSmall) {
  Rng rng(7);
  Program p = random_program(rng, 32);
  for (int i = 0; i < 20000; ++i) {
    mutate(p, rng);
    expect_legal(p);
    ASSERT_LE(p.ops.size(), kMutatedOpsMax);
  }
}

TEST(Mutate, LargeInputsBecomeSmall) {
  Program p = random_with_schedule(3, 8);
  p.machine.nodes[0].zones.clear(), p.machine.nodes[0].holes.clear();
  p.machine.nodes[0].zones.push_back({ZoneType::normal, {Pfn{1 << 25}, Pfn{1 << 26}}, {}});
  Rng rng(1);
  mutate(p, rng);
  expect_legal(p);
}

TEST(Mutate, CrossedProgramsAreLegalAndHoldBoth) {
  bool both = false;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Program a = random_with_schedule(seed, 30);
    const Program b = random_with_schedule(seed + 1000, 30);
    Rng rng(seed);
    Program c;
    cross(a, b, rng, c);
    expect_legal(c);
    both = both || c.ops.size() > 20;
  }
  EXPECT_TRUE(both);
}

// A mutator that never touches a field leaves what depends on it unfuzzed.
TEST(Mutate, ReachesEveryField) {
  Rng rng(11);
  bool node = false, mask = false, offset = false, order10 = false, cpu = false, drain_all = false,
       census = false;
  bool schedule = false, profile[kProfiles] = {}, hole = false, marks = false, era[kEras] = {},
       nodes3 = false;
  Program p = random_program(rng, 32);
  for (int i = 0; i < 20000; ++i) {
    mutate(p, rng);
    if (i % 50 == 0) p = random_program(rng, 32);
    for (const Op& op : p.ops) {
      node = node || op.node > 0;
      mask = mask || op.nodemask > 1;
      offset = offset || op.offset > 0;
      cpu = cpu || (op.cpu > 0 && op.cpu != kAllCpus);
      order10 = order10 || (op.kind == OpKind::alloc && op.order == Order{10});
      drain_all = drain_all || (op.kind == OpKind::drain && op.cpu == kAllCpus);
      census = census || op.kind == OpKind::census;
    }
    schedule = schedule || !p.schedule.empty();
    profile[static_cast<unsigned>(p.machine.profile)] = true;
    era[static_cast<unsigned>(p.machine.era)] = true;
    nodes3 = nodes3 || p.machine.nodes.size() >= 3;
    for (const Node& n : p.machine.nodes) {
      hole = hole || !n.holes.empty();
      for (const Zone& z : n.zones) marks = marks || z.marks.has_value();
    }
  }
  EXPECT_TRUE(node && mask && offset && cpu && order10 && drain_all && census && schedule && hole &&
              marks && nodes3);
  for (const bool seen : profile) EXPECT_TRUE(seen);
  for (const bool seen : era) EXPECT_TRUE(seen);
}

TEST(Mutate, BytesKeepWithinTheirRoom) {
  std::vector<std::uint8_t> data(4096);
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const auto bytes = encoded(random_with_schedule(seed, 64));
    const std::size_t max = seed % 3 == 0 ? bytes.size() : 4096;
    if (bytes.size() > max) continue;
    std::copy(bytes.begin(), bytes.end(), data.begin());
    const std::size_t size = mutate_bytes(data.data(), bytes.size(), max, seed);
    ASSERT_LE(size, max);
    expect_legal(decoded(std::span(data).first(size)));
    const std::size_t crossed =
        cross_bytes(bytes, std::span(data).first(size), std::span(data).last(max / 2), seed);
    ASSERT_LE(crossed, max / 2);
  }
}

}  // namespace
}  // namespace bp
