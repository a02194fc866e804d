// SPDX-License-Identifier: MIT
// Which scans of the zonelist a request is worth, in order, when the environment makes no progress:
// pure decisions from a mask, an era and a profile (R-CTX-2, R-AF-1, 2, 4, 5,
// R-SLOW-2, 5..7, 30..36) and who asks. Which nodes a scan may use is scan_nodes.h's. Leaves out:
// reclaim, compaction, OOM.
// Freestanding.
#pragma once

#include <cstdint>

#include "impl/config.h"
#include "impl/planted.h"
#include "impl/watermark.h"

namespace bp::impl {

/// The bits of one era that decide here; 0 for a flag without a bit.
struct GfpMasks {
  std::uint32_t high = 0, atomic = 0, direct_reclaim = 0, memalloc = 0, nomemalloc = 0, nofail = 0,
                thisnode = 0;
  bool atomic_is_not_blocking = false;  ///< E0: no ATOMIC flag; not blocking means it (F-1).
};

constexpr GfpMasks gfp_masks(Era era) {
  const auto mask = [era](GfpFlag f) { return gfp_encode(f, era); };
  const bool e0 = era == Era::e0;
  return {mask(GfpFlag::high),
          mask(GfpFlag::atomic),
          mask(e0 ? GfpFlag::wait : GfpFlag::direct_reclaim),
          mask(GfpFlag::memalloc),
          mask(GfpFlag::nomemalloc),
          mask(GfpFlag::nofail),
          mask(GfpFlag::thisnode),
          e0};
}

/// One scan of the zonelist.
struct Attempt {
  Mark mark = Mark::low;
  Privileges may;
  bool no_watermarks = false;  ///< Take what is there.
  bool cpu_zonelist = false;   ///< The zonelist of the executing CPU's node, not the requested one.
  bool any_node = false;       ///< The caller's node mask is dropped.
  bool any_cpuset = false;     ///< The cpuset is not kept to.
  constexpr bool operator==(const Attempt&) const = default;
};

inline constexpr unsigned kSlowAttempts = 4;

/// The scans after the first. They are few, so that they are tried in order and without a loop
/// condition of their own.
struct SlowPlan {
  Attempt attempts[kSlowAttempts];
  unsigned count = 0;
  constexpr void add(const Attempt& a) { attempts[count++] = a; }
};

/// The first scan: mark LOW, the caller's zonelist and node mask, no privilege (R-CTX-2, 12).
constexpr Attempt fast_attempt() { return {}; }

/// What a mask and a task may have of the reserves.
enum class Reserves : std::uint8_t { none, victims, all };

/// NOMEMALLOC forbids them. v4.7 has none of a victim's own: all of memory is open to it (R-AF-2,
/// R-AF-5, L-10).
template <class Policy>
constexpr Reserves reserves_of(Profile p, std::uint32_t gfp, std::uint32_t task,
                               const GfpMasks& m) {
  if ((gfp & m.nomemalloc) != 0 && !Policy::planted(Bug::nomemalloc_loses)) return Reserves::none;
  if ((gfp & m.memalloc) != 0 || (task & kTaskFrees) != 0) return Reserves::all;
  if ((task & kTaskDies) == 0) return Reserves::none;
  return p == Profile::v4_7 ? Reserves::all : Reserves::victims;
}

template <class Policy>
constexpr SlowPlan slow_plan_v4_7(std::uint32_t gfp, std::uint32_t task, const GfpMasks& m) {
  const bool blocking = (gfp & m.direct_reclaim) != 0;
  // ATOMIC beside DIRECT_RECLAIM is a caller's mistake and is dropped (R-SLOW-2).
  const bool atomic = !blocking && (m.atomic_is_not_blocking || (gfp & m.atomic) != 0);
  const bool hurries = (task & kTaskRealtime) != 0;
  const bool unlimited = reserves_of<Policy>(Profile::v4_7, gfp, task, m) == Reserves::all;
  Attempt a;
  a.mark = Mark::min;
  a.may.high = (gfp & m.high) != 0;
  a.may.harder = atomic ? (gfp & m.nomemalloc) == 0 : hurries;
  a.any_cpuset = atomic;
  a.cpu_zonelist = atomic || unlimited;  // R-SLOW-5.
  SlowPlan plan;
  plan.add(a);
  if (unlimited) {
    a.may = {};  // Exactly NO_WATERMARKS (R-SLOW-7).
    a.no_watermarks = a.any_cpuset = true;
    plan.add(a);
  }
  return plan;
}

/// v5.15 to v7.1. What v5.15 grants an atomic request, later ones grant one that does not block;
/// what it grants a real-time task that is not atomic, later ones grant one that blocks.
template <class Policy>
constexpr SlowPlan slow_plan_v5_15(Profile p, std::uint32_t gfp, std::uint32_t task, unsigned order,
                                   const GfpMasks& m) {
  const bool by_flag = p == Profile::v5_15;
  const bool blocking = (gfp & m.direct_reclaim) != 0;
  const bool flagged = m.atomic_is_not_blocking || (gfp & m.atomic) != 0;
  const bool hurries = (task & kTaskRealtime) != 0;
  const Reserves reserves = reserves_of<Policy>(p, gfp, task, m);
  const bool asks_high = (gfp & m.high) != 0;
  const bool atomic = !blocking && (flagged || !by_flag);
  Attempt a;
  a.mark = Mark::min;
  a.may.high = asks_high || (hurries && blocking && !by_flag);
  a.may.harder = atomic ? (gfp & m.nomemalloc) == 0 : hurries && by_flag;
  a.may.highatomic = a.may.harder && asks_high && order > 0 && !by_flag;
  a.any_cpuset = !blocking && (by_flag ? flagged : asks_high);
  SlowPlan plan;
  plan.add(a);
  // R-SLOW-33. Without a reserve flag and with CPUSET it would repeat the scan before it.
  if (reserves != Reserves::none || a.any_cpuset) {
    a.any_node = a.any_cpuset = true;
    if (reserves != Reserves::none) a.may = {};
    a.may.oom = reserves == Reserves::victims;
    a.no_watermarks = reserves == Reserves::all;
    plan.add(a);
  }
  if ((gfp & m.nofail) != 0 && blocking) {  // R-SLOW-35.
    Attempt last;
    last.mark = Mark::min;
    (by_flag ? last.may.harder : last.may.high) = true;
    plan.add(last);
    last.any_cpuset = true;
    if ((task & kTaskBound) != 0) plan.add(last);
  }
  return plan;
}

template <class Policy>
constexpr SlowPlan slow_plan(Profile p, std::uint32_t gfp, std::uint32_t task, unsigned order,
                             const GfpMasks& m) {
  return p == Profile::v4_7 ? slow_plan_v4_7<Policy>(gfp, task, m)
                            : slow_plan_v5_15<Policy>(p, gfp, task, order, m);
}

}  // namespace bp::impl
