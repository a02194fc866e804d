// SPDX-License-Identifier: MIT
// One request on its way through the allocator: what was decided about it once (R-CTX), and what
// changes from attempt to attempt.
#pragma once

#include <cstddef>
#include <span>

#include "model/reference/allocator.h"
#include "model/rules/context.h"

namespace bp::reference {

using rules::AllocFlags;
using rules::Mark;

struct Context {
  Gfp gfp;  ///< After the task's scope.
  unsigned order = 0;
  Task task;
  Migratetype type = Migratetype::unmovable;
  unsigned highest = 0;  ///< Index of the highest zone allowed (R-GFP-1).
  unsigned node = 0;     ///< Whose zonelist it is.
  std::span<const ZoneRef> zonelist;
  unsigned nodemask = 0;  ///< Bit n: node n; 0: all.
  /// Position of the first allowed zone (R-CTX-9); zonelist.size(): none.
  std::size_t preferred = 0;
  bool spreads_dirty = false;  ///< Zones with too many dirty pages are passed over (R-CTX-8).

  bool allows(ZoneRef z) const {
    return z.index <= highest && (nodemask == 0 || (nodemask >> z.node & 1) != 0);
  }
  bool empty() const { return preferred == zonelist.size(); }
  ZoneRef preferred_zone() const { return zonelist[preferred]; }
  bool blocks() const { return gfp.has(GfpFlag::direct_reclaim); }
};

/// One pass over the zonelist.
struct Attempt {
  Mark mark = Mark::low;
  AllocFlags flags;
};

/// The zonelist of `node` for this mask (R-GFP-6), and the first zone of it that is allowed.
void set_zonelist(const Allocator& a, Context& c, unsigned node);
void set_preferred(Context& c);

/// Decides everything about a request to one node (R-CTX-3, 9; R-GFP-3).
Context context_of(const Allocator& a, Gfp gfp, unsigned order, const Task& task, unsigned node,
                   unsigned nodemask);

}  // namespace bp::reference
