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
#include <string>
#include <string_view>
#include <vector>

#include "model/reference/kernel_state.h"
#include "model/rules/context.h"
#include "model/vocab/gfp.h"
#include "model/vocab/units.h"

namespace bp::reference {

/// Who is asked.
enum class Asked : std::uint8_t {
  kswapd,        ///< A wake: what it frees before anything else happens.
  compaction,    ///< R-SLOW-11, 32
  reclaim,       ///< R-SLOW-14
  killer,        ///< R-OOM
  node_reclaim,  ///< R-LIST-6
  cpuset,        ///< A look at the sequence counter (R-CTX-14, R-SLOW-33).
  fault,         ///< R-CTX-5
};
inline constexpr unsigned kAsked = 7;

/// What compaction says of itself, from "did not even start" on. The order is the kernel's.
enum class Compacted : std::uint8_t {
  not_suitable,      ///< No zone would gain.
  skipped,           ///< Too few single pages to work with.
  deferred,          ///< Failed too often lately.
  no_suitable_page,  ///< Ran, and the page is of no use.
  continued,         ///< Not finished with any zone.
  complete,          ///< Went through everything and failed.
  partial_skipped,   ///< Went through a part.
  contended,         ///< Others were in the way.
  success,           ///< There should be a block now.
};
inline constexpr unsigned kCompacted = 9;

enum class NodeReclaimed : std::uint8_t { noscan, full, some, success };  ///< R-LIST-6

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

struct Environment {
  std::vector<Reply> replies;
  std::vector<ZoneCondition> conditions;  ///< Zones not named: all zero.
  std::optional<Gfp> gfp_allowed;         ///< gfp_allowed_mask; nothing: every flag (R-CTX-4).
  bool cpusets = false;                   ///< There are cpusets (R-CTX-3).
  bool reclaims_nodes = false;       ///< zone_reclaim_mode, later node_reclaim_mode (R-LIST-6).
  bool compacts = true;              ///< Compaction is built in.
  bool compaction_may_help = false;  ///< More free pages would let it run (R-SLOW-18).
  bool storage_suspended = false;    ///< R-OOM-1
  unsigned rounds_max = 64;          ///< Passes of the retry loop: more than any that ends.
  bool operator==(const Environment&) const = default;
};

/// How hard compaction tries; each next one harder.
enum class CompactEffort : std::uint8_t { async, sync_light, sync_full };

enum class Action : std::uint8_t {
  attempt,       ///< A pass over the zonelist.
  wake_kswapd,   ///< Of all nodes of the zonelist.
  compact,       ///
  reclaim,       ///
  unreserve,     ///< Highatomic pageblocks were given up or not: `pages` 1 or 0.
  drain,         ///< All per-CPU lists.
  node_reclaim,  ///
  kill,          ///
  wait,          ///< For writeback (R-SLOW-17).
  retry,         ///< Back to the loop's begin.
  restart,       ///< Back to the slow path's begin, or to the fast path (v4.7).
  inject,        ///< A fault.
  fail,          ///< Nothing, and why.
};

/// Why a retry, a restart or a failure.
enum class Why : std::uint8_t {
  none,
  reclaim,          ///< Enough would be left if all of it were reclaimed.
  compaction,       ///< Compaction may still help.
  compacted_first,  ///< What is cheap was tried; now the rest (v7.1).
  killed,           ///< Somebody died, or is dying.
  unreserved,       ///< The last highatomic pageblocks were given back.
  reserves,         ///< Reserves or other nodes are open now (v7.1).
  mixing,           ///< Pageblocks may be mixed now (v7.1, defrag_mode).
  nofail,           ///< It may not fail.
  cpuset,           ///< The cpuset changed meanwhile.
  large_order,      ///< R-SLOW-1
  no_zone,          ///< No zone is allowed (R-SLOW-30).
  may_not_block,    ///< R-SLOW-8
  memalloc,         ///< It is itself what reclaims (R-SLOW-9).
  oom_victim,       ///< It is dying (R-SLOW-10).
  huge_page,        ///< R-SLOW-12
  noretry,          ///< R-SLOW-15
  costly,           ///< R-SLOW-15
  no_progress,      ///< Everything was tried.
  endless,          ///< Environment::rounds_max: the kernel would go on.
};

/// One thing that was done. What an action does not have stays as it is here.
struct Step {
  Action action = Action::attempt;
  rules::Mark mark = rules::Mark::min;  ///< attempt
  rules::AllocFlags flags;              ///< attempt
  unsigned node = 0;                    ///< attempt: whose zonelist; node_reclaim: which.
  unsigned nodemask = 0;                ///< attempt; 0: all
  Gfp gfp;  ///< attempt, compact, reclaim, kill: the mask of that moment.
  CompactEffort effort = CompactEffort::async;         ///< compact
  Compacted compacted = Compacted::not_suitable;       ///< compact
  NodeReclaimed node_reclaimed = NodeReclaimed::full;  ///< node_reclaim
  std::int64_t pages = 0;                              ///< reclaim, kill: progress.
  Why why = Why::none;                                 ///< retry, restart, fail
  bool operator==(const Step&) const = default;
};
using Trace = std::vector<Step>;

/// "attempt min high|cpuset node 0", "compact async: skipped", "retry: reclaim". Masks are left
/// out.
std::string text(const Step& s);
/// One step after the other, separated by "; ".
std::string text(const Trace& t);

std::string_view name(Compacted c);      ///< "not-suitable"
std::string_view name(Asked a);          ///< "compaction"
std::string_view name(NodeReclaimed n);  ///< "noscan"
std::string_view name(Why w);            ///< "may-not-block"

}  // namespace bp::reference
