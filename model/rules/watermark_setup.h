// SPDX-License-Identifier: MIT
// Which zones are low memory, and the watermarks of all zones from min_free_kbytes and the scale
// factor (R-CFG-4..6): what the kernel computes at boot and whenever one of the two is written.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/vocab/profile.h"
#include "model/vocab/units.h"
#include "model/vocab/zone.h"

namespace bp::rules {

/// A zone as far as the machine-wide figures need it.
struct ZoneSize {
  unsigned node = 0;
  ZoneType type = ZoneType::normal;
  Pages managed;           ///< R-GEN-11; 0: unpopulated.
  bool low_memory = true;  ///< Shares min_free_kbytes by size; see set_low_memory().
};

/// The watermarks of a zone, without boost, in pages.
struct ZoneMarks {
  Pages min, low, high;
  Pages promo;  ///< From v6.1 on; 0 before.
  constexpr bool operator==(const ZoneMarks&) const = default;
};

/// Fills low_memory of every zone (R-CFG-5). HIGHMEM never is; MOVABLE is not where it is cut from
/// HIGHMEM, which is so as soon as any node has a HIGHMEM page, and never from v6.12 on.
void set_low_memory(std::span<ZoneSize> zones, Profile p);

/// min_free_kbytes in pages (R-CFG-4).
Pages pages_min_of(std::int64_t min_free_kbytes);

/// R-CFG-4..6. All zones of all nodes in any order; the marks stand as they do. `scale_factor` in
/// 1/10000. A machine without low memory has nothing to share out: those shares are 0 (P-CFG-5).
std::vector<ZoneMarks> marks_of_all(std::span<const ZoneSize> zones, Pages pages_min,
                                    std::int64_t scale_factor, Profile p);

}  // namespace bp::rules
