// SPDX-License-Identifier: MIT
// The second of the five values: what a subject answered to each operation of a program, and what
// it could be seen to hold before and after. Every history ends with a drain of all CPUs and a
// census, so that nothing a program did stays unexamined.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/vocab/migratetype.h"
#include "model/vocab/operation.h"
#include "model/vocab/slow_trace.h"
#include "model/vocab/units.h"

namespace bp {

/// What a subject counts of one zone. Zones are numbered over all nodes: node 0's by type, then
/// node 1's.
struct ZoneCounters {
  Pages free;    ///< In free blocks (NR_FREE_PAGES).
  Pages on_pcp;  ///< On per-CPU lists.
  // Of a subject that tells all.
  Pages reserved{};  ///< For high-order atomic requests, as marks are checked without (R-WMARK-17).
  Pages free_cma{};  ///< NR_FREE_CMA_PAGES.
  Pages boost{};     ///< On top of every mark (R-WMARK-20).
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

/// A pageblock has another type after an operation than before it. Pageblocks of 512 frames are
/// numbered over all zones: from the one that holds a zone's first frame to that of its last, then
/// the next zone's.
struct TypeChange {
  std::size_t event = 0;  ///< Index of the outcome.
  std::uint32_t pageblock = 0;
  Migratetype to = Migratetype::unmovable;
  constexpr bool operator==(const TypeChange&) const = default;
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

  std::vector<Step> steps;                  ///< Of all traces, one after the other.
  std::vector<std::size_t> trace_end;       ///< Per trace: where its steps end in `steps`.
  std::vector<ZoneCounters> step_counters;  ///< `zones` for each step, as they were before it.
  std::vector<Pfn> given_back;              ///< What answers say is given back: heads, or not.
  std::vector<std::size_t> given_back_end;  ///< Per step: where its heads end in `given_back`.

  std::vector<Migratetype> types;  ///< By pageblock, at the start. Empty: nobody looked.
  std::vector<TypeChange> type_changes;

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
  /// Where in `steps` the k-th trace begins and ends.
  std::size_t trace_begin(std::size_t k) const { return k == 0 ? 0 : trace_end[k - 1]; }
  /// The counters of all zones before a step.
  std::span<const ZoneCounters> counters_at_step(std::size_t step) const {
    return std::span(step_counters).subspan(step * zones, zones);
  }
  /// What the answer to a question gives back.
  std::span<const Pfn> given_back_at(std::size_t step) const {
    const std::size_t begin = step == 0 ? 0 : given_back_end[step - 1];
    return std::span(given_back).subspan(begin, given_back_end[step] - begin);
  }
  void clear() {
    zones = 0;
    outcomes.clear();
    counters.clear();
    blocks.clear();
    census_end.clear();
    bulk_pages.clear();
    bulk_end.clear();
    steps.clear();
    trace_end.clear();
    step_counters.clear();
    given_back.clear();
    given_back_end.clear();
    types.clear();
    type_changes.clear();
  }
};

}  // namespace bp
