// SPDX-License-Identifier: MIT
// What a zone keeps from requests that could have used a higher one (R-CFG-8), and which column of
// that row a request is held to (R-CTX-1). Num: std::int64_t, or symbolic; pages. Freestanding.
#pragma once

#include <cstdint>

#include "model/vocab/profile.h"
#include "model/vocab/zone.h"

namespace bp::impl {

template <class Num>
struct ReserveRow {
  Num pages[kZoneTypes];  ///< By the type of the request's highest zone; non-decreasing.
};

/// The row of the zone of type `own` (its number) of a node whose zones manage managed[type] pages,
/// 0 for those it lacks. v4.7 takes a ratio below 1 as 1; later ones keep nothing then, nor for an
/// empty zone.
template <class Num>
constexpr ReserveRow<Num> reserve_row(Profile profile, const Num (&managed)[kZoneTypes],
                                      unsigned own, Num ratio) {
  ReserveRow<Num> row{};
  for (unsigned t = 0; t < kZoneTypes; ++t) row.pages[t] = Num(0);
  if (profile == Profile::v4_7) {
    if (ratio < Num(1)) ratio = Num(1);
  } else if (ratio < Num(1) || managed[own] == Num(0)) {
    return row;
  }
  Num above = Num(0);
  for (unsigned t = own + 1; t < kZoneTypes; ++t) {
    above = above + managed[t];
    row.pages[t] = above / ratio;
  }
  return row;
}

/// The type whose column counts: v4.7 takes that of the first zone in the request's list, later
/// ones that of the highest zone which the mask allows, populated or not.
template <class Type>
constexpr Type reserve_column(Profile profile, Type first_in_list, Type highest) {
  return profile == Profile::v4_7 ? first_in_list : highest;
}

}  // namespace bp::impl
