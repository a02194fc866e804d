// SPDX-License-Identifier: MIT
// Planted bugs of the slow path (R-SLOW, R-OOM) and of what surrounds a request (R-CTX). No
// recorder could make a kernel go there, so unit tests kill them, over scripted answers.
#include <utility>

#include "fuzz/mutants/model_subjects.h"
#include "model/reference/request.h"
#include "model/reference/slow_path.h"
#include "model/reference/slow_steps.h"

namespace bp::reference::plants {
namespace {

using enum GfpFlag;

constexpr ModelPlant kPlants[] = {
    // Before the fast path and after it.

    {"masks-late", "R-GFP-3 R-CTX-4", "", kSince5_15,
     "gfp_allowed_mask is applied after the fast path, as in 4.7",
     [](Rulebook& r) { r.slow.masks_first = false; }},
    {"masks-first", "R-GFP-3 R-CTX-4", "", kV4_7,
     "gfp_allowed_mask decides zone and type, as since 5.15",
     [](Rulebook& r) { r.slow.masks_first = true; }},
    {"slow-scope-none", "R-GFP-4 R-CTX-13", "", kV4_7, "NOIO tasks do IO in the slow path",
     [](Rulebook& r) { r.slow.scope = scope_done; }},
    {"slow-scope-nofs", "R-GFP-4 R-CTX-13", "", kV4_7, "there is a scope without FS, as since 5.15",
     [](Rulebook& r) { r.slow.scope = scope_of_task; }},
    {"slow-scope-again", "R-GFP-4 R-CTX-13", "", kSince5_15,
     "nobody's slow path may call into a filesystem",
     [](Rulebook& r) { r.slow.scope = [](Gfp g, const Task&) { return g.without(fs); }; }},
    {"mems-bind-task-only", "R-CTX-3", "", kV4_7,
     "interrupts leave their task's nodes, as since 5.15",
     [](Rulebook& r) { r.slow.binds_to_mems = false; }},
    {"mems-bind-interrupt", "R-CTX-3", "", kSince5_15,
     "interrupts keep to the nodes of the task that they interrupt, as in 4.7",
     [](Rulebook& r) { r.slow.binds_to_mems = true; }},
    {"cpuset-change-missed", "R-CTX-14", "B-23", kV4_7,
     "a cpuset that changes during a request is not looked at again",
     [](Rulebook& r) { r.slow.starts_over_outside = r.slow.policy_starts_over = false; }},
    {"cpuset-looked-at-outside", "R-CTX-14 R-SLOW-33", "", kSince5_15,
     "a changed cpuset starts the fast path over, as in 4.7",
     [](Rulebook& r) { r.slow.starts_over_outside = true; }},
    {"policy-keeps-node", "R-API-10", "", kV4_7, "a policy does not start over with another node",
     [](Rulebook& r) { r.slow.policy_starts_over = false; }},
    {"policy-starts-over", "R-API-10", "", kSince5_15,
     "a policy starts over with another node, as in 4.7",
     [](Rulebook& r) { r.slow.policy_starts_over = true; }},
    {"dirty-by-node", "R-LIST-3", "", kV4_7, "dirty pages count for the whole node, as since 5.15",
     [](Rulebook& r) { r.slow.dirty_by_node = true; }},
    {"dirty-by-zone", "R-LIST-3", "", kSince5_15, "dirty pages count zone by zone, as in 4.7",
     [](Rulebook& r) { r.slow.dirty_by_node = false; }},
    {"near-to-30", "R-LIST-6", "", kV4_7, "a node at distance 30 is near, as since 5.15",
     [](Rulebook& r) { r.slow.near_below = 31; }},
    {"near-below-30", "R-LIST-6", "", kSince5_15, "a node at distance 30 is far, as in 4.7",
     [](Rulebook& r) { r.slow.near_below = 30; }},

    // Steps.

    {"compaction-without-fs", "R-SLOW-11", "", kV4_7, "compaction needs IO only, as since 5.15",
     [](Rulebook& r) { r.slow.compaction_needs = Gfp{io}; }},
    {"compaction-needs-fs", "R-SLOW-11", "", kSince5_15, "compaction needs IO and FS, as in 4.7",
     [](Rulebook& r) { r.slow.compaction_needs = io | fs; }},
    {"compaction-put-off-tried", "R-SLOW-11", "", kV4_7,
     "compaction that was put off is followed by an attempt, as since 5.15",
     [](Rulebook& r) { r.slow.idle_max = Compacted::skipped; }},
    {"compaction-put-off-not-tried", "R-SLOW-11", "", kSince5_15,
     "compaction that was put off is not followed by an attempt, as in 4.7",
     [](Rulebook& r) { r.slow.idle_max = Compacted::deferred; }},
    {"reclaim-keeps-reserve", "R-SLOW-14 R-HA-5", "", kAll,
     "reclaim in vain gives no highatomic pageblock back",
     [](Rulebook& r) { r.slow.unreserves = false; }},
    {"reclaim-keeps-lists", "R-SLOW-14", "", kAll, "reclaim in vain drains no per-CPU list",
     [](Rulebook& r) { r.slow.drains = false; }},
    {"in-vain-15", "R-SLOW-17", "", kAll, "reclaim may be in vain once less",
     [](Rulebook& r) { r.slow.in_vain_max = 15; }},
    {"in-vain-17", "R-SLOW-17", "", kAll, "reclaim may be in vain once more",
     [](Rulebook& r) { r.slow.in_vain_max = 17; }},
    {"reclaimable-ages-not", "R-SLOW-17", "", kV4_7,
     "what is reclaimable counts in full after every round in vain, as since 5.15",
     [](Rulebook& r) { r.slow.ages_reclaimable = false; }},
    {"reclaimable-ages", "R-SLOW-17", "", kSince5_15,
     "what is reclaimable counts less after every round in vain, as in 4.7",
     [](Rulebook& r) { r.slow.ages_reclaimable = true; }},
    {"writeback-not-waited-for", "R-SLOW-17", "", kUntil5_15, "nobody waits for writeback",
     [](Rulebook& r) { r.slow.waits_for_writeback = false; }},
    {"writeback-waited-for", "R-SLOW-17", "", kSince6_1, "writeback is waited for, as up to 5.15",
     [](Rulebook& r) { r.slow.waits_for_writeback = true; }},
    {"last-reserve-given", "R-HA-5", "", kV4_7,
     "before somebody dies the last highatomic pageblock is asked for, as since 5.15",
     [](Rulebook& r) { r.slow.unreserves_at_last = true; }},
    {"last-reserve-kept", "R-HA-5", "B-05", kSince5_15,
     "somebody dies while a highatomic pageblock is free",
     [](Rulebook& r) { r.slow.unreserves_at_last = false; }},
    {"compactions-15", "R-SLOW-18", "", kAll, "compaction may be in vain once less",
     [](Rulebook& r) { r.slow.compactions_max = 15; }},
    {"compactions-costly-16", "R-SLOW-18", "", kAll, "costly orders compact as often as others",
     [](Rulebook& r) { r.slow.compactions_max_costly = 16; }},
    {"compacts-once", "R-SLOW-18", "", kAll, "compaction is never tried again",
     [](Rulebook& r) {
       r.slow.may_compact_again = [](Allocator&, const Context&, Rounds&) { return false; };
     }},
    {"compacts-as-5.15", "R-SLOW-18", "", kV4_7, "compaction gets harder up to full, as since 5.15",
     [](Rulebook& r) { r.slow.may_compact_again = may_compact_again_v5_15; }},
    {"compacts-as-4.7", "R-SLOW-18", "", kSince5_15, "compaction gets harder once, as in 4.7",
     [](Rulebook& r) { r.slow.may_compact_again = may_compact_again_v4_7; }},
    {"repeat-does-not-insist", "R-SLOW-15", "", kV4_7,
     "costly orders go on with RETRY_MAYFAIL only",
     [](Rulebook& r) { r.slow.insists = retry_mayfail; }},
    {"retry-mayfail-does-not-insist", "R-SLOW-15", "", kSince5_15,
     "costly orders go on with REPEAT only", [](Rulebook& r) { r.slow.insists = repeat; }},
    {"costly-progress-counts", "R-SLOW-16", "", kAll, "progress counts for costly orders as well",
     [](Rulebook& r) { r.slow.counts_costly_in_vain = false; }},

    // The killer.

    {"high-try-without-reclaim", "R-OOM-2", "", kV4_7,
     "the attempt at the high mark has no right to reclaim, as since 5.15",
     [](Rulebook& r) { r.slow.high_try_without = Gfp{direct_reclaim}; }},
    {"high-try-with-reclaim", "R-OOM-2", "", kSince5_15,
     "the attempt at the high mark has the right to reclaim, as in 4.7",
     [](Rulebook& r) { r.slow.high_try_without = Gfp{}; }},
    {"kills-for-thisnode", "R-OOM-1", "", kAll, "somebody dies for a request of one node",
     [](Rulebook& r) { r.slow.kills_nobody = r.slow.kills_nobody.without(thisnode); }},
    {"kills-for-retry-mayfail", "R-OOM-1", "", kSince5_15, "somebody dies for RETRY_MAYFAIL",
     [](Rulebook& r) { r.slow.kills_nobody = r.slow.kills_nobody.without(retry_mayfail); }},
    {"nofail-kills-nobody", "R-OOM-1", "", kV4_7,
     "a request that may not fail kills nobody where others may not",
     [](Rulebook& r) { r.slow.nofail_kills_anyway = false; }},
    {"nofail-kills-anyway", "R-OOM-1", "", kSince5_15,
     "a request that may not fail kills where others may not, as in 4.7",
     [](Rulebook& r) { r.slow.nofail_kills_anyway = true; }},
    {"nofail-at-min", "R-SLOW-35", "", kSince5_15, "the last attempt of NOFAIL takes no reserve",
     [](Rulebook& r) { r.slow.nofail_flags = {}; }},
    {"nofail-all-of-memory", "R-SLOW-35", "", kSince5_15,
     "the last attempt of NOFAIL takes the whole reserve",
     [](Rulebook& r) { r.slow.nofail_flags = {.no_watermarks = true}; }},
    {"nofail-flags-swapped", "R-SLOW-35", "", k5_15And6_1,
     "the last attempt of NOFAIL has the other of HARDER and HIGH",
     [](Rulebook& r) { std::swap(r.slow.nofail_flags.harder, r.slow.nofail_flags.high); }},
    {"cpuset-checked-first", "R-SLOW-33", "", kV5_15,
     "the cpuset is looked at where a round begins, as since 6.1",
     [](Rulebook& r) { r.slow.checks_cpuset_first = true; }},
    {"cpuset-checked-last", "R-SLOW-33", "", kV6_1,
     "the cpuset is looked at where a round ends only, as in 5.15",
     [](Rulebook& r) { r.slow.checks_cpuset_first = false; }},
};

}  // namespace

std::span<const ModelPlant> slow_plants() { return kPlants; }

}  // namespace bp::reference::plants
