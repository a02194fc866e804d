// SPDX-License-Identifier: MIT
// The state that the invariants speak of: who has which frame of a machine at one moment, as the
// judge knows it (allocated blocks) and as a census shows it (free blocks, per-CPU lists,
// counters).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/invariants/frame_set.h"
#include "model/invariants/head_orders.h"
#include "model/rules/layout.h"
#include "model/vocab/history.h"
#include "model/vocab/machine.h"

namespace bp {

inline constexpr std::uint8_t kNoZone =
    0xff;  ///< The head of a census block lies outside every zone.

/// What a census is put beside.
struct CensusContext {
  const Machine* machine = nullptr;
  const rules::Layout* layout = nullptr;
  const FrameSet* taken = nullptr;         ///< Allocated, or not managed.
  std::span<const Pages> allocated;        ///< Pages of each zone.
  std::span<const ZoneCounters> counters;  ///< Of each zone.
  bool merged = false;                     ///< Whether free blocks are promised to be merged now.
  bool per_cpu = true;                     ///< Whether the lists are promised to keep their bound.
  /// Pageblocks of 512 frames, ascending, whose buddy is of a kind that it does not merge with.
  std::span<const Pfn> apart;
};

/// One census with its context, indexed for the questions that the invariants ask.
class Snapshot {
 public:
  /// Keeps storage from one census to the next; what `c` and `blocks` point to must outlive the
  /// use.
  void take(const CensusContext& c, std::span<const CensusBlock> blocks);

  const CensusContext& context() const { return context_; }
  const rules::Layout& layout() const { return *context_.layout; }
  const Machine& machine() const { return *context_.machine; }

  /// All free blocks and per-CPU blocks, as the subject showed them.
  std::span<const CensusBlock> blocks() const { return blocks_; }
  /// The number of the zone that holds the head of block `i`, or kNoZone.
  unsigned zone_of(std::size_t i) const { return zone_of_block_[i]; }
  /// Free blocks by head.
  const HeadOrders& free_heads() const { return free_heads_; }

 private:
  CensusContext context_;
  std::span<const CensusBlock> blocks_;
  std::vector<std::uint8_t> zone_of_block_;
  HeadOrders free_heads_;
};

}  // namespace bp
