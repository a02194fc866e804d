// SPDX-License-Identifier: MIT
// What a request meets in its slow path (R-GEN-9): who is asked there, what they can say, and what
// holds throughout. The words that programs, subjects and both descriptions of the kernel share.
#pragma once

#include <cstdint>

#include "model/vocab/gfp.h"

namespace bp {

/// Who is asked.
enum class Answerer : std::uint8_t {
  kswapd,        ///< A wake: what it frees before anything else happens.
  compaction,    ///< R-SLOW-11, R-SLOW-32
  reclaim,       ///< R-SLOW-14
  killer,        ///< R-OOM-1
  node_reclaim,  ///< R-LIST-6
  cpuset,        ///< A look at the sequence counter (R-CTX-14, R-SLOW-33).
  fault,         ///< R-CTX-5
};
inline constexpr unsigned kAnswerers = 7;

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
inline constexpr unsigned kNodeReclaimed = 4;

inline constexpr unsigned kFreesMax = 16;         ///< Handles that one answer gives back, at most.
inline constexpr unsigned kProgressMax = 255;     ///< Pages of one answer's progress, at most.
inline constexpr unsigned kReclaimableMax = 255;  ///< Pages of each zone, at most.

/// The answer that an operation writes down for the next request.
struct OpAnswer {
  Answerer from = Answerer::kswapd;
  std::uint8_t result = 0;    ///< A Compacted or a NodeReclaimed, of those that have one.
  std::uint8_t progress = 0;  ///< reclaim: pages; killer: 1: somebody died; kswapd: 1: it sleeps
                              ///< again afterwards; fault: 1: there is one.
  bool busy = false;          ///< killer: somebody else is killing, and that is all.
  std::uint8_t frees = 0;     ///< So many handles, from the operation's on, are given back; not of
                              ///< cpuset and fault.
  std::uint8_t mems = 0;      ///< cpuset: mems_allowed of the request from here on; 0: unchanged.
  constexpr bool operator==(const OpAnswer&) const = default;
};

constexpr bool has_result(Answerer a) {
  return a == Answerer::compaction || a == Answerer::node_reclaim;
}
constexpr unsigned results_of(Answerer a) {
  return a == Answerer::compaction ? kCompacted : a == Answerer::node_reclaim ? kNodeReclaimed : 1;
}
constexpr unsigned progress_max(Answerer a) {
  if (a == Answerer::reclaim) return kProgressMax;
  return a == Answerer::killer || a == Answerer::kswapd || a == Answerer::fault ? 1 : 0;
}
constexpr bool may_free(Answerer a) { return a < Answerer::cpuset; }

/// What holds around every request, until told otherwise. Bits of OpWorld::flags.
enum class WorldFlag : std::uint8_t {
  cpusets,           ///< There are cpusets (R-CTX-3).
  zone_reclaim,      ///< zone_reclaim_mode, later node_reclaim_mode (R-LIST-6).
  no_compaction,     ///< Compaction is not built in.
  compaction_helps,  ///< More free pages would let it run (R-SLOW-18).
  suspended,         ///< Storage is (R-OOM-1).
  writeback,         ///< What is reclaimable is under writeback (R-SLOW-17).
};
inline constexpr unsigned kWorldFlags = 6;

/// What gfp_allowed_mask forbids at most: what a kernel that boots or sleeps cannot do (R-CTX-4).
inline constexpr Gfp kForbiddable =
    GfpFlag::wait | GfpFlag::io | GfpFlag::fs | GfpFlag::direct_reclaim | GfpFlag::kswapd_reclaim;

struct OpWorld {
  std::uint8_t flags = 0;
  std::uint8_t reclaimable = 0;  ///< Pages of each zone that reclaim could free (R-SLOW-17).
  std::uint8_t dirty_nodes = 0;  ///< Bit n: node n is over its dirty limit (R-LIST-3).
  constexpr bool is(WorldFlag f) const { return (flags >> static_cast<unsigned>(f) & 1) != 0; }
  constexpr bool operator==(const OpWorld&) const = default;
};

}  // namespace bp
