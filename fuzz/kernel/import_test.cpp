// SPDX-License-Identifier: MIT
// Traces as programs: small ones written out, and slices of two recorded ones with their counts.
#include "fuzz/kernel/import.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "fuzz/kernel/input.h"

namespace bp::kernel {
namespace {

/// "A 100 0 1 cc0" on CPU 0 as a line of a trace.
std::string on_cpu(int cpu, std::string_view event) {
  return "3 " + std::to_string(cpu) + " ..... 17 " + std::string(event) + "\n";
}

ImportResult import_ok(const std::string& text, const ImportOptions& options = {}) {
  ImportResult r = import_trace(text, options);
  EXPECT_TRUE(r.program) << r.fault;
  if (r.program) {
    EXPECT_FALSE(first_fault(*r.program));
  }
  return r;
}

Gfp kernel_mask() { return gfp_decode(0xcc0, Era::e3); }

TEST(Import, AllocAndFreeByHandle) {
  const ImportResult r =
      import_ok(on_cpu(0, "A 100 0 0 cc0") + on_cpu(1, "A 200 3 1 140cca") + on_cpu(1, "F 100 0") +
                on_cpu(1, "B 100") + on_cpu(0, "F 200 3") + on_cpu(0, "D 100 0 0"));
  const std::vector<Op> expect{
      Op::alloc(0, Order{0}, kernel_mask()),
      Op::alloc(1, Order{3}, gfp_decode(0x140cca, Era::e3)),
      Op::free(0, 1, Order{0}),
      Op::free(1, 0, Order{3}),
  };
  EXPECT_EQ(r.program->ops, expect);
  EXPECT_EQ(r.stats.batched, 1U);
  EXPECT_EQ(r.stats.drains, 1U);
}

TEST(Import, FreesOfPagesFromBeforeAreAllocatedFirstInFrameOrder) {
  const ImportResult r = import_ok(on_cpu(1, "F 300 2") + on_cpu(0, "A 100 0 0 cc0") +
                                   on_cpu(0, "F 80 0") + on_cpu(0, "F 100 0"));
  const std::vector<Op> expect{
      Op::alloc(0, Order{0}, kernel_mask()),  // 0x80
      Op::alloc(1, Order{2}, kernel_mask()),  // 0x300
      Op::free(1, 1, Order{2}),
      Op::alloc(0, Order{0}, kernel_mask()),
      Op::free(0, 0, Order{0}),
      Op::free(2, 0, Order{0}),
  };
  EXPECT_EQ(r.program->ops, expect);
  EXPECT_EQ(r.stats.preallocated, 2U);
  EXPECT_EQ(r.stats.preallocated_known, 0U);
}

TEST(Import, SliceKnowsTheMasksOfTheTraceBeforeIt) {
  ImportOptions options;
  options.first = 3;
  options.count = 2;
  const ImportResult r =
      import_ok(on_cpu(1, "A 100 0 1 140cca") + on_cpu(0, "A 101 0 0 cc0") + on_cpu(0, "F 101 0") +
                    on_cpu(0, "F 100 0") + on_cpu(0, "A 101 0 0 cc0") + on_cpu(0, "A 103 0 0 cc0"),
                options);
  const std::vector<Op> expect{
      Op::alloc(1, Order{0}, gfp_decode(0x140cca, Era::e3)),
      Op::free(0, 0, Order{0}),
      Op::alloc(0, Order{0}, kernel_mask()),
  };
  EXPECT_EQ(r.program->ops, expect);
  EXPECT_EQ(r.stats.preallocated_known, 1U);
  EXPECT_EQ(r.stats.events, 6U);
  EXPECT_EQ(r.stats.held_at_end, 1U);
}

TEST(Import, MissedFreeIsPutBeforeTheNextAllocOfThePage) {
  const std::string text = on_cpu(0, "A 100 0 0 cc0") + on_cpu(1, "A 100 0 0 cc0");
  const ImportResult r = import_ok(text);
  const std::vector<Op> expect{
      Op::alloc(0, Order{0}, kernel_mask()),
      Op::free(0, 1, Order{0}),
      Op::alloc(1, Order{0}, kernel_mask()),
  };
  EXPECT_EQ(r.program->ops, expect);
  EXPECT_EQ(r.stats.missed_frees, 1U);

  ImportOptions second_only;
  second_only.first = 1;
  EXPECT_EQ(import_ok(text, second_only).program->ops, expect);
}

TEST(Import, BlockFreedInPartsIsFreedWholeWithItsFirst) {
  const ImportResult r =
      import_ok(on_cpu(0, "A 100 2 0 cc0") + on_cpu(0, "F 101 0") + on_cpu(0, "F 100 0") +
                on_cpu(0, "F 102 1") + on_cpu(0, "F 104 0"));
  const std::vector<Op> expect{
      Op::alloc(0, Order{0}, kernel_mask()),  // 0x104 is no part of it.
      Op::alloc(0, Order{2}, kernel_mask()),
      Op::free(1, 0, Order{2}),
      Op::free(0, 0, Order{0}),
  };
  EXPECT_EQ(r.program->ops, expect);
  EXPECT_EQ(r.stats.other_order, 1U);
  EXPECT_EQ(r.stats.parts_left_out, 2U);
}

TEST(Import, RefusedAllocIsAskedAgainAndHoldsNothing) {
  const ImportResult r = import_ok(on_cpu(0, "A ffffffffffffffff 4 0 cc0"));
  EXPECT_EQ(r.program->ops, (std::vector<Op>{Op::alloc(0, Order{4}, kernel_mask())}));
  EXPECT_EQ(r.stats.failed_allocs, 1U);
  EXPECT_EQ(r.stats.held_at_end, 0U);
}

TEST(Import, UnknownMaskBitsAreNamedAndDropped) {
  const ImportResult r = import_ok(on_cpu(0, "A 100 0 0 80000cc0") + on_cpu(0, "A 101 0 0 cc0"));
  EXPECT_EQ(r.program->ops[0], r.program->ops[1]);
  EXPECT_EQ(r.stats.masks_with_unknown_bits, 1U);
  EXPECT_EQ(r.stats.unknown_bits, 0x80000000U);
  EXPECT_NE(import_summary(r.stats).find("0x80000000"), std::string::npos);
}

TEST(Import, MachineFromTheTrace) {
  const Machine m = import_ok(on_cpu(3, "A 123456 0 0 cc0")).program->machine;
  EXPECT_EQ(m.cpus, 4);
  EXPECT_EQ(m.min_free_kbytes, 67584U);
  ASSERT_EQ(m.nodes[0].zones.size(), 3U);
  EXPECT_EQ(m.nodes[0].zones[2].frames, (PfnRange{Pfn{0x100000}, Pfn{0x123800}}));
  const Machine small = import_ok(on_cpu(0, "F 7 0")).program->machine;
  ASSERT_EQ(small.nodes[0].zones.size(), 1U);
  EXPECT_EQ(small.nodes[0].zones[0].frames, (PfnRange{Pfn{1}, Pfn{0x400}}));
  EXPECT_EQ(small.min_free_kbytes, 4096U / 20);
}

TEST(Import, GivenMachineFoldsCpusAndTakesTheEra) {
  ImportOptions options;
  options.era = Era::e5;
  options.machine.emplace();
  Node node;
  node.cpu_end = 1;
  Zone zone;
  zone.frames = {Pfn{0}, Pfn{64}};
  node.zones.push_back(zone);
  options.machine->nodes.push_back(node);
  const ImportResult r = import_ok(on_cpu(5, "A 123456 0 0 cc0"), options);
  EXPECT_EQ(r.program->ops[0].cpu, 0);
  EXPECT_EQ(r.program->machine.era, Era::e5);
  EXPECT_EQ(r.stats.folded_cpus, 1U);

  options.machine->nodes.clear();
  EXPECT_NE(import_trace(on_cpu(0, "A 1 0 0 cc0"), options).fault.find("there is no node"),
            std::string::npos);
}

TEST(Import, EachFaultNamesItsLine) {
  struct Row {
    std::string text;
    std::size_t line;
    std::string_view part;
  };
  const std::string good = on_cpu(0, "A 100 0 0 cc0");
  const Row rows[] = {
      {"", 0, "there is no event"},
      {"# only a comment\n\n", 0, "there is no event"},
      {"hello\n", 1, "it has 1 words"},
      {good + "x 0 ..... 0 F 100 0\n", 2, "'x' is no time"},
      {good + "3 -1 ..... 0 F 100 0\n", 2, "'-1' is no CPU"},
      {good + "3 8192 ..... 0 F 100 0\n", 2, "'8192' is no CPU"},
      {good + "\n# c\n" + on_cpu(0, "Q 100 0"), 4, "'Q' is no event"},
      {good + on_cpu(0, "FF 100 0"), 2, "'FF' is no event"},
      {good + on_cpu(0, "F 100"), 2, "event F has 2 words after it, not 1"},
      {good + on_cpu(0, "F 100 0 0"), 2, "event F has 2 words after it, not 3"},
      {good + on_cpu(0, "F 0x100 0"), 2, "'0x100' is no pfn"},
      {good + on_cpu(0, "F 100 11"), 2, "order 11 is above 10"},
      {good + on_cpu(0, "F 100 -1"), 2, "'-1' is no order"},
      {good + on_cpu(0, "A 101 1 0 cc0"), 2, "is no head of order 1"},
      {good + on_cpu(0, "A 101 0 0 GFP_KERNEL"), 2, "'GFP_KERNEL' is no gfp mask"},
      {good + on_cpu(0, "A 101 0 0 1ffffffff"), 2, "is no gfp mask"},
      {good + on_cpu(0, "F 20000000000 0"), 2, "is 2^40 or above"},
      {good + good.substr(0, good.size() / 2), 2, "words"},
      {good + std::string("\x00\xff\x1b\n", 4), 2, "it has 1 words"},
      {good + "3 0 ..... 0 \x1b[2J" + std::string(1000, 'z') + " 1\n", 2, "zzz...' is no event"},
      {on_cpu(0, "F 8000000 0"), 0, "span more than 2^26 pages"},
  };
  for (const Row& row : rows) {
    const ImportResult r = import_trace(row.text, {});
    EXPECT_FALSE(r.program) << row.text;
    EXPECT_NE(r.fault.find(row.part), std::string::npos) << r.fault;
    EXPECT_EQ(r.fault_line, row.line) << r.fault;
    for (const char c : r.fault) EXPECT_TRUE(c >= ' ' && c < 127) << r.fault;
  }
  ImportOptions beyond;
  beyond.first = 1;
  EXPECT_NE(import_trace(good, beyond).fault.find("it has 1 events"), std::string::npos);
}

std::string recorded(const std::string& name) {
  const FileText text = read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/" + name);
  EXPECT_EQ(text.fault, "");
  return text.bytes;
}

// The counts are those of the recording, taken from it by other means.
TEST(Import, SliceOfACompilation) {
  ImportOptions options;
  options.era = Era::e5;
  const ImportResult r = import_ok(recorded("compile-6.18-slice.trace.zst"), options);
  EXPECT_EQ(r.stats.events, 30000U);
  EXPECT_EQ(r.stats.allocs, 6645U);
  EXPECT_EQ(r.stats.frees, 6690U);
  EXPECT_EQ(r.stats.batched, 6661U);
  EXPECT_EQ(r.stats.takes, 5985U);
  EXPECT_EQ(r.stats.drains, 4019U);
  EXPECT_EQ(r.stats.preallocated, 5874U);
  EXPECT_EQ(r.stats.missed_frees + r.stats.other_order + r.stats.parts_left_out, 0U);
  EXPECT_EQ(r.stats.unknown_bits, 0U);
  EXPECT_EQ(r.stats.held_at_end, r.stats.allocs + r.stats.preallocated - r.stats.frees);
  EXPECT_EQ(r.program->ops.size(), r.stats.allocs + r.stats.preallocated + r.stats.frees);
}

TEST(Import, SliceOfABoot) {
  const ImportResult r = import_ok(recorded("busybox-6.1-slice.trace.zst"));
  EXPECT_EQ(r.stats.allocs, 6839U);
  EXPECT_EQ(r.stats.frees, 1421U);
  EXPECT_EQ(r.stats.fallbacks, 14U);
  EXPECT_EQ(r.stats.preallocated, 18U);
  EXPECT_EQ(r.stats.held_at_end, r.stats.allocs + r.stats.preallocated - r.stats.frees);
}

// Bytes changed at random: a legal program, or one readable line.
TEST(Import, AnyDamageMakesAProgramOrOneLine) {
  std::string text = recorded("compile-6.18-slice.trace.zst").substr(0, 4000);
  text.resize(text.rfind('\n') + 1);
  std::uint32_t random = 1;
  const auto next = [&random] { return random = random * 1664525U + 1013904223U, random >> 8; };
  int faults = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = text.substr(0, round % 4 == 0 ? next() % text.size() : text.size());
    for (unsigned i = 0; i < 1 + next() % 3 && !damaged.empty(); ++i) {
      damaged[next() % damaged.size()] =
          next() % 2 == 0 ? static_cast<char>(next()) : text[next() % text.size()];
    }
    ImportOptions options;
    options.era = Era::e5;
    options.first = next() % 8;
    const ImportResult r = import_trace(damaged, options);
    ASSERT_NE(r.program.has_value(), !r.fault.empty());
    if (r.program) {
      ASSERT_FALSE(first_fault(*r.program));
      continue;
    }
    ++faults;
    for (const char c : r.fault) ASSERT_TRUE(c >= ' ' && c < 127) << r.fault;
  }
  EXPECT_GT(faults, 500);
  EXPECT_LT(faults, 1900);
}

// Two slices of a trace make the operations of the whole, apart from what each allocates first.
TEST(Import, SlicesCoverTheWhole) {
  const std::string text = recorded("compile-6.18-slice.trace.zst");
  ImportOptions options;
  options.era = Era::e5;
  const ImportStats whole = import_ok(text, options).stats;
  ImportStats sum;
  options.count = 7000;
  for (options.first = 0; options.first < whole.events; options.first += options.count) {
    const ImportStats part = import_ok(text, options).stats;
    sum.allocs += part.allocs;
    sum.frees += part.frees;
    sum.preallocated += part.preallocated - part.preallocated_known;
  }
  EXPECT_EQ(sum.allocs, whole.allocs);
  EXPECT_EQ(sum.frees, whole.frees);
  EXPECT_EQ(sum.preallocated, whole.preallocated);
}

TEST(Import, ReportsAsJson) {
  const ImportResult r = import_ok(on_cpu(0, "A 100 0 0 cc0") + on_cpu(0, "F 100 0"));
  const auto json = nlohmann::json::parse(import_json(r.stats));
  EXPECT_EQ(json.at("allocs"), 1);
  EXPECT_EQ(json.at("frees"), 1);
  EXPECT_EQ(json.at("ops"), 2);
  EXPECT_EQ(import_summary(r.stats).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace bp::kernel
