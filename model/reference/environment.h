// SPDX-License-Identifier: MIT
// What a request meets on its way through the slow path: the answers of kswapd, compaction, direct
// reclaim, the OOM killer and cpusets, written down beforehand (R-GEN-9), and the trace of what was
// tried, in order. Plain values: a run with the same answers takes the same way.
//
// Every question takes the next answer of its kind; when these run out, nothing makes progress and
// nothing changes any more. So every request ends, but for one that may not fail: that one is ended
// by `rounds_max`. What an answer frees is given back as if its owner had called __free_pages.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/reference/kernel_state.h"
#include "model/vocab/gfp.h"
#include "model/vocab/slow_trace.h"
#include "model/vocab/units.h"

namespace bp::reference {

using Asked = bp::Answerer;
inline constexpr unsigned kAsked = kAnswerers;
using bp::Action;
using bp::Compacted;
using bp::CompactEffort;
using bp::kCompacted;
using bp::name;
using bp::NodeReclaimed;
using bp::Step;
using bp::text;
using bp::Trace;
using bp::Why;

struct Reply {
  Asked to = Asked::reclaim;
  Compacted compacted = Compacted::complete;           ///< compaction
  NodeReclaimed node_reclaimed = NodeReclaimed::full;  ///< node_reclaim
  std::int64_t progress = 0;  ///< reclaim: pages; killer: not 0 if somebody died; kswapd: not 0 if
                              ///< it sleeps again afterwards; fault: not 0 if there is one.
  bool busy = false;          ///< killer: somebody else is killing.
  unsigned mems = 0;          ///< cpuset: the new mems_allowed; 0: nothing changed.
  std::vector<Pfn> frees;     ///< Heads of allocated blocks; others are passed over.
  bool operator==(const Reply&) const = default;
};

/// What the oracles know of a zone throughout.
struct ZoneCondition {
  ZoneRef zone;
  std::int64_t reclaimable = 0;   ///< Pages (R-SLOW-17).
  std::int64_t in_writeback = 0;  ///< Dirty or under writeback, pages (R-SLOW-17).
  bool over_dirty_limit = false;  ///< R-LIST-3; later kernels: of its whole node.
  bool operator==(const ZoneCondition&) const = default;
};

/// Somebody who answers and listens while a request runs, in place of answers written down before.
class Live {
 public:
  virtual Reply ask(Asked whom) = 0;
  /// Whether the killer's next answer will be that it is busy.
  virtual bool is_killer_busy() = 0;
  virtual void hear(const Step& s) = 0;

 protected:
  ~Live() = default;
};

struct Environment {
  std::vector<Reply> replies;
  Live* live = nullptr;                   ///< Then there are no replies. Outlives the request.
  std::vector<ZoneCondition> conditions;  ///< Zones not named: all zero.
  std::optional<Gfp> gfp_allowed;         ///< gfp_allowed_mask; nothing: every flag (R-CTX-4).
  bool cpusets = false;                   ///< There are cpusets (R-CTX-3).
  bool reclaims_nodes = false;       ///< zone_reclaim_mode, later node_reclaim_mode (R-LIST-6).
  bool compacts = true;              ///< Compaction is built in.
  bool compaction_may_help = false;  ///< More free pages would let it run (R-SLOW-18).
  bool storage_suspended = false;    ///< R-OOM-1
  unsigned rounds_max = kRoundsMax;  ///< Passes of the retry loop.
  bool operator==(const Environment&) const = default;
};

}  // namespace bp::reference
