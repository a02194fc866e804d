// SPDX-License-Identifier: MIT
// What a subject tells of one zone beside its free pages, held against what an operation can do to
// it: the reserve for high-order atomic requests, CMA's free pages and the boost of the marks.
// Whether they are what the marks were checked with is asked where a zone is passed over or taken
// from (admission.h).
#pragma once

#include <optional>

#include "model/rules/layout.h"
#include "model/vocab/history.h"
#include "model/vocab/machine.h"
#include "model/vocab/operation.h"
#include "model/vocab/verdict.h"

namespace bp {

struct ToldCounters {
  const Machine& machine;
  const rules::ZoneLayout& zone;
  const ZoneCounters& before;
  const ZoneCounters& after;
  bool asks = false;    ///< The operation is a request,
  bool served = false;  ///< and was given something.
  bool leaves = false;  ///< Memory leaves by it, reserved or not.

  std::optional<Refusal> first_fault() const;

 private:
  std::optional<Refusal> of_cma() const;
  std::optional<Refusal> of_reserve() const;
  std::optional<Refusal> of_boost() const;
  /// Where pageblocks have types to be seen they are those of ranges.
  Pages pageblock() const {
    return pages_in(machine.is_typed() ? kRangeOrder : machine.pageblock_order);
  }
  bool counts_free_part() const;
};

}  // namespace bp
