// SPDX-License-Identifier: MIT
#include "model/vocab/program.h"

namespace bp {
namespace {

std::optional<std::string> fault_of_alloc(const Machine& m, Gfp known, const Op& op) {
  if (op.cpu >= m.cpus) return "there is no such CPU";
  if (op.order > Order{kOrderMax}) return "the order is above 10";
  if (!known.has_all(op.gfp)) return "a flag has no bit in the machine's era";
  if (op.node < kNoNode || op.node >= static_cast<int>(m.nodes.size()))
    return "there is no such node";
  if (op.nodemask >> m.nodes.size() != 0) return "the node mask names a node that does not exist";
  return std::nullopt;
}

std::optional<std::string> fault_of_free(const Machine& m, std::size_t handles, const Op& op) {
  if (op.cpu >= m.cpus) return "there is no such CPU";
  if (op.order > Order{kOrderMax}) return "the order is above 10";
  if (op.handle >= handles) return "no earlier alloc defines this handle";
  if (op.offset > kOffsetMax) return "the offset is above 1023";
  return std::nullopt;
}

std::optional<std::string> fault_of_op(const Machine& m, Gfp known, std::size_t handles,
                                       const Op& op) {
  switch (op.kind) {
    case OpKind::alloc: return fault_of_alloc(m, known, op);
    case OpKind::free: return fault_of_free(m, handles, op);
    case OpKind::drain:
      if (op.cpu != kAllCpus && op.cpu >= m.cpus) return "there is no such CPU";
      return std::nullopt;
    case OpKind::census: return std::nullopt;
  }
  return "there is no such operation";
}

}  // namespace

std::optional<ProgramFault> first_fault(const Program& p) {
  if (auto fault = first_fault(p.machine)) return ProgramFault{std::nullopt, fault->what};
  if (p.ops.size() > kOpsMax)
    return ProgramFault{std::nullopt, "there are more than 2^24 operations"};
  if (p.schedule.size() > kScheduleMax)
    return ProgramFault{std::nullopt, "the schedule has more than 2^20 choices"};
  const Gfp known = gfp_flags_of(p.machine.era);
  std::size_t handles = 0;
  for (std::size_t i = 0; i < p.ops.size(); ++i) {
    if (auto what = fault_of_op(p.machine, known, handles, p.ops[i])) return ProgramFault{i, *what};
    if (p.ops[i].kind == OpKind::alloc) ++handles;
  }
  return std::nullopt;
}

}  // namespace bp
