// SPDX-License-Identifier: MIT
// Whether a zone may be taken from (R-WMARK): the arithmetic of the marks, exact and signed, and
// which lists count as a block of the order. Whether those lists hold one is the caller's: it
// depends on who holds the lists.
#pragma once

#include "model/rules/context.h"
#include "model/vocab/profile.h"
#include "model/vocab/units.h"

namespace bp::rules {

/// What the arithmetic looks at.
struct WatermarkInput {
  Pages free;        ///< NR_FREE_PAGES of the zone.
  Pages free_cma;    ///< NR_FREE_CMA_PAGES.
  Pages highatomic;  ///< nr_reserved_highatomic; v7.1: nr_free_highatomic.
  Pages mark;        ///< The selected watermark.
  Pages reserve;     ///< lowmem_reserve of the request's column.
  Order order;
  AllocFlags flags;
};

/// Lists beside those of the three requestable types that count for a high order (R-WMARK-8, 15,
/// 17). CMA counts with the CMA flag, in all profiles.
enum class ExtraLists : std::uint8_t {
  none,
  highatomic,  ///< The HIGHATOMIC list.
  any,         ///< v4.7: whatever list, ISOLATE among them: a known false positive.
};

/// The check of one kernel, decision by decision.
struct WatermarkRules {
  /// The mark that is left after the flags lowered it (R-WMARK-3, 4, 9, 15, 17, 18).
  Pages (*effective_mark)(Pages mark, AllocFlags f);
  /// Free pages that are not for this request (R-WMARK-4, 5, 17).
  Pages (*unusable)(const WatermarkInput& in);
  /// The same in the short test for order 0 (R-WMARK-10, 16).
  Pages (*unusable_fast)(const WatermarkInput& in);
  ExtraLists (*extra_lists)(AllocFlags f);
  /// Of a request at MIN for order 0 in a boosted zone: whether the mark without the boost is
  /// tried too (R-WMARK-19, C13). `atomic`: __GFP_ATOMIC.
  bool (*retries_unboosted)(AllocFlags f, bool atomic);
  /// The comparison of the full check: `left` is above (R-WMARK-6) or not.
  bool (*is_above)(Pages left, Pages mark);
  /// How many pages of the block are subtracted before it is made (R-WMARK-2).
  Pages (*taken)(Order o);
};
const WatermarkRules& watermark_rules(Profile p);

/// R-WMARK-10, R-WMARK-16: the short test, which only an order-0 request can pass.
bool passes_fast(const WatermarkRules& r, const WatermarkInput& in);
/// R-WMARK-2..6: the full check but for the lists.
bool passes_full(const WatermarkRules& r, const WatermarkInput& in);

/// The mark that is left after the flags lowered it.
Pages effective_mark(Profile p, Pages mark, AllocFlags f);

/// Either of the two tests passes.
bool above_mark(Profile p, const WatermarkInput& in);

}  // namespace bp::rules
