// SPDX-License-Identifier: MIT
#include "fuzz/subjects/naive_calls.h"

#include "fuzz/subjects/naive_attempts.h"
#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::naive {
namespace {

std::uint32_t bit(const bp_machine& m, GfpFlag f) {
  return gfp_encode(f, Era{static_cast<std::uint8_t>(m.era)});
}

bool names(std::uint32_t nodes, std::uint32_t node) { return (nodes >> node & 1) != 0; }

/// Whether a zone of the node has pages that are not in a hole.
bool has_pages(const bp_machine& m, const bp_zone& z) {
  std::uint64_t pages = z.end - z.begin;
  for (std::uint32_t h = 0; h < m.n_holes; ++h) {
    const bp_range& hole = m.holes[h];
    if (z.begin <= hole.begin && hole.end <= z.end) pages -= hole.end - hole.begin;
  }
  return pages != 0;
}

/// The first node on the CPU's list with memory that an ordinary kernel allocation may use.
std::int32_t nearest_with_memory(const bp_machine& m, std::uint32_t cpu) {
  const std::uint32_t own = m.node_of_cpu[cpu];
  for (std::uint32_t i = 0; i < m.n_fallback[own]; ++i) {
    for (std::uint32_t z = 0; z < m.n_zones; ++z) {
      const bool ordinary = m.zones[z].type <= static_cast<std::uint32_t>(ZoneType::normal);
      if (ordinary && m.zones[z].node == m.fallback[own][i]) return m.fallback[own][i];
    }
  }
  return static_cast<std::int32_t>(own);
}

/// Whether nothing lies above what the mask may use, but for zones that only movable pages get.
bool reaches_the_top(const bp_machine& m, std::uint32_t gfp) {
  const std::uint32_t top = highest_zone(m, gfp);
  for (std::uint32_t z = 0; z < m.n_zones; ++z) {
    const bool movable = m.zones[z].type == static_cast<std::uint32_t>(ZoneType::movable);
    if (!movable && m.zones[z].type > top && has_pages(m, m.zones[z])) return false;
  }
  return true;
}

void by_policy(const bp_machine& m, bp_request& r, TaskState& s) {
  r.node = m.node_of_cpu[r.cpu];
  const bool ignored = s.has(BP_TASK_INTERRUPT) || (r.gfp & bit(m, GfpFlag::thisnode)) != 0;
  if (ignored || s.task.policy == BP_POLICY_NONE) return;
  if (s.task.policy == BP_POLICY_BIND) {
    if (reaches_the_top(m, r.gfp)) r.nodemask = s.task.policy_nodes;
    return;
  }
  std::uint32_t node = s.task.policy == BP_POLICY_INTERLEAVE ? s.next_turn : 0;
  while (!names(s.task.policy_nodes, node % BP_NODES_MAX)) ++node;
  node %= BP_NODES_MAX;
  if (s.task.policy == BP_POLICY_INTERLEAVE) s.next_turn = node + 1;
  r.node = static_cast<std::int32_t>(node);
}

void change_mask(const bp_machine& m, std::uint32_t interface, std::uint32_t& gfp) {
  const auto drop = [&](GfpFlag f) { gfp &= ~bit(m, f); };
  switch (interface) {
    case BP_CALL_EXACT:
      drop(GfpFlag::comp);
      drop(GfpFlag::highmem);
      return;
    case BP_CALL_GET_ZEROED_PAGE: gfp |= bit(m, GfpFlag::zero); break;
    case BP_CALL_GET_DMA_PAGES: gfp |= bit(m, GfpFlag::dma); break;
    case BP_CALL_GET_FREE_PAGES:
    case BP_CALL_GET_FREE_PAGE: break;
    default: return;
  }
  if (m.profile != BP_PROFILE_V4_7) drop(GfpFlag::highmem);
}

/// v4.7 asks what the task may do only after it looked for pages.
void change_mask_for_task(const bp_machine& m, const TaskState& s, std::uint32_t& gfp) {
  if (m.profile == BP_PROFILE_V4_7) return;
  const bool no_fs = s.has(BP_TASK_NOFS) || s.has(BP_TASK_NOIO);
  if (s.has(BP_TASK_NOIO)) gfp &= ~bit(m, GfpFlag::io);
  if (no_fs) gfp &= ~bit(m, GfpFlag::fs);
  if (s.has(BP_TASK_PIN)) gfp &= ~bit(m, GfpFlag::movable);
}

}  // namespace

bp_request request_of(const bp_machine& m, const bp_call& c, TaskState& s) {
  bp_request r = c.request;
  change_mask(m, c.interface, r.gfp);
  if (c.interface == BP_CALL_EXACT) {
    r.order = 0;
    while ((1U << r.order) < c.pages) ++r.order;
  }
  if (is_by_policy(c)) by_policy(m, r, s);
  if (c.interface == BP_CALL_NODE && r.node < 0) r.node = nearest_with_memory(m, r.cpu);
  change_mask_for_task(m, s, r.gfp);
  return r;
}

bool is_by_policy(const bp_call& c) {
  return c.interface != BP_CALL_ALLOC && c.interface != BP_CALL_NODE &&
         c.interface != BP_CALL_NODE_RAW && c.interface != BP_CALL_BULK;
}

bool asks_for_zeros(const bp_machine& m, std::uint32_t gfp) {
  return (gfp & bit(m, GfpFlag::zero)) != 0;
}
bool asks_for_compound(const bp_machine& m, std::uint32_t gfp) {
  return (gfp & bit(m, GfpFlag::comp)) != 0;
}

}  // namespace bp::naive
