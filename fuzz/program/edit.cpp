// SPDX-License-Identifier: MIT
#include "fuzz/program/edit.h"

#include <algorithm>

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

std::uint32_t append_edited(const std::vector<Op>& ops, std::uint32_t base, EditedOps& out) {
  std::uint32_t handle = 0;
  for (const Op& op : ops) {
    const bool named = op.kind == OpKind::free;
    out.push_back({op, base + (named ? op.handle : handle)});
    if (op.kind == OpKind::alloc) ++handle;
  }
  return base + handle;
}

void rebuild(const EditedOps& edited, Program& p) {
  constexpr std::uint32_t kUndefined = ~std::uint32_t{0};
  static thread_local std::vector<std::uint32_t> handle_of;  // By block name; names are dense.
  handle_of.clear();
  std::uint32_t handles = 0;
  p.ops.clear();
  for (const EditedOp& e : edited) {
    if (e.block >= handle_of.size()) handle_of.resize(e.block + 1, kUndefined);
    Op op = e.op;
    make_legal(p.machine, op);
    if (op.kind == OpKind::alloc) handle_of[e.block] = handles++;
    if (op.kind == OpKind::free) {
      op.handle = handle_of[e.block];
      if (op.handle == kUndefined) continue;
    }
    p.ops.push_back(op);
  }
}

}  // namespace bp
