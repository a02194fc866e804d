// SPDX-License-Identifier: MIT
// A request to a kernel as the judge sees it: what its mask, its task and its policy allow at most
// (rights) and what it gets for sure. Where the kernel's choice depends on something that is not
// written down, every choice is allowed.
#pragma once

#include <vector>

#include "model/judge/kernel_event.h"
#include "model/rules/context.h"

namespace bp {

/// Whose zonelist may have been walked, and under which node mask (bit n: node n; 0: all).
struct WalkFrom {
  unsigned node = 0;
  unsigned nodemask = 0;
};

struct KernelRequest {
  Gfp gfp;  ///< After the task's scope (R-GFP-3).
  unsigned order = 0;
  Migratetype type = Migratetype::unmovable;
  bool two_types = false;        ///< The mask asks for what is no type (L-2).
  unsigned highest = 0;          ///< Index of the highest zone allowed (R-GFP-1).
  unsigned zone_of_mask = 0;     ///< The same before the task's scope.
  std::vector<WalkFrom> walks;   ///< One of them was made.
  bool by_policy = false;        ///< The task's memory policy chose among them (R-API-10).
  bool ignores_marks = false;    ///< All of memory may be open to it (R-AF-2, R-AF-5).
  bool uses_highatomic = false;  ///< The reserve may be open to it (R-RMQ-2, R-RMQ-5).
  bool reserves = false;         ///< What it gets may become a reserve (R-HA-1).
  rules::AllocFlags most;        ///< The flags that lower a mark most, of those it may get.

  bool allows(reference::ZoneRef z, const WalkFrom& w) const {
    return z.index <= highest && (w.nodemask == 0 || (w.nodemask >> z.node & 1) != 0);
  }
};

KernelRequest request_of(const reference::KernelState& s, const KernelEvent& e);

/// The zonelist that a walk follows (R-GFP-6).
const std::vector<reference::ZoneRef>& zonelist_of(const reference::KernelState& s,
                                                   const KernelRequest& r, const WalkFrom& w);

}  // namespace bp
