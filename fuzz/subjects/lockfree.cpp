// SPDX-License-Identifier: MIT
// The allocator in impl as a subject, sound and with planted bugs. The one with restartable
// sections is in the machine's folder.
#include <array>
#include <utility>

#include "fuzz/subjects/linux_fences.h"
#include "fuzz/subjects/lockfree_bugs.h"
#include "fuzz/subjects/lockfree_table.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

using impl::Bug;
using lockfree::subject_named;

/// The production policy with one bug switched on at run time. The bug belongs to an instance;
/// every entry sets it, so that instances with different bugs do not disturb each other.
struct PlantedPolicy : impl::StdPolicy {
  static thread_local Bug active;
  static bool planted(Bug b) { return b == active; }
  /// A planted bug is to be seen by the judge, not to stop the program.
  static constexpr bool kStopOnCorruption = false;
};
thread_local Bug PlantedPolicy::active = Bug::none;

constexpr std::array<const char*, impl::kBugs> kBugNames = {"none",
                                                            "swing_keeps_row",
                                                            "swing_skipped",
                                                            "remainder_lost",
                                                            "scan_no_wrap",
                                                            "scan_misaligned",
                                                            "zone_end_rounded",
                                                            "flush_uncounted",
                                                            "refill_uncounted",
                                                            "drain_leaks_last",
                                                            "pcp_over_high",
                                                            "double_free_accepted",
                                                            "wrong_order_accepted",
                                                            "null_without_drain",
                                                            "watermark_inclusive",
                                                            "reserve_ignored",
                                                            "reserve_of_next_type",
                                                            "harder_halves",
                                                            "request_uncharged",
                                                            "min_reserve_kept",
                                                            "dma32_falls_to_dma",
                                                            "zones_ascending",
                                                            "nodemask_ignored",
                                                            "thisnode_ignored",
                                                            "nomemalloc_loses",
                                                            "flush_first_frame",
                                                            "refill_keeps_callers",
                                                            "own_type_only",
                                                            "reserve_over_cap",
                                                            "reserve_for_all",
                                                            "reserve_by_all",
                                                            "isolated_handed_out",
                                                            "isolation_forgets",
                                                            "cma_for_all",
                                                            "others_first",
                                                            "fallback_swapped",
                                                            "cma_miscounted",
                                                            "reserve_miscounted",
                                                            "whole_not_claimed",
                                                            "half_not_claimed",
                                                            "single_swapped",
                                                            "cma_last",
                                                            "cma_not_first",
                                                            "claim_by_version",
                                                            "claim_tries_once",
                                                            "split_publishes_whole",
                                                            "swing_by_exchange",
                                                            "swing_half",
                                                            "swing_abandoned",
                                                            "order_cleared_late",
                                                            "free_order_up",
                                                            "drain_half",
                                                            "drain_skips_last",
                                                            "dma32_reaches_normal",
                                                            "drift_counted",
                                                            "retract_half_undone",
                                                            "retype_unseen",
                                                            "spins_on_owner",
                                                            "owner_without_fence",
                                                            "cpu_remembered",
                                                            "sections_not_restarted"};

template <std::size_t... B>
constexpr std::array<bp_subject, sizeof...(B)> planted_subjects(std::index_sequence<B...>) {
  return {subject_named<PlantedPolicy, Bug{B}>(kBugNames[B])...};
}
constexpr std::array<const char*, impl::kPressureBugs> kPressureBugNames = {
    "oom_first",       "waits_in_atomic", "reclaims_within", "wakes_unasked",     "kswapd_asleep",
    "noretry_repeats", "kills_in_vain",   "compaction_late", "reclaim_swapped",   "nofail_gives_up",
    "reclaims_on",     "kills_on",        "cpuset_left",     "restart_forgotten", "fault_ignored",
    "dirty_ignored",   "near_in_atomic",  "near_unchecked"};

template <std::size_t... B>
constexpr std::array<bp_subject, sizeof...(B)> pressure_subjects(std::index_sequence<B...>) {
  return {subject_named<PlantedPolicy, Bug{impl::kFirstPressureBug + B}>(kPressureBugNames[B])...};
}
constexpr auto kPressed = pressure_subjects(std::make_index_sequence<impl::kPressureBugs>());

constexpr auto kPlanted = planted_subjects(std::make_index_sequence<impl::kSequentialBugs>());
constexpr bp_subject kAtomic = subject_named<impl::StdPolicy, Bug::none>("lockfree-atomic");
using Pinned = impl::PinnedPolicy<LinuxFences>;
constexpr bp_subject kPinned = subject_named<Pinned, Bug::none>("lockfree");
constexpr bp_subject kCompact = subject_named<impl::Compact<Pinned>, Bug::none>("lockfree-compact");
constexpr bp_subject kCompactAtomic =
    subject_named<impl::Compact<impl::StdPolicy>, Bug::none>("lockfree-compact");

}  // namespace

const bp_subject& lockfree_subject() {
  return LinuxFences::available() ? kPinned : lockfree_atomic_subject();
}

const bp_subject& lockfree_atomic_subject() { return kAtomic; }

const bp_subject& lockfree_compact_subject() {
  return LinuxFences::available() ? kCompact : kCompactAtomic;
}

const bp_subject& lockfree_subject_with(Bug bug) { return kPlanted[static_cast<unsigned>(bug)]; }

const bp_subject& lockfree_pressure_subject_with(unsigned bug) { return kPressed[bug]; }

const char* bug_name(Bug bug) { return kBugNames[static_cast<unsigned>(bug)]; }

}  // namespace bp
