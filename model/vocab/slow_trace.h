// SPDX-License-Identifier: MIT
// What a request did, step by step, from the first look at the free lists to its end: the trace of
// its slow path, with the questions it asked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocab/environment.h"
#include "model/vocab/gfp.h"

namespace bp {

enum class Mark : std::uint8_t { min, low, high };  ///< Index of a watermark: 0, 1, 2 (R-AF).

/// The ALLOC_* flags (R-AF). The judge's attempts carry those that a watermark check looks at.
struct AllocFlags {
  bool high = false;           ///< v4.7 HIGH, v6.1 MIN_RESERVE: __GFP_HIGH.
  bool harder = false;         ///< v4.7 HARDER, v6.1 NON_BLOCK.
  bool highatomic = false;     ///< v6.1: may use highatomic pageblocks.
  bool oom = false;            ///< v6.1: OOM victim.
  bool cma = false;            ///< May use CMA pageblocks.
  bool no_watermarks = false;  ///< A failed check is ignored (R-LIST-5).
  bool cpuset = false;         ///< Bound by the task's cpuset and node mask (R-SLOW-33).
  bool fair = false;           ///< v4.7: zones take turns (R-LIST-2).
  bool nofragment = false;     ///< No pageblock of another type is broken into (R-MT-20).
  bool kswapd = false;         ///< May wake kswapd.
  constexpr bool operator==(const AllocFlags&) const = default;
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
  ask,           ///< A question, and its answer; of subjects only.
};
inline constexpr unsigned kActions = 14;

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
  endless,          ///< Its rounds are used up: the kernel would go on.
};
inline constexpr unsigned kWhys = 20;

/// One thing that was done. What an action does not have stays as it is here.
struct Step {
  Action action = Action::attempt;
  Mark mark = Mark::min;  ///< attempt
  AllocFlags flags;       ///< attempt
  unsigned node = 0;      ///< attempt: whose zonelist; node_reclaim: which.
  unsigned nodemask = 0;  ///< attempt; 0: all. ask of a cpuset: the new one; 0: unchanged.
  Gfp gfp;                ///< attempt, compact, reclaim, kill: the mask of that moment.
  CompactEffort effort = CompactEffort::async;         ///< compact
  Compacted compacted = Compacted::not_suitable;       ///< compact, ask
  NodeReclaimed node_reclaimed = NodeReclaimed::full;  ///< node_reclaim, ask
  std::int64_t pages = 0;                              ///< reclaim, kill, ask: progress.
  Why why = Why::none;                                 ///< retry, restart, fail
  Answerer asked = Answerer::kswapd;                   ///< ask
  bool busy = false;                                   ///< ask, of the killer.
  bool operator==(const Step&) const = default;
};
using Trace = std::vector<Step>;

/// Passes of the retry loop that one request makes at most: more than any that ends.
inline constexpr unsigned kRoundsMax = 64;

/// "attempt min high|cpuset node 0", "compact async: skipped", "retry: reclaim". Masks are left
/// out.
std::string text(const Step& s);
/// One step after the other, separated by "; ".
std::string text(const Trace& t);

std::string_view name(Compacted c);      ///< "not-suitable"
std::string_view name(Answerer a);       ///< "compaction"
std::string_view name(NodeReclaimed n);  ///< "noscan"
std::string_view name(Why w);            ///< "may-not-block"

}  // namespace bp
