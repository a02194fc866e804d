// SPDX-License-Identifier: MIT
// A kernel's state as the kernel itself prints it in /proc, byte for byte, so that a dump and a
// running machine can be compared with diff. buddyinfo and pagetypeinfo are whole. zoneinfo has
// the lines that a dump knows, in the kernel's order; kZoneinfoKnown picks the same lines from the
// kernel's own file. The formats are those of 4.7, 5.15, 6.1, 6.12 and 7.1, by the state's profile.
//
// As in the kernel, zoneinfo's free pages are the global part of the counter, never below zero:
// what CPUs have not folded in yet (R-WMARK-13) does not show. Marks are printed with their boost.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/reference/kernel_state.h"

namespace bp {

/// "Normal", "HighMem", ...: a zone's name as the kernel writes it.
std::string_view proc_zone_name(ZoneType t);
/// "Unmovable", "HighAtomic", "CMA", ...: a type's name as pagetypeinfo writes it.
std::string_view proc_type_name(Migratetype t);

/// The types that this kernel has, in its order: CMA only where it is configured.
std::vector<Migratetype> types_of(const reference::Config& config);

/// /proc/buddyinfo. Zones without a present page are left out, here and in pagetypeinfo.
std::string buddyinfo_text(const reference::KernelState& state);

/// /proc/pagetypeinfo.
std::string pagetypeinfo_text(const reference::KernelState& state);

/// The known lines of /proc/zoneinfo. Where CMA is configured, a zone's `cma` is counted from its
/// pageblocks, and left out while some are isolated, since that hides what they were.
std::string zoneinfo_text(const reference::KernelState& state);

/// Extended regular expression (grep -E) of the lines that zoneinfo_text can print.
inline constexpr std::string_view kZoneinfoKnown =
    "^Node|pages free|^  +(boost|min|low|high|promo|spanned|present|managed|cma) |protection:|"
    " nr_(free|alloc)_|pagesets|cpu:|count:|high:|batch:|high_m|threshold|start_pfn|_highatomic";

}  // namespace bp
