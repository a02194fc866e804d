// SPDX-License-Identifier: MIT
// A recorded batch as the judge of kernels reads it: recorders' letters and slots become requests,
// answers and frames. What a recorder's line means for its slots is in slots.h; what it means for
// frames is here.
#pragma once

#include <string>

#include "fuzz/kernel/recording.h"
#include "fuzz/kernel/slots.h"
#include "model/judge/kernel_event.h"

namespace bp::kernel {

/// Batches in the recording's order; slots live on from one to the next.
class BatchFeed {
 public:
  explicit BatchFeed(const Dialect& d) : dialect_(d) {}

  /// The batch's states are taken out of it. `fault`: a line that contradicts the recording's own
  /// slots, in one clause with its number; the history ends before it.
  KernelHistory next(Batch& b, std::string& fault);

 private:
  void feed(const RecordedOp& op, std::optional<bool> marked, KernelHistory& h);
  KernelEvent event(KernelAct act, const RecordedOp& op) const;
  void alloc(const RecordedOp& op, std::optional<bool> marked, KernelHistory& h);
  void exact(const RecordedOp& op, KernelHistory& h);
  void bulk(const RecordedOp& op, KernelHistory& h);
  void show(const RecordedOp& op, KernelHistory& h);
  void free(const RecordedOp& op, KernelAct act, KernelHistory& h);
  void give_back(const RecordedOp& op, KernelHistory& h);
  void set_task(const RecordedOp& op);
  Migratetype type_of_raw(unsigned raw) const;

  Dialect dialect_;
  Slots slots_;
  bool settings_written_ = false;
  bool cma_ = false, realtime_ = false;
  reference::Task task_, task_of_alloc_;
  RecordedOp bulk_;  ///< The last one; its pages are shown afterwards.
};

}  // namespace bp::kernel
