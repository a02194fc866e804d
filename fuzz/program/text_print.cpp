// SPDX-License-Identifier: MIT
// Prints programs: the canonical form, appended piece by piece.
#include <charconv>

#include "fuzz/program/text.h"
#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

/// Appends words to a text. Long traces have more than a million lines, so nothing is formatted
/// twice.
class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  Printer& operator<<(std::string_view text) { return out_ += text, *this; }
  Printer& operator<<(char c) { return out_ += c, *this; }
  Printer& dec(std::uint64_t n) { return number(n, 10); }
  Printer& hex(std::uint64_t n) { return *this << "0x", number(n, 16); }
  Printer& pfn(Pfn p) { return hex(static_cast<std::uint64_t>(p)); }
  Printer& pages(Pages n) { return dec(static_cast<std::uint64_t>(static_cast<std::int64_t>(n))); }
  Printer& order(Order o) { return dec(static_cast<unsigned>(o)); }
  /// " key=number", unless it is the default.
  Printer& key(std::string_view name, std::uint64_t n, std::uint64_t unless) {
    return n == unless ? *this : (*this << ' ' << name << '=').dec(n);
  }

 private:
  Printer& number(std::uint64_t n, int base) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, n, base).ptr;
    return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
  }
  std::string& out_;
};

void print_zone_list(Printer& p, ZoneConfig c) {
  if (c == ZoneConfig{}) {
    p << "none";
    return;
  }
  char before = '=';
  for (ZoneType t : {ZoneType::dma, ZoneType::dma32, ZoneType::highmem, ZoneType::device}) {
    if (!c.has(t)) continue;
    if (before == ',') p << ',';
    p << zone_name(t);
    before = ',';
  }
}

template <class Vec>
void print_numbers(Printer& p, std::string_view key, const Vec& v) {
  if (v.empty()) return;
  p << ' ' << key << '=';
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (i > 0) p << ',';
    p.dec(v[i]);
  }
}

void print_machine(Printer& p, const Machine& m) {
  p << "machine profile=" << profile_name(m.profile);
  if (m.era != era_of(m.profile)) p << " era=" << era_name(m.era);
  p << " zones=";
  print_zone_list(p, m.zones);
  (p << " cpus=").dec(m.cpus);
  (p << " pageblock_order=").order(m.pageblock_order);
  (p << " min_free_kbytes=").dec(m.min_free_kbytes);
  p.key("watermark_scale_factor", m.watermark_scale_factor, 10);
  print_numbers(p, "lowmem_reserve_ratio", m.lowmem_reserve_ratio);
  p.key("pcp_high", m.pcp_high, 0).key("pcp_batch", m.pcp_batch, 0);
  p << '\n';
}

void print_range(Printer& p, PfnRange r) { (p.pfn(r.begin) << '-').pfn(r.end); }

void print_node(Printer& p, const Node& n, std::size_t number) {
  (p << "node ").dec(number);
  p << " cpus=";
  if (n.cpu_begin == n.cpu_end) {
    p << "none";
  } else {
    p.dec(n.cpu_begin);
    if (n.cpu_end - n.cpu_begin > 1) (p << '-').dec(n.cpu_end - 1U);
  }
  print_numbers(p, "distance", n.distance);
  for (const Zone& z : n.zones) {
    p << " zone=" << zone_name(z.type) << ':';
    print_range(p, z.frames);
    if (z.marks)
      (((p << ':').pages(z.marks->min) << ',').pages(z.marks->low) << ',').pages(z.marks->high);
  }
  for (const PfnRange& h : n.holes) {
    p << " hole=";
    print_range(p, h);
  }
  p << '\n';
}

void print_alloc(Printer& p, const Machine& m, const Op& op, std::size_t handle) {
  (p << 'b').dec(handle);
  (p << " = alloc cpu=").dec(op.cpu);
  (p << " order=").order(op.order);
  p << " gfp=" << gfp_text(op.gfp, m.era);
  if (op.node != kNoNode) (p << " node=").dec(static_cast<std::uint64_t>(op.node));
  if (op.nodemask != kNoNodemask) (p << " nodes=").hex(op.nodemask);
}

void print_free(Printer& p, const Op& op, Order order_of_handle) {
  (p << "free b").dec(op.handle);
  (p << " cpu=").dec(op.cpu);
  if (op.order != order_of_handle) (p << " order=").order(op.order);
  p.key("offset", op.offset, 0);
}

void print_op_to(Printer& p, const Machine& m, const Op& op, std::size_t handle,
                 Order order_of_handle) {
  switch (op.kind) {
    case OpKind::alloc: print_alloc(p, m, op, handle); break;
    case OpKind::free: print_free(p, op, order_of_handle); break;
    case OpKind::drain:
      p << "drain cpu=";
      if (op.cpu == kAllCpus) {
        p << "all";
      } else {
        p.dec(op.cpu);
      }
      break;
    case OpKind::census: p << "census"; break;
  }
}

}  // namespace

std::string print_op(const Machine& m, const Op& op, std::size_t handle, Order order_of_handle) {
  std::string text;
  Printer p(text);
  print_op_to(p, m, op, handle, order_of_handle);
  return text;
}

std::string print_text(const Program& program) {
  std::string text;
  text.reserve(256 + program.ops.size() * 48);
  Printer p(text);
  p << "buddyproof 1\n";
  print_machine(p, program.machine);
  for (std::size_t n = 0; n < program.machine.nodes.size(); ++n)
    print_node(p, program.machine.nodes[n], n);
  std::vector<Order> orders;
  for (const Op& op : program.ops) {
    const Order asked = op.kind == OpKind::free ? orders[op.handle] : Order{};
    print_op_to(p, program.machine, op, orders.size(), asked);
    p << '\n';
    if (op.kind == OpKind::alloc) orders.push_back(op.order);
  }
  if (program.execution_hash != 0 || !program.schedule.empty()) {
    (p << "schedule ").hex(program.execution_hash);
    for (const unsigned choice : program.schedule) (p << ' ').dec(choice);
    p << '\n';
  }
  return text;
}

}  // namespace bp
