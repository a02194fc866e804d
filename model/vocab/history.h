// SPDX-License-Identifier: MIT
// The second of the five values: what a subject answered to each operation of a program, and what
// it could be seen to hold before and after. Every history ends with a drain of all CPUs and a
// census, so that nothing a program did stays unexamined.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/vocab/operation.h"
#include "model/vocab/units.h"

namespace bp {

/// What a subject counts of one zone. Zones are numbered over all nodes: node 0's by type, then
/// node 1's.
struct ZoneCounters {
  Pages free;    ///< In free blocks (NR_FREE_PAGES).
  Pages on_pcp;  ///< On per-CPU lists.
  constexpr bool operator==(const ZoneCounters&) const = default;
};

inline constexpr std::uint8_t kOnBuddy =
    0xff;  ///< `cpu` of a census block: a free block of the zone.

/// One free block, or one block on a per-CPU list.
struct CensusBlock {
  Pfn head;
  Order order;
  std::uint8_t cpu = kOnBuddy;  ///< The CPU on whose list it is.
  constexpr bool operator==(const CensusBlock&) const = default;
};

/// The answer to one operation, with the counters as they were afterwards.
struct History {
  unsigned zones = 0;                   ///< Of the machine, all nodes.
  std::vector<Outcome> outcomes;        ///< One per operation, then the closing drain and census.
  std::vector<ZoneCounters> counters;   ///< `zones` at the start, then `zones` after each outcome.
  std::vector<CensusBlock> blocks;      ///< Of all censuses, one after the other.
  std::vector<std::size_t> census_end;  ///< Per census: where its blocks end in `blocks`.
  std::vector<Pfn> bulk_pages;          ///< Of all bulks that gave some, one after the other.
  std::vector<std::size_t> bulk_end;    ///< Per bulk: where its pages end in `bulk_pages`.

  bool operator==(const History&) const = default;

  /// The counters of all zones before outcome `i`; i == outcomes.size(): after the last.
  std::span<const ZoneCounters> counters_before(std::size_t i) const {
    return std::span(counters).subspan(i * zones, zones);
  }
  /// The blocks of the k-th census.
  std::span<const CensusBlock> census(std::size_t k) const {
    const std::size_t begin = k == 0 ? 0 : census_end[k - 1];
    return std::span(blocks).subspan(begin, census_end[k] - begin);
  }
  /// The pages of the k-th bulk.
  std::span<const Pfn> bulk(std::size_t k) const {
    const std::size_t begin = k == 0 ? 0 : bulk_end[k - 1];
    return std::span(bulk_pages).subspan(begin, bulk_end[k] - begin);
  }
  void clear() {
    zones = 0;
    outcomes.clear();
    counters.clear();
    blocks.clear();
    census_end.clear();
    bulk_pages.clear();
    bulk_end.clear();
  }
};

}  // namespace bp
