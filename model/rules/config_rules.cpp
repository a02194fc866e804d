// SPDX-License-Identifier: MIT
#include "model/rules/config_rules.h"

namespace bp::rules {
namespace {

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kPagesStatedMax = 96;  ///< 8 times the page shift.

constexpr ConfigRules kV4_7{.min_free_kbytes_max = 65536,
                            .thp_counts_high = true,
                            .reserve_ratio = {256, 256, 32, 32, 1, 1},
                            .zero_ratio_reserves = true,
                            .batch = {.bound_bytes = 512 * kKiB, .stated_max = kPagesStatedMax},
                            .pcp_high = PcpHighRule::batches,
                            .load_counts_down = true};

/// 5.15 and what the later ones share with it.
constexpr ConfigRules kV5_15{.min_free_kbytes_max = 262144,
                             .reserve_ratio = {256, 256, 32, 0, 0, 0},
                             .batch = {.bound_bytes = 1024 * kKiB},
                             .pcp_high = PcpHighRule::low};

constexpr ConfigRules with_promo(ConfigRules r) {
  r.promo = true;
  return r;
}

constexpr ConfigRules with_tuned_lists(ConfigRules r) {
  r.movable_is_high = true;
  r.pcp_high = PcpHighRule::range;
  return r;
}

constexpr ConfigRules kV6_1 = with_promo(kV5_15);
constexpr ConfigRules kV6_12 = with_tuned_lists(kV6_1);

}  // namespace

const ConfigRules& config_rules(Profile p) {
  switch (p) {
    case Profile::v4_7: return kV4_7;
    case Profile::v5_15: return kV5_15;
    case Profile::v6_1_lts192: return kV6_1;
    case Profile::v6_12:
    case Profile::v7_1: return kV6_12;
  }
  return kV6_1;
}

}  // namespace bp::rules
