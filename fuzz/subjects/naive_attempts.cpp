// SPDX-License-Identifier: MIT
#include "fuzz/subjects/naive_attempts.h"

#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::naive {
namespace {

/// What the slow path wants to know of a mask, whatever the era.
struct Wishes {
  bool high;            ///< Priority.
  bool may_block;       ///< Direct reclaim is allowed.
  bool atomic;          ///< v4.7 and v5.15 ask.
  bool all_reserves;    ///< MEMALLOC, and NOMEMALLOC does not forbid it.
  bool no_memalloc;     ///< No access to reserves.
  bool no_fail;         ///< Never wants a null.
  bool this_node_only;  ///< No other node.
};

Wishes wishes_of(const bp_machine& m, std::uint32_t raw) {
  const auto era = Era{static_cast<std::uint8_t>(m.era)};
  const Gfp gfp = gfp_decode(raw, era);
  Wishes w{};
  w.high = gfp.has(GfpFlag::high);
  w.may_block = gfp.has(era == Era::e0 ? GfpFlag::wait : GfpFlag::direct_reclaim);
  // E0 has no such flag: who cannot wait is atomic. Elsewhere a blocking request loses it.
  w.atomic = !w.may_block && (era == Era::e0 || gfp.has(GfpFlag::atomic));
  w.no_memalloc = gfp.has(GfpFlag::nomemalloc);
  w.all_reserves = gfp.has(GfpFlag::memalloc) && !w.no_memalloc;
  w.no_fail = gfp.has(GfpFlag::nofail);
  w.this_node_only = gfp.has(GfpFlag::thisnode);
  return w;
}

/// A node without memory is on no list, not even on its own.
bool has_memory(const bp_machine& m, unsigned node) {
  for (unsigned i = 0; i < m.n_fallback[node]; ++i) {
    if (m.fallback[node][i] == node) return true;
  }
  return false;
}

/// v4.7: who leaves the cpuset or the marks behind starts over from the CPU's own zonelist, and
/// keeps the caller's nodes (R-AF-1, R-SLOW-5..7).
void add_slow_v4_7(const bp_machine& m, const bp_request& r, const Wishes& w, Attempt a,
                   Attempts& out) {
  a.mark_low = false;
  a.halve_mark = w.high;
  a.quarter_off = w.atomic && !w.no_memalloc;
  if (w.atomic || w.all_reserves) a.node = m.node_of_cpu[r.cpu];
  out.push_back(a);
  if (!w.all_reserves) return;
  a.ignore_the_mark = true;
  out.push_back(a);
}

/// What sets v5.15 apart from those after it: being atomic is a flag there, and counts for more.
struct Urgency {
  bool outside_cpuset;
  bool quarter_off;
  bool quarter_at_last;  ///< Who must not fail: a quarter of the mark, or else half of it.
};

Urgency urgency_of(const bp_machine& m, const Wishes& w) {
  if (m.profile == BP_PROFILE_V5_15) return {w.atomic, w.atomic && !w.no_memalloc, true};
  const bool urgent = w.high && !w.may_block;
  return {urgent, urgent && !w.no_memalloc, false};
}

/// From v5.15 on the zonelist stays, and the second slow attempt may drop the nodes (R-AF-1,
/// R-AF-4, R-SLOW-33).
void add_slow_v5_15(const bp_machine& m, const bp_request& r, const Wishes& w, Attempt a,
                    Attempts& out) {
  const Urgency u = urgency_of(m, w);
  a.mark_low = false;
  a.halve_mark = w.high;
  a.quarter_off = u.quarter_off;
  out.push_back(a);

  if (u.outside_cpuset || w.all_reserves) a.nodes = 0;
  a.ignore_the_mark = w.all_reserves;
  out.push_back(a);

  // Who must not fail gets a part of the reserve at the very end (R-SLOW-35).
  if (!w.no_fail || !w.may_block) return;
  a.nodes = r.nodemask;
  a.ignore_the_mark = false;
  a.halve_mark = !u.quarter_at_last;
  a.quarter_off = u.quarter_at_last;
  out.push_back(a);
}

}  // namespace

std::uint32_t highest_zone(const bp_machine& m, std::uint32_t gfp) {
  const auto config = ZoneConfig::from_bits(m.zone_config);
  const bool dma = (gfp & 1) != 0, highmem = (gfp & 2) != 0, dma32 = (gfp & 4) != 0;
  const bool movable = (gfp & 8) != 0;
  const auto or_normal = [&](ZoneType t) { return config.has(t) ? t : ZoneType::normal; };

  ZoneType top = ZoneType::normal;
  if (int{dma} + int{highmem} + int{dma32} > 1) {
    // Illegal, and not in the kernel's table: zone index 0, the lowest that is configured.
    top = config.dma ? ZoneType::dma : or_normal(ZoneType::dma32);
  } else if (dma) {
    top = or_normal(ZoneType::dma);
  } else if (dma32) {
    top = or_normal(ZoneType::dma32);
  } else if (highmem) {
    top = movable ? ZoneType::movable : or_normal(ZoneType::highmem);
  }
  return static_cast<std::uint32_t>(top);
}

Attempts attempts_of(const bp_machine& m, const bp_request& r) {
  const Wishes w = wishes_of(m, r.gfp);
  Attempt fast;
  fast.node = r.node < 0 ? m.node_of_cpu[r.cpu] : static_cast<unsigned>(r.node);
  fast.own_zones_only = w.this_node_only;
  fast.nodes = r.nodemask;
  fast.mark_low = true;

  Attempts out;
  // R-CTX-6: v4.7 gives up before it starts if the list has no entry at all.
  if (m.profile == BP_PROFILE_V4_7 && w.this_node_only && !has_memory(m, fast.node)) return out;
  out.push_back(fast);
  if (m.profile == BP_PROFILE_V4_7) {
    add_slow_v4_7(m, r, w, fast, out);
  } else {
    add_slow_v5_15(m, r, w, fast, out);
  }
  return out;
}

}  // namespace bp::naive
