// SPDX-License-Identifier: MIT
#include "model/vocab/program.h"

namespace bp {
namespace {

using Fault = std::optional<std::string>;

Fault fault_of_alloc(const Machine& m, Gfp known, const Op& op) {
  if (op.cpu >= m.cpus) return "there is no such CPU";
  if (op.order > Order{kOrderMax}) return "the order is above 10";
  if (!known.has_all(op.gfp)) return "a flag has no bit in the machine's era";
  if (op.node < kNoNode || op.node >= static_cast<int>(m.nodes.size()))
    return "there is no such node";
  if (op.nodemask >> m.nodes.size() != 0) return "the node mask names a node that does not exist";
  return std::nullopt;
}

Fault fault_of_call(const Op& op) {
  if (static_cast<unsigned>(op.call) >= kCalls) return "there is no such call";
  if (!has_order(op.call) && op.order != Order{0}) return "the call has no order";
  if (op.call != Call::alloc && op.nodemask != kNoNodemask) return "the call has no node mask";
  if (!has_node(op.call) && op.node != kNoNode) return "the call has no node";
  if (op.call == Call::node_raw && op.node == kNoNode) return "the call needs a node";
  const unsigned most = op.call == Call::bulk ? kBulkMax : kExactMax;
  if (has_pages(op.call) && (op.pages == 0 || op.pages > most))
    return "the number of pages is 0 or above " + std::to_string(most);
  if (!has_pages(op.call) && op.pages != 0) return "the call has no number of pages";
  return std::nullopt;
}

Fault fault_of_free(const Machine& m, const Op& op) {
  if (op.cpu >= m.cpus) return "there is no such CPU";
  if (op.order > Order{kOrderMax}) return "the order is above 10";
  if (op.offset > kOffsetMax) return "the offset is above 1023";
  return std::nullopt;
}

bool have_memory(const Machine& m, unsigned nodes) {
  for (unsigned n = 0; n < kNodesMax; ++n) {
    if ((nodes >> n & 1) == 0) continue;
    if (n >= m.nodes.size() || m.nodes[n].zones.empty()) return false;
  }
  return true;
}

/// Policies and cpusets name nodes with memory, as the kernel sees to when they are set.
Fault fault_of_task(const Machine& m, const Op& op) {
  const OpTask& t = op.task;
  if (op.cpu >= m.cpus) return "there is no such CPU";
  if (t.is(TaskFlag::softirq) && !t.is(TaskFlag::interrupt)) return "a softirq is an interrupt";
  if (static_cast<unsigned>(t.policy) >= kPolicies) return "there is no such policy";
  if ((t.policy == Policy::none) != (t.policy_nodes == 0))
    return "a policy names nodes, and no policy names none";
  if (!have_memory(m, t.policy_nodes))
    return "the policy names a node that does not exist or has no memory";
  if (!have_memory(m, t.mems))
    return "the cpuset names a node that does not exist or has no memory";
  return std::nullopt;
}

Fault fault_of_answer(const Machine& m, const OpAnswer& a) {
  if (static_cast<unsigned>(a.from) >= kAnswerers) return "there is nobody of this name to answer";
  if (a.result >= results_of(a.from)) return "there is no such result";
  if (a.progress > progress_max(a.from)) return "the progress is more than this one makes";
  if (a.busy && (a.from != Answerer::killer || a.progress != 0))
    return "only a killer is busy, and then it kills nobody";
  if (a.frees > (may_free(a.from) ? kFreesMax : 0)) return "an answer frees at most 16 blocks";
  if (a.mems != 0 && a.from != Answerer::cpuset) return "only a cpuset has nodes";
  if (!have_memory(m, a.mems))
    return "the cpuset names a node that does not exist or has no memory";
  return std::nullopt;
}

Fault fault_of_world(const Machine& m, Gfp known, const Op& op) {
  if (op.world.flags >> kWorldFlags != 0) return "the world has no such flag";
  if (!known.has_all(op.gfp)) return "a flag has no bit in the machine's era";
  if (!kForbiddable.has_all(op.gfp)) return "a world forbids waiting, reclaim, IO and FS only";
  if (op.world.dirty_nodes >> m.nodes.size() != 0) return "there is no such node";
  return std::nullopt;
}

Fault fault_of_range(const OpRange& r) {
  if (static_cast<unsigned>(r.action) >= kRangeActions)
    return "nothing of the kind is done to ranges";
  if (r.blocks == 0 || r.blocks > kRangeBlocksMax) return "a range has 1 to 16 pageblocks";
  if (!is_aligned(r.begin, kRangeOrder)) return "a range begins at a multiple of 512 frames";
  if (r.end() > kPfnMax + Pages{1}) return "the range reaches beyond the last pfn";
  return std::nullopt;
}

/// What the handles of a program are, as far as its text says.
class Handles {
 public:
  void define(const Op& op) { compound_.insert(compound_.end(), op.defines(), is_compound(op)); }
  std::size_t size() const { return compound_.size(); }
  Fault fault_of(const Op& op) const {
    const std::size_t end =
        op.handle + std::size_t{op.kind == OpKind::answer ? op.answer.frees : 1U};
    if (end > compound_.size()) return "no earlier alloc defines this handle";
    if (op.kind == OpKind::split && compound_[op.handle])
      return "a compound block is not split (R-BUDDY-17)";
    return std::nullopt;
  }

 private:
  static bool is_compound(const Op& op) {
    return op.kind == OpKind::alloc && op.gfp.has(GfpFlag::comp) && op.order > Order{0} &&
           has_order(op.call);
  }
  std::vector<bool> compound_;
};

Fault fault_of_op(const Machine& m, Gfp known, const Handles& handles, const Op& op) {
  if (op.names_handle()) {
    if (auto fault = handles.fault_of(op)) return fault;
  }
  switch (op.kind) {
    case OpKind::alloc: {
      auto fault = fault_of_alloc(m, known, op);
      return fault ? fault : fault_of_call(op);
    }
    case OpKind::free: return fault_of_free(m, op);
    case OpKind::drain:
      if (op.cpu != kAllCpus && op.cpu >= m.cpus) return "there is no such CPU";
      return std::nullopt;
    case OpKind::split:
      if (op.order > Order{kOrderMax}) return "the order is above 10";
      return std::nullopt;
    case OpKind::task: return fault_of_task(m, op);
    case OpKind::answer:
      if (op.answer.frees == 0 && op.handle != 0) return "an answer that frees nothing names it";
      return fault_of_answer(m, op.answer);
    case OpKind::world: return fault_of_world(m, known, op);
    case OpKind::range: return fault_of_range(op.range);
    case OpKind::get:
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
  Handles handles;
  for (std::size_t i = 0; i < p.ops.size(); ++i) {
    if (auto what = fault_of_op(p.machine, known, handles, p.ops[i])) return ProgramFault{i, *what};
    handles.define(p.ops[i]);
    if (handles.size() > kOpsMax) return ProgramFault{i, "there are more than 2^24 blocks"};
  }
  return std::nullopt;
}

}  // namespace bp
