// SPDX-License-Identifier: MIT
// The subjects of the reference's planted bugs, one file each. For model_plants.cpp alone.
#pragma once

#include <span>

#include "fuzz/mutants/model_plants.h"

namespace bp::reference::plants {

using enum Profile;
using registry::Profiles;

// Of v6.12 there are two recordings, and what it decides as 6.1 or 7.1 do is planted in these: in
// v6.12 only what it has for itself.
inline constexpr Profiles kAll{v4_7, v5_15, v6_1_lts192, v7_1};
inline constexpr Profiles kV4_7{v4_7};
inline constexpr Profiles kV5_15{v5_15};
inline constexpr Profiles kV6_1{v6_1_lts192};
inline constexpr Profiles kV6_12{v6_12};
inline constexpr Profiles kV7_1{v7_1};
inline constexpr Profiles kUntil5_15{v4_7, v5_15};
inline constexpr Profiles kUntil6_1{v4_7, v5_15, v6_1_lts192};
inline constexpr Profiles k5_15And6_1{v5_15, v6_1_lts192};
inline constexpr Profiles k5_15And7_1{v5_15, v7_1};
inline constexpr Profiles kSince5_15{v5_15, v6_1_lts192, v7_1};
inline constexpr Profiles kSince6_1{v6_1_lts192, v7_1};

// What kernels do alike but not all recorders could ask for is planted where it was.
inline constexpr Profiles kScripted{v6_1_lts192};  ///< Policies, tasks, blocking requests, bulks.
inline constexpr Profiles kTaken{v4_7, v6_1_lts192};  ///< Blocks taken by frame, unreserving.
inline constexpr Profiles kUngrouped{v4_7};           ///< Grouping switched off.
inline constexpr Profiles kBadPages{v4_7};            ///< Pages that fail their checks.

std::span<const ModelPlant> request_plants();
std::span<const ModelPlant> interface_plants();
std::span<const ModelPlant> scan_plants();
std::span<const ModelPlant> watermark_plants();
std::span<const ModelPlant> buddy_plants();
std::span<const ModelPlant> migratetype_plants();
std::span<const ModelPlant> counting_plants();
std::span<const ModelPlant> pcp_plants();
std::span<const ModelPlant> reserve_plants();
std::span<const ModelPlant> isolation_plants();
std::span<const ModelPlant> slow_plants();

}  // namespace bp::reference::plants
