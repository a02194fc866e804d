// SPDX-License-Identifier: MIT
// The state that the invariants speak of: who has which frame of a machine at one moment, as the
// judge knows it (allocated blocks) and as a census shows it (free blocks, per-CPU lists,
// counters).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/rules/layout.h"
#include "model/vocab/history.h"
#include "model/vocab/machine.h"

namespace bp {

/// One bit per frame of every zone, zone after zone; frames of different zones never share a word.
class FrameSet {
 public:
  /// Empty, over the zones of `l`; keeps its storage.
  void reset(const rules::Layout& l);

  bool has(unsigned zone, Pfn p) const { return (words_[word(zone, p)] >> bit(p) & 1) != 0; }
  bool any(unsigned zone, Pfn head, Order o) const;  ///< The block is aligned and inside the zone.
  void add(unsigned zone, Pfn head, Order o);
  void remove(unsigned zone, Pfn head, Order o);
  void add_range(unsigned zone, PfnRange r);

  /// How many aligned blocks of this order, wholly inside the zone, have no frame in the set. Stops
  /// counting at `enough`.
  Pages clear_blocks(unsigned zone, Order o, Pages enough) const;

 private:
  static constexpr unsigned kWordOrder = 6;  ///< 64 frames a word.
  std::size_t word(unsigned zone, Pfn p) const;
  static unsigned bit(Pfn p) { return static_cast<unsigned>(static_cast<std::uint64_t>(p) & 63); }
  static std::uint64_t mask(Pfn head, Order o);

  struct Span {
    PfnRange frames;
    Pfn base;           ///< frames.begin rounded down to a word.
    std::size_t first;  ///< Index of the zone's first word.
  };
  std::vector<Span> zones_;
  std::vector<std::uint64_t> words_;
};

/// One census, put beside what else is known at that moment.
struct Snapshot {
  const Machine* machine = nullptr;
  const rules::Layout* layout = nullptr;
  const FrameSet* taken = nullptr;         ///< Allocated, or not managed.
  std::span<const Pages> allocated;        ///< Pages of each zone.
  std::span<const ZoneCounters> counters;  ///< Of each zone.
  std::span<const CensusBlock> blocks;     ///< All free blocks and per-CPU blocks.
  bool merged = false;                     ///< Whether free blocks are promised to be merged now.
  bool per_cpu = true;                     ///< Whether the lists are promised to keep their bound.
};

}  // namespace bp
