// SPDX-License-Identifier: MIT
#include "fuzz/kernel/replay.h"

#include "fuzz/kernel/lists_around.h"

namespace bp::kernel {

using reference::KernelState;
using reference::Reference;

namespace {

constexpr std::size_t kStateDifferencesKept = 8;

/// Whether an allocation's page is marked pfmemalloc, for each operation in turn.
class Marks {
 public:
  explicit Marks(const Batch& b) : batch_(b) {}

  std::optional<bool> of(std::size_t index) {
    if (batch_.marks_results) return batch_.ops[index].result != 0;
    if (!batch_.pfmemalloc) return std::nullopt;
    const std::vector<std::uint32_t>& marked = *batch_.pfmemalloc;
    while (next_ < marked.size() && marked[next_] < index) ++next_;
    return next_ < marked.size() && marked[next_] == index;
  }

 private:
  const Batch& batch_;
  std::size_t next_ = 0;
};

}  // namespace

BatchReplay Replay::run(const Batch& b, const Recording& text) {
  BatchReplay out;
  out.fault = contradiction(b, text);
  if (!out.fault.what.empty()) return out;
  slots_before_ = slots_;
  Reference r = loaded(b.before, slots_);
  replay_ops(b, r, out);
  if (!out.op && out.fault.what.empty()) {
    out.state = differences(b.after, r.save(), kStateDifferencesKept);
  }
  return out;
}

RecordingFault Replay::contradiction(const Batch& b, const Recording& text) const {
  if (const auto bad = first_contradiction(b.before, slots_.all())) {
    return {text.line_in_dump(b.before_line, bad.line), bad.what};
  }
  if (const auto bad = first_contradiction(b.after)) {
    return {text.line_in_dump(b.after_line, bad.line), bad.what};
  }
  return {};
}

BatchReplay Replay::run_by(const reference::Rulebook& rules, const Batch& b) const {
  BatchReplay out;
  Slots slots = slots_;
  Reference r = loaded(b.before, slots, rules);
  OpReplay replay(dialect_, b.before, r, slots);
  Marks marks(b);
  for (std::size_t i = 0; i < b.ops.size(); ++i) {
    const RecordedOp& op = b.ops[i];
    if (!replay.impossible(op).empty()) break;
    ++out.ops;
    if (const OpDifference d = replay.run(op, marks.of(i))) {
      out.op = {i, op.line, d};
      return out;
    }
    slots.follow(op, dialect_.recorder, dialect_.era());
  }
  out.state = differences(b.after, r.save(), 1);
  return out;
}

Reference Replay::loaded(const KernelState& s, const Slots& slots) const {
  return loaded(s, slots, reference::rulebook_of(s.config.profile));
}

Reference Replay::loaded(const KernelState& s, const Slots& slots,
                         const reference::Rulebook& rules) const {
  Reference r(s, rules);
  for (const Slot& held : slots.all()) {
    if (!held.empty()) r.adopt(held.head, held.order, held.references, held.compound);
  }
  for (const Pfn p : slots.bad_frames()) {
    if (r.zone_of(p)) r.mark_bad(p);
  }
  return r;
}

void Replay::replay_ops(const Batch& b, Reference& r, BatchReplay& out) {
  OpReplay replay(dialect_, b.before, r, slots_);
  Marks marks(b);
  for (std::size_t i = 0; i < b.ops.size(); ++i) {
    const RecordedOp& op = b.ops[i];
    std::string what = slots_.contradiction(op, dialect_.recorder);
    if (what.empty()) what = replay.impossible(op);
    if (!what.empty()) {
      out.fault = {op.line, std::move(what)};
      return;
    }
    if (!out.op) {
      if (const OpDifference d = replay.run(op, marks.of(i))) out.op = {i, op.line, d};
    }
    slots_.follow(op, dialect_.recorder, dialect_.era());
    ++out.ops;
  }
  out.compared = replay.compared();
}

Reference Replay::replayed(const Batch& b, std::size_t ops, Slots& slots) const {
  slots = slots_before_;
  Reference r = loaded(b.before, slots);
  OpReplay replay(dialect_, b.before, r, slots);
  for (std::size_t i = 0; i < ops; ++i) {
    replay.run(b.ops[i], std::nullopt);
    slots.follow(b.ops[i], dialect_.recorder, dialect_.era());
  }
  return r;
}

std::optional<std::size_t> Replay::first_op_after_which(const Batch& b,
                                                        const StateQuestion& is_so) const {
  Slots slots;
  const auto is_so_after = [&](std::size_t ops) {
    const Reference r = replayed(b, ops, slots);
    return is_so(r.save(), slots);
  };
  if (is_so_after(0)) return std::nullopt;
  std::size_t not_yet = 0;
  std::size_t already = b.ops.size();
  while (already - not_yet > 1) {
    const std::size_t middle = not_yet + (already - not_yet) / 2;
    (is_so_after(middle) ? already : not_yet) = middle;
  }
  return already - 1;
}

std::vector<std::string> Replay::lists_before(const Batch& b, const OpMismatch& m) const {
  Slots slots;
  const Reference r = replayed(b, m.index, slots);
  const OpDifference& d = m.difference;
  const Pfn expected = d.frames ? Pfn{d.expected} : kNoPfn;
  return lists_around(r.save(), b.ops[m.index], expected, d.frames ? Pfn{d.got} : kNoPfn);
}

}  // namespace bp::kernel
