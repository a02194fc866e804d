// SPDX-License-Identifier: MIT
// How much of a zone may be reserved for highatomic requests (R-HA-2). Num: std::int64_t, or
// symbolic; all figures in pages, pageblock_pages a power of two. Freestanding.
#pragma once

#include <cstdint>

#include "model/vocab/profile.h"

namespace bp::impl {

/// One more pageblock may be reserved while `reserved` is below this; 0 where nothing may be.
/// Up to v6.1 one percent and a pageblock, so at least one even in a small zone; later one percent
/// rounded up to pageblocks, and nothing where one percent is less than a pageblock.
template <class Num>
constexpr Num highatomic_cap(Profile profile, Num managed, Num pageblock_pages) {
  const Num percent = managed / Num(100);
  if (profile != Profile::v6_12 && profile != Profile::v7_1) return percent + pageblock_pages;
  if (percent < pageblock_pages) return Num(0);
  const Num beyond = percent % pageblock_pages;
  if (beyond == Num(0)) return percent;
  return percent - beyond + pageblock_pages;
}

template <class Num>
constexpr auto may_reserve_highatomic(Profile profile, Num managed, Num pageblock_pages,
                                      Num reserved) {
  return reserved < highatomic_cap(profile, managed, pageblock_pages);
}

}  // namespace bp::impl
