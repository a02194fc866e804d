// SPDX-License-Identifier: MIT
// Whether a zone may be taken from (R-WMARK): the arithmetic of the marks, exact and signed. The
// second half of the rule, that a block of the order exists, is the caller's: it depends on who
// holds the lists.
#pragma once

#include "model/rules/context.h"
#include "model/vocab/profile.h"
#include "model/vocab/units.h"

namespace bp::rules {

/// What the arithmetic looks at.
struct WatermarkInput {
  Pages free;        ///< NR_FREE_PAGES of the zone.
  Pages free_cma;    ///< NR_FREE_CMA_PAGES.
  Pages highatomic;  ///< nr_reserved_highatomic.
  Pages mark;        ///< The selected watermark.
  Pages reserve;     ///< lowmem_reserve of the request's column.
  Order order;
  AllocFlags flags;
};

/// The mark that is left after the flags lowered it (R-WMARK-3, 4, 9; R-WMARK-17, 18).
Pages effective_mark(Profile p, Pages mark, AllocFlags f);

/// R-WMARK-2..6 and 10, or 16, 17: true if free pages stay above the mark and the reserve.
bool above_mark(Profile p, const WatermarkInput& in);

}  // namespace bp::rules
