// SPDX-License-Identifier: MIT
// Migratetypes by name (R-MT-1). Their numbers depend on the era and are not given here.
#pragma once

#include <cstdint>

namespace bp {

enum class Migratetype : std::uint8_t {
  unmovable,    ///< Kernel memory that stays where it is.
  movable,      ///< May be moved to another frame.
  reclaimable,  ///< May be given back on demand.
  highatomic,   ///< State of a pageblock: reserve for high-order atomic requests.
  cma,          ///< State of a pageblock: contiguous memory area.
  isolate,      ///< State of a pageblock: nothing is allocated from it.
};
/// Only the first three can be requested or stand on a per-CPU list (R-MT-1).
inline constexpr unsigned kPcpTypes = 3;

}  // namespace bp
