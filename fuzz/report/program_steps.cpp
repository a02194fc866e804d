// SPDX-License-Identifier: MIT
#include "fuzz/report/program_steps.h"

#include <algorithm>

namespace bp {
namespace {

void hold_or_release(const Op& op, const Outcome& answer, std::uint32_t& handles,
                     std::vector<HeldBlock>& held) {
  if (op.kind == OpKind::alloc) {
    const std::uint32_t handle = handles++;
    if (answer.status == Status::ok) held.push_back({answer.pfn, op.order, handle});
  }
  if (op.kind != OpKind::free || answer.status != Status::ok) return;
  const auto freed = std::ranges::find_if(
      held, [&](const HeldBlock& b) { return b.head == answer.pfn && b.order == op.order; });
  if (freed != held.end()) held.erase(freed);
}

}  // namespace

Program with_censuses(const Program& p) {
  Program out;
  out.machine = p.machine;
  out.ops.reserve(2 * p.ops.size() + 1);
  out.ops.push_back(Op::census());
  for (const Op& op : p.ops) {
    out.ops.push_back(op);
    out.ops.push_back(Op::census());
  }
  return out;
}

std::vector<MemoryStep> steps_of(const Program& p, const History& h) {
  std::vector<MemoryStep> steps;
  std::vector<HeldBlock> held;
  std::uint32_t handles = 0;
  std::size_t census = 0;
  for (std::size_t step = 0; step < p.ops.size() + 2 && census < h.census_end.size(); ++step) {
    MemoryStep s;
    if (step > 0) {
      s.event = step - 1;
      const Op op = s.event < p.ops.size() ? p.ops[s.event] : Op::drain(kAllCpus);
      s.answer = h.outcomes[2 * s.event + 1];
      hold_or_release(op, s.answer, handles, held);
      if (op.kind == OpKind::census) ++census;  // The program's own comes before the one added.
    }
    const auto blocks = h.census(census++);
    s.blocks.assign(blocks.begin(), blocks.end());
    s.held = held;
    steps.push_back(std::move(s));
  }
  return steps;
}

}  // namespace bp
