// SPDX-License-Identifier: MIT
// Which nodes a scan of the zonelist goes by (R-CTX-3, R-LIST-1): the caller's, the cpuset's, or
// all, by the scan, the mask and who asks. A pure decision. Freestanding.
#pragma once

#include <cstdint>

#include "impl/attempts.h"
#include "impl/config.h"
#include "impl/planted.h"

namespace bp::impl {

/// The bits of one era that decide here; 0 for a flag without a bit.
struct NodeMasks {
  std::uint32_t hardwall = 0, write = 0;
};

constexpr NodeMasks node_masks(Era era) {
  return {gfp_encode(GfpFlag::hardwall, era), gfp_encode(GfpFlag::write, era)};
}

/// Bit n: node n.
struct ScanNodes {
  std::uint32_t listed = ~0U;  ///< Their zones are the list (R-CTX-1).
  std::uint32_t open = ~0U;    ///< Of them, those that may give something.
  constexpr bool operator==(const ScanNodes&) const = default;
};

/// Who asks, as far as nodes go.
struct NodeLimits {
  std::uint32_t nodemask = ~0U;  ///< The caller's; all: none.
  bool is_bound = false;         ///< There are cpusets.
  bool hardwall = false;         ///< By the mask.
  std::uint32_t task = 0;        ///< Bits kTask...
  Mems mems;
};

/// The first scan has a wall of its own, and the cpuset's nodes if the caller names none. Who
/// serves an interrupt, or is to die, goes anywhere.
template <class Policy>
constexpr ScanNodes nodes_of_scan(Profile profile, const Attempt& a, const NodeLimits& l) {
  const bool first = a.mark == Mark::low;
  const bool interrupted = (l.task & kTaskInterrupted) != 0;
  ScanNodes n;
  if (!a.any_node) n.listed = l.nodemask;
  const bool bound = l.is_bound && !Policy::planted(Bug::cpuset_left);
  if (bound && first && n.listed == ~0U && (profile == Profile::v4_7 || !interrupted))
    n.listed = l.mems.nodes;
  n.open = n.listed;
  const bool goes_anywhere = a.any_cpuset || interrupted || (l.task & kTaskDies) != 0;
  if (bound && !goes_anywhere) n.open &= first || l.hardwall ? l.mems.nodes : l.mems.beyond;
  return n;
}

}  // namespace bp::impl
