// SPDX-License-Identifier: MIT
// Programs as canonical text: one line per operation, in one order of keys.
#include <algorithm>
#include <array>
#include <bit>

#include "fuzz/program/call_names.h"
#include "fuzz/program/text.h"
#include "fuzz/program/text_machine.h"
#include "fuzz/program/text_number.h"
#include "model/vocab/gfp_text.h"
#include "model/vocab/slow_trace.h"

namespace bp {
namespace {

/// Texts of the masks printed last: a trace of a million lines has some twenty.
class GfpTexts {
 public:
  explicit GfpTexts(Era e) : era_(e) {}
  std::string_view text(Gfp g) {
    const std::uint64_t hash = std::bit_cast<std::uint64_t>(g) * 0x9e3779b97f4a7c15U;
    Entry& entry = entries_[hash >> 58];
    if (entry.text.empty() || entry.gfp != g) entry = {g, gfp_text(g, era_)};
    return entry.text;
  }

 private:
  struct Entry {
    Gfp gfp;
    std::string text;
  };
  Era era_;
  std::array<Entry, 64> entries_;
};

void append_key(std::string& out, std::string_view key, std::uint64_t value) {
  out += key;
  append_decimal(out, value);
}

void append_alloc(std::string& out, std::string_view gfp, const Op& op, std::size_t handle) {
  append_key(out, "b", handle);
  out += " = ";
  out += kCallNames[static_cast<unsigned>(op.call)];
  append_key(out, " cpu=", op.cpu);
  if (has_order(op.call)) append_key(out, " order=", static_cast<unsigned>(op.order));
  if (has_pages(op.call)) append_key(out, " pages=", op.pages);
  out += " gfp=";
  out += gfp;
  if (op.node != kNoNode) append_key(out, " node=", static_cast<std::uint64_t>(op.node));
  if (op.nodemask != kNoNodemask) append_hex(out += " nodes=", op.nodemask);
}

void append_free(std::string& out, const Op& op, Order order_of_handle) {
  append_key(out, op.by_address ? "free_pages b" : "free b", op.handle);
  append_key(out, " cpu=", op.cpu);
  if (op.order != order_of_handle) append_key(out, " order=", static_cast<unsigned>(op.order));
  if (op.offset != 0) append_key(out, " offset=", op.offset);
}

void append_split(std::string& out, const Op& op, Order order_of_handle) {
  append_key(out, "split b", op.handle);
  if (op.order != order_of_handle) append_key(out, " order=", static_cast<unsigned>(op.order));
}

template <std::size_t N>
void append_flags(std::string& out, unsigned flags, const std::array<std::string_view, N>& names) {
  std::string_view before = " is=";
  for (unsigned f = 0; f < N; ++f) {
    if ((flags >> f & 1) == 0) continue;
    out += before;
    out += names[f];
    before = ",";
  }
}

void append_task(std::string& out, const Op& op) {
  append_key(out, "task cpu=", op.cpu);
  append_flags(out, op.task.flags, kTaskNames);
  if (op.task.policy != Policy::none) {
    out += " policy=";
    out += kPolicyNames[static_cast<unsigned>(op.task.policy)];
    append_hex(out += " nodes=", op.task.policy_nodes);
  }
  if (op.task.mems != 0) append_hex(out += " mems=", op.task.mems);
}

void append_answer(std::string& out, const Op& op) {
  const OpAnswer& a = op.answer;
  out += "answer ";
  out += name(a.from);
  if (a.busy) out += " is=busy";
  if (a.from == Answerer::compaction) out.append(" result=").append(name(Compacted{a.result}));
  if (a.from == Answerer::node_reclaim)
    out.append(" result=").append(name(NodeReclaimed{a.result}));
  if (a.progress != 0) append_key(out, " progress=", a.progress);
  if (a.mems != 0) append_hex(out += " mems=", a.mems);
  if (a.frees == 0) return;
  append_key(out, " frees=b", op.handle);
  if (a.frees != 1) append_key(out, " count=", a.frees);
}

void append_world(std::string& out, std::string_view gfp, const Op& op) {
  out += "world";
  append_flags(out, op.world.flags, kWorldNames);
  if (op.world.reclaimable != 0) append_key(out, " reclaimable=", op.world.reclaimable);
  if (op.world.dirty_nodes != 0) append_hex(out += " dirty=", op.world.dirty_nodes);
  if (op.gfp != Gfp{}) out.append(" without=").append(gfp);
}

void append_range(std::string& out, const OpRange& r, std::size_t handle) {
  if (r.action == RangeAction::alloc) {
    append_key(out, "b", handle);
    out += " = ";
  }
  out += kRangeNames[static_cast<unsigned>(r.action)];
  append_pfn(out += ' ', r.begin);
  append_pfn(out += '-', r.end());
}

void append_drain(std::string& out, const Op& op) {
  if (op.cpu == kAllCpus) {
    out += "drain cpu=all";
  } else {
    append_key(out, "drain cpu=", op.cpu);
  }
}

void append_op(std::string& out, std::string_view gfp, const Op& op, std::size_t handle,
               Order order_of_handle) {
  switch (op.kind) {
    case OpKind::alloc: return append_alloc(out, gfp, op, handle);
    case OpKind::free: return append_free(out, op, order_of_handle);
    case OpKind::drain: return append_drain(out, op);
    case OpKind::census: out += "census"; return;
    case OpKind::task: return append_task(out, op);
    case OpKind::get: return append_key(out, "get b", op.handle);
    case OpKind::answer: return append_answer(out, op);
    case OpKind::world: return append_world(out, gfp, op);
    case OpKind::split: return append_split(out, op, order_of_handle);
    case OpKind::range: return append_range(out, op.range, handle);
  }
}

bool has_mask(const Op& op) { return op.kind == OpKind::alloc || op.kind == OpKind::world; }

void print_ops(const Program& p, std::string& out) {
  GfpTexts gfps(p.machine.era);
  std::vector<Order> asked;
  asked.reserve(p.ops.size());
  for (const Op& op : p.ops) {
    const std::string_view gfp = has_mask(op) ? gfps.text(op.gfp) : std::string_view{};
    append_op(out, gfp, op, asked.size(), op.names_handle() ? asked[op.handle] : Order{});
    asked.insert(asked.end(), op.defines(), order_of_block(op));
    if (op.kind == OpKind::split && op.order == asked[op.handle]) asked[op.handle] = Order{0};
    out += '\n';
  }
}

void print_schedule(const Program& p, std::string& out) {
  if (p.execution_hash == 0 && p.schedule.empty()) return;
  append_hex(out += "schedule ", p.execution_hash);
  for (const std::uint8_t choice : p.schedule) append_decimal(out += ' ', choice);
  out += '\n';
}

}  // namespace

std::string print_text(const Program& p) {
  std::string out;
  out.reserve(512 + p.ops.size() * 48 + p.schedule.size() * 4);
  const bool types = p.machine.is_typed() || std::ranges::any_of(p.ops, &Op::is_range);
  const bool calls = std::ranges::any_of(p.ops, &Op::is_call);
  out += types ? "buddyproof 3\n" : calls ? "buddyproof 2\n" : "buddyproof 1\n";
  print_machine(p.machine, out);
  print_ops(p, out);
  print_schedule(p, out);
  return out;
}

std::string print_op(const Machine& m, const Op& op, std::size_t handle, Order order_of_handle) {
  std::string out;
  append_op(out, gfp_text(op.gfp, m.era), op, handle, order_of_handle);
  return out;
}

}  // namespace bp
