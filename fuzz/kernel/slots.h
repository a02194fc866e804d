// SPDX-License-Identifier: MIT
// What a recording's operations hold, by slot, and which pages they made bad. It follows the
// kernel's answers as recorded, so it stays right when the reference errs, and across batches. A
// line that contradicts the lines before it is a fault of the recording.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/kernel/op_reader.h"
#include "model/invariants/state_view.h"
#include "model/vocab/units.h"

namespace bp::kernel {

/// A block of ours.
struct Slot {
  Pfn head = kNoPfn;  ///< kNoPfn: empty.
  Order order;
  bool compound = false;
  std::uint16_t references = 0;
  bool empty() const { return head == kNoPfn; }
};

class Slots {
 public:
  const Slot& at(std::uint32_t slot) const {
    return slot < slots_.size() ? slots_[slot] : kEmptySlot;
  }
  const std::vector<Slot>& all() const { return slots_; }
  /// The blocks in them.
  std::vector<HeldBlock> held() const;
  /// v4.7: pages made bad; they stay so for the rest of the file.
  const std::vector<Pfn>& bad_frames() const { return bad_frames_; }

  /// Whether the line's answer can be: a busy slot is busy, an empty one empty. A fault in one
  /// clause, or nothing.
  std::string contradiction(const RecordedOp& op, Recorder r) const;
  /// What the slots hold after it. Call it for every line that contradicts nothing.
  void follow(const RecordedOp& op, Recorder r, Era era);

 private:
  std::string bad_use(const RecordedOp& op) const;
  std::string bad_block(const RecordedOp& op, Recorder r) const;
  static const Slot kEmptySlot;
  Slot& grown(std::uint32_t slot);
  void put(std::uint32_t slot, Pfn head, Order o, bool compound);
  void put_pages(std::uint32_t slot, Pfn head, std::int64_t pages);
  void drop_reference(Slot& s);
  void split(const RecordedOp& op);

  std::vector<Slot> slots_;
  std::vector<Pfn> bad_frames_;
};

/// Whether it uses what a slot holds.
bool needs_block(OpKind k);
/// The order of a block that `take` gave, which dialects write in different columns.
unsigned order_taken(const RecordedOp& op, Recorder r);

}  // namespace bp::kernel
