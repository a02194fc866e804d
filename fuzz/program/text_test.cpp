// SPDX-License-Identifier: MIT
#include "fuzz/program/text.h"

#include <gtest/gtest.h>

#include "fuzz/program/generate.h"

namespace bp {
namespace {

// The printed format is pinned: corpora and reports are written in it.
constexpr std::string_view kPinned =
    "buddyproof 1\n"
    "machine profile=v6.1-lts192 zones=DMA,DMA32 cpus=2 pageblock_order=9 min_free_kbytes=512 "
    "watermark_scale_factor=20 lowmem_reserve_ratio=256,256,32,0,0,0 pcp_high=6 pcp_batch=2\n"
    "node 0 cpus=0-1 distance=10,20 zone=DMA:0x1-0x1000 zone=DMA32:0x1000-0x8000:5,6,7 "
    "hole=0x9f-0x100\n"
    "node 1 cpus=none zone=NORMAL:0x8000-0x9000\n"
    "b0 = alloc cpu=0 order=3 gfp=GFP_KERNEL|__GFP_ZERO\n"
    "b1 = alloc cpu=1 order=0 gfp=GFP_HIGHUSER_MOVABLE node=0 nodes=0x3\n"
    "b2 = alloc cpu=1 order=10 gfp=0\n"
    "free b0 cpu=1\n"
    "free b1 cpu=0 order=2 offset=3\n"
    "drain cpu=1\n"
    "drain cpu=all\n"
    "census\n"
    "schedule 0x1f 1 0 3 255\n";

TEST(Text, ThePinnedFormatReadsAndPrintsAsItself) {
  const TextParse parsed = parse_text(kPinned);
  ASSERT_TRUE(parsed.program) << parsed.fault.line << ":" << parsed.fault.column << " "
                              << parsed.fault.what;
  EXPECT_EQ(print_text(*parsed.program), kPinned);
  EXPECT_FALSE(first_fault(*parsed.program));
}

TEST(Text, TheDesignsExampleReads) {
  const TextParse parsed = parse_text(
      "# A comment, and no zones=: the types that the nodes use.\n"
      "buddyproof 1\n\n"
      "machine profile=v6.1-lts192 cpus=2 pageblock_order=9 min_free_kbytes=512   # behind a "
      "line\r\n"
      "node 0 cpus=0-1 zone=DMA:1-0x1000 zone=DMA32:0x1000-0x8000 hole=0x9f-0x100\n"
      "b0 = alloc gfp=GFP_KERNEL|__GFP_ZERO cpu=0 order=3\n"
      "free b0 cpu=1");
  ASSERT_TRUE(parsed.program) << parsed.fault.what;
  EXPECT_EQ(parsed.program->machine.zones, (ZoneConfig{.dma = true, .dma32 = true}));
  EXPECT_EQ(parsed.program->machine.era, Era::e3);
  EXPECT_EQ(parsed.program->ops.size(), 2U);
}

TEST(Text, RandomProgramsComeBackAsTheyWere) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Rng rng(seed);
    Program p = random_program(rng, 64);
    if (rng.one_in(3)) p.execution_hash = rng.next(), p.schedule = {1, 2, 3};
    const std::string text = print_text(p);
    const TextParse parsed = parse_text(text);
    ASSERT_TRUE(parsed.program) << "seed " << seed << ": " << parsed.fault.what << "\n" << text;
    ASSERT_EQ(*parsed.program, p) << "seed " << seed;
    ASSERT_EQ(print_text(*parsed.program), text);
  }
}

struct Malformed {
  const char* where;  ///< "line:column"
  const char* what;
  std::string text;
};

const std::string kHead = "buddyproof 1\nmachine profile=v4.7 zones=DMA cpus=1\n";
const std::string kNode = "node 0 cpus=0 zone=NORMAL:0-0x100\n";
const std::string kGood = kHead + kNode + "b0 = alloc cpu=0 order=0 gfp=0\n";  // Four lines.

std::vector<Malformed> malformed() {
  return {
      {"1:1", "the text is empty: a program starts with 'buddyproof 1'", ""},
      {"1:1", "a program starts with 'buddyproof 1'", "hello\n"},
      {"1:1", "a byte that is no printable ASCII", "\x01\n"},
      {"1:12", "version '2' is unknown: 1 is read", "buddyproof 2\n"},
      {"1:14", "'x' is too much on this line", "buddyproof 1 x\n"},
      {"2:1", "the text ends before the machine line", "buddyproof 1\n"},
      {"2:1", "expected the machine line", "buddyproof 1\nnode 0\n"},
      {"2:9", "the machine needs profile=", "buddyproof 1\nmachine cpus=1\n"},
      {"2:17", "'v9' is no profile: v4.7, v6.1-lts192", "buddyproof 1\nmachine profile=v9\n"},
      {"2:22", "'profile' is given twice", "buddyproof 1\nmachine profile=v4.7 profile=v4.7\n"},
      {"2:22", "unknown key 'colour'", "buddyproof 1\nmachine profile=v4.7 colour=red\n"},
      {"2:22", "'cpus' is no key=value", "buddyproof 1\nmachine profile=v4.7 cpus\n"},
      {"2:27", "'x' is no number", "buddyproof 1\nmachine profile=v4.7 cpus=x\n"},
      {"2:27", "'256' is above 255", "buddyproof 1\nmachine profile=v4.7 cpus=256\n"},
      {"2:26", "'E9' is no era: E0, E1, E2, E2p, E3, E4, E5",
       "buddyproof 1\nmachine profile=v4.7 era=E9\n"},
      {"2:28", "'DMA64' is no zone type", "buddyproof 1\nmachine profile=v4.7 zones=DMA64\n"},
      {"2:1", "cpus=0: a machine has at least one CPU",
       "buddyproof 1\nmachine profile=v4.7 cpus=0\n" + kNode},
      {"2:1", "pageblock_order is outside 1..10",
       "buddyproof 1\nmachine profile=v4.7 pageblock_order=0\n" + kNode},
      {"2:1", "there is no node", "buddyproof 1\nmachine profile=v4.7\n"},
      {"2:1", "lowmem_reserve_ratio needs one number per zone type",
       "buddyproof 1\nmachine profile=v4.7 lowmem_reserve_ratio=1,2\n" + kNode},
      {"2:43", "more than 6 numbers",
       "buddyproof 1\nmachine profile=v4.7 lowmem_reserve_ratio=1,2,3,4,5,6,7\n"},
      {"3:6", "nodes are numbered from 0: expected 0", kHead + "node 1 cpus=0\n"},
      {"3:13", "'x' is no number", kHead + "node 0 cpus=x\n"},
      {"3:13", "the CPU range ends before it starts", kHead + "node 0 cpus=3-2\n"},
      {"3:20", "'NORM' is no zone type", kHead + "node 0 cpus=0 zone=NORM:0-1\n"},
      {"3:20", "'7' is no range BEGIN-END", kHead + "node 0 cpus=0 zone=NORMAL:7\n"},
      {"3:20", "a zone has three marks: MIN,LOW,HIGH",
       kHead + "node 0 cpus=0 zone=NORMAL:0-9:1,2,3,4\n"},
      {"3:1", "zone NORMAL ends before it starts", kHead + "node 0 cpus=0 zone=NORMAL:9-3\n"},
      {"3:1", "zone NORMAL has watermarks out of order",
       kHead + "node 0 cpus=0 zone=NORMAL:0-9:3,2,1\n"},
      {"3:1",
       "zone HIGHMEM is not in the machine's zones=", kHead + "node 0 cpus=0 zone=HIGHMEM:0-9\n"},
      {"3:1", "zone NORMAL starts before zone DMA ends",
       kHead + "node 0 cpus=0 zone=DMA:0-9 zone=NORMAL:8-20\n"},
      {"2:1", "zones of two nodes overlap", kHead + kNode + "node 1 zone=NORMAL:0xff-0x200\n"},
      {"3:1", "a hole does not lie inside one zone of its node",
       kHead + "node 0 cpus=0 zone=NORMAL:0-9 hole=9-10\n"},
      {"2:1", "no frame is managed", kHead + "node 0 cpus=0 zone=NORMAL:0-9 hole=0-9\n"},
      {"3:1", "its distances are not one per node",
       kHead + "node 0 cpus=0 distance=1,2 zone=NORMAL:0-9\n"},
      {"5:1", "unknown operation 'give': bN = alloc, free, drain, census", kGood + "give b0\n"},
      {"5:1", "blocks are named in order: expected 'b1'",
       kGood + "b2 = alloc cpu=0 order=0 gfp=0\n"},
      {"5:4", "expected '= alloc'", kGood + "b1 alloc\n"},
      {"5:6", "'free' names no block: only 'alloc' does", kGood + "b1 = free\n"},
      {"5:16", "there is no CPU '1'", kGood + "b1 = alloc cpu=1 order=0 gfp=0\n"},
      {"5:24", "there is no order '11'", kGood + "b1 = alloc cpu=0 order=11 gfp=0\n"},
      {"5:30", "a raw gfp number needs its era, as in E3:0x200da",
       kGood + "b1 = alloc cpu=0 order=0 gfp=0x200da\n"},
      {"5:32", "'GFP_MAGIC' is no gfp flag", kGood + "b1 = alloc cpu=0 order=0 gfp=0|GFP_MAGIC\n"},
      {"5:30", "'__GFP_WAIT' has no bit in era E1",
       kGood + "b1 = alloc cpu=0 order=0 gfp=__GFP_WAIT\n"},
      {"5:32", "gfp= is missing", kGood + "b1 = alloc cpu=0 order=0 node=0\n"},
      {"5:37", "there is no node '1'", kGood + "b1 = alloc cpu=0 order=0 gfp=0 node=1\n"},
      {"5:38", "there is no node of mask '2'", kGood + "b1 = alloc cpu=0 order=0 gfp=0 nodes=2\n"},
      {"5:6", "no alloc above defines 'b1'", kGood + "free b1 cpu=0\n"},
      {"5:6", "'x' is no block: b0, b1, ...", kGood + "free x cpu=0\n"},
      {"5:8", "cpu= is missing", kGood + "free b0\n"},
      {"5:22", "there is no offset '1024'", kGood + "free b0 cpu=0 offset=1024\n"},
      {"5:15", "the key 'cpu' is given twice", kGood + "free b0 cpu=0 cpu=0\n"},
      {"5:15", "unknown key 'gfp'", kGood + "free b0 cpu=0 gfp=0\n"},
      {"5:11", "there is no CPU '4'", kGood + "drain cpu=4\n"},
      {"5:8", "unknown key 'cpu'", kGood + "census cpu=0\n"},
      {"5:10", "'z' is no number", kGood + "schedule z\n"},
      {"5:12", "'256' is above 255", kGood + "schedule 0 256\n"},
      {"6:1", "nothing may follow the schedule", kGood + "schedule 0 1\ncensus\n"},
      {"5:65536", "the line is longer than 65536 bytes", kGood + std::string(70000, 'x')},
  };
}

TEST(Text, EveryMalformedTextHasOneFaultAtItsPlace) {
  for (const Malformed& m : malformed()) {
    const TextParse parsed = parse_text(m.text);
    ASSERT_FALSE(parsed.program) << m.what;
    EXPECT_EQ(std::to_string(parsed.fault.line) + ":" + std::to_string(parsed.fault.column),
              m.where)
        << m.what;
    EXPECT_NE(parsed.fault.what.find(m.what), std::string::npos)
        << parsed.fault.what << "\nexpected " << m.what;
  }
}

// Nothing a file may hold stops the reader or makes an illegal program.
TEST(Text, EveryChangedByteGivesALegalProgramOrOneFault) {
  for (std::size_t i = 0; i < kPinned.size(); ++i) {
    for (const char c : {'\0', '\n', ' ', '0', '9', '-', '=', 'b', '\x80', '#'}) {
      std::string text(kPinned);
      text[i] = c;
      const TextParse parsed = parse_text(text);
      if (parsed.program) {
        ASSERT_FALSE(first_fault(*parsed.program)) << text;
      } else {
        ASSERT_GT(parsed.fault.line, 0U);
        ASSERT_GT(parsed.fault.column, 0U);
        ASSERT_FALSE(parsed.fault.what.empty());
      }
    }
    const TextParse cut = parse_text(kPinned.substr(0, i));
    if (cut.program) {
      ASSERT_FALSE(first_fault(*cut.program));
    }
  }
}

}  // namespace
}  // namespace bp
