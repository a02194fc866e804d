// SPDX-License-Identifier: MIT
// How large the zones of a machine can have been when the kernel computed its figures at boot. A
// zone only grows afterwards: by the init code, the initrd, the memory kept for CMA. What was
// computed from a zone then (the protection of the zones below it) bounds it from below.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/kernel/zoneinfo.h"
#include "model/rules/watermark_setup.h"

namespace bp::kernel {

/// By zone, in the order of the file: the fewest pages that it can have had. What it has now is the
/// most. `types` are the columns of a protection row, `ratios` lowmem_reserve_ratio of each.
std::vector<Pages> fewest_at_boot(std::span<const ZoneinfoZone> zones,
                                  std::span<const ZoneType> types,
                                  std::span<const std::int64_t> ratios);

/// The marks of zone `i` when it was as small as `fewest` says and all others as they are, and the
/// other way round: any of its marks at boot lies between.
struct MarkBounds {
  rules::ZoneMarks least, most;
};
MarkBounds marks_at_boot(std::span<const rules::ZoneSize> sizes, std::span<const Pages> fewest,
                         std::size_t i, Pages pages_min, std::int64_t scale_factor, Profile p);

/// The zones with those sizes.
std::vector<rules::ZoneSize> resized(std::span<const rules::ZoneSize> sizes,
                                     std::span<const Pages> managed);

}  // namespace bp::kernel
