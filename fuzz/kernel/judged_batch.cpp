// SPDX-License-Identifier: MIT
#include "fuzz/kernel/judged_batch.h"

#include <algorithm>
#include <utility>

#include "fuzz/report/fmt.h"

namespace bp::kernel {

using reference::ZoneRef;

namespace {

/// Lines whose type column was read after the operation, of the block that was given out.
bool tells_type(const RecordedOp& op) { return op.error == kDone && op.pfn != kNoPfn; }

std::vector<bool> marked_ops(const Batch& b) {
  std::vector<bool> marked(b.ops.size());
  if (!b.pfmemalloc) return marked;
  for (const std::uint32_t i : *b.pfmemalloc) {
    if (i < marked.size()) marked[i] = true;
  }
  return marked;
}

}  // namespace

Migratetype BatchFeed::type_of_raw(unsigned raw) const {
  const bool isolate = raw + 1 == (cma_ ? reference::kTypes : reference::kTypes - 1);
  return isolate ? Migratetype::isolate : Migratetype{static_cast<std::uint8_t>(raw)};
}

KernelEvent BatchFeed::event(KernelAct act, const RecordedOp& op) const {
  return {.act = act,
          .cpu = op.cpu,
          .node = op.node,
          .gfp = gfp_decode(op.gfp, dialect_.era()),
          .order = op.order,
          .task = task_,
          .head = op.pfn,
          .line = op.line};
}

void BatchFeed::alloc(const RecordedOp& op, std::optional<bool> marked, KernelHistory& h) {
  if (op.error != kDone && op.error != kNoMemory) return;
  KernelEvent e = event(KernelAct::alloc, op);
  e.zone_of_mask = op.gfp_zone;
  if (op.kind == OpKind::alloc) e.task = task_of_alloc_;
  if (op.kind == OpKind::alloc_frame) e.zone_of_mask = std::nullopt;
  if (op.error == kNoMemory) e.head = kNoPfn;
  if (op.kind == OpKind::alloc && tells_type(op)) {
    e.zone = ZoneRef{static_cast<std::uint8_t>(op.on_node), static_cast<std::uint8_t>(op.zone)};
    e.pageblock = type_of_raw(op.type);
    e.marked = marked;
  }
  h.events.push_back(e);
}

/// A block is given out, taken apart, and what is over goes back (W-7).
void BatchFeed::exact(const RecordedOp& op, KernelHistory& h) {
  if (op.error != kDone && op.error != kNoMemory) return;
  unsigned order = 0;
  while ((std::int64_t{1} << order) < op.argument) ++order;
  KernelEvent e = event(KernelAct::alloc, op);
  e.order = order;
  if (op.error == kNoMemory) e.head = kNoPfn;
  h.events.push_back(e);
  if (e.head == kNoPfn) return;
  e.act = KernelAct::split;
  h.events.push_back(e);
  const Pfn end = op.pfn + pages_in(Order{order});
  for (Pfn p = op.pfn + Pages{op.argument}; p < end; ++p) {
    e.act = KernelAct::free, e.order = 0, e.head = p;
    h.events.push_back(e);
  }
}

void BatchFeed::bulk(const RecordedOp& op, KernelHistory& h) {
  std::int64_t had = 0;
  for (std::uint32_t i = 0; i < op.argument; ++i) had += slots_.at(op.slot + i).empty() ? 0 : 1;
  KernelEvent e = event(KernelAct::bulk, op);
  e.pages = std::max<std::int64_t>(op.result - had, 0);
  bulk_ = op;
  h.events.push_back(e);
}

void BatchFeed::show(const RecordedOp& op, KernelHistory& h) {
  const bool is_new = op.error == kDone && slots_.at(op.slot).empty();
  if (!is_new) return;
  KernelEvent e = event(KernelAct::shown, bulk_);
  e.head = op.pfn, e.order = static_cast<unsigned>(op.result), e.line = op.line;
  e.zone = ZoneRef{static_cast<std::uint8_t>(op.on_node), static_cast<std::uint8_t>(op.zone)};
  h.events.push_back(e);
}

void BatchFeed::free(const RecordedOp& op, KernelAct act, KernelHistory& h) {
  KernelEvent e = event(act, op);
  e.order = static_cast<unsigned>(slots_.at(op.slot).order);
  h.events.push_back(e);
}

/// One reference; the block goes with the last, its tails with any other from 5.15 on.
void BatchFeed::give_back(const RecordedOp& op, KernelHistory& h) {
  const Slot& s = slots_.at(op.slot);
  if (s.references <= 1) return free(op, KernelAct::free, h);
  if (!s.compound && s.order > Order{0} && dialect_.profile != Profile::v4_7)
    free(op, KernelAct::free_tails, h);
}

void BatchFeed::set_task(const RecordedOp& op) {
  const auto has = [&](std::int64_t bit) { return (op.argument & bit) != 0; };
  task_ = {.memalloc = has(1), .pin = has(2), .oom_victim = has(8), .realtime = realtime_};
  task_of_alloc_ = task_;
  task_of_alloc_.in_interrupt = has(4);
  task_of_alloc_.realtime |= has(16);
}

void BatchFeed::feed(const RecordedOp& op, std::optional<bool> marked, KernelHistory& h) {
  switch (op.kind) {
    case OpKind::alloc:
    case OpKind::alloc_frame: return alloc(op, marked, h);
    case OpKind::exact: return exact(op, h);
    case OpKind::bulk: return bulk(op, h);
    case OpKind::show: return show(op, h);
    default: break;
  }
  if (op.error != kDone) return;
  switch (op.kind) {
    case OpKind::free: return give_back(op, h);
    case OpKind::free_cold:
    case OpKind::free_while_held:
    case OpKind::split_free:
    case OpKind::put_back: return free(op, KernelAct::free, h);
    case OpKind::split: return free(op, KernelAct::split, h);
    case OpKind::free_frame: h.events.push_back(event(KernelAct::free_any, op)); return;
    case OpKind::isolate: h.events.push_back(event(KernelAct::isolate, op)); return;
    case OpKind::unisolate: h.events.push_back(event(KernelAct::unisolate, op)); return;
    case OpKind::unreserve: h.events.push_back(event(KernelAct::unreserve, op)); return;
    case OpKind::grouping: h.events.push_back(event(KernelAct::grouping, op)); return;
    case OpKind::watermarks: h.events.push_back(event(KernelAct::watermarks, op)); return;
    case OpKind::bad_frame:
    case OpKind::bad_slot: h.events.push_back(event(KernelAct::go_bad, op)); return;
    case OpKind::task: return set_task(op);
    case OpKind::take: {
      KernelEvent e = event(KernelAct::take, op);
      e.order = order_taken(op, dialect_.recorder);
      h.events.push_back(e);
      return;
    }
    default: return;
  }
}

KernelHistory BatchFeed::next(Batch& b, std::string& fault) {
  KernelHistory h;
  h.before = std::move(b.before), h.after = std::move(b.after);
  h.held = slots_.held();
  h.bad = slots_.bad_frames();
  const auto is_setting = [](const std::string& line) { return line.starts_with("@@SET "); };
  settings_written_ = settings_written_ || std::ranges::any_of(b.preparation, is_setting);
  h.settings_written = settings_written_;
  cma_ = h.before.config.cma;
  realtime_ = h.before.config.realtime_task;
  task_ = {.realtime = realtime_};
  task_of_alloc_ = task_;
  const std::vector<bool> marked = marked_ops(b);
  for (std::size_t i = 0; i < b.ops.size(); ++i) {
    const RecordedOp& op = b.ops[i];
    fault = slots_.contradiction(op, dialect_.recorder);
    if (!fault.empty()) {
      fault = fmt::format("{}: {}", op.line, fault);
      break;
    }
    std::optional<bool> mark;
    if (b.marks_results) mark = op.result != 0;
    if (b.pfmemalloc) mark = marked[i];
    feed(op, mark, h);
    slots_.follow(op, dialect_.recorder, dialect_.era());
  }
  return h;
}

}  // namespace bp::kernel
