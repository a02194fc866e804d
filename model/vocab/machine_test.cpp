// SPDX-License-Identifier: MIT
#include "model/vocab/machine.h"

#include <gtest/gtest.h>

#include <functional>

#include "model/vocab/program.h"

namespace bp {
namespace {

/// Two nodes, two CPUs on the first; DMA and NORMAL on it, NORMAL on the second.
Machine good() {
  Machine m;
  m.cpus = 2;
  m.zones.dma = true;
  m.nodes.push_back({});
  m.nodes[0].cpu_end = 2;
  m.nodes[0].zones.push_back(
      {ZoneType::dma, {Pfn{1}, Pfn{100}}, Watermarks{Pages{1}, Pages{2}, Pages{3}}});
  m.nodes[0].zones.push_back({ZoneType::normal, {Pfn{100}, Pfn{300}}, {}});
  m.nodes[0].holes.push_back({Pfn{90}, Pfn{100}});
  m.nodes[0].holes.push_back({Pfn{100}, Pfn{110}});
  m.nodes.push_back({});
  m.nodes[1].zones.push_back({ZoneType::normal, {Pfn{300}, Pfn{400}}, {}});
  return m;
}

struct Broken {
  const char* fault;
  std::function<void(Machine&)> edit;
};

const Broken kBroken[] = {
    {"cpus=0: a machine has at least one CPU", [](Machine& m) { m.cpus = 0; }},
    {"cpus is above 64", [](Machine& m) { m.cpus = 65; }},
    {"pageblock_order is outside 1..10", [](Machine& m) { m.pageblock_order = Order{0}; }},
    {"pageblock_order is outside 1..10", [](Machine& m) { m.pageblock_order = Order{11}; }},
    {"watermark_scale_factor is outside 1..3000", [](Machine& m) { m.watermark_scale_factor = 0; }},
    {"pcp_batch is above pcp_high", [](Machine& m) { m.pcp_high = 3, m.pcp_batch = 4; }},
    {"min_free_kbytes is above 64 GiB", [](Machine& m) { m.min_free_kbytes = 0xffffffff; }},
    {"lowmem_reserve_ratio needs one number per zone type",
     [](Machine& m) { m.lowmem_reserve_ratio.push_back(1); }},
    {"there is no node", [](Machine& m) { m.nodes.clear(); }},
    {"a CPU is on no node", [](Machine& m) { m.nodes[0].cpu_end = 1; }},
    {"its CPUs do not follow those of the nodes before it",
     [](Machine& m) { m.nodes[1].cpu_begin = 1, m.nodes[1].cpu_end = 2; }},
    {"its empty CPU range is not [0, 0)",
     [](Machine& m) { m.nodes[1].cpu_begin = m.nodes[1].cpu_end = 2; }},
    {"its CPU range ends before it starts", [](Machine& m) { m.nodes[1].cpu_begin = 3; }},
    {"zone DEVICE cannot be allocated from",
     [](Machine& m) { m.nodes[1].zones[0].type = ZoneType::device; }},
    {"zone DMA32 is not in the machine's zones=",
     [](Machine& m) { m.nodes[1].zones[0].type = ZoneType::dma32; }},
    {"zone NORMAL ends before it starts",
     [](Machine& m) { m.nodes[1].zones[0].frames.end = Pfn{300}; }},
    {"zone NORMAL reaches beyond the last pfn",
     [](Machine& m) { m.nodes[1].zones[0].frames.end = kPfnMax + Pages{2}; }},
    {"the zones span more than 2^26 pages",
     [](Machine& m) { m.nodes[1].zones[0].frames.end = Pfn{300} + kSpannedMax; }},
    {"zone DMA has watermarks out of order",
     [](Machine& m) { m.nodes[0].zones[0].marks->low = Pages{0}; }},
    {"its zones are not in ascending order",
     [](Machine& m) { m.nodes[0].zones[1].type = ZoneType::dma; }},
    {"zone NORMAL starts before zone DMA ends",
     [](Machine& m) { m.nodes[0].zones[1].frames.begin = Pfn{99}; }},
    {"zones of two nodes overlap", [](Machine& m) { m.nodes[1].zones[0].frames.begin = Pfn{299}; }},
    {"a hole ends before it starts", [](Machine& m) { m.nodes[0].holes[0].end = Pfn{90}; }},
    {"holes overlap or are not in ascending order",
     [](Machine& m) { m.nodes[0].holes.push_back({Pfn{109}, Pfn{120}}); }},
    {"a hole does not lie inside one zone of its node",
     [](Machine& m) { m.nodes[0].holes[0] = {Pfn{300}, Pfn{301}}; }},
    {"a hole does not lie inside one zone of its node",
     [](Machine& m) { m.nodes[0].holes[1].end = Pfn{301}; }},
    {"its distances are not one per node", [](Machine& m) { m.nodes[0].distance.push_back(10); }},
    {"no frame is managed",
     [](Machine& m) {
       m.nodes[0].zones.clear(), m.nodes[0].holes.clear();
       m.nodes[1].holes.push_back({Pfn{300}, Pfn{400}});
     }},
};

TEST(Machine, AGoodOneHasNoFault) { EXPECT_FALSE(first_fault(good()).has_value()); }

TEST(Machine, EveryFaultIsFoundAndNamed) {
  for (const Broken& b : kBroken) {
    Machine m = good();
    b.edit(m);
    const auto fault = first_fault(m);
    ASSERT_TRUE(fault.has_value()) << b.fault;
    EXPECT_EQ(fault->what, b.fault);
  }
}

TEST(Machine, HolesAreTakenFromTheZonesTheyLieIn) {
  const Machine m = good();
  EXPECT_EQ(managed_pages(m.nodes[0], m.nodes[0].zones[0]), Pages{89});
  EXPECT_EQ(managed_pages(m.nodes[0], m.nodes[0].zones[1]), Pages{190});
}

TEST(Program, EveryFaultNamesItsOperation) {
  const Op bad[] = {
      Op::alloc(2, Order{0}, {}),
      Op::alloc(0, Order{11}, {}),
      Op::alloc(0, Order{0}, GfpFlag::wait),
      Op::alloc(0, Order{0}, {}, 2),
      Op::alloc(0, Order{0}, {}, -2),
      Op::alloc(0, Order{0}, {}, 0, 4),
      Op::free(0, 2, Order{0}),
      Op::free(1, 0, Order{0}),
      Op::free(0, 0, Order{11}),
      Op::free(0, 0, Order{0}, 1024),
      Op::drain(2),
  };
  for (const Op& op : bad) {
    Program p{good(), {Op::alloc(0, Order{0}, {}), op}, 0, {}};
    const auto fault = first_fault(p);
    ASSERT_TRUE(fault.has_value());
    EXPECT_EQ(fault->op, 1U);
  }
  const Program fine{good(),
                     {Op::alloc(1, Order{10}, {}, 1, 3), Op::free(0, 1, Order{9}, 1023),
                      Op::drain(kAllCpus), Op::census()},
                     0,
                     {}};
  EXPECT_FALSE(first_fault(fine).has_value());
}

}  // namespace
}  // namespace bp
