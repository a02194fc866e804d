// SPDX-License-Identifier: MIT
// The steps of the naive slow path that all kernels share.
#include "fuzz/subjects/naive_slow.h"

#include <algorithm>

#include "fuzz/subjects/naive_attempts.h"
#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::naive {
namespace {

bool names(std::uint32_t nodes, std::uint32_t node) { return (nodes >> node & 1) != 0; }

/// A page fault's mask that would like a huge page and does not want to wait for it.
bool is_for_huge_page(const Gfp& g) {
  constexpr GfpFlag kAll[] = {GfpFlag::io,         GfpFlag::fs,      GfpFlag::hardwall,
                              GfpFlag::highmem,    GfpFlag::movable, GfpFlag::comp,
                              GfpFlag::nomemalloc, GfpFlag::noretry, GfpFlag::nowarn};
  return std::ranges::all_of(kAll, [&](GfpFlag f) { return g.has(f); }) &&
         !g.has(GfpFlag::kswapd_reclaim);
}

Mask read(const bp_machine& m, std::uint32_t raw) {
  const auto era = Era{static_cast<std::uint8_t>(m.era)};
  const Gfp g = gfp_decode(raw, era);
  const bool oldest = era == Era::e0;
  Mask k{};
  k.waits = g.has(oldest ? GfpFlag::wait : GfpFlag::direct_reclaim);
  k.wakes = oldest || g.has(GfpFlag::kswapd_reclaim);
  k.io = g.has(GfpFlag::io);
  k.fs = g.has(GfpFlag::fs);
  k.high = g.has(GfpFlag::high);
  k.atomic = !k.waits && (oldest || g.has(GfpFlag::atomic));
  k.memalloc = g.has(GfpFlag::memalloc);
  k.no_memalloc = g.has(GfpFlag::nomemalloc);
  k.no_fail = g.has(GfpFlag::nofail);
  k.no_retry = g.has(GfpFlag::noretry);
  k.insists = g.has(m.profile == BP_PROFILE_V4_7 ? GfpFlag::repeat : GfpFlag::retry_mayfail);
  k.this_node = g.has(GfpFlag::thisnode);
  k.hardwall = g.has(GfpFlag::hardwall);
  k.writes = g.has(GfpFlag::write);
  k.movable = g.has(GfpFlag::movable) && !g.has(GfpFlag::reclaimable);
  k.huge_page = is_for_huge_page(g);
  return k;
}

}  // namespace

SlowPath::SlowPath(const bp_machine& m, const bp_environment& e, const bp_task& t, Shelves& shelves,
                   NaiveSlowBug bug)
    : machine_(m), env_(e), task_(t), shelves_(shelves), bug_(bug), mems_(t.mems) {}

void SlowPath::set_mask(std::uint32_t gfp) {
  gfp_ = gfp;
  mask_ = read(machine_, gfp);
  if (is_broken(NaiveSlowBug::noretry_forgotten)) mask_.no_retry = false;
}

bp_reply SlowPath::ask(std::uint32_t whom, bool peek) {
  bp_reply reply{};
  env_.ask(env_.context, whom, peek ? 1 : 0, &reply);
  for (std::uint32_t i = 0; i < reply.n_frees; ++i) shelves_.give_back(reply.frees[i]);
  return reply;
}

bool SlowPath::fail(std::uint32_t why) {
  tell({.action = BP_DID_FAIL, .why = why});
  return false;
}

bool SlowPath::serve(const bp_request& r) {
  request_ = r;
  node_ = r.node < 0 ? machine_.node_of_cpu[r.cpu] : static_cast<std::uint32_t>(r.node);
  nodes_ = r.nodemask;
  set_mask(is_4_7() ? r.gfp : r.gfp & env_.gfp_allowed);
  highest_ = highest_zone(machine_, gfp_);
  own_zones_only_ = mask_.this_node;
  // Who must not fail is spared.
  if (!mask_.no_fail && ask(BP_ASK_FAULT).progress != 0 &&
      !is_broken(NaiveSlowBug::fault_ignored)) {
    tell({.action = BP_DID_INJECT});
    return false;
  }
  return is_4_7() ? serve_v4_7() : serve_later();
}

/// The fast path: at low, and inside the cpuset.
bool SlowPath::fast() {
  avoids_dirty_ = mask_.writes && !is_broken(NaiveSlowBug::dirty_ignored);
  const bool says_so = mask_.wakes && !is_4_7();
  const bool served = look(1, BP_ALLOC_CPUSET | (says_so ? std::uint32_t{BP_ALLOC_KSWAPD} : 0));
  avoids_dirty_ = false;
  return served;
}

std::vector<std::uint32_t> SlowPath::zones() const {
  return shelves_.zonelist(node_, own_zones_only_, nodes_, highest_);
}

/// v4.7 goes by the first zone of the list, or by the lowest type if there is none.
std::uint32_t SlowPath::column(const std::vector<std::uint32_t>& zones) const {
  if (!is_4_7()) return highest_;
  return zones.empty() ? 0 : machine_.zones[zones[0]].type;
}

bool SlowPath::is_kept_out(std::uint32_t node, std::uint32_t flags) const {
  if (!world(BP_WORLD_CPUSETS) || (flags & BP_ALLOC_CPUSET) == 0) return false;
  if (has(BP_TASK_INTERRUPT) || has(BP_TASK_OOM_VICTIM)) return false;
  if (is_broken(NaiveSlowBug::cpuset_left)) return false;
  return mask_.hardwall && mems_ != 0 && !names(mems_, node);
}

/// A zone that has too little may be reclaimed from on the spot. Who may not wait, or reclaims
/// itself, does not.
bool SlowPath::reclaims_node(std::uint32_t node) {
  if (!world(BP_WORLD_ZONE_RECLAIM)) return false;
  const bool may = mask_.waits && !has(BP_TASK_MEMALLOC);
  const std::uint32_t result = may ? ask(BP_ASK_NODE_RECLAIM).result : 0;
  tell({.action = BP_DID_NODE_RECLAIM, .node = node, .result = result});
  return result >= 2;
}

bool SlowPath::may_have(std::uint32_t zone, const Demand& d) {
  if (shelves_.above_mark(d) || (d.flags & BP_ALLOC_NO_WATERMARKS) != 0) return true;
  return reclaims_node(machine_.zones[zone].node) && shelves_.above_mark(d);
}

bool SlowPath::look(std::uint32_t mark, std::uint32_t flags) {
  if (mark == 0 && is_broken(NaiveSlowBug::low_mark_kept)) mark = 1;
  tell({.action = BP_DID_ATTEMPT,
        .mark = mark,
        .flags = flags,
        .node = node_,
        .nodemask = nodes_,
        .gfp = gfp_});
  const auto list = zones();
  for (const std::uint32_t zone : list) {
    const std::uint32_t node = machine_.zones[zone].node;
    if (is_kept_out(node, flags) || (avoids_dirty_ && names(env_.dirty_nodes, node))) continue;
    if (!may_have(zone, {zone, request_.order, mark, flags, column(list), 0})) continue;
    if (shelves_.take(zone, request_.order)) return true;
  }
  return false;
}

bool SlowPath::look_twice_outside(std::uint32_t flags) {
  return look(0, flags | BP_ALLOC_CPUSET) || look(0, flags);
}

void SlowPath::wake() {
  if (!is_broken(NaiveSlowBug::wakes_unasked)) ask(BP_ASK_KSWAPD);
  tell({.action = BP_DID_WAKE_KSWAPD});
}

std::uint32_t SlowPath::slow_flags() const {
  std::uint32_t f = BP_ALLOC_CPUSET;
  if (mask_.high) f |= BP_ALLOC_HIGH;
  if (mask_.wakes) f |= BP_ALLOC_KSWAPD;
  const bool hurries = has(BP_TASK_REALTIME) && !has(BP_TASK_INTERRUPT);
  if (is_4_7() || is_5_15()) {
    if (mask_.atomic) f &= ~std::uint32_t{BP_ALLOC_CPUSET};
    if (mask_.atomic ? !mask_.no_memalloc : hurries) f |= BP_ALLOC_HARDER;
    return f;
  }
  if (mask_.waits) return hurries ? f | BP_ALLOC_HIGH : f;
  if (!mask_.no_memalloc) f |= BP_ALLOC_HARDER;
  if (mask_.high) f &= ~std::uint32_t{BP_ALLOC_CPUSET};
  return f;
}

/// What is open to who frees memory, and to who is about to by dying.
std::uint32_t SlowPath::reserve_flags() const {
  if (is_broken(NaiveSlowBug::reserve_for_all)) return BP_ALLOC_NO_WATERMARKS;
  if (mask_.no_memalloc) return 0;
  const bool own = !has(BP_TASK_INTERRUPT);
  const bool frees = has(BP_TASK_MEMALLOC) && (own || has(BP_TASK_SOFTIRQ));
  if (mask_.memalloc || frees) return BP_ALLOC_NO_WATERMARKS;
  if (!own || !has(BP_TASK_OOM_VICTIM)) return 0;
  return is_4_7() ? BP_ALLOC_NO_WATERMARKS : BP_ALLOC_OOM;
}

bool SlowPath::compact() {
  if (request_.order == 0 || world(BP_WORLD_NO_COMPACTION)) return false;
  const bool allowed = mask_.io && (mask_.fs || !is_4_7());
  compacted_ = allowed ? ask(BP_ASK_COMPACTION).result : std::uint32_t{BP_COMPACT_SKIPPED};
  tell({.action = BP_DID_COMPACT, .gfp = gfp_, .effort = effort_, .result = compacted_});
  // Nothing moved, so that there is nothing to look for.
  if (compacted_ <= (is_4_7() ? BP_COMPACT_DEFERRED : BP_COMPACT_SKIPPED)) return false;
  return look(0, flags_);
}

bool SlowPath::reclaim() {
  progress_ = ask(BP_ASK_RECLAIM).progress;
  if (is_broken(NaiveSlowBug::answer_misheard)) ++progress_;
  tell({.action = BP_DID_RECLAIM, .gfp = gfp_, .progress = progress_});
  if (progress_ == 0) return false;
  if (look(0, flags_)) return true;
  tell({.action = BP_DID_UNRESERVE});
  tell({.action = BP_DID_DRAIN});
  return look(0, flags_);
}

/// Whether some zone would pass if all that is reclaimable came back. v4.7 believes less of that
/// with each round in vain.
bool SlowPath::may_reclaim_again() {
  constexpr std::uint32_t kInVainMax = 16;
  in_vain_ = progress_ > 0 && !costly() ? 0 : in_vain_ + 1;
  const auto list = zones();
  for (const std::uint32_t zone : list) {
    if (in_vain_ > kInVainMax) break;
    const std::int64_t all = env_.reclaimable;
    const std::int64_t left = is_4_7() ? all * (kInVainMax - in_vain_) / kInVainMax : all;
    if (!shelves_.above_mark({zone, request_.order, 0, flags_, column(list), left})) continue;
    const std::int64_t stuck = world(BP_WORLD_WRITEBACK) ? all : 0;
    if ((is_4_7() || is_5_15()) && progress_ == 0 && 2 * stuck > all) tell({.action = BP_DID_WAIT});
    retry(BP_WHY_RECLAIM);
    return true;
  }
  if (!is_4_7()) tell({.action = BP_DID_UNRESERVE});
  return false;
}

SlowPath::Kill SlowPath::kill() {
  if (ask(BP_ASK_KILLER, true).busy != 0) {
    tell({.action = BP_DID_KILL, .gfp = gfp_, .progress = 1});
    return {false, true};
  }
  // Somebody may have freed enough meanwhile: the high mark tells.
  const std::uint32_t asked = gfp_;
  const auto era = Era{static_cast<std::uint8_t>(machine_.era)};
  std::uint32_t gfp = asked | gfp_encode(GfpFlag::hardwall, era);
  const GfpFlag waits = era == Era::e0 ? GfpFlag::wait : GfpFlag::direct_reclaim;
  if (!is_4_7()) gfp &= ~gfp_encode(waits, era);
  set_mask(gfp);
  const bool served = look(2, BP_ALLOC_CPUSET);
  set_mask(asked);
  if (served) return {true, true};

  const bool normal = highest_ >= static_cast<std::uint32_t>(ZoneType::normal);
  const bool spares = mask_.this_node || (!is_4_7() && mask_.insists);
  const bool may = !costly() && normal && !world(BP_WORLD_SUSPENDED) && !spares;
  if (!may && !(mask_.no_fail && is_4_7())) return {false, false};
  const bool died = ask(BP_ASK_KILLER).progress != 0 || mask_.no_fail;
  tell({.action = BP_DID_KILL, .gfp = gfp_, .progress = died ? 1 : 0});
  if (!mask_.no_fail) return {false, died};
  return {look_twice_outside(BP_ALLOC_NO_WATERMARKS), true};
}

bool SlowPath::cpuset_changed() {
  if (const std::uint32_t mems = ask(BP_ASK_CPUSET).mems; mems != 0) {
    mems_ = mems;
    ++changes_;
  }
  return changes_ != seen_;
}

bool SlowPath::restarts() {
  if (!cpuset_changed() || is_broken(NaiveSlowBug::restart_forgotten)) return false;
  tell({.action = BP_DID_RESTART, .why = BP_WHY_CPUSET});
  return true;
}

}  // namespace bp::naive
