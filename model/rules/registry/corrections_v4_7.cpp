// SPDX-License-Identifier: MIT
// C-, M-, N-: what 27 recordings of v4.7 corrected, added and noted.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kCorrectionRules[] = {
    {"C-1", k4_7,
     "Each counter has a global part and one on each CPU, folded beyond a threshold; single pages "
     "leave NR_ALLOC_BATCH by a step that overshoots by half of it, and depletion, refills of "
     "shares and watermarks read the global part.",
     "", "R-LIST-10 R-LIST-8 R-WMARK-13 R-GEN-10"},
    {"C-2", k4_7,
     "Ending an isolation by pulling a block makes its other pageblocks MOVABLE, as taking any "
     "free block does.",
     "", "R-ISO-2 R-ISO-5"},
    {"C-3", k4_7,
     "The penalty for CPUs is 0 in the lists built at boot on x86 and 1 in every later build.", "",
     "R-ZONE-7"},
};
static_assert(is_ordered("C-", kCorrectionRules));

constexpr Rule kMissingRules[] = {
    {"M-1", k4_7,
     "Isolation is refused for pageblocks that are neither MOVABLE nor CMA and hold the head of an "
     "allocation; pages inside a block that starts elsewhere do not refuse it.",
     "", "R-ISO-1"},
    {"M-2", k4_7,
     "With transparent huge pages, from 512 MB on, min_free_kbytes is raised to 11 pageblocks for "
     "each populated zone, at most 5 % of low memory.",
     kGiven, "R-CFG-3"},
    {"M-3", k4_7,
     "A request above order 10 may refill the zones' shares before it fails, so the next frames "
     "differ.",
     "", "R-SLOW-1 R-LIST-9 L-9"},
    {"M-4", k4_7, "The count of free CMA pages too is read as 0 if negative.", "",
     "R-WMARK-5 R-WMARK-13"},
    {"M-5", k4_7,
     "A bad single page may be handed out from a per-CPU list again unnoticed, until bulk free or "
     "a refill finds it; a bad larger block is found as it is freed, and nothing happens.",
     "", "R-PREP-5 R-FREE-1"},
    {"M-6", k4_7,
     "Two defects are real: the pcp count exceeds the list by what a refill dropped, and dropped "
     "blocks leave the free count too high.",
     kFollows, "R-PCP-4 R-RMQ-3"},
};
static_assert(is_ordered("M-", kMissingRules));

constexpr Rule kNoteRules[] = {
    {"N-1", k4_7,
     "Whether the share of a bulk free is carried over never changes which page is freed next.",
     kNote, "R-PCP-8"},
    {"N-2", k4_7,
     "On one node both readings of the reserve column agree, since empty zones add nothing.", kNote,
     "R-CTX-1"},
    {"N-3", k4_7,
     "Marks, reserves and batches agree once the kernel recomputed them; as booted they follow "
     "fewer managed pages.",
     kNote, "R-CFG-4 R-CFG-5 R-CFG-6 R-CFG-7 R-CFG-8 R-CFG-11"},
    {"N-4", k4_7,
     "Flags, masks and zone tables agree with the compiled ones, and contradictory masks were "
     "served from DMA.",
     kNote, "G-1 G-3 G-8 L-1"},
    {"N-5", k4_7,
     "The zones' shares are part of the state that decides: a comparison must load them.", kNote,
     "R-LIST-10"},
};
static_assert(is_ordered("N-", kNoteRules));

}  // namespace

constinit const Subject kCorrections4_7{"C-", "corrected by v4.7", kCorrectionRules};
constinit const Subject kMissing4_7{"M-", "added by v4.7", kMissingRules};
constinit const Subject kNotes4_7{"N-", "notes on v4.7", kNoteRules};

}  // namespace bp::registry
