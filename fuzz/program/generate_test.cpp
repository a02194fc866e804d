// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>  // Before ours: it declares functions that are called check.

#include <algorithm>
#include <map>
#include <optional>

#include "fuzz/program/bytes.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/test_holes.h"

namespace bp {
namespace {

RC_GTEST_PROP(Generate, ProgramsAreLegalSmallAndAsLongAsAsked,
              (std::uint64_t seed, std::uint16_t size)) {
  Rng rng(seed);
  const Program p = random_program(rng, size);
  RC_ASSERT(!first_fault(p));
  RC_ASSERT(is_small(p));
  RC_ASSERT(p.ops.size() == std::min<std::size_t>(size, kSmallOpsMax));
}

TEST(Generate, ASeedGivesTheSameProgram) {
  Rng a(9);
  Rng b(9);
  EXPECT_EQ(random_program(a, 100), random_program(b, 100));
}

// Swarms: each kind of operation is missing from some programs and common in others.
TEST(Generate, SomeProgramsLackAKindOrHaveOneMask) {
  std::map<OpKind, int> lacking;
  int one_mask = 0;
  constexpr int kPrograms = 400;
  for (int n = 0; n < kPrograms; ++n) {
    Rng rng(static_cast<std::uint64_t>(n));
    const Program p = random_program(rng, 100);
    std::map<OpKind, int> kinds;
    bool same_mask = true;
    std::optional<Gfp> mask;
    for (const Op& op : p.ops) {
      ++kinds[op.kind];
      if (op.kind != OpKind::alloc) continue;
      same_mask = same_mask && mask.value_or(op.gfp) == op.gfp;
      mask = op.gfp;
    }
    for (const OpKind k : {OpKind::free, OpKind::drain, OpKind::census}) lacking[k] += !kinds[k];
    one_mask += same_mask ? 1 : 0;
    EXPECT_GT(kinds[OpKind::alloc], 0);
  }
  for (const OpKind k : {OpKind::free, OpKind::drain, OpKind::census}) {
    EXPECT_GT(lacking[k], kPrograms / 20);
    EXPECT_LT(lacking[k], kPrograms * 3 / 4);
  }
  EXPECT_GT(one_mask, kPrograms / 20);
}

// Machines come in all shapes; each of them at least now and then.
TEST(Generate, MachinesHaveEveryFeature) {
  std::map<std::string, int> seen;
  constexpr int kMachines = 1000;
  for (int n = 0; n < kMachines; ++n) {
    Rng rng(static_cast<std::uint64_t>(n));
    const Machine m = random_machine(rng);
    EXPECT_TRUE(holes_lie_inside_zones(m));
    seen["several CPUs"] += m.cpus > 1;
    seen["several nodes"] += m.nodes.size() > 1;
    seen["v4.7"] += m.profile == Profile::v4_7;
    seen["foreign era"] += m.era != era_of(m.profile);
    seen["pcp"] += m.pcp_high != 0;
    seen["batch"] += m.pcp_batch != 0;
    seen["highatomic"] += m.highatomic;
    seen["cma"] += !m.cma.empty();
    seen["ratio"] += !m.lowmem_reserve_ratio.empty();
    seen["distance"] += !m.nodes[0].distance.empty();
    const auto of_a_node = [&](auto&& has) { return std::ranges::any_of(m.nodes, has); };
    seen["holes"] += of_a_node([](const Node& x) { return !x.holes.empty(); });
    seen["several zones"] += of_a_node([](const Node& x) { return x.zones.size() > 1; });
    seen["no CPU"] += of_a_node([](const Node& x) { return x.cpu_begin == x.cpu_end; });
    seen["no zone"] += of_a_node([](const Node& x) { return x.zones.empty(); });
    seen["marks"] += of_a_node([](const Node& x) {
      return std::ranges::any_of(x.zones, [](const Zone& z) { return z.marks.has_value(); });
    });
    for (const Node& node : m.nodes) {
      for (const Zone& z : node.zones) ++seen[std::string(zone_name(z.type))];
    }
  }
  EXPECT_EQ(seen.size(), 15U + kZonesPerNodeMax);
  for (const auto& [feature, times] : seen) EXPECT_GE(times, kMachines / 50) << feature;
}

}  // namespace
}  // namespace bp
