// SPDX-License-Identifier: MIT
// Ranges, CMA areas and the reserve in programs: in text, in bytes, and where they are wrong.
#include <gtest/gtest.h>

#include <set>

#include "fuzz/program/bytes.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/mutate.h"
#include "fuzz/program/text.h"

namespace bp {
namespace {

const std::string kHead =
    "buddyproof 3\n"
    "machine profile=v6.1-lts192 zones=DMA32 cpus=2 pageblock_order=9 min_free_kbytes=64";
const std::string kNodes =
    "\n"
    "node 0 cpus=0 zone=NORMAL:0x100-0x1000\n"
    "node 1 cpus=1 zone=NORMAL:0x1000-0x2100\n";
const std::string kCma =
    "cma 0x400-0x800\n"
    "cma 0x1000-0x2000\n";

Program round_trip(const Program& p) {
  std::vector<std::uint8_t> bytes;
  encode(p, bytes);
  Program back;
  decode(bytes, back);
  return back;
}

TEST(Types, EveryFormPrintsAsItIsRead) {
  const std::string text = kHead + " highatomic=1" + kNodes + kCma +
                           "isolate 0x400-0x600\n"
                           "unisolate 0x400-0x600\n"
                           "offline 0x200-0x400\n"
                           "online 0x200-0x400\n"
                           "b0 = range 0x400-0x800\n"
                           "free b1 cpu=0\n"
                           "free b0 cpu=1 order=3\n"
                           "b2 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n"
                           "isolate 0-0x2000\n"
                           "isolate 0xfffffffe00-0x10000000000\n"
                           "census\n";
  const TextParse parse = parse_text(text);
  ASSERT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  EXPECT_EQ(print_text(*parse.program), text);
  EXPECT_EQ(round_trip(*parse.program), *parse.program);
  EXPECT_EQ(parse.program->ops[5], Op::free(1, 0, kRangeOrder));
}

TEST(Types, WhatIsWrongIsNamed) {
  const auto fault = [](const std::string& lines) {
    return parse_text(kHead + kNodes + lines).fault.what;
  };
  EXPECT_EQ(fault("cma 0x400-0x500\n"), "a CMA area is not a multiple of 512 frames");
  EXPECT_EQ(fault("cma 0-0x200\n"), "a CMA area does not lie inside one zone");
  EXPECT_EQ(fault("cma 0xe00-0x1200\n"), "a CMA area does not lie inside one zone");
  EXPECT_EQ(fault("cma 0x400-0x800\ncma 0x600-0x800\n"),
            "CMA areas overlap or are not in ascending order");
  EXPECT_EQ(fault("cma 0x400-0x600 0\n"), "'0' follows where the line should end");
  EXPECT_EQ(fault("cma\n"), "a CMA area needs begin-end, not ''");
  EXPECT_EQ(fault("isolate 0x100-0x300\n"), "a range begins and ends at multiples of 512 frames");
  EXPECT_EQ(fault("isolate 0x200-0x4000\n"), "a range has at most 16 pageblocks of 512 frames");
  EXPECT_EQ(fault("isolate 0x400-0x200\n"), "a range ends before it starts");
  EXPECT_EQ(fault("b1 = range 0x200-0x400\n"),
            "expected b0: handles are numbered in the order of their allocs");
  EXPECT_EQ(fault("range 0x200-0x400\n").substr(0, 22), "'range' starts no line");
  EXPECT_EQ(parse_text(kHead + " highatomic=2" + kNodes).fault.what,
            "highatomic is 1 or not stated");
}

TEST(Types, EarlierVersionsHaveNone) {
  const auto fault = [](std::string text) {
    text[text.find('3')] = '2';
    return parse_text(text).fault.what;
  };
  EXPECT_EQ(fault(kHead + kNodes + "isolate 0x200-0x400\n"),
            "'isolate' is of version 3: begin with 'buddyproof 3'");
  EXPECT_EQ(fault(kHead + kNodes + "cma 0x200-0x400\n"),
            "'cma' is of version 3: begin with 'buddyproof 3'");
  EXPECT_EQ(fault(kHead + kNodes + "b0 = range 0x200-0x400\n"),
            "'range' is of version 3: begin with 'buddyproof 3'");
  EXPECT_EQ(fault(kHead + " highatomic=1" + kNodes),
            "highatomic is of version 3: begin with 'buddyproof 3'");
}

// What a corpus of version 2 holds means what it meant: allocs where there are ranges now.
TEST(Types, VersionTwoIsReadAsItWas) {
  const TextParse parse = parse_text(kHead + kNodes + "isolate 0x400-0x600\n");
  ASSERT_TRUE(parse.program);
  std::vector<std::uint8_t> bytes;
  encode(*parse.program, bytes);
  ASSERT_EQ(bytes[0], 3);
  bytes[0] = 2;
  Program then;
  decode(bytes, then);
  ASSERT_FALSE(first_fault(then));
  for (const Op& op : then.ops) EXPECT_FALSE(op.is_range());
}

// What is generated and mutated is legal, keeps its bytes, and does everything to ranges.
TEST(Types, GeneratedAndMutatedProgramsAreLegal) {
  Rng rng(5);
  std::set<RangeAction> seen;
  unsigned typed = 0, inside = 0, ranges = 0;
  for (int i = 0; i < 400; ++i) {
    Program p = random_program(rng, 80);
    for (int changes = 0; changes < 4; ++changes) mutate(p, rng);
    ASSERT_EQ(first_fault(p).value_or(ProgramFault{}).what, "");
    ASSERT_EQ(round_trip(p), p);
    const TextParse back = parse_text(print_text(p));
    ASSERT_TRUE(back.program) << back.fault.line << ": " << back.fault.what;
    ASSERT_EQ(*back.program, p);
    typed += p.machine.is_typed() ? 1U : 0U;
    for (const Op& op : p.ops) {
      if (!op.is_range()) continue;
      seen.insert(op.range.action);
      ++ranges;
      inside += zone_around(p.machine, {op.range.begin, op.range.end()}) != nullptr ? 1U : 0U;
    }
  }
  EXPECT_EQ(seen.size(), kRangeActions);
  EXPECT_GT(typed, 40U);
  EXPECT_GT(inside * 2, ranges);
}

}  // namespace
}  // namespace bp
