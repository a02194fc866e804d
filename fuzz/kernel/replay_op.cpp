// SPDX-License-Identifier: MIT
#include "fuzz/kernel/replay_op.h"

#include <algorithm>

#include "model/rules/gfp_zone.h"
#include "model/vocab/check.h"

namespace bp::kernel {

using namespace reference;

namespace {

std::uint64_t number_of(Pfn p) { return static_cast<std::uint64_t>(p); }

OpDifference frames_differ(std::string_view what, Pfn expected, Pfn got) {
  if (expected == got) return {};
  return {what, number_of(expected), number_of(got), true};
}
template <class T, class U>
OpDifference differ(std::string_view what, T expected, U got) {
  const auto e = static_cast<std::uint64_t>(expected), g = static_cast<std::uint64_t>(got);
  if (e == g) return {};
  return {what, e, g, false};
}

/// When a line's zone, node and type columns were read: the type may change in between.
enum class Looked : std::uint8_t { never, before, after };

Looked looked(const RecordedOp& op, Recorder r) {
  const bool v4_7 = r == Recorder::v4_7;
  switch (op.kind) {
    case OpKind::alloc:
    case OpKind::exact:
    case OpKind::show: return Looked::after;
    case OpKind::take: return v4_7 ? Looked::after : Looked::before;
    case OpKind::isolate:
      if (v4_7) return Looked::never;
      return r == Recorder::v6_1 ? Looked::after : Looked::before;
    case OpKind::unisolate: return v4_7 ? Looked::never : Looked::after;
    case OpKind::bad_slot: return Looked::never;
    default:
      if (!needs_block(op.kind)) return Looked::never;
      return v4_7 ? Looked::after : Looked::before;
  }
}

/// Lines whose order and node columns name a zone; v5.15 and v7.1 have its index elsewhere.
std::optional<ZoneRef> zone_named_by(const RecordedOp& op, Recorder r) {
  const auto ref = [&](unsigned index) {
    return ZoneRef{static_cast<std::uint8_t>(op.node), static_cast<std::uint8_t>(index)};
  };
  switch (op.kind) {
    case OpKind::drain_zone:
    case OpKind::drain_batch: return ref(op.order);
    case OpKind::reclaim_active: return ref(r == Recorder::v6_1 ? op.order : op.gfp);
    case OpKind::take:
      return r == Recorder::v6_1 ? std::optional(ref(op.zone_argument)) : std::nullopt;
    default: return std::nullopt;
  }
}

/// Masks that ask for two types at once: no kernel is asked that, and there is no rule for it.
bool asks_for_two_types(const RecordedOp& op, Era era) {
  switch (op.kind) {
    case OpKind::alloc:
    case OpKind::bulk:
    case OpKind::exact:
    case OpKind::unreserve: break;
    default: return false;
  }
  const Gfp gfp = gfp_decode(op.gfp, era);
  return gfp.has(GfpFlag::movable) && gfp.has(GfpFlag::reclaimable);
}

bool names_frame(OpKind k) { return k == OpKind::isolate || k == OpKind::unisolate; }

ZoneConfig config_of(const std::vector<ZoneType>& zones) {
  const auto has = [&](ZoneType t) { return std::ranges::find(zones, t) != zones.end(); };
  return {.dma = has(ZoneType::dma),
          .dma32 = has(ZoneType::dma32),
          .highmem = has(ZoneType::highmem),
          .device = has(ZoneType::device)};
}

}  // namespace

OpReplay::OpReplay(const Dialect& d, const KernelState& s, Reference& r, const Slots& slots)
    : dialect_(d), state_(s), reference_(r), slots_(slots), zones_(config_of(s.config.zones)) {
  task_.realtime = s.config.realtime_task;
  task_of_alloc_ = task_;
}

std::string_view OpReplay::impossible(const RecordedOp& op) const {
  if (op.cpu >= state_.config.cpu_node.size()) return "this machine has no such CPU";
  if (op.node >= 0) {
    const auto nid = static_cast<std::size_t>(op.node);
    if (nid >= state_.nodes.size() || !state_.nodes[nid].present)
      return "this machine has no such node";
  }
  if (const auto named = zone_named_by(op, dialect_.recorder)) {
    const auto is = [&](const ZoneState& z) {
      return z.node == named->node && z.index == named->index;
    };
    if (std::ranges::none_of(state_.zones, is)) return "this machine has no such zone";
  }
  if (names_frame(op.kind) && op.error == kDone && !reference_.zone_of(op.pfn)) {
    return "no zone has this frame";
  }
  if (asks_for_two_types(op, dialect_.era())) return "the mask asks for two migratetypes";
  if (op.kind == OpKind::unisolate && unisolated_type(op) >= kTypes)
    return "there is no such migratetype";
  return {};
}

OpDifference OpReplay::run(const RecordedOp& op, std::optional<bool> marked) {
  if (op.error == kSkipped && op.kind == OpKind::alloc) return {};
  const bool shows = op.error == kDone || (op.error == kBusy && op.kind == OpKind::isolate);
  const Looked when = shows ? looked(op, dialect_.recorder) : Looked::never;
  if (when == Looked::before) {
    if (const OpDifference d = place(op)) return d;
  }
  if (const OpDifference d = dispatch(op, marked)) return d;
  return when == Looked::after ? place(op) : OpDifference{};
}

OpDifference OpReplay::dispatch(const RecordedOp& op, std::optional<bool> marked) {
  switch (op.kind) {
    case OpKind::alloc: return alloc(op, marked);
    case OpKind::alloc_frame: return alloc_frame(op);
    case OpKind::free_frame: return free_frame(op);
    case OpKind::bulk: return bulk(op);
    case OpKind::exact: return exact(op);
    case OpKind::show: return show(op);
    case OpKind::isolate: return isolate(op);
    case OpKind::take: return take(op);
    case OpKind::unreserve: return unreserve(op);
    case OpKind::bad_frame: return bad_frame(op);
    default: break;
  }
  if (op.kind != OpKind::tick && op.kind != OpKind::tick_age && op.error != kDone) return {};
  switch (op.kind) {
    case OpKind::free:
    case OpKind::free_cold: return free(op);
    case OpKind::get: return get(op);
    case OpKind::put_back: return put_back(op);
    case OpKind::split: return split(op);
    case OpKind::free_while_held: free_while_held(op); break;
    case OpKind::put_extra: put_extra(op); break;
    case OpKind::split_free: split_free(op); break;
    case OpKind::drain_all: reference_.drain_all(op.cpu); break;
    case OpKind::drain_zone: reference_.drain_zone(op.cpu, zone_argument(op)); break;
    case OpKind::drain_local: reference_.drain_local(op.cpu); break;
    case OpKind::drain_batch: reference_.drain_batch(op.cpu, zone_argument(op)); break;
    case OpKind::tick: reference_.tick(op.cpu, false); break;
    case OpKind::tick_age: reference_.tick(op.cpu, true); break;
    case OpKind::watermarks: reference_.recompute_watermarks(op.slot); break;
    case OpKind::reclaim_active: set_reclaim_active(op); break;
    case OpKind::unisolate: unisolate(op); break;
    case OpKind::task: set_task(op); break;
    case OpKind::bad_slot: reference_.mark_bad(slots_.at(op.slot).head); break;
    case OpKind::grouping: reference_.set_grouping_disabled(op.slot != 0); break;
    default: check(false, "every kind of operation is replayed");
  }
  return {};
}

// Allocations.

Request OpReplay::request(const RecordedOp& op) const {
  return {.cpu = op.cpu,
          .node = op.node,
          .gfp = gfp_decode(op.gfp, dialect_.era()),
          .order = op.order,
          .task = op.kind == OpKind::alloc ? task_of_alloc_ : task_};
}

OpDifference OpReplay::zone_of_mask(const RecordedOp& op) const {
  const ZoneType t = rules::highest_zone(gfp_decode(op.gfp, dialect_.era()), zones_);
  return differ("zone that the mask selects", op.gfp_zone, rules::zone_index(t, zones_));
}

/// I-16, which no dump shows.
OpDifference OpReplay::zone_allowed(const RecordedOp& op, Pfn head) const {
  if (head == kNoPfn || reference_.zone_of(head)->index <= op.gfp_zone) return {};
  return differ("I-16, zone above the highest that the mask allows", op.gfp_zone,
                reference_.zone_of(head)->index);
}

OpDifference OpReplay::alloc(const RecordedOp& op, std::optional<bool> marked) {
  if (const OpDifference d = zone_of_mask(op)) return d;
  if (op.error != kDone && op.error != kNoMemory) return {};
  ++compared_;
  const Answer got = reference_.alloc(request(op));
  if (const OpDifference d = zone_allowed(op, got.head)) return d;
  if (const OpDifference d =
          frames_differ("page frame", op.error == kDone ? op.pfn : kNoPfn, got.head)) {
    return d;
  }
  if (got.blocked) return {"reclaim before an answer", 0, 1, false};
  if (marked && op.error == kDone) return differ("pfmemalloc mark", *marked, got.pfmemalloc);
  return {};
}

OpDifference OpReplay::alloc_frame(const RecordedOp& op) {
  ++compared_;
  return frames_differ("page frame", op.pfn, reference_.alloc(request(op)).head);
}

/// What the kernel held before the first dump is not told apart from what never was memory.
OpDifference OpReplay::free_frame(const RecordedOp& op) {
  if (!reference_.zone_of(op.pfn)) return {"in a zone", 1, 0, false};
  if (!reference_.is_allocated(op.pfn)) {
    if (reference_.inside_free_block(op.pfn)) return {"free already", 0, 1, false};
    reference_.adopt(op.pfn, Order{op.order}, 1, false);
  }
  reference_.free(op.cpu, op.pfn, Order{op.order});
  return {};
}

OpDifference OpReplay::bulk(const RecordedOp& op) {
  bulk_first_ = op.slot;
  bulk_.clear();
  for (std::uint32_t i = 0; i < op.argument; ++i) bulk_.push_back(slots_.at(op.slot + i).head);
  const unsigned populated = reference_.alloc_bulk(request(op), bulk_);
  return differ("pages populated", op.result, populated);
}

OpDifference OpReplay::exact(const RecordedOp& op) {
  if (op.error != kDone && op.error != kNoMemory) return {};
  ++compared_;
  const Answer got = reference_.alloc_exact(request(op), static_cast<unsigned>(op.argument));
  return frames_differ("page frame", op.error == kDone ? op.pfn : kNoPfn, got.head);
}

OpDifference OpReplay::show(const RecordedOp& op) {
  const Pfn expected = op.error == kDone ? op.pfn : kNoPfn;
  const Slot& s = slots_.at(op.slot);
  if (op.slot - bulk_first_ < bulk_.size() && op.slot >= bulk_first_) {
    ++compared_;
    if (const auto d = frames_differ("page frame", expected, bulk_[op.slot - bulk_first_]))
      return d;
    if (s.empty()) return {};
  }
  if (const auto d = frames_differ("page frame in the slot", expected, s.head)) return d;
  return differ("order in the slot", op.result, s.empty() ? 0 : static_cast<unsigned>(s.order));
}

// Blocks of ours.

OpDifference OpReplay::free(const RecordedOp& op) {
  const Slot& s = slots_.at(op.slot);
  const unsigned references = reference_.references(s.head);
  const bool told = dialect_.recorder == Recorder::v6_1;
  const std::int64_t expected = op.result == 0 ? 1 : op.result;
  if (const auto d = differ("references", told ? expected : 1, references)) return d;
  reference_.free(op.cpu, s.head, s.order, op.kind == OpKind::free_cold);
  return {};
}

OpDifference OpReplay::get(const RecordedOp& op) {
  const Pfn head = slots_.at(op.slot).head;
  reference_.get(head);
  return differ("references", op.result, reference_.references(head));
}

OpDifference OpReplay::split(const RecordedOp& op) {
  const Slot& s = slots_.at(op.slot);
  reference_.split(s.head, s.order);
  return differ("order split", op.result, static_cast<unsigned>(s.order));
}

/// The tails go first; the head when the other reference is dropped. A compound block goes whole.
void OpReplay::free_while_held(const RecordedOp& op) {
  const Slot& s = slots_.at(op.slot);
  reference_.get(s.head);
  reference_.free(op.cpu, s.head, s.order);
  reference_.free(op.cpu, s.head, s.compound ? s.order : Order{0});
}

void OpReplay::put_extra(const RecordedOp& op) {
  const Slot& s = slots_.at(op.slot);
  reference_.get(s.head);
  reference_.free(op.cpu, s.head, s.order);
}

void OpReplay::split_free(const RecordedOp& op) {
  const Slot& s = slots_.at(op.slot);
  reference_.split(s.head, s.order);
  const Pfn end = s.head + pages_in(s.order);
  for (Pfn p = s.head; p < end; ++p) reference_.free(op.cpu, p, Order{0});
}

std::optional<Pfn> OpReplay::block_to_take(const RecordedOp& op) const {
  if (dialect_.recorder == Recorder::v6_1) {
    return reference_.first_free(zone_argument(op), Order{op.order}, type_of_raw(op.type_argument));
  }
  const bool is_free = reference_.zone_of(op.pfn) && reference_.free_block_at(op.pfn);
  return is_free ? std::optional(op.pfn) : std::nullopt;
}

OpDifference OpReplay::take(const RecordedOp& op) {
  if (op.error == kBusy) return {};
  const std::optional<Pfn> head = block_to_take(op);
  if (const auto d =
          frames_differ("free block", op.error == kEmpty ? kNoPfn : op.pfn, head.value_or(kNoPfn)))
    return d;
  if (!head) return {};
  const Order o = *reference_.free_block_at(*head);
  const bool denied = reference_.take_free_block(op.cpu, *head).has_value();
  if (const auto d = differ("denied by the watermark", op.error == kDenied, denied)) return d;
  if (denied) return {};
  return differ("order", order_taken(op, dialect_.recorder), static_cast<unsigned>(o));
}

OpDifference OpReplay::put_back(const RecordedOp& op) {
  const Slot& s = slots_.at(op.slot);
  reference_.put_back(op.cpu, s.head, s.order);
  return differ("order put back", op.result, static_cast<unsigned>(s.order));
}

// The rest of the kernel.

ZoneRef OpReplay::zone_argument(const RecordedOp& op) const {
  return *zone_named_by(op, dialect_.recorder);
}

Migratetype OpReplay::type_of_raw(unsigned raw) const {
  const bool isolate = raw + 1 == (state_.config.cma ? kTypes : kTypes - 1);
  return isolate ? Migratetype::isolate : Migratetype{static_cast<std::uint8_t>(raw)};
}

/// Whether the kernel refuses depends on pages that are not ours, too. Where the reference knows,
/// it must agree.
OpDifference OpReplay::isolate(const RecordedOp& op) {
  if (op.error != kDone && op.error != kBusy) return {};
  const bool refused = op.error == kBusy;
  const std::optional<bool> known = reference_.refuses_isolation(op.pfn);
  if (known && *known != refused) return differ("isolation refused", refused, *known);
  if (!refused) reference_.isolate(op.cpu, op.pfn);
  return {};
}

/// v4.7 gives back MOVABLE, 6.1's recorder says the type in the mask's column, the others' keeps
/// the type that the block had; its line shows it.
unsigned OpReplay::unisolated_type(const RecordedOp& op) const {
  switch (dialect_.recorder) {
    case Recorder::v4_7: return static_cast<unsigned>(Migratetype::movable);
    case Recorder::v5_15_and_7_1: return op.type;
    case Recorder::v6_1: return op.gfp;
  }
  return kTypes;
}

void OpReplay::unisolate(const RecordedOp& op) {
  reference_.unisolate(op.cpu, op.pfn, type_of_raw(unisolated_type(op)));
}

OpDifference OpReplay::unreserve(const RecordedOp& op) {
  const bool done = reference_.unreserve_highatomic(
      op.cpu, op.node, gfp_decode(op.gfp, dialect_.era()), op.argument != 0);
  if (dialect_.recorder == Recorder::v4_7) return {};  // It returns nothing there.
  return differ("anything unreserved", op.result, done);
}

OpDifference OpReplay::bad_frame(const RecordedOp& op) {
  const bool inside = reference_.zone_of(op.pfn) && reference_.inside_free_block(op.pfn);
  if (const auto d = differ("in a free block", op.error == kDone, inside)) return d;
  if (inside) reference_.mark_bad(op.pfn);
  return {};
}

void OpReplay::set_reclaim_active(const RecordedOp& op) {
  const bool active = dialect_.recorder == Recorder::v6_1 ? op.argument != 0 : op.order != 0;
  reference_.set_reclaim_active(zone_argument(op), active);
}

void OpReplay::set_task(const RecordedOp& op) {
  const auto has = [&](std::int64_t bit) { return (op.argument & bit) != 0; };
  task_ = {.memalloc = has(1),
           .pin = has(2),
           .oom_victim = has(8),
           .realtime = state_.config.realtime_task};
  task_of_alloc_ = task_;
  task_of_alloc_.in_interrupt = has(4);
  task_of_alloc_.realtime |= has(16);
}

OpDifference OpReplay::place(const RecordedOp& op) const {
  if (op.pfn == kNoPfn) return {};
  const std::optional<ZoneRef> in = reference_.zone_of(op.pfn);
  if (!in) return {"in a zone", 1, 0, false};
  if (const auto d = differ("node", op.on_node, in->node)) return d;
  if (const auto d = differ("zone", op.zone, in->index)) return d;
  return differ("pageblock's type", static_cast<unsigned>(type_of_raw(op.type)),
                static_cast<unsigned>(reference_.type_of(op.pfn)));
}

}  // namespace bp::kernel
