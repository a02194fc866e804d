// SPDX-License-Identifier: MIT
// The bugs that can be planted into the allocator, so that every detector can be seen to fire. The
// code asks `Policy::planted(Bug::x)` where the bug would be; for the production policy that is a
// constant false and the branch is gone. The first kSequentialBugs are visible to a sequential
// judge, those up to kBugs to one of schedules, the rest to unit tests only. Freestanding.
#pragma once

#include <cstdint>

namespace bp::impl {

enum class Bug : std::uint8_t {
  none,
  swing_keeps_row,       ///< A full row gets its L1 bit but stays in L0: free twice.
  swing_skipped,         ///< A full row stays in L0: its halves are not merged.
  remainder_lost,        ///< The upper half of a broken row is not published: leaked.
  scan_no_wrap,          ///< A scan that starts at its hint does not come back to what lies below.
  scan_misaligned,       ///< A block is looked for at multiples of half its size.
  zone_end_rounded,      ///< The row in which a zone ends is free to its last bit.
  flush_uncounted,       ///< Pages flushed from a per-CPU list are not counted as free.
  refill_uncounted,      ///< Pages taken into a per-CPU list are still counted as free.
  drain_leaks_last,      ///< A drain loses the last page of the list.
  pcp_over_high,         ///< A per-CPU list grows one page above its high mark.
  double_free_accepted,  ///< A frame that is not allocated is released again.
  wrong_order_accepted,  ///< A block is released with the order that the caller claims.
  null_without_drain,    ///< Null although other CPUs' lists hold eligible pages.
  watermark_inclusive,   ///< `free < min + reserve` refuses, where `<=` must.
  reserve_ignored,       ///< The lowmem reserve is not added to the mark.
  reserve_of_next_type,  ///< The lowmem reserve of the zone type above the request's.
  harder_halves,         ///< HARDER (v4.7) and NON_BLOCK with MIN_RESERVE take half for a quarter.
  request_uncharged,     ///< Orders above 0 are not subtracted before the mark is compared.
  min_reserve_kept,      ///< HIGH or MIN_RESERVE does not lower the mark.
  dma32_falls_to_dma,    ///< Without DMA32 its requests go to DMA instead of NORMAL.
  zones_ascending,       ///< A node's zones are tried lowest type first.
  nodemask_ignored,      ///< The caller's node mask does not filter the zonelist.
  thisnode_ignored,      ///< THISNODE requests fall back to other nodes.
  nomemalloc_loses,      ///< MEMALLOC reaches the reserves although NOMEMALLOC forbids it.
  flush_first_frame,     ///< Of a listed block above order 0 only the first frame is given back.
  refill_keeps_callers,  ///< A refill lays the caller's own block on the list as well.
  own_type_only,         ///< A claim does not fall back to pageblocks of other types.
  reserve_over_cap,      ///< The highatomic reserve grows without a bound.
  reserve_for_all,       ///< Ordinary requests take from the highatomic reserve.
  reserve_by_all,        ///< Ordinary requests reserve the pageblock that served them.
  isolated_handed_out,   ///< Claims take from isolated pageblocks.
  isolation_forgets,     ///< The end of isolation makes a pageblock UNMOVABLE.
  cma_for_all,           ///< Requests that are not movable are served from CMA areas.
  others_first,          ///< Pageblocks of other types come before the request's own.
  fallback_swapped,      ///< The second best of the other types comes before the best.
  cma_miscounted,        ///< One page more is told to be free in CMA areas.
  reserve_miscounted,    ///< One page more is told to be reserved.
  whole_not_claimed,     ///< A pageblock of another type that is all free keeps its type.
  half_not_claimed,      ///< One that is half free does.
  single_swapped,        ///< Of those that keep their type the second best comes first.
  cma_last,              ///< CMA areas serve after the pageblocks of other types.
  cma_not_first,         ///< They wait for a type's own though most of what is free is theirs.

  // Of schedules.
  claim_by_version,       ///< A claim is a store if no release ended since its look at the row.
  claim_tries_once,       ///< A claim whose exchange fails says that the row has nothing.
  split_publishes_whole,  ///< A broken row is published whole, and the claim taken out after that.
  swing_by_exchange,      ///< A full row is taken by an exchange, without a look at what it got.
  swing_half,             ///< A row whose lower half is free is swung.
  swing_abandoned,        ///< A full row is dropped if its tree's word changes meanwhile.
  order_cleared_late,     ///< A free clears the block's order after it is another's.
  free_order_up,          ///< A single frame is released with its neighbour above.
  drain_half,             ///< A drain empties half of each list.
  drain_skips_last,       ///< A drain of all CPUs leaves out the last one.
  dma32_reaches_normal,   ///< A request for DMA32 falls to NORMAL.
  drift_counted,          ///< A mark is passed with a batch of pages that may be there.
  retract_half_undone,    ///< A row's hint taken back in error comes back without its tree's.
  retype_unseen,          ///< A claim does not see that types changed while it broke a block.
  // ... and of what a policy supplies.
  spins_on_owner,          ///< A drain waits until the list's owner has left.
  owner_without_fence,     ///< An owner enters its list without its side of the barrier.
  cpu_remembered,          ///< A restartable section does not look whether its thread was moved.
  sections_not_restarted,  ///< A drain's barrier restarts no section.

  // What only the unit tests see: judges know nothing of it yet.
  batch_beyond_mark,  ///< A batch is held to the mark once, as if it were one page.

  // Of a request that waits for others, see fuzz/subjects/lockfree_bugs.h.
  oom_first,        ///< OOM is called before reclaim.
  waits_in_atomic,  ///< A request that may not block waits.
  reclaims_within,  ///< A task that reclaims has somebody reclaim for it.
  wakes_unasked,    ///< kswapd is woken whatever the mask says.
  kswapd_asleep,    ///< It is not, before others help.
  noretry_repeats,  ///< NORETRY and costly orders go round like others.
  kills_in_vain,  ///< OOM is called for THISNODE, and for zones that hardly anybody's pages are in.
  compaction_late,    ///< What should be compacted before the first reclaim is not.
  reclaim_swapped,    ///< Reclaim and compaction in the other profiles' order.
  nofail_gives_up,    ///< NOFAIL is like other requests.
  reclaims_on,        ///< Reclaim in vain is repeated, beyond the bound of rounds.
  kills_on,           ///< So is OOM.
  cpuset_left,        ///< The cpuset is no limit.
  restart_forgotten,  ///< Null although the cpuset's nodes changed meanwhile.
  fault_ignored,      ///< An injected fault is none.
  dirty_ignored,      ///< Who will write takes from nodes over their dirty limit.
  near_in_atomic,     ///< A node is reclaimed from for who may not wait.
  near_unchecked,     ///< A node is reclaimed from, and taken from whatever came of it.
};
inline constexpr unsigned kPressureBugs = 18;
inline constexpr unsigned kFirstPressureBug = static_cast<unsigned>(Bug::oom_first);
static_assert(static_cast<unsigned>(Bug::near_unchecked) + 1 == kFirstPressureBug + kPressureBugs);
inline constexpr unsigned kSequentialBugs = 43;
static_assert(static_cast<unsigned>(Bug::cma_not_first) + 1 == kSequentialBugs);
inline constexpr unsigned kBugs = 61;
static_assert(static_cast<unsigned>(Bug::sections_not_restarted) + 1 == kBugs);

}  // namespace bp::impl
