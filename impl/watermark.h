// SPDX-License-Identifier: MIT
// The watermark check of both profiles as one pure function (R-WMARK-1..12, 16, 17, 19, 20). All
// arithmetic is signed. Leaves out: the boost (0), the alternative marks of an OOM victim.
// R-WMARK-8's search for a block of the order is the claim that follows: a zone that passes and has
// no such block is left for the next one, as if it had failed. Freestanding.
#pragma once

#include <cstdint>

#include "impl/config.h"
#include "impl/planted.h"

namespace bp::impl {

/// What an attempt may do that others may not. v4.7 calls them HIGH and HARDER, v6.1 MIN_RESERVE
/// and NON_BLOCK; highatomic exists in v6.1 only.
struct Privileges {
  bool high = false;
  bool harder = false;
  bool highatomic = false;
  bool cma = false;
  constexpr bool operator==(const Privileges&) const = default;
};

/// A zone's numbers as the check sees them, in pages. Num: std::int64_t, or symbolic.
template <class Num>
struct WatermarkInput {
  Num free;        ///< In free blocks; never negative (R-WMARK-13).
  Num mark;        ///< The selected mark.
  Num reserve;     ///< lowmem_reserve of the request's column.
  Num highatomic;  ///< Reserved for highatomic requests, even if in use.
  Num free_cma;    ///< In CMA blocks.
};

/// The mark after HIGH and HARDER (v4.7: R-WMARK-3, 4).
template <class Policy, class Num>
constexpr Num reduced_min_v4_7(Num min, Privileges p) {
  if (p.high && !Policy::planted(Bug::min_reserve_kept)) min = min - min / Num(2);
  if (p.harder) min = min - min / Num(Policy::planted(Bug::harder_halves) ? 2 : 4);
  return min;
}

/// The mark after MIN_RESERVE, and NON_BLOCK on top of it only (v6.1: R-WMARK-17, 18).
template <class Policy, class Num>
constexpr Num reduced_min_v6_1(Num min, Privileges p) {
  if (!p.high || Policy::planted(Bug::min_reserve_kept)) return min;
  min = min - min / Num(2);
  if (p.harder) min = min - min / Num(Policy::planted(Bug::harder_halves) ? 2 : 4);
  return min;
}

/// `free - charge` is more than `limit`: R-WMARK-6 refuses on `<=`.
template <class Policy, class Num>
constexpr auto above(Num free, Num limit) {
  if (Policy::planted(Bug::watermark_inclusive)) return !(free < limit);
  return !(free <= limit);
}

/// Whether the zone may give a block of this order.
template <class Policy, class Num>
constexpr auto watermark_ok(Profile profile, unsigned order, WatermarkInput<Num> z, Privileges p) {
  const bool v4_7 = profile == Profile::v4_7;
  const bool reserves = v4_7 ? p.harder : p.high || p.harder || p.highatomic;
  const Num cma = p.cma ? Num(0) : z.free_cma;
  const Num highatomic = reserves ? Num(0) : z.highatomic;
  const Num request =
      Policy::planted(Bug::request_uncharged) ? Num(0) : Num((std::int64_t{1} << order) - 1);
  const Num reserve = Policy::planted(Bug::reserve_ignored) ? Num(0) : z.reserve;
  const Num min = v4_7 ? reduced_min_v4_7<Policy>(z.mark, p) : reduced_min_v6_1<Policy>(z.mark, p);
  const auto full = above<Policy>(z.free - request - highatomic - cma, min + reserve);
  if (!v4_7 || order != 0) return full;
  // v4.7's fast check forgets the highatomic reserve (R-WMARK-10). v6.1's subtracts it and accepts
  // nothing that the full check refuses, so there it needs no term of its own (R-WMARK-16).
  return full || above<Policy>(z.free - cma, z.mark + reserve);
}

}  // namespace bp::impl
