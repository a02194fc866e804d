// SPDX-License-Identifier: MIT
// W: what 44 recordings of v6.1-lts192 corrected and added. F: what failure reports did.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kRules[] = {
    {"W-1", k6_1,
     "In dumps bit 0 of a zone's flags is boosted and bit 1 is reclaim active, which shortens "
     "per-CPU lists.",
     "", "R-PCP-13"},
    {"W-2", k6_1,
     "On x86-64 no node has CPUs yet as the lists are built, so nobody is penalised for them.", "",
     "R-ZONE-7"},
    {"W-3", k5_15To6_1,
     "The low mark that sizes per-CPU lists includes the boost of that moment; taking back a "
     "stated fraction while boosted keeps it.",
     "", "R-CFG-12"},
    {"W-4", kAll,
     "A CPU's part of a counter folds, whole, beyond 2 bits(CPUs) (1 + bits(managed / 128 MiB)), "
     "at most 125; it belongs to the CPU that runs, also when it drains another's lists.",
     "", "R-WMARK-13 R-GEN-10"},
    {"W-5", k6_1,
     "Draining everything goes through CPUs, then zones, whole lists each; folding a counter sets "
     "a timer of 3, and when it ends the lists of a foreign node's zone lose a batch.",
     "", "R-PCP-9"},
    {"W-6", k6_1,
     "A bulk request fills empty entries from one zone's per-CPU list if the zone passes low plus "
     "the whole request; the last entry, a foreign node or no zone make it one plain request.",
     "", "R-LIST-4"},
    {"W-7", k6_1,
     "An exact request allocates the rounded order without COMP and HIGHMEM and frees the unused "
     "tail page by page, ascending, to the tails of the zone's lists."},
    {"W-8", k6_1,
     "Tail parts that a lost reference frees go largest first, each by its usual path; the head "
     "stays allocated with order 0.",
     "", "R-API-11"},
    {"W-9", k5_15To6_12,
     "BIND counts from the policy zone up, the highest populated index but MOVABLE; PREFERRED "
     "takes its node's list, INTERLEAVE the next node, PREFERRED_MANY tries with the mask, then "
     "without.",
     "", "R-API-10"},
    {"W-10", k6_1To6_12,
     "The first slow attempt keeps the caller's node mask and fails at once if it leaves no zone; "
     "the second drops it for reserve flags or without CPUSET, and reserve flags replace all but "
     "CMA and KSWAPD.",
     "", "R-SLOW-30 R-SLOW-33"},
    {"W-11", k6_1To6_12,
     "A request that may block makes its first slow attempt with no reserve but MIN_RESERVE for a "
     "real-time task.",
     "", "R-AF-4"},
    {"W-12", k6_1To6_12,
     "6.1 already splits free blocks across an isolated pageblock's edges, into parts freed in "
     "ascending order, each with its own pageblock's type.",
     "", "R-ISO-4 R-ISO-1"},
    {"W-13", k6_1,
     "Pulling at the end of an isolation is for orders from the pageblock's to 9, and the block "
     "returns to the tail.",
     "", "R-ISO-2"},
    {"W-14", k6_1,
     "While the zone has an isolated pageblock, bulk free asks every page's pageblock.", "",
     "R-ISO-3"},
    {"W-15", k6_1,
     "Two isolation defects are real: an order-10 block freed over an isolated second half counts "
     "that half twice in the end, and fallback can retype an isolated pageblock, whose count then "
     "stays.",
     kFollows, "R-BUDDY-6 R-MT-10 R-ISO-2"},
    {"W-16", kAll,
     "An empty top zone alone does not change the reserve; different zones on the nodes do.",
     kFollows, "R-CTX-1"},
    {"W-17", k6_1,
     "6.1's MOVABLE requests always have flag CMA, so skipping their per-CPU list for lack of it "
     "never happens.",
     kNote, "R-RMQ-4"},
    {"W-18", kFrom5_15,
     "A PIN scope changes zone and type alike, contradictory zone bits mean zone 0, and an order "
     "above 10 gives nothing at once.",
     "", "R-GFP-3 L-1 R-CTX-10"},
    {"W-19", k6_1, "Only KSWAPD requests set the boosted flag and, when next served, clear it.", "",
     "R-MT-15"},
};
static_assert(is_ordered("W-", kRules));

constexpr Rule kReportRules[] = {
    {"F-1", kAll,
     "With a mask of before 4.4, where there is no ATOMIC, a request without WAIT is taken for "
     "one.",
     "", "R-AF-1"},
    {"F-2", kNone,
     "Logs have two more layouts of flags, of 4.12 to 4.14 and of 4.15 to 4.20; since 4.5 they "
     "print the symbols too.",
     kNoProfile, "G-1"},
    {"F-3", kFrom5_15,
     "Printed marks include the boost from 5.0 on; up to 5.11 it is not shown and follows from low "
     "less min.",
     "", "R-WMARK-20 R-MT-15"},
    {"F-4", kNone, "From 4.18 to 5.12 a HIGHMEM ratio of 0 leaves HIGHMEM out of MOVABLE's column.",
     kNoProfile, "R-CFG-8"},
};
static_assert(is_ordered("F-", kReportRules));

}  // namespace

constinit const Subject kCorrections6_1{"W-", "corrected by v6.1-lts192", kRules};
constinit const Subject kReports{"F-", "learned from failure reports", kReportRules};

}  // namespace bp::registry
