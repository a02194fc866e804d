// SPDX-License-Identifier: MIT
// Answers and worlds as operations: in text, in bytes, and where they are wrong.
#include <gtest/gtest.h>

#include "fuzz/program/bytes.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/mutate.h"
#include "fuzz/program/text.h"

namespace bp {
namespace {

const std::string kTwoNodes =
    "buddyproof 2\n"
    "machine profile=v6.1-lts192 zones=DMA32 cpus=2 pageblock_order=9 min_free_kbytes=64\n"
    "node 0 cpus=0 zone=NORMAL:0-0x400\n"
    "node 1 cpus=1 zone=NORMAL:0x400-0x800\n"
    "b0 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n"
    "b1 = alloc cpu=0 order=0 gfp=GFP_KERNEL\n";

TEST(Environment, EveryFormPrintsAsItIsRead) {
  const std::string text = kTwoNodes +
                           "task cpu=0 is=realtime mems=0x2\n"
                           "world is=cpusets,zone_reclaim,no_compaction,compaction_helps,suspended,"
                           "writeback reclaimable=32 dirty=0x1 without=__GFP_IO|__GFP_FS\n"
                           "answer kswapd progress=1 frees=b0\n"
                           "answer compaction result=partial-skipped frees=b0 count=2\n"
                           "answer reclaim progress=255\n"
                           "answer killer is=busy\n"
                           "answer killer progress=1 frees=b1\n"
                           "answer node-reclaim result=some\n"
                           "answer cpuset mems=0x1\n"
                           "answer fault progress=1\n"
                           "world\n";
  const TextParse parse = parse_text(text);
  ASSERT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  EXPECT_EQ(print_text(*parse.program), text);
  std::vector<std::uint8_t> bytes;
  encode(*parse.program, bytes);
  Program back;
  decode(bytes, back);
  EXPECT_EQ(back, *parse.program);
}

TEST(Environment, WhatIsWrongIsNamed) {
  const auto fault = [](const std::string& line) {
    return parse_text(kTwoNodes + line).fault.what;
  };
  EXPECT_EQ(fault("answer reclaim result=some"),
            "'result' is no key of this answer: progress, frees, count");
  EXPECT_EQ(fault("answer compaction"), "this answer needs result");
  EXPECT_EQ(fault("answer nobody"),
            "'nobody' answers nothing: kswapd, compaction, reclaim, killer, node-reclaim, cpuset, "
            "fault");
  EXPECT_EQ(fault("answer reclaim frees=b2"), "no earlier alloc defines 'b2'");
  EXPECT_EQ(fault("answer reclaim frees=b1 count=2"),
            "the last of the blocks given back is not defined yet");
  EXPECT_EQ(fault("answer reclaim count=2"), "count= goes with frees=");
  EXPECT_EQ(fault("answer killer is=busy progress=1"),
            "a busy killer makes no progress for this request");
  EXPECT_EQ(fault("answer cpuset mems=0x4"), "the node mask names a node that does not exist");
  EXPECT_EQ(fault("world without=__GFP_ZERO"),
            "a world is without waiting, reclaim, IO and FS, and no other flags");
  EXPECT_EQ(fault("world is=flat"),
            "'flat' is nothing that the world can be: cpusets, zone_reclaim, no_compaction, "
            "compaction_helps, suspended, writeback");
}

TEST(Environment, VersionOneHasNone) {
  std::string text = kTwoNodes + "world\n";
  text[text.find('2')] = '1';
  EXPECT_EQ(parse_text(text).fault.what, "'world' is of version 2: begin with 'buddyproof 2'");
}

// What is generated and mutated is legal, keeps its bytes, and has every kind of answer.
TEST(Environment, GeneratedAndMutatedProgramsAreLegal) {
  Rng rng(5);
  unsigned seen[kAnswerers] = {};
  std::vector<std::uint8_t> bytes;
  Program back;
  for (unsigned i = 0; i < 400; ++i) {
    Program p = random_program(rng, 48);
    for (unsigned changes = 0; changes < 4; ++changes) mutate(p, rng);
    const auto fault = first_fault(p);
    ASSERT_FALSE(fault) << fault->what;
    encode(p, bytes);
    decode(bytes, back);
    ASSERT_EQ(back, p);
    for (const Op& op : p.ops)
      if (op.kind == OpKind::answer) ++seen[static_cast<unsigned>(op.answer.from)];
  }
  for (const unsigned n : seen) EXPECT_GT(n, 10U);
}

}  // namespace
}  // namespace bp
