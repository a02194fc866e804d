// SPDX-License-Identifier: MIT
// Whether one alloc may have answered what it did. The subject's per-CPU lists and the moment at
// which it drained them are its own, so each question is asked of the two ends of what it may have
// seen:
//   fewest free pages: its counter before the operation; its per-CPU lists full
//   most free pages:   every page that is not allocated; its per-CPU lists drained
// An answer is accepted if some attempt explains it between the two (it accepts or refuses,
// does not guess). Watermarks are monotone in free pages (P-WM-1), so the two ends are enough.
#pragma once

#include <optional>
#include <span>

#include "model/judge/judge.h"
#include "model/judge/ownership.h"
#include "model/judge/pageblock_types.h"
#include "model/judge/rulebook.h"
#include "model/judge/turns.h"
#include "model/vocab/verdict.h"

namespace bp {

/// What an alloc comes to: the request that it resolves to, and who makes it.
struct Asked {
  Op op;
  OpTask task;
  rules::Walls walls{};
};

/// Everything that one alloc is judged by.
struct Admission {
  const Rulebook& rules;
  const Machine& machine;
  const rules::Layout& layout;
  const Ownership& owners;
  const PageblockTypes& types;
  const Turns& turns;
  std::span<const ZoneCounters> before;  ///< Of each zone, before the operation.
  Promises promises;
  Pages returned{};  ///< Came back during the operation: the first looks had them not.

  /// The block [head, order) of `zone`, known to be free, was given out.
  std::optional<Refusal> of_block(const Asked& asked, unsigned zone, Pfn head) const;
  /// Null was given out.
  std::optional<Refusal> of_null(const Asked& asked) const;

  /// Whether the request's slow path has any zone to look at, its cpuset kept to.
  bool has_zone(const Asked& asked) const;
  /// Bit n: some look that keeps to the marks may look at node n.
  unsigned nodes_looked_at(const Asked& asked) const;

  /// Nodes, by bits, whose kswapd the request's slow path may wake for zones up to `highest`: those
  /// that are not surely balanced (C11).
  unsigned nodes_to_wake(const Asked& asked, ZoneType highest) const;

  // One look of a trace. Zones whose nodes `passed_over` names are not asked for anything.

  /// It came to zone `until`, or past the last one: those before it may have had nothing.
  std::optional<Refusal> of_look(const Asked& asked, const rules::Attempt& look,
                                 unsigned passed_over, std::optional<unsigned> until) const;
  /// It took the block of `zone`, known to be free.
  std::optional<Refusal> of_find(const Asked& asked, const rules::Attempt& look, unsigned zone,
                                 Pfn head) const;

 private:
  struct Request;  ///< One alloc with its attempts.
  struct Free;     ///< What the marks are held against.
  bool above(const Request& r, const rules::Attempt& a, const rules::Zonelist& list, unsigned zone,
             const Free& free) const;
  bool above_unboosted(const Request& r, const rules::Attempt& a, const rules::Zonelist& list,
                       unsigned zone, Free free) const;
  /// Nothing is drained or given up between the counters and the look.
  bool is_told() const { return promises.counts && promises.environment; }
  bool has_reason(const Request& r, const rules::Attempt& a, const rules::Zonelist& list,
                  unsigned zone, std::optional<unsigned> until) const;
  unsigned first_of(const rules::Zonelist& list) const;
  bool may_avoid_mixing(const Request& r, const rules::Zonelist& list, unsigned zone) const;
  Free told(unsigned zone, bool uses_cma) const;
  Free most(const Request& r, unsigned zone) const;
  Free surely(const Request& r, unsigned zone, Pages free) const;
  bool may_pass(const Request& r, const rules::Attempt& a, const rules::Zonelist& list,
                unsigned zone) const;
  bool may_fail(const Request& r, const rules::Attempt& a, const rules::Zonelist& list,
                unsigned zone) const;
  bool has_block(const Request& r, Order o, unsigned zone, Pages not_counted) const;
  bool explains(const Request& r, unsigned attempt, unsigned zone,
                std::optional<unsigned>& skipped) const;
  std::optional<Refusal> behind_wall(const Request& r, unsigned zone, Pfn head) const;
  std::optional<Refusal> zone_forbidden(const Request& r, unsigned zone, Pfn head) const;
  Refusal below_mark(const Request& r, unsigned zone, Pfn head) const;
};

}  // namespace bp
