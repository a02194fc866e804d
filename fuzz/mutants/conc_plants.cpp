// SPDX-License-Identifier: MIT
#include "fuzz/mutants/conc_plants.h"

#include <array>

#include "fuzz/subjects/lockfree_bugs.h"

namespace bp {
namespace {

using impl::Bug;
using sched::SiteChange;
using sched::SiteKind;

constexpr ConcPlant bug(std::string_view name, std::string_view what, std::string_view rules,
                        Bug b) {
  return {name, what, rules, b, {}, SiteKind::load, SiteChange::none, std::memory_order_relaxed};
}
constexpr ConcPlant at(std::string_view name, std::string_view what, std::string_view rules,
                       std::string_view function, SiteKind kind, SiteChange change,
                       std::memory_order to = std::memory_order_relaxed) {
  return {name, what, rules, Bug::none, function, kind, change, to};
}

constexpr std::array kAll{
    bug("claim-by-version", "a version that claims do not bump guards a store", "S1 S5",
        Bug::claim_by_version),
    at("claim-relaxed", "a claim of frames acquires nothing", "S2", "take_row", SiteKind::cas,
       SiteChange::order),
    at("claim-group-relaxed", "a claim of rows acquires nothing", "S2", "take_from_tree",
       SiteKind::cas, SiteChange::order),
    at("release-relaxed", "a release of frames releases nothing", "S2", "give_bits", SiteKind::rmw,
       SiteChange::order),
    at("release-group-relaxed", "a release of rows releases nothing", "S2", "give_rows",
       SiteKind::rmw, SiteChange::order),
    at("remainder-relaxed", "the rest of a broken row is published without an order", "S2",
       "broken", SiteKind::store, SiteChange::order),
    bug("order-cleared-late", "a block is published before its order is", "S3 S6",
        Bug::order_cleared_late),
    bug("split-publishes-whole", "the upper part of a split is published before the claim", "S1 S5",
        Bug::split_publishes_whole),
    bug("remainder-lost", "half of what a split leaves is forgotten", "S1 S5 L1 L2 L3",
        Bug::remainder_lost),
    at("swing-torn", "a merge is claimed by a load, a check and a store", "S1 S5", "swing",
       SiteKind::cas, SiteChange::torn),
    at("claim-torn", "a claim is a load, a check and a store", "S1 S5", "take_row", SiteKind::cas,
       SiteChange::torn),
    bug("swing-by-exchange", "both sides merge", "S5 S1", Bug::swing_by_exchange),
    bug("swing-keeps-row", "a merged block is there as its parts, too", "S5 S1",
        Bug::swing_keeps_row),
    bug("swing-half", "a merge takes no notice of the buddy's order", "S5 S1", Bug::swing_half),
    bug("zone-end-rounded", "a merge goes across the zone's end", "S3 S6", Bug::zone_end_rounded),
    at("count-torn", "free pages are counted by a load and a store", "S5", "add", SiteKind::rmw,
       SiteChange::torn),
    bug("flush-uncounted", "what leaves a list is not folded into the count", "S5 L3",
        Bug::flush_uncounted),
    bug("reserve-ignored", "a watermark without the reserve of the zone", "S7",
        Bug::reserve_ignored),
    bug("request-uncharged", "a watermark off by the pages of the request", "S7",
        Bug::request_uncharged),
    bug("drift-counted", "a watermark passed by as much as the count may drift", "S7",
        Bug::drift_counted),
    bug("cpu-remembered", "a list is used after a migration, with the CPU as it was", "S1 S5 race",
        Bug::cpu_remembered),
    bug("drain-skips-last", "a drain leaves a CPU out", "L3 S6 S5", Bug::drain_skips_last),
    bug("drain-half", "a drain empties half a list", "L3 S6 S5", Bug::drain_half),
    at("list-torn", "a list is taken by a load and a store", "S5 S2 S1 race", "try_enter",
       SiteKind::rmw, SiteChange::torn),
    at("list-relaxed", "a list is taken by a relaxed exchange", "S5 S2 race", "try_enter",
       SiteKind::rmw, SiteChange::order),
    bug("free-order-up", "a free with the order of another block", "S3 S1 S5 S6",
        Bug::free_order_up),
    bug("zones-ascending", "the zone fallback is inverted", "S4", Bug::zones_ascending),
    bug("dma32-reaches-normal", "DMA32 falls to NORMAL", "S4 L3", Bug::dma32_reaches_normal),
    bug("claim-tries-once", "null after one failed exchange", "L1 L2 L3", Bug::claim_tries_once),
    bug("scan-no-wrap", "a scan starts at a stale hint and does not wrap", "L1 L2 L3",
        Bug::scan_no_wrap),
    bug("spins-on-owner", "a drain waits for a flag that a dead task holds", "P1",
        Bug::spins_on_owner),
    bug("swing-abandoned", "a claimed row leaks as the second of two steps fails", "S5",
        Bug::swing_abandoned),
    bug("owner-without-fence", "no seq_cst between an announcement and the look for the other",
        "S1 S5 race", Bug::owner_without_fence),
    bug("sections-not-restarted", "a drain goes on beside sections that have begun", "S1 S5 race",
        Bug::sections_not_restarted),
    bug("own-type-only", "a claim does not fall back to pageblocks of other types", "L1 L2 L3",
        Bug::own_type_only),
    bug("reserve-over-cap", "a highatomic reserve without a bound", "S8", Bug::reserve_over_cap),
    bug("isolated-handed-out", "claims take from isolated pageblocks", "S8",
        Bug::isolated_handed_out),
    at("pageblock-torn", "a pageblock is taken by a load, a check and a store", "S1 S2 S5 S8",
       "take_pageblock", SiteKind::cas, SiteChange::torn),
    at("type-torn", "a pageblock's type is changed by a load and a store", "S8 S5", "change",
       SiteKind::cas, SiteChange::torn),
    bug("retract-half-undone", "a row's hint taken back in error comes back without its tree's",
        "hint", Bug::retract_half_undone),
    at("hint-look-acquire", "a release looks at its hint without seq_cst", "hint", "announce_bit",
       SiteKind::load, SiteChange::order, std::memory_order_acquire),
    at("hint-retract-acq-rel", "a scan takes a hint back without seq_cst", "hint", "retract_bit",
       SiteKind::rmw, SiteChange::order, std::memory_order_acq_rel),
};

}  // namespace

std::span<const ConcPlant> conc_plants() { return kAll; }

std::vector<explore::Plant> plants_of(const ConcPlant& p, const std::vector<sched::Site>& met) {
  explore::Plant one;
  one.name = p.name;
  if (p.bug != impl::Bug::none) {
    one.bug = p.bug;
    return {one};
  }
  std::vector<explore::Plant> all;
  for (const sched::Site& s : met) {
    if (s.function != p.function || s.kind != p.kind) continue;
    one.site = s.name();
    one.change = p.change;
    one.to = p.to;
    all.push_back(one);
  }
  return all;
}

}  // namespace bp
