// SPDX-License-Identifier: MIT
// Changes to tagged operations, and the tags themselves.
#include <algorithm>
#include <array>

#include "fuzz/program/bytes.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/mutate_parts.h"

namespace bp {
namespace {

using Ops = std::vector<Op>;

/// Edits that only copy or move tagged operations, and edits that make new ones.
class OpsMutator {
 public:
  OpsMutator(Ops& ops, const Machine& m, std::uint32_t& next_tag, Rng& rng)
      : ops_(ops), m_(m), next_tag_(next_tag), rng_(rng) {}

  void change() {
    using Change = void (OpsMutator::*)();
    static constexpr std::array<Change, 15> kChanges = {
        &OpsMutator::insert_one,  &OpsMutator::change_one,     &OpsMutator::change_one,
        &OpsMutator::change_one,  &OpsMutator::remove_range,   &OpsMutator::duplicate_range,
        &OpsMutator::swap_two,    &OpsMutator::move_range,     &OpsMutator::insert_run,
        &OpsMutator::free_all,    &OpsMutator::make_alike,     &OpsMutator::insert_free,
        &OpsMutator::insert_free, &OpsMutator::insert_answers, &OpsMutator::change_surroundings};
    if (ops_.empty()) return insert_run();
    (this->*rng_.pick(kChanges))();
  }

 private:
  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  std::size_t place() { return rng_.below(ops_.size() + 1); }
  Op& any() { return ops_[rng_.below(ops_.size())]; }
  auto iterator(std::size_t i) { return ops_.begin() + static_cast<std::ptrdiff_t>(i); }

  /// Not empty; mostly short.
  Range range() {
    const std::size_t begin = rng_.below(ops_.size());
    const std::size_t most = std::min<std::size_t>(ops_.size() - begin, rng_.one_in(4) ? 128 : 8);
    return {begin, begin + 1 + rng_.below(most)};
  }

  Op tagged(Op op) {
    if (op.defines() != 0) op.handle = next_tag_, next_tag_ += op.defines();
    return op;
  }

  void insert_one();
  void insert_free();
  void insert_run();
  void free_all();
  void remove_range();
  void duplicate_range();
  void swap_two() { std::swap(any(), any()); }
  void move_range();
  void change_one() { change_one(any()); }
  void change_one(Op& op);
  void change_alloc(Op& op);
  void change_free(Op& op);
  void change_answer(Op& op);
  void change_range(Op& op);
  void insert_answers();
  void change_surroundings();
  void give_back(Op& op, std::size_t i);
  void change_order(Op& alloc);
  void change_call(Op& alloc);
  Gfp changed_gfp(Gfp g);
  void make_alike();
  const Op* alloc_before(std::size_t i);

  Ops& ops_;
  const Machine& m_;
  std::uint32_t& next_tag_;
  Rng& rng_;
};

void OpsMutator::insert_one() {
  Op op = random_alloc(rng_, m_);
  if (rng_.one_in(8)) op = random_call(rng_, m_, op);
  if (rng_.one_in(16)) op = random_task(rng_, m_);
  if (rng_.one_in(32)) op = random_world(rng_, m_);
  if (rng_.one_in(16)) op = random_range(rng_, m_);
  if (rng_.one_in(4)) op = Op::drain(rng_.one_in(2) ? kAllCpus : rng_.below(m_.cpus));
  if (rng_.one_in(8)) op = Op::census();
  ops_.insert(iterator(place()), tagged(op));
}

/// Any alloc in front of `i`, or null after some tries without one.
const Op* OpsMutator::alloc_before(std::size_t i) {
  for (int tries = 0; i > 0 && tries < 8; ++tries) {
    const Op& op = ops_[rng_.below(i)];
    if (op.defines() != 0) return &op;
  }
  return nullptr;
}

void OpsMutator::insert_free() {
  const std::size_t at = place();
  const Op* const alloc = alloc_before(at);
  if (alloc == nullptr) return insert_one();
  const std::uint32_t handle = alloc->handle + rng_.below(alloc->defines());
  Op op = Op::free(handle, rng_.below(m_.cpus), order_of_block(*alloc));
  if (rng_.one_in(16)) op = Op::get(handle);
  if (rng_.one_in(16) && !alloc->gfp.has(GfpFlag::comp)) op = Op::split(handle, alloc->order);
  ops_.insert(iterator(at), op);
}

/// Some answers in front of an alloc, which mostly give back what came before.
void OpsMutator::insert_answers() {
  const std::size_t at = place();
  for (unsigned n = rng_.between(1, 6); n > 0 && ops_.size() < kSmallOpsMax; --n) {
    Op op = random_answer(rng_, m_);
    if (rng_.one_in(2)) give_back(op, at);
    ops_.insert(iterator(at), op);
  }
}

/// An answer or the world, if there is one.
void OpsMutator::change_surroundings() {
  for (int tries = 0; tries < 32; ++tries) {
    Op& op = any();
    if (op.is_environment() && (op.kind == OpKind::world || rng_.one_in(4))) return change_one(op);
  }
  insert_answers();
}

/// Makes the answer, which stands at `i`, give back some of what an alloc before it got.
void OpsMutator::give_back(Op& op, std::size_t i) {
  const Op* const alloc = alloc_before(i);
  if (alloc == nullptr || !may_free(op.answer.from)) return;
  op.handle = alloc->handle;
  op.answer.frees = static_cast<std::uint8_t>(rng_.between(1, kFreesMax));
}

void OpsMutator::change_answer(Op& op) {
  const Op before = op;
  op = random_answer(rng_, m_);
  if (may_free(op.answer.from)) op.handle = before.handle, op.answer.frees = before.answer.frees;
  if (rng_.one_in(4)) op.handle = 0, op.answer.frees = 0;
  if (rng_.one_in(3)) give_back(op, static_cast<std::size_t>(&op - ops_.data()));
}

/// The same alloc many times: zones fill up, marks are crossed, lists are refilled.
void OpsMutator::insert_run() {
  const Op op = random_alloc(rng_, m_);
  const std::size_t room = kSmallOpsMax - std::min(kSmallOpsMax, ops_.size());
  const std::size_t length = std::min<std::size_t>(room, std::size_t{2} << rng_.below(8));
  const std::size_t at = place();
  Ops run(length, op);
  for (Op& one : run) one = tagged(one);
  ops_.insert(iterator(at), run.begin(), run.end());
}

/// Everything still held, or every second of it, oldest or newest first.
void OpsMutator::free_all() {
  std::vector<const Op*> held(next_tag_, nullptr);
  for (const Op& op : ops_) {
    for (std::uint32_t n = 0; n < op.defines(); ++n) held[op.handle + n] = &op;
    if (op.kind == OpKind::free) held[op.handle] = nullptr;
  }
  const bool newest_first = rng_.one_in(2);
  const bool half = rng_.one_in(3);
  const unsigned cpu = rng_.below(m_.cpus);
  Ops frees;
  for (std::size_t i = 0; i < held.size(); ++i) {
    const std::size_t handle = newest_first ? held.size() - 1 - i : i;
    const Op* const alloc = held[handle];
    if (alloc == nullptr || (half && i % 2 == 0)) continue;
    frees.push_back(Op::free(static_cast<std::uint32_t>(handle), cpu, order_of_block(*alloc)));
  }
  ops_.insert(ops_.end(), frees.begin(), frees.end());
  if (rng_.one_in(2)) ops_.push_back(Op::drain(kAllCpus));
}

void OpsMutator::remove_range() {
  const Range r = range();
  ops_.erase(iterator(r.begin), iterator(r.end));
}

void OpsMutator::duplicate_range() {
  const Range r = range();
  const Ops copy(iterator(r.begin), iterator(r.end));
  std::size_t at = rng_.one_in(2) ? r.end : place();
  for (unsigned times = rng_.between(1, 4); times > 0; --times) {
    if (ops_.size() + copy.size() > kSmallOpsMax) return;
    ops_.insert(iterator(at), copy.begin(), copy.end());
    at += copy.size();
  }
}

void OpsMutator::move_range() {
  const Range r = range();
  const std::size_t to = place();
  if (to < r.begin) std::rotate(iterator(to), iterator(r.begin), iterator(r.end));
  if (to > r.end) std::rotate(iterator(r.begin), iterator(r.end), iterator(to));
}

void OpsMutator::change_one(Op& op) {
  switch (op.kind) {
    case OpKind::alloc: return change_alloc(op);
    case OpKind::free: return change_free(op);
    case OpKind::drain:
      op.cpu = rng_.one_in(3) ? kAllCpus : static_cast<std::uint8_t>(rng_.below(m_.cpus));
      return;
    case OpKind::census: op = Op::drain(kAllCpus); return;
    case OpKind::task: op = random_task(rng_, m_); return;
    case OpKind::world: op = random_world(rng_, m_); return;
    case OpKind::range: return change_range(op);
    case OpKind::answer: return change_answer(op);
    case OpKind::get:
    case OpKind::split: {
      const Op* const alloc = alloc_before(static_cast<std::size_t>(&op - ops_.data()));
      if (alloc != nullptr) op.handle = alloc->handle;
      return;
    }
  }
}

/// Something else, somewhere else, as many handles as before.
void OpsMutator::change_range(Op& op) {
  const Op other = random_range(rng_, m_);
  const bool alloc = op.range.action == RangeAction::alloc;
  if (rng_.one_in(2)) op.range.begin = other.range.begin;
  if (!alloc && other.range.action != RangeAction::alloc) op.range = other.range;
}

void OpsMutator::change_alloc(Op& op) {
  const std::size_t nodes = m_.nodes.size();
  if (op.is_call() ? rng_.one_in(4) : rng_.one_in(16)) return change_call(op);
  switch (rng_.below(8)) {
    case 0: op.cpu = static_cast<std::uint8_t>(rng_.below(m_.cpus)); return;
    case 1: op.node = static_cast<std::int8_t>(static_cast<int>(rng_.below(nodes + 1)) - 1); return;
    case 2: op.nodemask = static_cast<std::uint8_t>(rng_.below(std::size_t{1} << nodes)); return;
    case 3:
    case 4: return change_order(op);
    default: op.gfp = changed_gfp(op.gfp); return;
  }
}

/// Another way to ask for as many handles as before.
void OpsMutator::change_call(Op& alloc) {
  if (alloc.call == Call::bulk) {
    alloc.gfp = changed_gfp(alloc.gfp);
    return;
  }
  alloc.call = Call{static_cast<std::uint8_t>(rng_.below(kCalls - 1))};
  if (has_pages(alloc.call) && alloc.pages == 0)
    alloc.pages = static_cast<std::uint16_t>(rng_.between(1, 64));
}

/// Frees that gave back what was asked for mostly still do.
void OpsMutator::change_order(Op& alloc) {
  const Order before = alloc.order;
  alloc.order = random_order(rng_);
  if (rng_.one_in(8)) return;
  for (Op& op : ops_) {
    if (op.kind == OpKind::free && op.handle == alloc.handle && op.order == before) {
      op.order = alloc.order;
    }
  }
}

Gfp OpsMutator::changed_gfp(Gfp g) {
  const std::uint32_t raw = gfp_encode(g, m_.era);
  switch (rng_.below(4)) {
    case 0: {  // One flag.
      const GfpFlag flag{static_cast<std::uint8_t>(rng_.below(kGfpFlags))};
      if (gfp_bit(flag, m_.era) == kNoBit) return g;
      return gfp_decode(raw ^ std::uint32_t{1} << gfp_bit(flag, m_.era), m_.era);
    }
    case 1:  // The zone modifiers, also in combinations that no kernel accepts.
      return gfp_decode((raw & ~std::uint32_t{15}) | rng_.below(16), m_.era);
    default: return random_gfp(rng_, m_.era);
  }
}

void OpsMutator::change_free(Op& op) {
  if (rng_.one_in(op.by_address ? 4 : 16)) {
    op.by_address = !op.by_address;
    return;
  }
  switch (rng_.below(8)) {
    case 0: op.order = random_order(rng_); return;
    case 1: op.offset = static_cast<std::uint16_t>(rng_.below(rng_.one_in(2) ? 4 : 1024)); return;
    case 2: op.offset = 0; return;
    case 3:
    case 4: op.cpu = static_cast<std::uint8_t>(rng_.below(m_.cpus)); return;
    default: {
      const Op* const alloc = alloc_before(static_cast<std::size_t>(&op - ops_.data()));
      if (alloc != nullptr) op = Op::free(alloc->handle, op.cpu, order_of_block(*alloc));
      return;
    }
  }
}

/// One field the same in a whole range: what only shows when all use one list or one CPU.
void OpsMutator::make_alike() {
  const Op model = random_alloc(rng_, m_);
  const unsigned field = rng_.below(3);
  const Range r = rng_.one_in(2) ? range() : Range{0, ops_.size()};
  for (std::size_t i = r.begin; i < r.end; ++i) {
    Op& op = ops_[i];
    const bool alloc = op.kind == OpKind::alloc;
    if (field == 0 && (alloc || op.kind == OpKind::free)) op.cpu = model.cpu;
    if (field == 1 && alloc) op.gfp = model.gfp;
    if (field == 2 && (alloc || op.kind == OpKind::free)) op.order = model.order;
  }
}

}  // namespace

std::uint32_t tag_handles(std::vector<Op>& ops, std::uint32_t first) {
  std::uint32_t next = first;
  for (Op& op : ops) {
    if (op.defines() != 0) op.handle = next, next += op.defines();
    if (op.names_handle()) op.handle += first;
  }
  return next;
}

void renumber_handles(std::vector<Op>& ops) {
  constexpr std::uint32_t kGone = ~std::uint32_t{0};
  std::vector<std::uint32_t> handle_of;  // By tag; the latest alloc with it.
  std::vector<bool> compound;            // By handle.
  std::uint32_t handles = 0;
  std::erase_if(ops, [&](Op& op) {
    if (op.defines() == 0 && !op.names_handle()) return false;
    const std::uint32_t tag = op.handle;
    const std::uint32_t tags = std::max(op.defines(), 1U);
    if (tag + tags > handle_of.size()) handle_of.resize(tag + std::size_t{tags}, kGone);
    if (op.defines() != 0) {
      for (std::uint32_t n = 0; n < tags; ++n) handle_of[tag + n] = handles++;
      const bool is_compound =
          op.kind == OpKind::alloc && op.gfp.has(GfpFlag::comp) && order_of_block(op) > Order{0};
      compound.insert(compound.end(), tags, is_compound);
      op.handle = 0;
      return false;
    }
    op.handle = handle_of[tag];
    if (op.handle == kGone) return true;
    if (op.kind == OpKind::answer)
      op.answer.frees =
          static_cast<std::uint8_t>(std::min<std::uint32_t>(op.answer.frees, handles - op.handle));
    return op.kind == OpKind::split && compound[op.handle];
  });
}

void mutate_ops(std::vector<Op>& ops, const Machine& m, std::uint32_t& next_tag, Rng& rng) {
  OpsMutator(ops, m, next_tag, rng).change();
}

void fit_ops(std::vector<Op>& ops, const Machine& m) {
  const Gfp known = gfp_flags_of(m.era);
  const auto nodes = static_cast<unsigned>(m.nodes.size());
  for (Op& op : ops) {
    const bool every_cpu = op.kind == OpKind::drain && op.cpu == kAllCpus;
    if (op.cpu >= m.cpus && !every_cpu) op.cpu = static_cast<std::uint8_t>(op.cpu % m.cpus);
    if (op.node >= static_cast<int>(nodes)) op.node = kNoNode;
    op.nodemask = static_cast<std::uint8_t>(op.nodemask & ((1U << nodes) - 1));
    op.gfp = op.gfp.without(op.gfp.without(known));
    if (op.kind == OpKind::alloc) fit_call(op);
    if (op.kind == OpKind::task) fit_task(op.task, m);
    if (op.kind == OpKind::answer) fit_answer(op, m);
    op.world.dirty_nodes = static_cast<std::uint8_t>(op.world.dirty_nodes & ((1U << nodes) - 1));
  }
}

}  // namespace bp
