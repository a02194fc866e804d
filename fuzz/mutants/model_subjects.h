// SPDX-License-Identifier: MIT
// The subjects of the reference's planted bugs, one file each. For model_plants.cpp alone.
#pragma once

#include <span>

#include "fuzz/mutants/model_plants.h"

namespace bp::reference::plants {

using enum Profile;
using registry::Profiles;
inline constexpr Profiles kAll{v4_7, v5_15, v6_1_lts192, v6_12, v7_1};
inline constexpr Profiles kSince5_15{v5_15, v6_1_lts192, v6_12, v7_1};
inline constexpr Profiles kSince6_1{v6_1_lts192, v6_12, v7_1};
inline constexpr Profiles kSince6_12{v6_12, v7_1};

std::span<const ModelPlant> buddy_plants();

}  // namespace bp::reference::plants
