// SPDX-License-Identifier: MIT
// What the judge of kernels is told: one stretch of a kernel's life, between two complete states,
// as the requests that were made and the answers that were given. Nobody says what happened inside
// in between; that is what the judge does without. Plain values, so that one can be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/invariants/state_view.h"
#include "model/reference/kernel_state.h"
#include "model/reference/reference.h"
#include "model/vocab/gfp.h"
#include "model/vocab/migratetype.h"
#include "model/vocab/units.h"

namespace bp {

enum class KernelAct : std::uint8_t {
  alloc,       ///< A block of `order` was asked for; `head` is the answer.
  bulk,        ///< `pages` single pages were given out whose frames are not said yet.
  shown,       ///< A page of such a bulk, by its frame.
  free,        ///< The block at `head` was given back for good.
  free_any,    ///< The same of a block that may be somebody else's.
  free_tails,  ///< All of the block at `head` but its first page was given back (R-API-11).
  split,       ///< The block at `head` became single pages.
  take,        ///< The free block at `head` was taken off its list.
  isolate,     ///< The pageblock of `head` was.
  unisolate,   ///< The same undone.
  unreserve,   ///< A pageblock may have left the highatomic reserve.
  grouping,    ///< Mobility grouping was switched.
  watermarks,  ///< Watermarks were computed anew.
  go_bad,      ///< The page `head` fails every check from now on.
  other,       ///< Anything that gives nothing out and takes nothing back.
};

struct KernelEvent {
  KernelAct act = KernelAct::other;
  unsigned cpu = 0;
  int node = -1;  ///< Asked for; -1: by the task's policy.
  Gfp gfp;        ///< As the caller wrote it.
  unsigned order = 0;
  reference::Task task;
  Pfn head = kNoPfn;  ///< kNoPfn of an alloc: it was given nothing.
  std::int64_t pages = 0;
  std::optional<reference::ZoneRef> zone = {};  ///< That the kernel said `head` is in.
  std::optional<Migratetype> pageblock = {};    ///< The type that its pageblock had afterwards.
  std::optional<bool> marked = {};              ///< pfmemalloc (R-PREP-4), if it is known.
  std::optional<unsigned> zone_of_mask = {};    ///< The zone index that the mask selects.
  std::size_t line = 0;                         ///< Of the recording; 0: of none.
};

/// Between the two states no kswapd goes to sleep, as with interrupts off.
struct KernelHistory {
  reference::KernelState before, after;
  std::vector<HeldBlock> held;  ///< At the beginning; others may hold more.
  std::vector<Pfn> bad;         ///< Pages that were bad at the beginning.
  std::vector<KernelEvent> events;
  bool settings_written = false;  ///< Lists' `high` may have been lowered before.
};

}  // namespace bp
