// SPDX-License-Identifier: MIT
// What the judge knows of the types of a machine's pageblocks, and what it asks of them: whose
// pageblock serves whom, when one changes its type, how many are reserved, and what becomes of
// ranges. Types are seen as they are around each operation; what happens in between is the
// subject's own, so a question is asked only where every order of events has the same answer.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/judge/ownership.h"
#include "model/rules/layout.h"
#include "model/vocab/history.h"
#include "model/vocab/machine.h"
#include "model/vocab/migratetype.h"
#include "model/vocab/operation.h"
#include "model/vocab/slow_trace.h"
#include "model/vocab/verdict.h"

namespace bp {

/// Who asks for a block, as far as types matter.
struct TypedRequest {
  std::optional<Migratetype> type;  ///< Nothing: an illegal mask, which may be taken for any.
  Order order;
  bool entitled = false;  ///< To the reserve, by one of its attempts.

  bool may_use_cma() const { return !type || type == Migratetype::movable; }
  bool surely_uses_cma() const { return type == Migratetype::movable; }
};

class PageblockTypes {
 public:
  /// At the start of `h`. Types are seen if the history has them. `mixed`: what is free is on lists
  /// that need not agree with the pageblocks (R-MT-13), and merging changes types (R-BUDDY-9).
  void begin(const Machine& m, const rules::Layout& l, const History& h, bool mixed);
  bool seen() const { return seen_; }
  /// The changes of event `event`, the next one.
  void look(const History& h, std::size_t event);
  /// That event was judged.
  void settle();
  /// Before apart() is asked.
  void pair_up();

  /// The first types are those of a fresh machine (R-MT-1, R-CMA-4).
  std::optional<Refusal> of_start(const Ownership& owners) const;
  /// The block, known to be free, was given out. `listed`: pages of the zone's per-CPU lists.
  std::optional<Refusal> of_block(const TypedRequest& r, unsigned zone, Pfn head,
                                  const Ownership& owners, Pages listed) const;
  /// What changed during an alloc by `r`, or, null, during something else that is no range.
  std::optional<Refusal> of_changes(const TypedRequest* r) const;
  /// What a range did to the types. It said ok, and `owners` has not followed it yet.
  std::optional<Refusal> of_range(unsigned zone, const OpRange& range, const Ownership& owners);

  /// CMA's free pages and the reserve as they are counted are those that a census shows (R-CMA-2,
  /// R-HA-7, R-WMARK-17).
  std::optional<Refusal> of_census(std::span<const CensusBlock> blocks,
                                   std::span<const ZoneCounters> counters) const;

  // For the marks and for what a request can find. Pages.

  /// Pageblocks, ascending, whose buddy is of another kind: CMA, the reserve, or neither of them.
  /// What is free of both need not be one block.
  std::span<const Pfn> apart() const { return apart_; }
  Pages free_cma(unsigned zone, const Ownership& owners) const;
  Pages reserved_least(unsigned zone) const;
  /// With those that are isolated: the reserve counts them on (R-HA-1, R-ISO-1).
  Pages reserved_most(unsigned zone) const;
  /// Free pages that surely are for every request of the kind: not CMA's unless `with_cma`, not the
  /// reserve's.
  Pages open_pages(unsigned zone, bool with_cma, const Ownership& owners) const;
  /// How many blocks of the order are free of all others, up to `enough`.
  Pages open_blocks(unsigned zone, Order o, bool with_cma, const Ownership& owners,
                    Pages enough) const;

 private:
  struct Change {
    std::uint32_t pageblock = 0;
    Migratetype from = Migratetype::unmovable;
    Migratetype to = Migratetype::unmovable;
  };
  std::uint32_t number(unsigned zone, Pfn p) const;
  std::uint32_t end_of(unsigned zone) const;
  unsigned zone_of(std::uint32_t pageblock) const;
  Pfn frame(std::uint32_t pageblock) const;
  bool is_set_apart(std::uint32_t pageblock) const;
  bool is_cut(std::uint32_t pageblock) const;  ///< By an end of its zone.
  bool is_shared(std::uint32_t pageblock) const;
  bool is_stuck(std::uint32_t pageblock) const;
  template <class Keep>
  Pages blocks_where(unsigned zone, Order o, const FrameSet& shut, Pages enough, Keep&& keep) const;
  bool has_own(const TypedRequest& r, unsigned zone, const Ownership& owners) const;
  bool has_isolated(unsigned zone, const Ownership& owners) const;
  std::optional<Refusal> of_cma_turn(const TypedRequest& r, unsigned zone, Pfn head,
                                     const Ownership& owners) const;
  std::optional<Refusal> of_fallback(const TypedRequest& r, unsigned zone, Pfn head,
                                     const Ownership& owners) const;
  bool claims_in(unsigned zone, Migratetype t) const;
  Pages free_reserved(unsigned zone, const Ownership& owners) const;
  std::int64_t reserve_cap(unsigned zone) const;
  std::optional<Refusal> of_reserve(std::span<const Pages> free,
                                    std::span<const ZoneCounters> counters) const;
  bool may_merge(Migratetype from, Migratetype to) const;
  std::optional<Refusal> of_change(const Change& c, const TypedRequest* r) const;

  const Machine* machine_ = nullptr;
  const rules::Layout* layout_ = nullptr;
  bool seen_ = false;
  bool mixed_ = false;
  std::vector<std::uint32_t> first_;  ///< By zone: the number of its first pageblock.
  std::vector<Migratetype> before_;   ///< By pageblock: before the event,
  std::vector<Migratetype> after_;    ///< and after it.
  std::vector<Migratetype> under_;    ///< Of isolated ones: what they were.
  std::vector<bool> once_reserved_;   ///< By pageblock.
  std::vector<Change> changes_;       ///< Of the event.
  std::vector<Pfn> apart_;
  std::size_t next_ = 0;  ///< Of the history's changes.
};

}  // namespace bp
