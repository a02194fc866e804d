// SPDX-License-Identifier: MIT
// How large the per-CPU lists of a zone are (R-CFG-11..14, W-3). Num: std::int64_t, or symbolic;
// pages of 4 KiB. Freestanding.
#pragma once

#include <cstdint>

#include "model/vocab/profile.h"

namespace bp::impl {

template <class Num>
struct PcpSizes {
  Num high;      ///< Most pages on the lists of one CPU; from v6.12 on 0: it floats.
  Num batch;     ///< Pages per refill, at least 1.
  Num high_min;  ///< From v6.12 on, with high_max: the bounds between which it floats.
  Num high_max;  ///< They may cross (C4).
};

template <class Num>
struct PcpFigures {
  Num managed;   ///< Of the zone.
  Num low;       ///< Its low mark with the boost of the moment; v4.7 does not look.
  Num cpus;      ///< Of its node, all online ones if it has none; at least 1.
  Num fraction;  ///< As stated by the administrator, at least 8; 0: not stated.
};

template <class Num>
constexpr Num larger(Num a, Num b) {
  if (a < b) return b;
  return a;
}
template <class Num>
constexpr Num smaller(Num a, Num b) {
  if (b < a) return b;
  return a;
}

/// 4096th part of the zone, at most `most`, made one less than the largest power of two in one and
/// a half times that; 0 for a zone that is small.
template <class Num>
constexpr Num batch_by_size(Num managed, Num most) {
  const Num part = smaller(managed / Num(4096), most);
  const Num bound = part + part / Num(2);
  Num power = Num(1);
  while (power + power <= bound) power = power + power;
  return power - Num(1);
}

/// One CPU's share of `total`, at least four batches.
template <class Num>
constexpr Num high_by_share(Num total, Num cpus, Num batch) {
  return larger(total / cpus, Num(4) * batch);
}

/// v4.7: six batches, or the stated fraction of the zone with a batch that follows from it.
template <class Num>
constexpr PcpSizes<Num> pcp_sizes_v4_7(PcpFigures<Num> z) {
  constexpr std::int64_t kMost = (512 << 10 >> 12) / 4;
  constexpr std::int64_t kStatedMost = 8 * 12;
  if (z.fraction == Num(0)) {
    const Num batch = batch_by_size(z.managed, Num(kMost));
    return {Num(6) * batch, larger(batch, Num(1)), Num(0), Num(0)};
  }
  const Num high = z.managed / z.fraction;
  return {high, larger(smaller(high / Num(4), Num(kStatedMost)), Num(1)), Num(0), Num(0)};
}

template <class Num>
constexpr PcpSizes<Num> pcp_sizes(Profile profile, PcpFigures<Num> z) {
  if (profile == Profile::v4_7) return pcp_sizes_v4_7(z);
  constexpr std::int64_t kMost = (1 << 20 >> 12) / 4;
  constexpr std::int64_t kLeastFraction = 8;
  const Num batch = larger(batch_by_size(z.managed, Num(kMost)), Num(1));
  const bool floats = profile == Profile::v6_12 || profile == Profile::v7_1;
  if (z.fraction == Num(0)) {
    const Num high = high_by_share(z.low, z.cpus, batch);
    if (!floats) return {high, batch, Num(0), Num(0)};
    return {Num(0), batch, high, high_by_share(z.managed / Num(kLeastFraction), z.cpus, batch)};
  }
  const Num high = high_by_share(z.managed / z.fraction, z.cpus, batch);
  if (!floats) return {high, batch, Num(0), Num(0)};
  return {Num(0), batch, high, high};
}

}  // namespace bp::impl
