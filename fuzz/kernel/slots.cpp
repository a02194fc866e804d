// SPDX-License-Identifier: MIT
#include "fuzz/kernel/slots.h"

#include <algorithm>
#include <optional>

#include "fuzz/report/fmt.h"
#include "model/vocab/gfp.h"

namespace bp::kernel {

const Slot Slots::kEmptySlot{};

bool needs_block(OpKind k) {
  switch (k) {
    case OpKind::free:
    case OpKind::free_cold:
    case OpKind::free_while_held:
    case OpKind::get:
    case OpKind::put_extra:
    case OpKind::split:
    case OpKind::split_free:
    case OpKind::put_back:
    case OpKind::bad_slot: return true;
    default: return false;
  }
}

namespace {

/// The order of the block that a line says is in its slot now, if it says so.
std::optional<unsigned> order_given(const RecordedOp& op, Recorder r) {
  switch (op.kind) {
    case OpKind::alloc: return op.order;
    case OpKind::exact: return 0;
    case OpKind::show: return static_cast<unsigned>(op.result);
    case OpKind::take: return order_taken(op, r);
    default: return std::nullopt;
  }
}

constexpr std::int64_t kPagesOfManyMax = std::int64_t{1} << kOrderMax;  // Of bulk and exact.

std::uint64_t number_of(Pfn p) { return static_cast<std::uint64_t>(p); }

}  // namespace

unsigned order_taken(const RecordedOp& op, Recorder r) {
  return r == Recorder::v4_7 ? op.gfp_zone : op.order;
}

std::vector<HeldBlock> Slots::held() const {
  std::vector<HeldBlock> blocks;
  for (const Slot& s : slots_) {
    if (!s.empty()) blocks.push_back({s.head, s.order});
  }
  return blocks;
}

std::string Slots::contradiction(const RecordedOp& op, Recorder r) const {
  std::string what = bad_use(op);
  return what.empty() ? bad_block(op, r) : what;
}

/// A line about a slot that does not hold what it says.
std::string Slots::bad_use(const RecordedOp& op) const {
  const Slot& s = at(op.slot);
  if (needs_block(op.kind)) {
    if (op.error == kDone && s.empty()) return fmt::format("slot {} is empty", op.slot);
    if (op.error == kDone && op.pfn != s.head) {
      return fmt::format("slot {} holds {:x} and not {:x}", op.slot, number_of(s.head),
                         number_of(op.pfn));
    }
    const bool unsplittable = op.kind == OpKind::split_free && s.compound;
    if (op.error == kEmpty && !s.empty() && !unsplittable) {
      return fmt::format("slot {} is not empty", op.slot);
    }
  }
  if (op.kind == OpKind::alloc || op.kind == OpKind::take) {
    if (op.error == kDone && !s.empty()) return fmt::format("slot {} is in use", op.slot);
    if (op.error == kBusy && s.empty()) return fmt::format("slot {} is not in use", op.slot);
  }
  return {};
}

/// A block that no allocator gives out, or more pages than it is asked for.
std::string Slots::bad_block(const RecordedOp& op, Recorder r) const {
  const bool many = op.kind == OpKind::exact || op.kind == OpKind::bulk;
  if (many && (op.argument < 1 || op.argument > kPagesOfManyMax)) {
    return fmt::format("n={} is not within 1..{}", op.argument, kPagesOfManyMax);
  }
  if (op.kind == OpKind::split && (op.argument < 0 || op.argument >= kSlotsMax)) {
    return fmt::format("n={} is no slot", op.argument);
  }
  const std::optional<unsigned> order = order_given(op, r);
  if (!order || op.error != kDone) return {};
  if (op.pfn == kNoPfn) return "it was done, and no frame is named";
  if (*order > kOrderMax) return fmt::format("a block of order {}", *order);
  if (is_aligned(op.pfn, Order{*order})) return {};
  return fmt::format("frame {:x} is not aligned to order {}", number_of(op.pfn), *order);
}

Slot& Slots::grown(std::uint32_t slot) {
  if (slot >= slots_.size()) slots_.resize(std::max<std::size_t>(slot + 1, slots_.size() * 2));
  return slots_[slot];
}

void Slots::put(std::uint32_t slot, Pfn head, Order o, bool compound) {
  grown(slot) = {head, o, compound && o > Order{0}, 1};
}

void Slots::put_pages(std::uint32_t slot, Pfn head, std::int64_t pages) {
  for (; pages > 0; --pages, ++slot, ++head) put(slot, head, Order{0}, false);
}

void Slots::drop_reference(Slot& s) {
  if (--s.references == 0) {
    s = {};
  } else if (!s.compound) {
    s.order = Order{0};  // Its tail parts are free now (W-8).
  }
}

void Slots::split(const RecordedOp& op) {
  const Slot block = at(op.slot);
  grown(op.slot).order = Order{0};
  const auto rest = static_cast<std::uint32_t>(op.argument);
  put_pages(rest, block.head + Pages{1}, static_cast<std::int64_t>(pages_in(block.order)) - 1);
}

void Slots::follow(const RecordedOp& op, Recorder r, Era era) {
  if (op.kind == OpKind::show) {
    if (op.error == kEmpty) {
      grown(op.slot) = {};
    } else if (at(op.slot).empty()) {
      put(op.slot, op.pfn, Order{static_cast<unsigned>(op.result)}, false);
    }
    return;
  }
  if (op.error != kDone) return;
  switch (op.kind) {
    case OpKind::alloc:
      return put(op.slot, op.pfn, Order{op.order}, gfp_decode(op.gfp, era).has(GfpFlag::comp));
    case OpKind::take: return put(op.slot, op.pfn, Order{order_taken(op, r)}, false);
    case OpKind::exact: return put_pages(op.slot, op.pfn, op.argument);
    case OpKind::free: return drop_reference(grown(op.slot));
    case OpKind::get: ++grown(op.slot).references; return;
    case OpKind::split: return split(op);
    case OpKind::bad_frame: bad_frames_.push_back(op.pfn); return;
    case OpKind::bad_slot: bad_frames_.push_back(at(op.slot).head); return;
    case OpKind::free_cold:
    case OpKind::free_while_held:
    case OpKind::split_free:
    case OpKind::put_back: grown(op.slot) = {}; return;
    default: return;
  }
}

}  // namespace bp::kernel
