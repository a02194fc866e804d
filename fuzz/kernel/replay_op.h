// SPDX-License-Identifier: MIT
// One recorded operation on the reference, and the first thing that comes out otherwise than on
// the kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "fuzz/kernel/dialect.h"
#include "fuzz/kernel/op_reader.h"
#include "fuzz/kernel/slots.h"
#include "model/reference/reference.h"
#include "model/vocab/zone.h"

namespace bp::kernel {

/// What differs, as numbers: most operations have nothing to say, and none allocates to say it.
struct OpDifference {
  std::string_view what;  ///< "page frame"; empty: nothing differs.
  std::uint64_t expected = 0, got = 0;
  bool frames = false;  ///< The numbers are frames, or none for all ones.
  explicit operator bool() const { return !what.empty(); }
};

/// What a batch's operations share.
class OpReplay {
 public:
  /// `r` has been loaded with `s`, and the blocks of `slots` are adopted.
  OpReplay(const Dialect& d, const reference::KernelState& s, reference::Reference& r,
           const Slots& slots);

  /// Why the reference cannot be asked this: a CPU, a node, a zone or a frame that the machine does
  /// not have. A clause, or nothing.
  std::string_view impossible(const RecordedOp& op) const;
  /// Before slots.follow(op). `marked`: v4.7, whether the page was marked pfmemalloc, if recorded.
  OpDifference run(const RecordedOp& op, std::optional<bool> marked);

  /// Allocations, pages of bulks and exacts, compared so far.
  std::uint64_t compared() const { return compared_; }

 private:
  OpDifference alloc(const RecordedOp& op, std::optional<bool> marked);
  OpDifference alloc_frame(const RecordedOp& op);
  OpDifference free_frame(const RecordedOp& op);
  OpDifference bulk(const RecordedOp& op);
  OpDifference exact(const RecordedOp& op);
  OpDifference show(const RecordedOp& op);
  OpDifference get(const RecordedOp& op);
  OpDifference split(const RecordedOp& op);
  OpDifference free(const RecordedOp& op);
  OpDifference isolate(const RecordedOp& op);
  OpDifference take(const RecordedOp& op);
  std::optional<Pfn> block_to_take(const RecordedOp& op) const;
  OpDifference put_back(const RecordedOp& op);
  OpDifference unreserve(const RecordedOp& op);
  OpDifference bad_frame(const RecordedOp& op);
  void free_while_held(const RecordedOp& op);
  void put_extra(const RecordedOp& op);
  void split_free(const RecordedOp& op);
  void set_reclaim_active(const RecordedOp& op);
  void unisolate(const RecordedOp& op);
  void set_task(const RecordedOp& op);

  OpDifference dispatch(const RecordedOp& op, std::optional<bool> marked);
  OpDifference place(const RecordedOp& op) const;
  OpDifference zone_of_mask(const RecordedOp& op) const;
  OpDifference zone_allowed(const RecordedOp& op, Pfn head) const;
  reference::Request request(const RecordedOp& op) const;
  reference::ZoneRef zone_argument(const RecordedOp& op) const;
  Migratetype type_of_raw(unsigned raw) const;
  unsigned unisolated_type(const RecordedOp& op) const;

  Dialect dialect_;
  const reference::KernelState& state_;
  reference::Reference& reference_;
  const Slots& slots_;
  ZoneConfig zones_;
  reference::Task task_;
  reference::Task task_of_alloc_;  ///< With what holds around alloc only.
  std::vector<Pfn> bulk_;          ///< What the last bulk filled, from slot bulk_first_ on.
  std::uint32_t bulk_first_ = 0;
  std::uint64_t compared_ = 0;
};

}  // namespace bp::kernel
