// SPDX-License-Identifier: MIT
#include "fuzz/explore/site_reasons.h"

#include <array>

namespace bp::explore {
namespace {

struct Reason {
  std::string_view file, function, change, why;
};

constexpr std::string_view kHintCosts =
    "a hint that stays set wrongly, or is set again, costs a look and decides nothing";
constexpr std::string_view kScanSees =
    "L0 only: a scan that has seen a release's tick is to see its frames; without it null may be "
    "told although they are free, which L1 and L2 forgive as long as nothing orders the release "
    "before the request";
constexpr std::string_view kDrains =
    "drains follow one another: the list is emptied by the first, and what the second reads of it "
    "is ordered by busy as well, which the owner releases and both acquire";

constexpr std::string_view kShut =
    "the list is shut and empty from then on: its CPU goes to the bitmaps, which is slow and right";

constexpr std::string_view kAboveRows =
    "half of the handshake of hints.h, as in give_bits() and find_in_row(), where the same change "
    "is killed; here the scan that takes the hint back finds the rows without it, unless it is "
    "told null at that very moment, a case deeper than was searched";

constexpr std::string_view kTypes =
    "half of the handshake of types and words, whose other half, word(), is killed; a case deeper "
    "than was searched";

/// By file, function and change; any place of that function.
constexpr std::array kReasons{
    Reason{"block_orders.h", "clear", "skipped",
           "only a wrong free reads the order of a free block, and scenarios make none: "
           "lockfree_test and the sequential fuzzers do"},
    Reason{"hints.h", "retract_bit", "skipped", kHintCosts},
    Reason{"hints.h", "retract_bit", "torn", kHintCosts},
    Reason{"page_count.h", "add", "order relaxed", kScanSees},
    Reason{"page_count.h", "ticks", "order relaxed", kScanSees},
    Reason{"page_count.h", "latest_ticks", "order acquire", kScanSees},
    Reason{"page_count.h", "latest_ticks", "order release", kScanSees},
    Reason{"page_count.h", "latest_ticks", "torn", kScanSees},
    Reason{"page_count.h", "latest_ticks", "skipped", kScanSees},
    Reason{"pageblock_types.h", "change", "order acq_rel", kTypes},
    Reason{"zone_release.h", "announce_pageblock", "order acquire", kTypes},
    Reason{"zone_special.h", "take_pageblock", "torn",
           "survives short searches only: the planted bug pageblock-torn, S1 within a second"},
    Reason{"pcp.h", "set_limit", "skipped",
           "how many blocks a list keeps: what it does not goes to the bitmaps, slow and right"},
    Reason{"restartable.h", "done", "skipped", kShut},
    Reason{"section.h", "leave", "skipped", kShut},
    Reason{"section.h", "ask", "order relaxed", kDrains},
    Reason{"restartable.h", "ask", "order relaxed", kDrains},
    Reason{"restartable.h", "granted", "order relaxed",
           "survives the shortest searches only: race in refill, after some hundred executions"},
    Reason{"zone_claim.h", "broken", "order release", kAboveRows},
    Reason{"zone_release.h", "give_rows", "order acq_rel", kAboveRows},
    Reason{"zone_claim.h", "tree_holds", "order acquire", kAboveRows},
    Reason{"zone_release.h", "swing", "order relaxed",
           "who fills a row acquires with the exchange that fills it; only what another claims and "
           "gives back before the swing needs this one, a case deeper than was searched"},
    Reason{"zone_claim.h", "take_from_tree", "order acq_rel", kAboveRows},
    Reason{"zone_claim.h", "stay_near", "skipped", "any row is a good place to start a scan"},
};

}  // namespace

std::string_view reason_to_survive(const SitePlant& p) {
  for (const Reason& r : kReasons) {
    if (r.file == p.site.file && r.function == p.site.function && r.change == p.plant.name)
      return r.why;
  }
  return {};
}

}  // namespace bp::explore
