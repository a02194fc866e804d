// SPDX-License-Identifier: MIT
// R-CFG: what a kernel computes once for a machine.
#include "model/rules/registry/tables.h"

namespace bp::registry {
namespace {

constexpr Rule kRules[] = {
    {"R-CFG-1", kAll,
     "min_free_kbytes comes first, then the marks, the counters' thresholds, lowmem_reserve, and "
     "the total of reserves."},
    {"R-CFG-2", kAll,
     "The memory that min_free_kbytes follows is what the node's list for GFP_USER has above the "
     "high marks of that moment, so a second run gives less.",
     kGiven, "R-CFG-3"},
    {"R-CFG-3", kAll,
     "min_free_kbytes is the square root of 16 times that memory in KiB, at least 128 and at most "
     "65536 (v4.7) or 262144, unless set by hand to more; huge pages may raise it later.",
     "", "M-2"},
    {"R-CFG-4", kAll,
     "min_free_kbytes in pages is shared among the low zones of all nodes; from 6.12 on MOVABLE is "
     "no low zone."},
    {"R-CFG-5", kAll,
     "A low zone's min mark is its share by managed pages; a high zone's is managed / 1024, within "
     "32 and 128."},
    {"R-CFG-6", kAll,
     "Marks lie one distance apart: a quarter of the zone's share or watermark_scale_factor / "
     "10000 of it, whichever is more; promo, from 6.1 on, is the third step, and the boost goes to "
     "0."},
    {"R-CFG-7", k4_7,
     "Setting the marks refills each zone's share for fair allocation to the distance from low to "
     "high."},
    {"R-CFG-8", kAll,
     "A zone keeps from requests for zone j the managed pages of the zones above it up to j, "
     "divided by its ratio; ratio 0 means 1 in v4.7 and no reserve later, when an empty zone keeps "
     "none either."},
    {"R-CFG-9", kAll,
     "Two machines stand for R-CFG-4 to 8 as numbers: x86-64 with 16 GB and i386 with 1 GB.",
     kFollows, "R-CFG-4 R-CFG-5 R-CFG-6 R-CFG-8"},
    {"R-CFG-10", kAll,
     "A zone's share of totalreserve is its largest reserve plus its high mark, at most its "
     "managed pages.",
     "informational: no allocation reads it"},
    {"R-CFG-11", k4_7,
     "A pcp batch is about a quarter of a thousandth of the zone, below 512 KiB, rounded to 2^n - "
     "1; high is 6 raw batches and may be 0, the batch in use is at least 1."},
    {"R-CFG-12", k5_15To6_1,
     "A pcp batch is as before with 1 MiB and at least 1; high is the low mark, boost of the "
     "moment included, or the stated fraction of the zone, per CPU of the node, and at least 4 "
     "batches.",
     "", "W-3"},
    {"R-CFG-13", kFrom6_12,
     "pcp high floats between a bound computed as in 6.1 and one from an eighth of the zone per "
     "CPU; a stated fraction makes both equal, and the two may be crossed.",
     "", "C4"},
    {"R-CFG-14", kAll,
     "Batches of zones with 4096, 16384, 65536 and 262144 pages: 1, 3, 15, 31 in v4.7 and 1, 3, "
     "15, 63 later, where v4.7's first stands for a raw 0."},
};
static_assert(is_ordered("R-CFG-", kRules));

}  // namespace

constinit const Subject kConfiguration{"R-CFG-", "configuration of a machine", kRules};

}  // namespace bp::registry
