// SPDX-License-Identifier: MIT
#include "fuzz/program/mutate.h"

#include <algorithm>

#include "fuzz/program/bytes.h"
#include "fuzz/program/edit.h"
#include "fuzz/program/generate.h"

namespace bp {
namespace {

/// Only what the small bounds allow is mutated: a large input is cut to them first.
void make_small(Program& p, Rng& rng) {
  Pages spanned;
  for (const Node& n : p.machine.nodes) {
    for (const Zone& z : n.zones) spanned += z.frames.span();
  }
  if (spanned > kSmallSpannedMax || p.machine.cpus > 4 || p.machine.nodes.size() > 4)
    p.machine = random_machine(rng);
  if (p.ops.size() > kSmallOpsMax) p.ops.resize(kSmallOpsMax);
}

/// A program under mutation: its operations by block name.
class Mutation {
 public:
  Mutation(Program& p, Rng& rng) : p_(p), rng_(rng), swarm_(random_swarm(rng)) {
    next_block_ = append_edited(p.ops, 0, ops_);
  }

  void once() {
    switch (rng_.below(16)) {
      case 0:
      case 1: return insert_alloc();
      case 2:
      case 3: return insert_free();
      case 4: return insert_other();
      case 5:
      case 6: return erase();
      case 7: return duplicate();
      case 8: return swap();
      case 9: return move();
      case 10:
      case 11:
      case 12: return change();
      case 13: return run_of_allocs();
      case 14: return free_all();
      default: return rng_.one_in(8) ? change_schedule() : change_machine();
    }
  }

  /// The machine is settled first: a change of it may take CPUs, nodes or flags from operations.
  void finish() {
    make_small(p_, rng_);
    if (ops_.size() > kMutatedOpsMax) ops_.resize(kMutatedOpsMax);
    rebuild(ops_, p_);
  }

 private:
  using Place = EditedOps::iterator;

  std::size_t any() { return static_cast<std::size_t>(rng_.below(ops_.size() + 1)); }
  Place at(std::size_t i) { return ops_.begin() + static_cast<std::ptrdiff_t>(i); }
  std::uint8_t cpu() { return static_cast<std::uint8_t>(rng_.below(p_.machine.cpus)); }

  void insert_alloc() {
    ops_.insert(at(any()), {random_alloc(rng_, p_.machine, swarm_), next_block_++});
  }

  void insert_free() {
    const std::size_t where = any();
    std::vector<const EditedOp*> allocs;
    for (std::size_t i = 0; i < where; ++i) {
      if (ops_[i].op.kind == OpKind::alloc) allocs.push_back(&ops_[i]);
    }
    if (allocs.empty()) return insert_alloc();
    const EditedOp& a = *allocs[rng_.below(allocs.size())];
    Op op = Op::free(0, cpu(), a.op.order);
    if (rng_.one_in(8)) spoil(op);
    const std::uint32_t block = a.block;
    ops_.insert(at(where), {op, block});
  }

  void insert_other() {
    ops_.insert(at(any()),
                {rng_.one_in(3) ? Op::census() : Op::drain(rng_.one_in(2) ? kAllCpus : cpu()), 0});
  }

  void erase() {
    if (ops_.empty()) return insert_alloc();
    const std::size_t from = rng_.below(ops_.size());
    const std::size_t n =
        std::min<std::size_t>(ops_.size() - from, 1 + rng_.below(rng_.one_in(3) ? 8 : 1));
    ops_.erase(at(from), at(from + n));
  }

  /// Copies keep the names of their blocks: a free after them means the copy.
  void duplicate() {
    if (ops_.empty()) return insert_alloc();
    const std::size_t from = rng_.below(ops_.size());
    const std::size_t n = std::min<std::size_t>(ops_.size() - from, 1 + rng_.below(8));
    const EditedOps copy(at(from), at(from + n));
    ops_.insert(at(any()), copy.begin(), copy.end());
  }

  void swap() {
    if (ops_.size() < 2) return insert_alloc();
    std::swap(ops_[rng_.below(ops_.size())], ops_[rng_.below(ops_.size())]);
  }

  void move() {
    if (ops_.empty()) return insert_alloc();
    const std::size_t from = rng_.below(ops_.size());
    const EditedOp op = ops_[from];
    ops_.erase(at(from));
    ops_.insert(at(any()), op);
  }

  void change() {
    if (ops_.empty()) return insert_alloc();
    Op& op = ops_[rng_.below(ops_.size())].op;
    switch (op.kind) {
      case OpKind::alloc: return change_alloc(op);
      case OpKind::free: return rng_.one_in(4) ? spoil(op) : static_cast<void>(op.cpu = cpu());
      case OpKind::drain: op.cpu = rng_.one_in(2) ? kAllCpus : cpu(); return;
      case OpKind::census: op = Op::drain(kAllCpus); return;
    }
  }

  void change_alloc(Op& op) {
    const Op other = random_alloc(rng_, p_.machine, swarm_);
    switch (rng_.below(6)) {
      case 0: op.cpu = cpu(); return;
      case 1: op.order = other.order; return;
      case 2: op.gfp = other.gfp; return;
      case 3: op.gfp |= GfpFlag{static_cast<std::uint8_t>(rng_.below(kGfpFlags))}; return;
      case 4:
        op.gfp = op.gfp.without(GfpFlag{static_cast<std::uint8_t>(rng_.below(kGfpFlags))});
        return;
      default:
        op.node =
            static_cast<std::int8_t>(static_cast<int>(rng_.below(p_.machine.nodes.size() + 1)) - 1);
        op.nodemask = rng_.one_in(2) ? std::uint8_t{0} : static_cast<std::uint8_t>(rng_.next());
    }
  }

  /// Makes a free wrong: another order, or a frame inside the block.
  void spoil(Op& op) {
    if (rng_.one_in(2)) {
      op.order = Order{static_cast<unsigned>(rng_.below(kOrderMax + 1))};
    } else {
      op.offset = static_cast<std::uint16_t>(rng_.below(rng_.one_in(4) ? kOffsetMax + 1 : 8));
    }
  }

  /// Many of one kind: zones run full, marks are reached.
  void run_of_allocs() {
    const Op op = random_alloc(rng_, p_.machine, swarm_);
    const std::size_t n = 1 + rng_.below(rng_.one_in(4) ? 64 : 12);
    const std::size_t where = any();
    EditedOps run;
    for (std::size_t i = 0; i < n; ++i) run.push_back({op, next_block_++});
    ops_.insert(at(where), run.begin(), run.end());
  }

  /// Gives every block back, in order, in reverse or every other: merging goes far or stops half
  /// way.
  void free_all() {
    EditedOps frees;
    const bool every_other = rng_.one_in(3);
    bool skip = false;
    for (const EditedOp& e : ops_) {
      if (e.op.kind != OpKind::alloc) continue;
      skip = every_other && !skip;
      if (!skip) frees.push_back({Op::free(0, cpu(), e.op.order), e.block});
    }
    if (rng_.one_in(2)) std::ranges::reverse(frees);
    ops_.insert(ops_.end(), frees.begin(), frees.end());
  }

  void change_schedule() {
    if (rng_.one_in(2) && !p_.schedule.empty()) {
      p_.schedule[rng_.below(p_.schedule.size())] = static_cast<std::uint8_t>(rng_.below(8));
    } else if (p_.schedule.size() < kMutatedOpsMax) {
      p_.schedule.push_back(static_cast<std::uint8_t>(rng_.below(8)));
    }
    p_.execution_hash = 0;  // Of another run.
  }

  /// Small changes of the machine; one that would not be valid becomes a new machine.
  void change_machine() {
    Machine m = p_.machine;
    const Machine other = random_machine(rng_);
    switch (rng_.below(10)) {
      case 0: m.profile = other.profile, m.era = other.era; break;
      case 1: m.zones = other.zones; break;
      case 2: m.pageblock_order = other.pageblock_order; break;
      case 3: m.min_free_kbytes = other.min_free_kbytes; break;
      case 4: m.watermark_scale_factor = other.watermark_scale_factor; break;
      case 5: m.lowmem_reserve_ratio = other.lowmem_reserve_ratio; break;
      case 6: m.pcp_high = other.pcp_high, m.pcp_batch = other.pcp_batch; break;
      case 7: change_node(m); break;
      case 8: m.era = other.era; break;
      default: m = other;
    }
    p_.machine = first_fault(m) ? other : m;
  }

  void change_node(Machine& m) {
    Node& n = m.nodes[rng_.below(m.nodes.size())];
    if (n.zones.empty()) return;
    Zone& z = n.zones[rng_.below(n.zones.size())];
    const Pages step{static_cast<std::int64_t>(rng_.between(1, 64))};
    switch (rng_.below(5)) {
      case 0: z.frames.begin += step; return;
      case 1: z.frames.end = rng_.one_in(2) ? z.frames.end + step : z.frames.end - step; return;
      case 2: n.holes.clear(); return;
      case 3:
        if (n.holes.empty()) n.holes.push_back({z.frames.begin + step, z.frames.begin + step * 2});
        return;
      default:
        z.marks = Watermarks{step, step + Pages{static_cast<std::int64_t>(rng_.below(9))},
                             step * 2 + Pages{9}};
    }
  }

  Program& p_;
  Rng& rng_;
  Swarm swarm_;
  EditedOps ops_;
  std::uint32_t next_block_;  ///< Names from here on are free.
};

/// What fits into `max` bytes: the program loses its schedule, then half of its operations until it
/// does.
std::size_t encode_within(Program& p, std::uint8_t* out, std::size_t max) {
  static thread_local std::vector<std::uint8_t> bytes;
  for (encode(p, bytes); bytes.size() > max; encode(p, bytes)) {
    if (p.ops.empty() && p.schedule.empty())
      return 0;  // Not even the machine: no bytes are a program too.
    p.schedule.clear();
    p.execution_hash = 0;
    p.ops.resize(p.ops.size() / 2);
  }
  std::ranges::copy(bytes, out);
  return bytes.size();
}

/// A stretch of operations.
EditedOps stretch(const EditedOps& all, Rng& rng) {
  if (all.empty()) return {};
  const std::size_t from = rng.below(all.size());
  const std::size_t n = 1 + rng.below(all.size() - from);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
  return {begin, begin + static_cast<std::ptrdiff_t>(n)};
}

}  // namespace

void mutate(Program& p, Rng& rng) {
  make_small(p, rng);
  Mutation m(p, rng);
  do {
    m.once();
  } while (rng.one_in(2));
  m.finish();
}

void cross(const Program& a, const Program& b, Rng& rng, Program& out) {
  EditedOps from[2];
  const std::uint32_t first_of_b = append_edited(a.ops, 0, from[0]);
  append_edited(b.ops, first_of_b, from[1]);
  EditedOps mixed;
  for (std::uint64_t i = rng.between(2, 4); i > 0; --i) {
    const EditedOps piece = stretch(from[i % 2], rng);
    mixed.insert(mixed.end(), piece.begin(), piece.end());
  }
  if (mixed.size() > kMutatedOpsMax) mixed.resize(kMutatedOpsMax);
  out.machine = a.machine;
  out.execution_hash = 0;
  out.schedule = rng.one_in(2) ? a.schedule : b.schedule;
  make_small(out, rng);
  rebuild(mixed, out);
}

std::size_t mutate_bytes(std::uint8_t* data, std::size_t size, std::size_t max,
                         std::uint64_t seed) {
  Rng rng(seed);
  static thread_local Program p;
  decode({data, size}, p);
  mutate(p, rng);
  return encode_within(p, data, max);
}

std::size_t cross_bytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                        std::span<std::uint8_t> out, std::uint64_t seed) {
  Rng rng(seed);
  static thread_local Program first, second, crossed;
  decode(a, first);
  decode(b, second);
  cross(first, second, rng, crossed);
  return encode_within(crossed, out.data(), out.size());
}

}  // namespace bp
