// SPDX-License-Identifier: MIT
#include "fuzz/program/edit.h"

#include <algorithm>
#include <unordered_map>

namespace bp {
namespace {

std::uint8_t legal_cpu(const Machine& m, std::uint8_t cpu) {
  return static_cast<std::uint8_t>(cpu % m.cpus);
}

void make_legal(const Machine& m, Op& op) {
  const auto nodes = static_cast<int>(m.nodes.size());
  switch (op.kind) {
    case OpKind::alloc:
      op.cpu = legal_cpu(m, op.cpu);
      op.node = static_cast<std::int8_t>(std::min<int>(op.node, nodes - 1));
      op.nodemask = static_cast<std::uint8_t>(op.nodemask & ((1U << nodes) - 1));
      op.gfp = gfp_decode(gfp_encode(op.gfp, m.era), m.era);
      break;
    case OpKind::free: op.cpu = legal_cpu(m, op.cpu); break;
    case OpKind::drain:
      if (op.cpu != kAllCpus) op.cpu = legal_cpu(m, op.cpu);
      break;
    case OpKind::census: break;
  }
}

}  // namespace

void append_edited(const std::vector<Op>& ops, std::uint32_t base, EditedOps& out) {
  std::uint32_t handle = 0;
  for (const Op& op : ops) {
    const std::uint32_t block = op.kind == OpKind::alloc ? handle++ : op.handle;
    out.push_back({op, base + block});
  }
}

void rebuild(const EditedOps& edited, Program& p) {
  std::unordered_map<std::uint32_t, std::uint32_t> handle_of;
  std::uint32_t handles = 0;
  p.ops.clear();
  for (const EditedOp& e : edited) {
    Op op = e.op;
    make_legal(p.machine, op);
    if (op.kind == OpKind::alloc) handle_of[e.block] = handles++;
    if (op.kind == OpKind::free) {
      const auto found = handle_of.find(e.block);
      if (found == handle_of.end()) continue;
      op.handle = found->second;
    }
    p.ops.push_back(op);
  }
}

}  // namespace bp
