// SPDX-License-Identifier: MIT
// L: which masks are legal. G: the tables of masks, zones and types, era by era.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr std::string_view kWarning = "a warning: the request goes on as if legal";

constexpr Rule kLegalityRules[] = {
    {"L-1", kAll,
     "At most one of DMA, HIGHMEM and DMA32 may be set; more are served from the lowest configured "
     "zone without a word.",
     "", "W-18 N-4"},
    {"L-2", kAll, "MOVABLE and RECLAIMABLE exclude each other."},
    {"L-3", kAll,
     "__get_free_pages takes no HIGHMEM: an assertion in v4.7, silently cleared later."},
    {"L-4", kTo6_1,
     "NOFAIL above order 1 is a warning; v4.7 looks only where per-CPU lists are not used.",
     kWarning},
    {"L-5", kAll, "NOFAIL without DIRECT_RECLAIM is a warning, and the request may fail."},
    {"L-6", kAll, "NOFAIL from a PF_MEMALLOC task is a warning; v4.7 then tries for ever."},
    {"L-7", k6_1, "NOFAIL with a costly order is a warning.", kWarning},
    {"L-8", kTo6_1,
     "ATOMIC with DIRECT_RECLAIM is a warning and loses ATOMIC; from 6.3 on there is no ATOMIC.",
     kFollows, "R-SLOW-2"},
    {"L-9", kAll,
     "An order above 10 gives nothing; v4.7 notices in the slow path only, later kernels at once.",
     kFollows, "R-CTX-10 M-3"},
    {"L-10", kAll, "NOMEMALLOC beats MEMALLOC."},
    {"L-11", kAll, "THISNODE on a node without memory is legal and gives nothing.", kFollows,
     "R-CTX-6 R-GFP-6"},
    {"L-12", kAll, "NORETRY beats REPEAT and RETRY_MAYFAIL."},
    {"L-13", kAll, "HIGHMEM with DMA or DMA32 falls under L-1.", kFollows, "L-1"},
    {"L-14", kAll, "Bits that the era does not know are cleared once the system has booted.",
     "a mask has known flags only: others cannot be written", "R-CTX-4"},
    {"L-15", kAll, "COMP with order 0 is legal and changes nothing.", kFollows, "R-PREP-4"},
    {"L-16", kAll, "ZERO is legal on every call, and get_zeroed_page alone sets it by itself."},
};
static_assert(is_ordered("L-", kLegalityRules));

constexpr Rule kTableRules[] = {
    {"G-1", kAll,
     "A flag's bit depends on the era: layouts changed in 4.4, 4.12, 4.15 and with every later "
     "flag; only the four zone bits never moved.",
     "", "F-2"},
    {"G-2", k7_1,
     "Bits from 24 on follow the configuration, and the constants are as long as a machine word.",
     "", "N-4"},
    {"G-3", kAll,
     "Masks such as GFP_KERNEL are sums of flags whose numbers follow the era; GFP_ATOMIC and "
     "GFP_NOWAIT also changed their flags."},
    {"G-4", kAll,
     "One number names several sets of flags: 0x200da is GFP_HIGHUSER_MOVABLE before 4.4 and a "
     "contradiction after."},
    {"G-5", kAll,
     "Zone indices count the configured zones in the order DMA, DMA32, NORMAL, HIGHMEM, MOVABLE, "
     "DEVICE; NORMAL and MOVABLE are always there."},
    {"G-6", kAll,
     "An entry of the zone table is as wide as the zone numbers need, where DEVICE, which no mask "
     "can name, does not widen it to 3 bits."},
    {"G-7", kAll,
     "MOVABLE with HIGHMEM means zone MOVABLE, alone it means NORMAL, and with DMA or DMA32 those; "
     "an unconfigured zone means NORMAL."},
    {"G-8", kAll,
     "Eight of the sixteen combinations of zone bits are contradictions: those of the bit set "
     "0xe8e8, in every era."},
    {"G-9", kAll, "A contradiction reads as zone index 0, so the table alone detects none.", "",
     "L-1"},
    {"G-10", kAll,
     "With five zones that masks can name the table needs more than 32 bits; C's int loses the "
     "rows 0xa and 0xc."},
    {"G-11", kAll,
     "Bits 3 and 4 give the type: 0 UNMOVABLE, 1 MOVABLE, 2 RECLAIMABLE, and 3 is HIGHATOMIC's "
     "number, so a mask with both must be stopped.",
     "", "L-2"},
    {"G-12", kNone,
     "Before 4.4 RECLAIMABLE was 1 and MOVABLE 2, and their bits were not neighbours.", kNoProfile},
    {"G-13", kAll,
     "Types are numbered UNMOVABLE, MOVABLE, RECLAIMABLE, HIGHATOMIC, then CMA and ISOLATE as "
     "configured, so ISOLATE is 4 or 5.",
     kSymbols},
    {"G-14", k4_7,
     "The masks of what reclaim, boot and slab let through are fixed sums of flags: GFP_BOOT_MASK "
     "is 0x1bfff3f, GFP_SLAB_BUG_MASK 0xfc000006.",
     "inner masks: all bits are allowed once booted", "N-4"},
    {"G-15", kAll,
     "ALLOC_WMARK_MIN, LOW and HIGH are the indices 0, 1, 2; NO_WATERMARKS is 4, HIGH has its gfp "
     "flag's value, and FAIR's bit became NOFRAGMENT's.",
     kSymbols},
};
static_assert(is_ordered("G-", kTableRules));

}  // namespace

constinit const Subject kLegality{"L-", "legality of masks", kLegalityRules};
constinit const Subject kTables{"G-", "tables of masks, zones and types", kTableRules};

}  // namespace bp::registry
