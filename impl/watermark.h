// SPDX-License-Identifier: MIT
// The watermark check of every profile as one pure function (R-WMARK-1..20), signed throughout.
// What ships and what is proved: templates over the number (std::int64_t, or symbolic) and over the
// truth value (bool, or symbolic). The profile is always a plain value.
//
// The shape is one inequality, "what is free is more than what is not for this request", with the
// lowering of the mark as three conditional shares. Leaves out: which counter `free` was read from,
// and the fold of per-CPU differences. Freestanding.
#pragma once

#include <cstdint>

#include "impl/config.h"
#include "impl/planted.h"

namespace bp::impl {

/// What an attempt may do that others may not. v4.7 and v5.15 call the first two HIGH and HARDER,
/// later ones MIN_RESERVE and NON_BLOCK; highatomic exists from v6.1 on, oom from v5.15 on.
template <class Truth>
struct PrivilegesOf {
  Truth high = Truth(false);
  Truth harder = Truth(false);
  Truth highatomic = Truth(false);
  Truth cma = Truth(false);
  Truth oom = Truth(false);
  bool operator==(const PrivilegesOf&) const = default;
};
using Privileges = PrivilegesOf<bool>;

/// A zone's numbers as the check sees them, in pages. Num: std::int64_t, or symbolic.
template <class Num>
struct WatermarkInput {
  Num free;        ///< In free blocks; never negative (R-WMARK-13).
  Num mark;        ///< The selected mark.
  Num reserve;     ///< lowmem_reserve of the request's column.
  Num highatomic;  ///< Reserved for highatomic requests, even if in use; v7.1: only what is free.
  Num free_cma;    ///< In CMA blocks.
};

/// From 6.3 on, and in the 6.1 that has it backported, the reserves are reworked.
constexpr bool has_reworked_reserves(Profile p) {
  return p != Profile::v4_7 && p != Profile::v5_15;
}

/// `amount` if `when`, else nothing.
template <class Num, class Truth>
constexpr Num share_if(Truth when, Num amount) {
  if (when) return amount;
  return Num(0);
}

/// The mark that the privileges leave (R-WMARK-3, 4, 9, 15, 17, 18). The quarter is HARDER's own in
/// v4.7, gives way to a victim's half in v5.15, and later needs MIN_RESERVE beside NON_BLOCK.
template <class Policy, class Num, class Truth>
constexpr Num lowered_mark(Profile profile, Num mark, PrivilegesOf<Truth> p) {
  const bool victims = profile != Profile::v4_7;
  const bool half_kept = Policy::planted(Bug::min_reserve_kept);
  Truth quarter = p.harder;
  if (profile == Profile::v5_15) quarter = p.harder && !p.oom;
  if (has_reworked_reserves(profile)) quarter = p.harder && p.high && Truth(!half_kept);
  Num left = mark;
  if (!half_kept) left = left - share_if(p.high, left / Num(2));
  left = left - share_if(quarter, left / Num(Policy::planted(Bug::harder_halves) ? 2 : 4));
  if (victims) left = left - share_if(p.oom, left / Num(2));
  return left;
}

/// Whether the highatomic reserve is not subtracted (R-WMARK-4, 15, 17).
template <class Truth>
constexpr Truth may_use_highatomic(Profile profile, PrivilegesOf<Truth> p) {
  if (profile == Profile::v4_7) return p.harder;
  if (profile == Profile::v5_15) return p.harder || p.oom;
  return p.harder || p.oom || p.high || p.highatomic;
}

/// Free pages that are not for this request (R-WMARK-4, 5, 17); never negative.
template <class Num, class Truth>
constexpr Num withheld(Profile profile, WatermarkInput<Num> z, PrivilegesOf<Truth> p) {
  return share_if(!p.cma, z.free_cma) + share_if(!may_use_highatomic(profile, p), z.highatomic);
}

/// `free` is more than `limit`: R-WMARK-6 refuses on `<=`.
template <class Policy, class Num>
constexpr auto above(Num free, Num limit) {
  if (Policy::planted(Bug::watermark_inclusive)) return !(free < limit);
  return !(free <= limit);
}

/// Whether the marks let the zone give a block (R-WMARK-2..6, 10, 16). `charge`: the block's pages
/// less one, so it is 0 for order 0 only.
template <class Policy, class Num, class Truth>
constexpr auto above_marks(Profile profile, Num charge, WatermarkInput<Num> z,
                           PrivilegesOf<Truth> p) {
  const Num request = Policy::planted(Bug::request_uncharged) ? Num(0) : charge;
  const Num reserve = Policy::planted(Bug::reserve_ignored) ? Num(0) : z.reserve;
  const Num lowered = lowered_mark<Policy>(profile, z.mark, p);
  const auto full = above<Policy>(z.free - request - withheld(profile, z, p), lowered + reserve);
  // v4.7's short test forgets the highatomic reserve (R-WMARK-10). Later ones subtract it and
  // accept nothing that the full check refuses, so they need no term of their own (R-WMARK-16).
  if (profile != Profile::v4_7) return full;
  const auto brief = above<Policy>(z.free - share_if(!p.cma, z.free_cma), z.mark + reserve);
  return full || (charge == Num(0) && brief);
}

/// Whether the marks let the zone give a block of this order, 0..kOrderMax.
template <class Policy, class Num, class Truth>
constexpr auto watermark_ok(Profile profile, unsigned order, WatermarkInput<Num> z,
                            PrivilegesOf<Truth> p) {
  return above_marks<Policy>(profile, Num((std::int64_t{1} << order) - 1), z, p);
}

/// Bits of a set of lists, by Migratetype.
inline constexpr std::uint64_t kRequestableLists = 0b000111;
inline constexpr std::uint64_t kHighatomicList = 0b001000;
inline constexpr std::uint64_t kCmaList = 0b010000;
inline constexpr std::uint64_t kAnyList = 0b111111;

/// The lists on which a block of the order or above counts for a high order (R-WMARK-8, 15, 17).
/// v4.7's HARDER counts whatever list, ISOLATE among them: a known false positive.
template <class Word, class Truth>
constexpr Word counted_lists(Profile profile, PrivilegesOf<Truth> p) {
  if (profile == Profile::v4_7) {
    if (p.harder) return Word(kAnyList);
  }
  Word lists = Word(kRequestableLists);
  if (p.cma) lists = lists | Word(kCmaList);
  if (profile == Profile::v4_7) return lists;
  const Truth reserve = profile == Profile::v5_15 ? p.harder : p.highatomic;
  if (reserve || p.oom) lists = lists | Word(kHighatomicList);
  return lists;
}

/// Whether order-0 requests at MIN in a boosted zone are tried again without the boost
/// (R-WMARK-19). `atomic`: __GFP_ATOMIC, which v6.12 no longer has.
template <class Truth>
constexpr Truth retries_unboosted(Profile profile, Truth atomic, Truth min_reserve) {
  if (profile == Profile::v4_7) return Truth(false);
  if (profile == Profile::v5_15 || profile == Profile::v6_1_lts192) return atomic;
  return min_reserve;
}

/// The mark that an attempt keeps (R-WMARK-20): v4.7 knows no boost.
template <class Num>
constexpr Num boosted_mark(Profile profile, Num mark, Num boost) {
  return profile == Profile::v4_7 ? mark : mark + boost;
}

}  // namespace bp::impl
