// SPDX-License-Identifier: MIT
// A recording's batches replayed on the reference. Each batch starts from its own first dump, so
// that one difference spoils no more than the rest of its batch: after the first, operations are
// only followed, and whatever else differs would be its echo.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/kernel/contradiction.h"
#include "fuzz/kernel/recording.h"
#include "fuzz/kernel/replay_op.h"
#include "fuzz/kernel/slots.h"
#include "fuzz/kernel/state_diff.h"

namespace bp::kernel {

/// The first operation of a batch that came out otherwise.
struct OpMismatch {
  std::size_t index = 0;  ///< In the batch.
  std::size_t line = 0;
  OpDifference difference;
};

struct BatchReplay {
  RecordingFault fault;        ///< The recording contradicts itself; nothing else counts then.
  std::uint64_t ops = 0;       ///< Lines read.
  std::uint64_t compared = 0;  ///< Allocations.
  std::optional<OpMismatch> op;
  std::vector<StateDifference> state;  ///< Of the final dump, if no operation differed.
  bool exact() const { return !op && state.empty(); }
};

class Replay {
 public:
  explicit Replay(const Dialect& d) : dialect_(d) {}

  /// The next batch, in the recording's order: slots live on from one to the next.
  BatchReplay run(const Batch& b, const Recording& text);

  /// What the slots held when the batch that was run last began, and hold now.
  const Slots& slots_before() const { return slots_before_; }
  const Slots& slots() const { return slots_; }

  /// Of the batch that was run last: the operation after which the reference's state first answers
  /// `is_so`, as it does at the batch's end. Nothing: it did when the batch began.
  using StateQuestion = std::function<bool(const reference::KernelState&, const Slots&)>;
  std::optional<std::size_t> first_op_after_which(const Batch& b, const StateQuestion& is_so) const;
  /// The next batch by other rules than the kernel's, up to the first difference. It is taken for
  /// sound, and the slots stay as they are.
  BatchReplay run_by(const reference::Rulebook& rules, const Batch& b) const;

  /// Of the batch that was run last: the lists that its first differing operation saw.
  std::vector<std::string> lists_before(const Batch& b, const OpMismatch& m) const;

 private:
  reference::Reference loaded(const reference::KernelState& s, const Slots& slots) const;
  reference::Reference loaded(const reference::KernelState& s, const Slots& slots,
                              const reference::Rulebook& rules) const;
  RecordingFault contradiction(const Batch& b, const Recording& text) const;
  reference::Reference replayed(const Batch& b, std::size_t ops, Slots& slots) const;
  void replay_ops(const Batch& b, reference::Reference& r, BatchReplay& out);

  Dialect dialect_;
  Slots slots_;
  Slots slots_before_;  ///< As they were when the last batch began.
};

}  // namespace bp::kernel
