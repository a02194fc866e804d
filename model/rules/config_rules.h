// SPDX-License-Identifier: MIT
// What differs between kernels in the figures that they compute for a machine (R-CFG, R-ZONE): one
// row of data for each profile. The rules in min_free, watermark_setup, lowmem_reserve, pcp_size
// and node_order take their row from here and ask for no profile themselves.
#pragma once

#include <array>
#include <cstdint>

#include "model/vocab/profile.h"
#include "model/vocab/zone.h"

namespace bp::rules {

/// How many pages move at once between the per-CPU lists and the free blocks (R-CFG-11..13).
struct BatchRule {
  std::int64_t bound_bytes = 0;  ///< A share of the zone counts up to so much memory.
  std::int64_t stated_max = 0;   ///< With a stated fraction: most of a batch; 0: as without.
};

/// What the most pages on the per-CPU lists of one CPU follow from.
enum class PcpHighRule : std::uint8_t {
  batches,  ///< 6 raw batches (R-CFG-11).
  low,      ///< The low mark, divided among the CPUs of the node (R-CFG-12).
  range,    ///< Tuned at run time between the low mark's and an eighth's share (R-CFG-13).
};

struct ConfigRules {
  std::int64_t min_free_kbytes_max = 0;  ///< Upper bound of the computed value (R-CFG-3).
  bool thp_counts_high = false;          ///< Huge pages ask for room in every zone (M-2).
  bool movable_is_high = false;          ///< MOVABLE is never low memory (R-CFG-4, 5).
  bool promo = false;                    ///< There is a fourth mark (R-CFG-6).
  std::array<std::int64_t, kZoneTypes> reserve_ratio{};  ///< Defaults by type (R-CFG-8).
  bool zero_ratio_reserves = false;  ///< A ratio below 1 acts as 1; else the row is 0 (R-CFG-8).
  BatchRule batch;
  PcpHighRule pcp_high = PcpHighRule::low;
  bool load_counts_down = false;  ///< node_load is set, not raised (R-ZONE-8).
};

/// The row of a profile. Lives as long as the program.
const ConfigRules& config_rules(Profile p);

}  // namespace bp::rules
