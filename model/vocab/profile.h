// SPDX-License-Identifier: MIT
// Which kernel's semantics a machine follows. Freestanding.
#pragma once

#include <cstdint>

namespace bp {

enum class Profile : std::uint8_t {
  v4_7,         ///< 4.7: the baseline of the rules.
  v6_1_lts192,  ///< 6.1.192, with the reserve rework of 6.3 backported; 6.1.0 differs.
  v5_15,        ///< 5.15.
  v6_12,        ///< 6.12.
  v7_1,         ///< 7.1: the newest seen.
};
inline constexpr unsigned kProfiles = 5;

}  // namespace bp
