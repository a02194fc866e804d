// SPDX-License-Identifier: MIT
// zoneinfo of three recorded machines, of the machine that runs the test, and of files gone wrong.
#include "fuzz/kernel/zoneinfo.h"

#include <gtest/gtest.h>

#include "fuzz/kernel/input.h"

namespace bp::kernel {
namespace {

Zoneinfo recorded(const std::string& name) {
  const FileText text =
      read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/" + name + ".zoneinfo");
  EXPECT_EQ(text.fault, "");
  return read_zoneinfo(text.bytes);
}

PfnRange range(std::uint64_t begin, std::uint64_t end) { return {Pfn{begin}, Pfn{end}}; }

TEST(Zoneinfo, TwoNodes) {
  const Zoneinfo in = recorded("two-nodes-6.1");
  ASSERT_TRUE(in.machine) << in.fault;
  const Machine& m = *in.machine;
  EXPECT_EQ(m.cpus, 2);
  EXPECT_EQ(m.zones, (ZoneConfig{.dma = true, .dma32 = true, .device = true}));
  ASSERT_EQ(m.nodes.size(), 2U);
  ASSERT_EQ(m.nodes[0].zones.size(), 2U);
  EXPECT_EQ(m.nodes[0].cpu_end, 2);
  EXPECT_EQ(m.nodes[0].zones[0].frames, range(1, 4096));
  EXPECT_EQ(m.nodes[0].holes[0], range(1, 256));  // 4095 - 3840, at the start of DMA.
  EXPECT_EQ(m.nodes[0].zones[1].frames, range(4096, 131072));
  EXPECT_EQ(m.nodes[0].holes[1], range(4096 + 116717, 131072));
  EXPECT_EQ(m.nodes[0].zones[1].marks->min, Pages{5693});
  EXPECT_EQ(managed_pages(m.nodes[0], m.nodes[0].zones[1]), Pages{116717});
  ASSERT_EQ(m.nodes[1].zones.size(), 1U);
  EXPECT_EQ(m.nodes[1].zones[0].type, ZoneType::dma32);
  EXPECT_EQ(managed_pages(m.nodes[1], m.nodes[1].zones[0]), Pages{128878});
  EXPECT_EQ(m.pcp_high, 0);  // The zones differ: the profile's formula.
  EXPECT_EQ(in.zones.size(), 10U);
  EXPECT_EQ(in.zones[0].protection,
            (std::vector<Pages>{Pages{0}, Pages{447}, Pages{447}, Pages{447}, Pages{447}}));
  EXPECT_EQ(in.zones[1].cpus[0].batch, Pages{31});
}

TEST(Zoneinfo, HighmemAndMovable) {
  const Zoneinfo in = recorded("i386-highmem-movable-6.1");
  ASSERT_TRUE(in.machine) << in.fault;
  const Machine& m = *in.machine;
  EXPECT_EQ(m.zones, (ZoneConfig{.dma = true, .highmem = true}));
  ASSERT_EQ(m.nodes[0].zones.size(), 4U);
  EXPECT_EQ(m.nodes[0].zones[2].frames, range(225278, 393216));
  EXPECT_EQ(m.nodes[0].zones[3].type, ZoneType::movable);
  EXPECT_EQ(m.nodes[0].holes.size(), 2U);  // HighMem and Movable have none.
}

TEST(Zoneinfo, TwoCpusOf6_18) {
  const Zoneinfo in = read_zoneinfo(
      read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/two-cpus-6.18.zoneinfo").bytes,
      {Profile::v6_1_lts192, Era::e5});
  ASSERT_TRUE(in.machine) << in.fault;
  EXPECT_EQ(in.machine->era, Era::e5);
  EXPECT_EQ(in.machine->cpus, 2);
  EXPECT_EQ(in.machine->nodes[0].zones.size(), 3U);
}

TEST(Zoneinfo, OfThisMachine) {
  const FileText text = read_file(kZoneinfoPath);
  if (!text.fault.empty()) GTEST_SKIP() << text.fault << ": only Linux has one";
  const Zoneinfo in = read_zoneinfo(text.bytes);
  // Larger machines than a Machine can be are refused with the reason.
  if (!in.machine) {
    EXPECT_NE(in.fault, "");
  } else {
    EXPECT_FALSE(first_fault(*in.machine));
  }
}

std::string zone_text(const std::string& name, int start, int spanned, int managed,
                      const std::string& more = "") {
  return "Node 0, zone " + name + "\n boost 5\n min 15\n low 25\n high 35\n spanned " +
         std::to_string(spanned) + "\n managed " + std::to_string(managed) + "\n" + more +
         " start_pfn: " + std::to_string(start) + "\n";
}

TEST(Zoneinfo, MarksAreWithoutTheBoostOfTheMoment) {
  const Zoneinfo in = read_zoneinfo(zone_text("Normal", 0, 64, 64));
  ASSERT_TRUE(in.machine) << in.fault;
  EXPECT_EQ(*in.machine->nodes[0].zones[0].marks, (Watermarks{Pages{10}, Pages{20}, Pages{30}}));
}

TEST(Zoneinfo, SpanIsCutWhereTheNextZoneStarts) {  // As 4.7 prints NORMAL under MOVABLE.
  const Zoneinfo in =
      read_zoneinfo(zone_text("Normal", 0, 128, 60) + zone_text("Movable", 64, 64, 64));
  ASSERT_TRUE(in.machine) << in.fault;
  EXPECT_EQ(in.machine->nodes[0].zones[0].frames, range(0, 64));
  EXPECT_EQ(in.machine->nodes[0].holes[0], range(60, 64));
  EXPECT_NE(read_zoneinfo(zone_text("Normal", 0, 128, 65) + zone_text("Movable", 64, 64, 64))
                .fault.find("starts before"),
            std::string::npos);
}

TEST(Zoneinfo, PcpSizesAreStatedIfAllZonesAgree) {
  const std::string pcp = " cpu: 0\n high: 186\n batch: 31\n cpu: 1\n high: 186\n batch: 31\n";
  const Zoneinfo in = read_zoneinfo(zone_text("Normal", 0, 64, 64, pcp));
  ASSERT_TRUE(in.machine) << in.fault;
  EXPECT_EQ(in.machine->cpus, 2);
  EXPECT_EQ(in.machine->pcp_high, 186);
  EXPECT_EQ(in.machine->pcp_batch, 31);
}

TEST(Zoneinfo, EachFaultNamesItsLine) {
  struct Row {
    std::string text;
    std::size_t line;
    std::string_view part;
  };
  const std::string good = zone_text("Normal", 0, 64, 64);
  const Row rows[] = {
      {"", 0, "no line 'Node N, zone NAME'"},
      {"hello\nworld\n", 0, "no line 'Node N, zone NAME'"},
      {"Node 0, zone Normal\n min x\n", 2, "'x' after 'min' is no number of pages"},
      {"Node 0, zone Normal\n min -1\n", 2, "'-1'"},
      {"Node 0, zone Normal\n spanned 99999999999999999999\n", 2, "is no number of pages"},
      {"Node 0, zone Weird\n", 1, "zone 'Weird' is none of the kernel's"},
      {"Node q, zone Normal\n", 1, "is no node number"},
      {"Node 8, zone Normal\n", 1, "a machine has nodes 0 to 7"},
      {good + good, 9, "comes twice"},
      {good.substr(0, good.find(" start_pfn")), 7, "has no line 'start_pfn:'"},
      {"Node 0, zone Normal\n", 1, "has no line 'managed'"},
      {zone_text("Normal", 0, 64, 65), 8, "more managed pages than it spans"},
      {good + "protection: (0, x)\n", 9, "'x' in 'protection:'"},
      {good + "cpu: 99999999\n", 9, "is no such number"},
      {zone_text("Normal", 0, 0, 0), 0, "no frame is managed"},
      {zone_text("Normal", 0, 1 << 27, 1 << 27), 0, "span more than 2^26 pages"},
      {std::string("Node 0, zone Normal\n min \xff\x01\n"), 2, "is no number of pages"},
  };
  for (const Row& row : rows) {
    const Zoneinfo in = read_zoneinfo(row.text);
    EXPECT_FALSE(in.machine) << row.text;
    EXPECT_EQ(in.fault_line, row.line) << row.text;
    EXPECT_NE(in.fault.find(row.part), std::string::npos) << in.fault;
  }
}

// Bytes changed at random: a valid machine, or one readable line.
TEST(Zoneinfo, AnyDamageMakesAMachineOrOneLine) {
  const std::string text =
      read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/two-nodes-6.1.zoneinfo").bytes;
  std::uint32_t random = 1;
  const auto next = [&random] { return random = random * 1664525U + 1013904223U, random >> 8; };
  int faults = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = text.substr(0, round % 4 == 0 ? next() % text.size() : text.size());
    for (unsigned i = 0; i < 1 + next() % 8 && !damaged.empty(); ++i) {
      damaged[next() % damaged.size()] =
          next() % 2 == 0 ? static_cast<char>(next()) : text[next() % text.size()];
    }
    const Zoneinfo in = read_zoneinfo(damaged);
    ASSERT_NE(in.machine.has_value(), !in.fault.empty());
    if (in.machine) {
      ASSERT_FALSE(first_fault(*in.machine));
      continue;
    }
    ++faults;
    for (const char c : in.fault) ASSERT_TRUE(c >= ' ' && c < 127) << in.fault;
  }
  EXPECT_GT(faults, 500);
  EXPECT_LT(faults, 2900);
}

}  // namespace
}  // namespace bp::kernel
