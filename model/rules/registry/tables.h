// SPDX-License-Identifier: MIT
// For the files of the registry: sets of profiles by name, reasons, the check of a table, and the
// tables themselves, one file a subject or two.
#pragma once

#include "model/rules/registry/registry.h"

namespace bp::registry {

inline constexpr Profiles kNone;
inline constexpr Profiles k4_7{Profile::v4_7};
inline constexpr Profiles k5_15{Profile::v5_15};
inline constexpr Profiles k6_1{Profile::v6_1_lts192};
inline constexpr Profiles k7_1{Profile::v7_1};
inline constexpr Profiles kTo5_15{Profile::v4_7, Profile::v5_15};
inline constexpr Profiles kTo6_1{Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192};
inline constexpr Profiles k5_15To6_1{Profile::v5_15, Profile::v6_1_lts192};
inline constexpr Profiles k5_15To6_12{Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12};
inline constexpr Profiles k6_1To6_12{Profile::v6_1_lts192, Profile::v6_12};
inline constexpr Profiles kFrom6_12{Profile::v6_12, Profile::v7_1};
inline constexpr Profiles kFrom6_1{Profile::v6_1_lts192, Profile::v6_12, Profile::v7_1};
inline constexpr Profiles kFrom5_15{Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                                    Profile::v7_1};
inline constexpr Profiles kAll{Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                               Profile::v7_1};
inline constexpr Profiles k5_15And7_1{Profile::v5_15, Profile::v7_1};
inline constexpr Profiles k4_7And6_1{Profile::v4_7, Profile::v6_1_lts192};

// Why a rule cannot be observed.

inline constexpr std::string_view kSlowPath =
    "slow path: reclaim, compaction and the OOM killer are not modelled yet";
inline constexpr std::string_view kDebugOnly = "debug only: changes nothing where it is not built";
inline constexpr std::string_view kStatistics = "statistics are not modelled";
inline constexpr std::string_view kContents = "contents and addresses of pages are not modelled";
inline constexpr std::string_view kEnvironment =
    "environment: an outside answer that no recording holds";
inline constexpr std::string_view kCpusets = "cpusets are not modelled and in no recording";
inline constexpr std::string_view kDecision =
    "a decision about the model, not behaviour of a kernel";
inline constexpr std::string_view kGiven =
    "computed before a run starts: every state brings it along";
inline constexpr std::string_view kSymbols =
    "types and flags are symbols of the model: their numbers do not show";
inline constexpr std::string_view kNaming = "a name of the kernel's source: nothing happens";
inline constexpr std::string_view kNoProfile = "holds in no profile of this project";
inline constexpr std::string_view kNote = "a finding about the recordings, nothing to be coded";

/// Every id has the prefix, numbers ascend and differ, no sentence is missing.
constexpr bool is_ordered(std::string_view prefix, std::span<const Rule> rules) {
  unsigned last = 0;
  for (const Rule& r : rules) {
    const IdParts parts = id_parts(r.id);
    if (parts.prefix != prefix || parts.number <= last || r.sentence.empty()) return false;
    last = parts.number;
  }
  return last != 0;
}

// general.cpp, interface.cpp, zones.cpp
extern const Subject kGeneral, kInterface, kMasks, kZones, kContext, kAllocFlags;
// watermarks.cpp, configuration.cpp, scan.cpp
extern const Subject kWatermarks, kConfiguration, kScan, kRmqueue;
// buddy.cpp, migratetypes.cpp, reserves.cpp
extern const Subject kBuddy, kMigratetypes, kHighatomic, kCma, kIsolation;
// pcp.cpp, pages.cpp, slow_path.cpp
extern const Subject kPcp, kPreparation, kFreeing, kSlow, kOom;
// gfp_tables.cpp, corrections_*.cpp
extern const Subject kLegality, kTables, kCorrections4_7, kMissing4_7, kNotes4_7;
extern const Subject kCorrections7_1, kCorrections6_1, kReports;

}  // namespace bp::registry
