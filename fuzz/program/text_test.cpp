// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>  // Before ours: it declares functions that are called check.

#include <algorithm>

#include "fuzz/program/generate.h"
#include "fuzz/program/text.h"

namespace bp {
namespace {

constexpr std::string_view kCanonical =
    "buddyproof 1\n"
    "machine profile=v6.1-lts192 zones=DMA,DMA32 cpus=2 pageblock_order=9 min_free_kbytes=512\n"
    "node 0 cpus=0-1 zone=DMA:1-0x1000 zone=DMA32:0x1000-0x8000 hole=0x9f-0x100\n"
    "b0 = alloc cpu=0 order=3 gfp=GFP_KERNEL|__GFP_ZERO\n"
    "b1 = alloc cpu=1 order=0 gfp=GFP_HIGHUSER_MOVABLE node=0 nodes=0x1\n"
    "free b0 cpu=1\n"
    "free b1 cpu=0 order=2 offset=3\n"
    "drain cpu=all\n"
    "drain cpu=1\n"
    "census\n"
    "schedule 0x0 1 0 3 1\n";

/// Every key there is, on two nodes.
constexpr std::string_view kEveryKey =
    "buddyproof 1\n"
    "machine profile=v4.7 era=E2p zones=DMA,DMA32,HIGHMEM,DEVICE cpus=3 pageblock_order=10 "
    "min_free_kbytes=0 watermark_scale_factor=3000 lowmem_reserve_ratio=256,32,1,0,4294967295,1 "
    "pcp_high=16 pcp_batch=7\n"
    "node 0 cpus=0 distance=10,255 zone=NORMAL:0x100000-0x101000:0,7,67108864 "
    "zone=MOVABLE:0x101000-0x101001\n"
    "node 1 cpus=1-2 distance=20,10 zone=HIGHMEM:0xffffffff00-0x10000000000 "
    "hole=0xffffffff01-0xffffffff02 hole=0xffffffff02-0xffffffff03\n"
    "b0 = alloc cpu=2 order=10 gfp=0 node=1 nodes=0x3\n"
    "schedule 0xffffffffffffffff 255\n";

/// The canonical text with one line replaced.
std::string canonical_with(std::size_t line, std::string_view replacement) {
  std::string out;
  std::string_view rest = kCanonical;
  for (std::size_t n = 1; !rest.empty(); ++n) {
    const std::size_t end = rest.find('\n');
    out += n == line ? replacement : rest.substr(0, end);
    out += '\n';
    rest.remove_prefix(end + 1);
  }
  return out;
}

Program parsed(std::string_view text) {
  const TextParse parse = parse_text(text);
  EXPECT_TRUE(parse.program) << parse.fault.line << ':' << parse.fault.column << ": "
                             << parse.fault.what;
  return parse.program.value_or(Program{});
}

TEST(Text, ReadsTheCanonicalExample) {
  const Program p = parsed(kCanonical);
  ASSERT_EQ(p.ops.size(), 7U);
  EXPECT_EQ(p.machine.era, Era::e3);
  EXPECT_EQ(p.machine.cpus, 2);
  EXPECT_EQ(p.machine.nodes[0].zones[1].frames, (PfnRange{Pfn{0x1000}, Pfn{0x8000}}));
  EXPECT_EQ(p.machine.nodes[0].holes[0], (PfnRange{Pfn{0x9f}, Pfn{0x100}}));
  EXPECT_EQ(p.ops[2], Op::free(0, 1, Order{3}));
  EXPECT_EQ(p.ops[3], Op::free(1, 0, Order{2}, 3));
  EXPECT_EQ(p.ops[4], Op::drain(kAllCpus));
  EXPECT_EQ(p.schedule, (std::vector<std::uint8_t>{1, 0, 3, 1}));
}

TEST(Text, PrintsTheCanonicalFormToTheByte) {
  EXPECT_EQ(print_text(parsed(kCanonical)), kCanonical);
  EXPECT_EQ(print_text(parsed(kEveryKey)), kEveryKey);
}

TEST(Text, SpacesCommentsKeyOrderAndLineEndsAreFree) {
  const std::string loose =
      "# A comment with \u00fc and \u2603\r\n\r\n  buddyproof \t 1 # one\r\n"
      "machine min_free_kbytes=0x200 cpus=2 profile=v6.1-lts192 pageblock_order=0x9\n"
      "\n\tnode 0 zone=DMA:0x1-4096 hole=159-0x100 cpus=0-1 zone=DMA32:4096-32768\n"
      "b0 = alloc gfp=__GFP_ZERO|GFP_KERNEL order=3 cpu=0\n"
      "b1 =  alloc cpu=1 node=0 order=0 nodes=1 gfp=GFP_HIGHUSER_MOVABLE\n"
      "free b0 order=3 cpu=1#\nfree b1 offset=3 order=2 cpu=0\ndrain cpu=all\ndrain cpu=1\n"
      "census\nschedule 0 1 0 3 1";
  EXPECT_EQ(parsed(loose), parsed(kCanonical));
}

TEST(Text, ZonesThatTheNodesUseAreConfiguredUnlessStated) {
  const Program p = parsed(
      "buddyproof 1\nmachine profile=v4.7 cpus=1\n"
      "node 0 cpus=0 zone=DMA:0-64 zone=HIGHMEM:64-128\n");
  EXPECT_EQ(p.machine.zones.bits(), 5U);
  EXPECT_EQ(parsed(print_text(p)), p);
}

TEST(Text, PrintsOneOperationAsInTheProgram) {
  const Program p = parsed(kCanonical);
  EXPECT_EQ(print_op(p.machine, p.ops[1], 1, Order{}),
            "b1 = alloc cpu=1 order=0 gfp=GFP_HIGHUSER_MOVABLE node=0 nodes=0x1");
  EXPECT_EQ(print_op(p.machine, p.ops[2], 2, Order{3}), "free b0 cpu=1");
  EXPECT_EQ(print_op(p.machine, p.ops[2], 2, Order{4}), "free b0 cpu=1 order=3");
}

RC_GTEST_PROP(Text, RoundTripsRandomPrograms, (std::uint64_t seed, std::uint8_t size)) {
  Rng rng(seed);
  Program p = random_program(rng, size);
  p.execution_hash = rng.one_in(2) ? rng() : 0;
  for (unsigned n = rng.below(8); n > 0; --n) {
    p.schedule.push_back(static_cast<std::uint8_t>(rng.below(256)));
  }
  RC_ASSERT(!first_fault(p));
  const std::string text = print_text(p);
  const TextParse parse = parse_text(text);
  RC_ASSERT(parse.program.has_value());
  RC_ASSERT(*parse.program == p);
  RC_ASSERT(print_text(*parse.program) == text);
}

// A byte changed anywhere gives a legal program or one fault inside the text: parse_text() itself
// checks that what it accepts is legal.
TEST(Text, EverySingleByteChangeAndTruncationIsReadOrRefused) {
  std::size_t read = 0;
  std::size_t refused = 0;
  for (const std::string_view original : {kCanonical, kEveryKey}) {
    for (std::size_t i = 0; i <= original.size(); ++i) {
      std::vector<std::string> variants = {std::string(original.substr(0, i))};
      for (const char c : {' ', '0', '9', '-', '=', ':', ',', '#', '\n', 'A', '\x01', '\xff'}) {
        if (i == original.size()) break;
        variants.emplace_back(original)[i] = c;
      }
      for (const std::string& text : variants) {
        const TextParse parse = parse_text(text);
        (parse.program ? read : refused) += 1;
        if (parse.program) continue;
        EXPECT_FALSE(parse.fault.what.empty()) << text;
        EXPECT_GE(parse.fault.line, 1U) << text;
        EXPECT_GE(parse.fault.column, 1U) << text;
      }
    }
  }
  EXPECT_GT(read, 500U);
  EXPECT_GT(refused, 5000U);
}

struct Malformed {
  std::size_t line;  ///< Of the canonical text, replaced; 0: `text` is the whole text.
  std::string text;
  std::size_t column;
  std::string what;
  std::size_t fault_line = 0;  ///< If it is not `line`.
};

class TextMalformed : public testing::TestWithParam<Malformed> {};

TEST_P(TextMalformed, GivesItsLineColumnAndClause) {
  const Malformed& c = GetParam();
  const TextParse parse = parse_text(c.line == 0 ? c.text : canonical_with(c.line, c.text));
  ASSERT_FALSE(parse.program) << c.text;
  EXPECT_EQ(parse.fault.what, c.what);
  EXPECT_EQ(parse.fault.line, c.fault_line != 0 ? c.fault_line : c.line);
  EXPECT_EQ(parse.fault.column, c.column);
}

const std::string kMachine = "machine profile=v6.1-lts192 cpus=2 ";
const std::string kAlloc = "b0 = alloc cpu=0 order=3 ";

INSTANTIATE_TEST_SUITE_P(
    Header, TextMalformed,
    testing::Values(
        Malformed{0, "", 1, "the text ends before its header 'buddyproof 1'", 1},
        Malformed{0, "# only\n\n", 1, "the text ends before its header 'buddyproof 1'", 3},
        Malformed{1, " buddyprof 1", 2, "expected the header 'buddyproof 1', not 'buddyprof'"},
        Malformed{1, "buddyproof 4", 12, "version '4' is not known: 1, 2 and 3 are"},
        Malformed{1, "buddyproof", 11, "version '' is not known: 1, 2 and 3 are"},
        Malformed{1, "buddyproof 1 1", 14, "'1' follows where the line should end"},
        Malformed{0, "buddyproof 1\n", 1, "the text ends before its machine line", 2},
        Malformed{2, "node 0 cpus=0", 1, "expected the machine line, not 'node'"}));

INSTANTIATE_TEST_SUITE_P(
    MachineLine, TextMalformed,
    testing::Values(
        Malformed{2, "machine cpus=2", 15, "the machine line needs profile="},
        Malformed{2, "machine profile=v4.7", 21, "the machine line needs cpus="},
        Malformed{2, "machine profile=v4.8 cpus=2", 17,
                  "'v4.8' is no profile: v4.7, v5.15, v6.1-lts192, v6.12 or v7.1"},
        Malformed{2, kMachine + "era=E9", 40, "'E9' is no era: E0, E1, E2, E2p, E3, E4 or E5"},
        Malformed{2, kMachine + "colour=1", 36, "'colour' is no key of the machine line"},
        Malformed{2, kMachine + "cpus=2", 36, "cpus= twice"},
        Malformed{2, kMachine + "pcp_high", 36, "expected key=value, not 'pcp_high'"},
        Malformed{2, kMachine + "pcp_high=65536", 45, "pcp_high is above 65535"},
        Malformed{2, kMachine + "pcp_high=-1", 45, "pcp_high needs a number, not '-1'"},
        Malformed{2, kMachine + "pcp_high=2 pcp_batch=3", 1, "pcp_batch is above pcp_high"},
        Malformed{2, "machine profile=v4.7 cpus=0", 27, "a machine has at least one CPU"},
        Malformed{2, "machine profile=v4.7 cpus=00", 1, "cpus=0: a machine has at least one CPU"},
        Malformed{2, "machine profile=v4.7 cpus=65", 27, "cpus is above 64"},
        Malformed{2, "machine profile=v4.7 cpus=3", 1, "a CPU is on no node"},
        Malformed{2, kMachine + "pageblock_order=0", 52, "pageblock_order is outside 1..10"},
        Malformed{2, kMachine + "pageblock_order=11", 52, "pageblock_order is above 10"},
        Malformed{2, kMachine + "min_free_kbytes=67108865", 52,
                  "min_free_kbytes is above 67108864"},
        Malformed{2, kMachine + "watermark_scale_factor=0", 59,
                  "watermark_scale_factor is outside 1..3000"},
        Malformed{2, kMachine + "watermark_scale_factor=3001", 59,
                  "watermark_scale_factor is above 3000"},
        Malformed{2, kMachine + "lowmem_reserve_ratio=1,2", 57,
                  "lowmem_reserve_ratio needs one number for each of 6 zone types"},
        Malformed{2, kMachine + "lowmem_reserve_ratio=1,2,3,4,5,6,7", 69,
                  "lowmem_reserve_ratio has more than 6 numbers"},
        Malformed{2, kMachine + "lowmem_reserve_ratio=1,,3,4,5,6", 59,
                  "lowmem_reserve_ratio needs a number, not ''"},
        Malformed{2, kMachine + "zones=NORMAL", 42,
                  "'NORMAL' is no optional zone: DMA, DMA32, HIGHMEM, DEVICE"},
        Malformed{2, kMachine + "zones=DMA,DMA", 46, "zone DMA twice"},
        Malformed{2, kMachine + "zones=none", 17, "zone DMA is not in the machine's zones=", 3},
        Malformed{2, kMachine + "zones=DMA", 35, "zone DMA32 is not in the machine's zones=", 3}));

INSTANTIATE_TEST_SUITE_P(
    NodeLine, TextMalformed,
    testing::Values(
        Malformed{3, "", 1, "there is no node", 2},
        Malformed{3, "node 1 cpus=0-1", 6, "expected node 0: nodes are numbered from 0 in order"},
        Malformed{3, "node", 5, "expected node 0: nodes are numbered from 0 in order"},
        Malformed{3, "node 0 zone=DMA:0-8", 20, "a node needs cpus=, such as cpus=0-1 or none"},
        Malformed{3, "node 0 cpus=1-0 zone=DMA:0-8", 13, "a CPU range ends before it starts"},
        Malformed{3, "node 0 cpus=0-64 zone=DMA:0-8", 15, "cpus is above 63"},
        Malformed{3, "node 0 cpus=1 zone=DMA:0-8", 1,
                  "its CPUs do not follow those of the nodes before it"},
        Malformed{3, "node 0 cpus=0-1 cpus=0", 17, "cpus= twice"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA", 25, "a zone needs begin-end, not ''"},
        Malformed{3, "node 0 cpus=0-1 zone=DNA:0-8", 22, "'DNA' is no zone type"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:8-8", 26, "a zone ends before it starts"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:8-0x10000000001", 28,
                  "a pfn is above 1099511627776"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-0x10000000", 17,
                  "the zones span more than 2^26 pages"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-8:1,2", 30, "marks are min,low,high"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-8:1,2,3,4", 36, "marks are min,low,high"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-8:2,1,3", 30,
                  "marks are not in order min <= low <= high"},
        Malformed{3, "node 0 cpus=0-1 zone=NORMAL:0-8 zone=DMA32:8-9", 33,
                  "its zones are not in ascending order"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-8 zone=DMA32:7-9", 30,
                  "zone DMA32 starts before zone DMA ends"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-8\nnode 1 cpus=none zone=DMA:7-9", 23,
                  "zone DMA overlaps zone DMA of node 0", 4},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-8 hole=4-3", 35, "a hole ends before it starts"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-8 hole=2-4 hole=3-5", 39,
                  "holes overlap or are not in ascending order"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-8 hole=8-9", 30,
                  "a hole does not lie inside one zone of its node"},
        Malformed{3, "node 0 cpus=0-1 zone=DMA:0-8 hole=0-8", 1, "no frame is managed", 2},
        Malformed{3, "node 0 cpus=0-1 distance=10,20 zone=DMA:0-8", 1,
                  "its distances are not one per node"},
        Malformed{3, "node 0 cpus=0-1 distance=256 zone=DMA:0-8", 26, "distance is above 255"},
        Malformed{3, "node 0 cpus=0-1 zome=DMA:0-8", 17,
                  "'zome' is no key of a node: cpus, distance, zone, hole"}));

INSTANTIATE_TEST_SUITE_P(
    Operation, TextMalformed,
    testing::Values(
        Malformed{4, kAlloc + "gfp=0x200da", 30,
                  "a raw gfp number needs its era, as in E3:0x200da"},
        Malformed{4, kAlloc + "gfp=GFP_KERNEL|GFP_KERMEL", 41, "'GFP_KERMEL' is no gfp flag"},
        Malformed{4, kAlloc + "gfp=__GFP_COLD", 30, "'__GFP_COLD' has no bit in era E3"},
        Malformed{4, kAlloc + "gfp=", 30, "a flag is missing"},
        Malformed{4, "b0 = alloc cpu=0 order=11 gfp=0", 24, "order is above 10"},
        Malformed{4, "b0 = alloc cpu=0 order=x gfp=0", 24, "order needs a number, not 'x'"},
        Malformed{4, "b0 = alloc cpu=2 order=3 gfp=0", 16, "there is no such CPU"},
        Malformed{4, "b0 = alloc cpu=all order=3 gfp=0", 16, "cpu needs a number, not 'all'"},
        Malformed{4, "b0 = alloc cpu=0 gfp=0", 23, "an alloc needs order"},
        Malformed{4, "b0 = alloc", 11, "an alloc needs cpu, order, gfp"},
        Malformed{4, kAlloc + "gfp=0 node=1", 37, "there is no such node"},
        Malformed{4, kAlloc + "gfp=0 nodes=0x2", 38,
                  "the node mask names a node that does not exist"},
        Malformed{4, kAlloc + "gfp=0 offset=1", 32,
                  "'offset' is no key of an alloc: cpu, order, gfp, node, nodes"},
        Malformed{4, kAlloc + "gfp=0 order=3", 32, "order= twice"},
        Malformed{4, "b1 = alloc cpu=0 order=3 gfp=0", 1,
                  "expected b0: handles are numbered in the order of their allocs"},
        Malformed{4, "bx = alloc cpu=0 order=3 gfp=0", 1, "'bx' is no handle: b0, b1, ..."},
        Malformed{4, "b0 : alloc cpu=0 order=3 gfp=0", 4, "expected '=', not ':'"},
        Malformed{4, "b0 = free cpu=0", 6,
                  "expected 'alloc' or a call such as 'alloc_pages', not 'free'"},
        Malformed{6, "free b2 cpu=0", 6, "no earlier alloc defines 'b2'"},
        Malformed{6, "free 0 cpu=0", 6, "free needs a handle such as b0, not '0'"},
        Malformed{6, "free b0", 8, "a free needs cpu"},
        Malformed{6, "free b0 cpu=0 offset=1024", 22, "offset is above 1023"},
        Malformed{6, "free b0 cpu=0 gfp=0", 15, "'gfp' is no key of a free: cpu, order, offset"},
        Malformed{8, "drain", 6, "a drain needs cpu"},
        Malformed{8, "drain cpu=2", 11, "there is no such CPU"},
        Malformed{8, "census now", 8, "'now' follows where the line should end"},
        Malformed{
            8, "flush", 1,
            "'flush' starts no line: bN = alloc, free, drain, census, free_pages, get, split, "
            "task, answer, world, bN = range, isolate, unisolate, offline, online, schedule"},
        Malformed{
            8, "node 1 cpus=none", 1,
            "'node' starts no line: bN = alloc, free, drain, census, free_pages, get, split, "
            "task, answer, world, bN = range, isolate, unisolate, offline, online, schedule"}));

/// Every call, every kind of task, references and splits, in the one order of keys.
constexpr std::string_view kCalls =
    "buddyproof 2\n"
    "machine profile=v7.1 zones=DMA cpus=2 pageblock_order=9 min_free_kbytes=0\n"
    "node 0 cpus=0-1 zone=DMA:0-0x400 zone=NORMAL:0x400-0x800\n"
    "task cpu=0 is=memalloc,noio,nofs,pin,interrupt,softirq,oom_victim,realtime\n"
    "task cpu=1 policy=interleave nodes=0x1\n"
    "task cpu=1 is=realtime policy=bind nodes=0x1\n"
    "task cpu=1\n"
    "b0 = alloc cpu=0 order=3 gfp=GFP_KERNEL nodes=0x1\n"
    "b1 = alloc_pages cpu=0 order=2 gfp=GFP_KERNEL\n"
    "b2 = alloc_page cpu=1 gfp=GFP_USER\n"
    "b3 = alloc_pages_current cpu=1 order=1 gfp=GFP_KERNEL\n"
    "b4 = alloc_pages_node cpu=1 order=1 gfp=GFP_KERNEL\n"
    "b5 = alloc_pages_node cpu=1 order=1 gfp=GFP_KERNEL node=0\n"
    "b6 = __alloc_pages_node cpu=1 order=1 gfp=GFP_KERNEL node=0\n"
    "b7 = __get_free_pages cpu=0 order=4 gfp=GFP_KERNEL\n"
    "b8 = __get_free_page cpu=0 gfp=GFP_KERNEL\n"
    "b9 = get_zeroed_page cpu=0 gfp=GFP_KERNEL\n"
    "b10 = __get_dma_pages cpu=0 order=1 gfp=GFP_KERNEL\n"
    "b11 = alloc_pages_exact cpu=0 pages=1024 gfp=GFP_KERNEL\n"
    "b12 = alloc_pages_bulk cpu=0 pages=3 gfp=GFP_KERNEL\n"
    "b15 = alloc cpu=0 order=1 gfp=GFP_KERNEL\n"
    "get b14\n"
    "split b1\n"
    "free b1 cpu=0\n"
    "free b1 cpu=0 offset=3\n"
    "split b1 order=2\n"
    "free_pages b7 cpu=1\n"
    "free_pages b7 cpu=1 order=1 offset=2\n";

TEST(Text, CallsAreTheirOwnCanonicalText) {
  const TextParse parse = parse_text(kCalls);
  ASSERT_TRUE(parse.program) << parse.fault.line << ": " << parse.fault.what;
  EXPECT_EQ(print_text(*parse.program), kCalls);
  const Op& bulk = parse.program->ops[16];
  EXPECT_EQ(bulk.call, Call::bulk);
  EXPECT_EQ(bulk.defines(), 3U);
}

TEST(Text, AProgramWithoutCallsIsOfVersion1) {
  TextParse parse = parse_text(kCalls);
  ASSERT_TRUE(parse.program);
  std::erase_if(parse.program->ops, [](const Op& op) { return op.is_call() || op.names_handle(); });
  EXPECT_TRUE(print_text(*parse.program).starts_with("buddyproof 1\n"));
}

std::string with_calls(const std::string& line) {
  const std::size_t ops = kCalls.find("task");
  return std::string(kCalls.substr(0, ops)) + line + "\n";
}

struct BadCall {
  std::string line;
  std::size_t column;
  std::string what;
};
class TextBadCall : public testing::TestWithParam<BadCall> {};

TEST_P(TextBadCall, GivesItsColumnAndClause) {
  const TextParse parse = parse_text(with_calls(GetParam().line));
  ASSERT_FALSE(parse.program);
  EXPECT_EQ(parse.fault.what, GetParam().what);
  EXPECT_EQ(parse.fault.line,
            4 + static_cast<std::size_t>(std::ranges::count(GetParam().line, '\n')));
  EXPECT_EQ(parse.fault.column, GetParam().column);
}

INSTANTIATE_TEST_SUITE_P(
    Calls, TextBadCall,
    testing::Values(
        BadCall{"b0 = alloc_page cpu=0 order=1 gfp=0", 23,
                "'order' is no key of alloc_page: cpu, gfp"},
        BadCall{"b0 = alloc_pages cpu=0 order=1 gfp=0 node=0", 38,
                "'node' is no key of alloc_pages: cpu, order, gfp"},
        BadCall{"b0 = __alloc_pages_node cpu=0 order=1 gfp=0", 44, "__alloc_pages_node needs node"},
        BadCall{"b0 = alloc_pages_bulk cpu=0 gfp=0", 34, "alloc_pages_bulk needs pages"},
        BadCall{"b0 = alloc_pages_bulk cpu=0 pages=65 gfp=0", 35, "pages is above 64"},
        BadCall{"b0 = alloc_pages_exact cpu=0 pages=0 gfp=0", 36, "pages: at least 1"},
        BadCall{"b0 = kmalloc cpu=0 gfp=0", 6,
                "expected 'alloc' or a call such as 'alloc_pages', not 'kmalloc'"},
        BadCall{"get b0", 5, "no earlier alloc defines 'b0'"},
        BadCall{"split b0", 7, "no earlier alloc defines 'b0'"},
        BadCall{"b0 = alloc cpu=0 order=1 gfp=__GFP_COMP\nsplit b0", 1,
                "a compound block is not split"},
        BadCall{"task is=noio", 13, "a task needs cpu"},
        BadCall{"task cpu=0 is=asleep", 15,
                "'asleep' is nothing that a task can be: memalloc, noio, nofs, pin, interrupt, "
                "softirq, oom_victim, realtime"},
        BadCall{"task cpu=0 is=softirq", 15, "softirq goes with interrupt"},
        BadCall{"task cpu=0 policy=weighted nodes=1", 19,
                "'weighted' is no policy: preferred, bind, interleave"},
        BadCall{"task cpu=0 policy=bind", 1, "a task has both policy= and nodes=, or neither"},
        BadCall{"task cpu=0 policy=bind nodes=2", 30,
                "the node mask names a node that does not exist"}));

TEST(Text, CallsAreNotOfVersion1) {
  std::string text = with_calls("task cpu=0");
  text[11] = '1';
  const TextParse parse = parse_text(text);
  ASSERT_FALSE(parse.program);
  EXPECT_EQ(parse.fault.what, "'task' is of version 2: begin with 'buddyproof 2'");
}

INSTANTIATE_TEST_SUITE_P(
    ScheduleAndBytes, TextMalformed,
    testing::Values(Malformed{11, "schedule", 9, "a schedule's hash needs a number, not ''"},
                    Malformed{11, "schedule 0x10000000000000000", 10,
                              "a schedule's hash is above 18446744073709551615"},
                    Malformed{11, "schedule 0 1 256", 14, "a choice is above 255"},
                    Malformed{11, "schedule 0 1\ncensus", 1, "the schedule is the last line", 12},
                    Malformed{8, "drain\x01 cpu=0", 6, "byte 0x01 is a control character"},
                    Malformed{8, "drain cpu=\xc3\xa9", 11,
                              "byte 0xc3 is not allowed outside comments"},
                    Malformed{8, "# \xc3\xa9 \xe9", 6, "byte 0xe9 is not UTF-8"},
                    Malformed{8, "# \xed\xa0\x80", 3, "byte 0xed is not UTF-8"},
                    Malformed{8, std::string("# \0", 3), 3, "byte 0x00 is a control character"},
                    Malformed{8, "# a\rb", 4, "byte 0x0d is a control character"},
                    Malformed{8, "census" + std::string(kOffsetMax * 5, ' '), 4097,
                              "the line is longer than 4096 bytes"}));

}  // namespace
}  // namespace bp
