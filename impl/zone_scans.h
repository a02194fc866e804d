// SPDX-License-Identifier: MIT
// Where the fast path of alloc ends: scans of the zonelist, each at its mark and with its
// privileges, as attempts.h plans them; a drain of all lists, then the environment's help as
// pressure.h plans it, before null; cpusets, dirty limits and node reclaim on the way. The contract
// is allocator.h's. Freestanding.
#pragma once

#include "impl/list_traffic.h"

namespace bp::impl {

template <class Policy>
class ZoneScans : public ListTraffic<Policy> {
 protected:
  using State = AllocatorState<Policy>;
  using Lists = ListTraffic<Policy>;
  using Lists::Lists;
  using State::around_, State::masks_, State::n_zones_, State::node_masks_, State::node_of_cpu_,
      State::profile_, State::zonelists_, State::zones_;
  using typename State::Record;

  /// The first zone for a request without a node mask, then all of it. The look at the mark is the
  /// first scan's.
  [[gnu::noinline]] Pfn alloc_preferred(const Request& r) {
    Scan s = scan_of(r);
    if (is_to_fail(s)) return kNoPfn;
    if (s.bound) s.mems = mems_of(s);
    if (r.nodemask == 0) {
      const unsigned z = State::first_zone(zonelist_of(s, s.node), s.highest);
      if (State::allows(zones_[z].frames, s.highest, std::int64_t{1} << r.order) &&
          is_open_at_first(s, z)) {
        const Pfn got = Lists::take(r.cpu, z, Order{r.order}, claimant_of(r, fast_attempt()));
        if (got != kNoPfn) return got;
      }
    }
    return alloc_scan(s);
  }

  /// A block as a mask with the bit for it wants it.
  void zero(Pfn head, unsigned order) const {
    const Zeroing& z = State::zeroing_;
    if (z.zero != nullptr) return z.zero(z.context, head, order);
    constexpr std::size_t kPage = 4096;
    __builtin_memset(z.direct_map + static_cast<std::uint64_t>(head) * kPage, 0, kPage << order);
  }

  /// R-WMARK-17: from v6.12 on only what of the reserve is free is kept from others.
  std::int64_t kept_back(const Record& zone) const {
    const bool free_only = profile_ == Profile::v6_12 || profile_ == Profile::v7_1;
    return free_only ? zone.frames.free_reserved() : zone.frames.reserved();
  }

 private:
  /// A request as its scans see it.
  struct Scan {
    const Request& r;
    ZoneType highest;
    unsigned node;
    std::uint32_t nodemask;
    bool thisnode;
    bool bound;          ///< To `mems`.
    bool spreads;        ///< Its first scan passes over zones that are too dirty (R-CTX-8).
    bool reclaims;       ///< From nodes that have too little, as it comes by.
    Mems mems{};         ///< As of the last look.
    bool moved = false;  ///< By then they had changed.
  };

  /// All scans; from the beginning as often as the nodes of the cpuset change meanwhile (R-CTX-14,
  /// R-SLOW-33). What came back while others were asked is looked for at last.
  [[gnu::noinline]] Pfn alloc_scan(Scan& s) {
    const bool others_asked = s.bound || s.reclaims;
    const std::uint64_t before = others_asked ? ticks() : 0;
    Pfn got = scan_all(s);
    if (got != kNoPfn || !others_asked) return got;
    for (unsigned n = 0; got == kNoPfn && n < kRestarts && has_moved(s); ++n) {
      s.moved = false;
      if (Policy::planted(Bug::restart_forgotten)) break;
      got = scan_all(s);
    }
    if (got != kNoPfn || ticks() == before || gives_up_at_once(s)) return got;
    s.reclaims = false;
    Lists::drain_lists(kAllCpusDrain);
    return try_all(s, plan_of(s));
  }

  /// The first scan whole; then those at the lower marks; if all fail, once more after a drain.
  Pfn scan_all(Scan& s) {
    const Pfn first = try_zones(s, fast_attempt());
    if (first != kNoPfn) return first;
    if (gives_up_at_once(s)) return kNoPfn;
    const std::uint64_t before = ticks();
    if (!Policy::planted(Bug::kswapd_asleep)) wake_kswapd(s);
    const SlowPlan plan = plan_of(s);
    Pfn got = try_plan(s, plan);
    if (got != kNoPfn || Policy::planted(Bug::null_without_drain)) return got;
    Lists::drain_lists(kAllCpusDrain);
    // Nothing came back since, by this drain or by anybody: the scans would find nothing again.
    if (ticks() != before) got = try_all(s, plan);
    return got != kNoPfn || !waits(s) ? got : try_with_help(s, plan);
  }

  Scan scan_of(const Request& r) const {
    const bool all = r.nodemask == 0 || Policy::planted(Bug::nodemask_ignored);
    const bool thisnode = (r.gfp & masks_.thisnode) != 0;
    const bool writes = (r.gfp & node_masks_.write) != 0 && !Policy::planted(Bug::dirty_ignored);
    return {.r = r,
            .highest = State::decode_(r.gfp).highest(),
            .node = State::node_of(r),
            .nodemask = all ? ~0U : r.nodemask,
            .thisnode = thisnode && !Policy::planted(Bug::thisnode_ignored),
            .bound = (r.task & kTaskBound) != 0 && around_.mems != nullptr,
            .spreads = writes && around_.is_dirty != nullptr,
            .reclaims = around_.reclaim_node != nullptr &&
                        (may_wait(r) || Policy::planted(Bug::near_in_atomic))};
  }
  SlowPlan plan_of(const Scan& s) const {
    return slow_plan<Policy>(profile_, s.r.gfp, s.r.task, s.r.order, masks_);
  }

  /// R-CTX-5. Who must not fail is spared.
  bool is_to_fail(const Scan& s) const {
    if ((s.r.task & kTaskWatched) == 0 || around_.fails == nullptr) return false;
    if ((s.r.gfp & masks_.nofail) != 0) return false;
    return around_.fails(around_.context, need_of(s)) && !Policy::planted(Bug::fault_ignored);
  }

  Mems mems_of(const Scan& s) const { return around_.mems(around_.context, need_of(s)); }
  /// The scans so far went by other nodes than those of now.
  bool has_moved(Scan& s) const {
    if (!s.bound || s.moved) return s.moved;
    const Mems now = mems_of(s);
    s.moved = now.sequence != s.mems.sequence;
    s.mems = now;
    return s.moved;
  }
  ScanNodes nodes_of(const Scan& s, const Attempt& a) const {
    const bool hardwall = (s.r.gfp & node_masks_.hardwall) != 0;
    return nodes_of_scan<Policy>(profile_, a, {s.nodemask, s.bound, hardwall, s.r.task, s.mems});
  }
  bool is_open_at_first(const Scan& s, unsigned z) const {
    if (s.bound && (nodes_of(s, fast_attempt()).open >> zones_[z].node & 1) == 0) return false;
    return !s.spreads || !is_dirty(z);
  }
  /// Those that others may free memory on for it (R-SLOW-3, R-SLOW-30).
  std::uint32_t helped_nodes(const Scan& s) const { return nodes_of(s, {.mark = Mark::min}).open; }

  /// R-RMQ-2, 5 say who may use the reserve, and who before all else; R-MT-3, 4 who may use CMA.
  Claimant claimant_of(const Request& r, const Attempt& a) const {
    const bool by_harder = profile_ == Profile::v4_7 || profile_ == Profile::v5_15;
    Claimant who;
    who.type = State::type_of(r.gfp);
    if (who.type == Migratetype::movable || Policy::planted(Bug::cma_for_all)) {
      who.may |= kCma;
      who.cma_first = profile_ != Profile::v4_7;
    }
    if (Policy::planted(Bug::reserve_for_all)) who.may |= kHighatomic;
    if (a.no_watermarks) return who;
    who.reserve_first = r.order > 0 && (by_harder ? a.may.harder : a.may.highatomic);
    if (who.reserve_first || (!by_harder && (a.may.harder || a.may.oom))) who.may |= kHighatomic;
    return who;
  }

  /// R-GFP-6.
  const Zonelist& zonelist_of(const Scan& s, unsigned node) const {
    return s.thisnode ? zonelists_.own[node] : zonelists_.fallback[node];
  }

  /// v4.7 asks whether the zonelist has any zone at all (R-CTX-6), v6.1 whether the request may use
  /// one of them (W-10); later scans with another zonelist or node mask then do not happen.
  bool gives_up_at_once(const Scan& s) const {
    if (profile_ == Profile::v4_7) return zonelist_of(s, s.node).count == 0;
    return !has_zone(s, s.nodemask);
  }
  bool has_zone(const Scan& s, std::uint32_t nodes) const {
    const Zonelist& zonelist = zonelist_of(s, s.node);
    for (unsigned i = 0; i < zonelist.count; ++i) {
      if (may_use(zones_[zonelist.zones[i]], s.highest, nodes)) return true;
    }
    return false;
  }
  /// R-ZONE-11.
  static bool may_use(const Record& zone, ZoneType highest, std::uint32_t nodes) {
    const bool above = Policy::planted(Bug::dma32_reaches_normal) && highest == ZoneType::dma32 &&
                       zone.type == ZoneType::normal;
    return (zone.type <= highest || above) && (nodes >> zone.node & 1) != 0;
  }

  std::uint64_t ticks() const {
    std::uint64_t sum = 0;
    for (unsigned z = 0; z < n_zones_; ++z) sum += zones_[z].frames.ticks();
    return sum;
  }

  /// Whether somebody may free memory for it meanwhile.
  bool waits(const Scan& s) const {
    return may_wait(s.r) && (!s.bound || has_zone(s, helped_nodes(s)));
  }
  bool may_wait(const Request& r) const {
    const bool alone = (r.task & kTaskAlone) != 0 && !Policy::planted(Bug::reclaims_within);
    return ((r.gfp & masks_.direct_reclaim) != 0 || Policy::planted(Bug::waits_in_atomic)) &&
           !alone;
  }

  Pfn try_all(const Scan& s, const SlowPlan& plan) {
    const Pfn got = try_zones(s, fast_attempt());
    return got != kNoPfn ? got : try_plan(s, plan);
  }

  /// What the course frees may lie on lists, or have come after its last scan.
  [[gnu::noinline]] Pfn try_with_help(Scan& s, const SlowPlan& plan) {
    if (!State::pressure_.can_help()) return take_course(s, plan);
    const std::uint64_t before = ticks();
    const Pfn got = take_course(s, plan);
    if (got != kNoPfn) return got;
    Lists::drain_lists(kAllCpusDrain);
    return ticks() == before ? kNoPfn : try_all(s, plan);
  }

  /// Compaction, reclaim, the reserve, OOM; a scan after each that did something. The last scan of
  /// a NOFAIL request is the plan's own. Nobody is killed for nodes that are others by now, which
  /// v4.7 does not look at.
  Pfn take_course(Scan& s, const SlowPlan& plan) {
    const Course course = course_of<Policy>(profile_, s.r.order, State::type_of(s.r.gfp), s.highest,
                                            s.r.gfp, State::pressure_masks_);
    const auto& calls = State::pressure_;
    const auto compact = [&](bool wanted) { return wanted && helps(calls.compact, s); };
    if (Policy::planted(Bug::oom_first)) helps(calls.oom, s);
    if (compact(course.compacts_first)) {
      const Pfn got = try_all(s, plan);
      if (got != kNoPfn) return got;
    }
    for (unsigned idle = 0, kills = 0;;) {
      bool progress = false;
      for (const bool first : {true, false}) {
        const bool reclaims = course.reclaims_last != first;
        if (!(reclaims ? helps(calls.reclaim, s) : compact(course.compacts))) continue;
        progress = true;
        const Pfn got = try_all(s, plan);
        if (got != kNoPfn) return got;
      }
      if (!course.repeats) break;
      if (goes_round(progress, ++idle)) {
        wake_kswapd(s);
        continue;
      }
      const Pfn got = try_unreserved(s, plan);
      if (got != kNoPfn) return got;
      if (kills++ == kOomRounds + (Policy::planted(Bug::kills_on) ? 1 : 0)) return kNoPfn;
      if (course.kills && profile_ != Profile::v4_7 && has_moved(s)) return kNoPfn;
      const bool killed = course.kills && (helps(calls.oom, s) || Policy::planted(Bug::kills_on));
      if (!killed && !(course.persists && calls.can_help())) return kNoPfn;
      idle = 0;
      const Pfn after = try_all(s, plan);
      if (after != kNoPfn) return after;
    }
    if (compact(course.compacts_last)) {
      const Pfn got = try_all(s, plan);
      if (got != kNoPfn) return got;
    }
    return try_unreserved(s, plan);
  }

  static constexpr bool goes_round(bool progress, unsigned rounds) {
    if (Policy::planted(Bug::reclaims_on)) return rounds <= kIdleRounds;
    return progress && rounds < kIdleRounds;
  }

  Need need_of(const Scan& s) const { return {s.node, s.r.order, s.highest, s.r.gfp}; }
  bool helps(bool (*call)(void*, const Need&), const Scan& s) const {
    return call != nullptr && call(State::pressure_.context, need_of(s));
  }
  /// R-SLOW-3: each node of the zonelist that may serve, once.
  void wake_kswapd(const Scan& s) const {
    const auto& calls = State::pressure_;
    if (calls.wake_kswapd == nullptr || !wakes_kswapd<Policy>(s.r.gfp, State::pressure_masks_))
      return;
    const Zonelist& zonelist = zonelist_of(s, s.node);
    const std::uint32_t nodes = helped_nodes(s);
    std::uint32_t woken = 0;
    for (unsigned i = 0; i < zonelist.count; ++i) {
      const Record& zone = zones_[zonelist.zones[i]];
      if (!may_use(zone, s.highest, nodes) || (woken >> zone.node & 1) != 0) continue;
      woken |= 1U << zone.node;
      Need need = need_of(s);
      need.node = zone.node;
      calls.wake_kswapd(calls.context, need);
    }
  }

  /// While the reserve of some zone gives a pageblock up. v4.7 keeps the last one (R-HA-4).
  Pfn try_unreserved(const Scan& s, const SlowPlan& plan) {
    Pfn got = kNoPfn;
    while (got == kNoPfn && unreserve(s)) got = try_all(s, plan);
    return got;
  }
  bool unreserve(const Scan& s) {
    const Zonelist& zonelist = zonelist_of(s, s.node);
    for (unsigned i = 0; i < zonelist.count; ++i) {
      Record& zone = zones_[zonelist.zones[i]];
      if (may_use(zone, s.highest, s.nodemask) &&
          zone.frames.unreserve(State::type_of(s.r.gfp), profile_ == Profile::v4_7))
        return true;
    }
    return false;
  }

  [[gnu::noinline]] Pfn try_plan(const Scan& s, const SlowPlan& plan) {
    Pfn got = kNoPfn;
    for (unsigned a = 0; a < plan.count && got == kNoPfn; ++a) got = try_zones(s, plan.attempts[a]);
    return got;
  }

  /// One walk of the zonelist (R-LIST-1, 3..7).
  [[gnu::noinline]] Pfn try_zones(const Scan& s, const Attempt& a) {
    const unsigned node = a.cpu_zonelist ? node_of_cpu_[s.r.cpu] : s.node;
    const Zonelist& zonelist = zonelist_of(s, node);
    const ScanNodes nodes = nodes_of(s, a);
    const bool spreads = s.spreads && a.mark == Mark::low;
    const Claimant who = claimant_of(s.r, a);
    // R-CTX-1: v6.1 takes the column of the mask, v4.7 that of the first zone it may use.
    bool first = profile_ == Profile::v4_7;
    ZoneType column = s.highest;
    for (unsigned i = 0; i < zonelist.count; ++i) {
      const unsigned z = zonelist.zones[i];
      const Record& zone = zones_[z];
      if (!may_use(zone, s.highest, nodes.listed)) continue;
      if (first) column = zone.type, first = false;
      if ((nodes.open >> zone.node & 1) == 0 || (spreads && is_dirty(z))) continue;
      Pfn got = kNoPfn;
      if (a.no_watermarks || passes(zone, s.r.order, a, column, who)) got = take(s, z, who);
      if (got == kNoPfn && !a.no_watermarks && reclaims_node(s, zone.node) &&
          (passes(zone, s.r.order, a, column, who) || Policy::planted(Bug::near_unchecked)))
        got = take(s, z, who);
      if (got != kNoPfn) return got;
    }
    return kNoPfn;
  }
  Pfn take(const Scan& s, unsigned z, const Claimant& who) {
    const Pfn got = Lists::take(s.r.cpu, z, Order{s.r.order}, who);
    if (got != kNoPfn && (who.reserve_first || Policy::planted(Bug::reserve_by_all)))
      zones_[z].frames.reserve(got, zones_[z].highatomic_cap);  // R-LIST-7, R-HA-1.
    return got;
  }
  bool is_dirty(unsigned z) const { return around_.is_dirty(around_.context, z); }
  /// R-LIST-6: true if it is worth another look.
  bool reclaims_node(const Scan& s, unsigned node) const {
    if (!s.reclaims) return false;
    Need need = need_of(s);
    need.node = node;
    return around_.reclaim_node(around_.context, need) >= NodeReclaim::some ||
           Policy::planted(Bug::near_unchecked);
  }

  bool passes(const Record& zone, unsigned order, const Attempt& a, ZoneType column,
              const Claimant& who) const {
    const std::int64_t drift = Policy::planted(Bug::drift_counted) ? zone.pcp_batch : 0;
    const WatermarkInput<std::int64_t> in{
        static_cast<std::int64_t>(zone.frames.free_pages()) + drift,
        zone.marks[static_cast<unsigned>(a.mark)], zone.reserve[State::column_of(column)],
        kept_back(zone), zone.frames.free_cma()};
    Privileges may = a.may;
    may.cma = (who.may & kCma) != 0;  // R-AF-3.
    return watermark_ok<Policy>(profile_, order, in, may);
  }
};

}  // namespace bp::impl
