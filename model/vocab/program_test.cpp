// SPDX-License-Identifier: MIT
// What a legal program is refused for, one fault at a time.
#include "model/vocab/program.h"

#include <gtest/gtest.h>

namespace bp {
namespace {

/// One CPU; node 0 has memory, node 1 has none. Two blocks, the second one compound.
Program good() {
  Program p;
  p.machine.cpus = 1;
  p.machine.nodes.push_back({});
  p.machine.nodes.push_back({});
  p.machine.nodes[0].cpu_end = 1;
  p.machine.nodes[0].zones.push_back({ZoneType::normal, {Pfn{0}, Pfn{1024}}, {}});
  p.ops = {Op::alloc(0, Order{0}, {}), Op::alloc(0, Order{1}, Gfp{GfpFlag::comp})};
  return p;
}

std::string fault_with(const Op& last) {
  Program p = good();
  p.ops.push_back(last);
  const auto fault = first_fault(p);
  return fault ? fault->what : "";
}

Op call(Call c, unsigned pages) {
  Op op = Op::alloc(0, Order{0}, {});
  op.call = c;
  op.pages = static_cast<std::uint16_t>(pages);
  return op;
}
Op task(Policy policy, unsigned nodes, unsigned mems = 0) {
  OpTask t;
  t.policy = policy;
  t.policy_nodes = static_cast<std::uint8_t>(nodes);
  t.mems = static_cast<std::uint8_t>(mems);
  return Op::of_task(0, t);
}

TEST(ProgramFaults, SoundOperationsHaveNoFault) {
  const auto fault = first_fault(good());
  EXPECT_FALSE(fault) << fault->what;
  EXPECT_EQ(fault_with(call(Call::bulk, 1)), "");
  EXPECT_EQ(fault_with(task(Policy::bind, 1, 1)), "");
  EXPECT_EQ(fault_with(Op::of_answer({.from = Answerer::killer, .busy = true})), "");
  EXPECT_EQ(fault_with(Op::split(0, Order{0})), "");
}

TEST(ProgramFaults, ACallHasItsNumberOfPages) {
  for (const Call c : {Call::bulk, Call::exact})
    EXPECT_EQ(fault_with(call(c, 0)).substr(0, 27), "the number of pages is 0 or");
}

TEST(ProgramFaults, PoliciesAndCpusetsNameNodesWithMemory) {
  EXPECT_EQ(fault_with(task(Policy::bind, 0)), "a policy names nodes, and no policy names none");
  EXPECT_EQ(fault_with(task(Policy::none, 1)), "a policy names nodes, and no policy names none");
  for (const unsigned nodes : {2U, 4U}) {
    EXPECT_EQ(fault_with(task(Policy::bind, nodes)),
              "the policy names a node that does not exist or has no memory");
    const std::string cpuset = "the cpuset names a node that does not exist or has no memory";
    EXPECT_EQ(fault_with(task(Policy::none, 0, nodes)), cpuset);
    const auto mems = static_cast<std::uint8_t>(nodes);
    EXPECT_EQ(fault_with(Op::of_answer({.from = Answerer::cpuset, .mems = mems})), cpuset);
  }
}

TEST(ProgramFaults, OnlyAKillerIsBusyAndThenKillsNobody) {
  const std::string fault = "only a killer is busy, and then it kills nobody";
  EXPECT_EQ(fault_with(Op::of_answer({.from = Answerer::reclaim, .busy = true})), fault);
  EXPECT_EQ(fault_with(Op::of_answer({.from = Answerer::killer, .progress = 1, .busy = true})),
            fault);
}

TEST(ProgramFaults, ARangeIsDoneSomethingThatIs) {
  EXPECT_EQ(fault_with(Op::of_range(static_cast<RangeAction>(kRangeActions), Pfn{0}, 1)),
            "nothing of the kind is done to ranges");
}

TEST(ProgramFaults, ACompoundBlockIsNotSplit) {
  EXPECT_EQ(fault_with(Op::split(1, Order{1})), "a compound block is not split (R-BUDDY-17)");
}

}  // namespace
}  // namespace bp
