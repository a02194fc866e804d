// SPDX-License-Identifier: MIT
// Operations on ranges of pageblocks: when one may succeed, when it must, and what it changes. All
// of it happens or nothing does, so the answer follows from who has which frame.
#pragma once

#include <optional>

#include "model/judge/ownership.h"
#include "model/rules/layout.h"
#include "model/vocab/operation.h"
#include "model/vocab/verdict.h"

namespace bp {

/// The zone that holds all of the range.
std::optional<unsigned> zone_of_range(const rules::Layout& l, const OpRange& r);

struct RangeJudge {
  const Ownership& owners;
  bool must;  ///< What can be done is done.

  /// `zone`: zone_of_range().
  std::optional<Refusal> of_answer(const OpRange& r, std::optional<unsigned> zone, bool done) const;

 private:
  bool can(RangeAction a, unsigned zone, Pfn pageblock) const;
};

/// A range that was rightly done.
void follow_range(Ownership& owners, unsigned zone, const OpRange& r);

}  // namespace bp
