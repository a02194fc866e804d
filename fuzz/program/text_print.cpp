// SPDX-License-Identifier: MIT
// Programs as canonical text: one line per operation, in one order of keys.
#include <array>
#include <bit>

#include "fuzz/program/text.h"
#include "fuzz/program/text_machine.h"
#include "fuzz/program/text_number.h"
#include "model/vocab/gfp_text.h"

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
  append_key(out, " = alloc cpu=", op.cpu);
  append_key(out, " order=", static_cast<unsigned>(op.order));
  out += " gfp=";
  out += gfp;
  if (op.node != kNoNode) append_key(out, " node=", static_cast<std::uint64_t>(op.node));
  if (op.nodemask != kNoNodemask) append_hex(out += " nodes=", op.nodemask);
}

void append_free(std::string& out, const Op& op, Order order_of_handle) {
  append_key(out, "free b", op.handle);
  append_key(out, " cpu=", op.cpu);
  if (op.order != order_of_handle) append_key(out, " order=", static_cast<unsigned>(op.order));
  if (op.offset != 0) append_key(out, " offset=", op.offset);
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
  }
}

void print_ops(const Program& p, std::string& out) {
  GfpTexts gfps(p.machine.era);
  std::vector<Order> asked;
  asked.reserve(p.ops.size());
  for (const Op& op : p.ops) {
    const std::string_view gfp = op.kind == OpKind::alloc ? gfps.text(op.gfp) : std::string_view{};
    append_op(out, gfp, op, asked.size(), op.kind == OpKind::free ? asked[op.handle] : Order{});
    if (op.kind == OpKind::alloc) asked.push_back(op.order);
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
  out += "buddyproof 1\n";
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
