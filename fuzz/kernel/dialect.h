// SPDX-License-Identifier: MIT
// Recordings come from four recorders, whose lines differ a little and whose operation letters
// mean different things. A dialect is what a reader must know about one of them; it follows from
// the profile, and the profile from the first dump.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/vocab/machine.h"
#include "model/vocab/profile.h"

namespace bp::kernel {

/// What a recorded line asked the kernel to do, the same word for all dialects.
enum class OpKind : std::uint8_t {
  alloc,            ///< alloc_pages, alloc_pages_node into a slot.
  free,             ///< __free_pages of a slot.
  free_cold,        ///< v4.7: order 0, to the cold end.
  free_while_held,  ///< v5.15, v7.1: with a second reference, which is dropped after it.
  get,              ///< One more reference of a slot's block.
  put_extra,        ///< v4.7: an extra reference, taken and given back by __free_pages.
  split,            ///< split_page; the parts go to slots of their own.
  split_free,       ///< v4.7: split_page, then every page is freed, ascending.
  bulk,             ///< alloc_pages_bulk into an array of slots.
  exact,            ///< alloc_pages_exact into slots of one page each.
  show,             ///< Nothing is done: what the slot holds.
  drain_all,        ///< drain_all_pages.
  drain_zone,       ///< drain_all_pages of one zone.
  drain_local,      ///< drain_local_pages.
  drain_batch,      ///< v4.7: drain_zone_pages.
  tick,             ///< The vmstat tick of this CPU.
  tick_age,         ///< The same, and lists of remote zones age.
  watermarks,       ///< min_free_kbytes maybe, then the watermarks anew.
  reclaim_active,   ///< Sets or clears a zone's flag.
  unreserve,        ///< unreserve_highatomic_pageblock.
  isolate,          ///< start_isolate_page_range of a pageblock.
  unisolate,        ///< undo_isolate_page_range.
  take,             ///< __isolate_free_page of a block named by frame or as first of its list.
  put_back,         ///< __putback_isolated_page.
  task,             ///< What the task is from now on.
  bad_frame,        ///< A page in a free block goes bad.
  bad_slot,         ///< The head of a slot's block goes bad.
  grouping,         ///< Mobility grouping off or on.
  alloc_frame,      ///< ftrace: alloc_pages, of which only the frame is known.
  free_frame,       ///< ftrace: the last reference of a block named by its frame.
  nothing,          ///< Was not done after all.
};

/// How a dump writes what is not the same everywhere.
enum class Recorder : std::uint8_t { v4_7, v5_15_and_7_1, v6_1 };

struct Dialect {
  Profile profile = Profile::v6_1_lts192;  ///< Whose rules it is replayed by.
  Profile written = Profile::v6_1_lts192;  ///< The kernel that the lines are of.
  Recorder recorder = Recorder::v6_1;
  unsigned pcp_lists = 14;  ///< Per-CPU lists of a zone; 12 on a kernel without huge pages.
  Era era() const { return era_of(profile); }
};

/// Of lines of `written`, replayed by the rules of `profile`.
Dialect dialect_of(Profile written, Profile profile);
inline Dialect dialect_of(Profile p) { return dialect_of(p, p); }

/// Whether dumps of one have what the rules of the other need: one recorder wrote both.
bool fits(Profile written, Profile rules);

/// Nothing: no operation of this dialect.
std::optional<OpKind> kind_of(Recorder r, char letter);

/// What a file is, by its first lines.
enum class FileKind : std::uint8_t {
  recording,  ///< Batches between dumps.
  organic,    ///< ftrace text between two dumps.
  trace,      ///< Events without a dump: nothing to replay them on.
  unknown,
};
struct FileShape {
  FileKind kind = FileKind::unknown;
  Profile profile = Profile::v6_1_lts192;  ///< Of recording and organic.
};
FileShape shape_of(std::string_view text);

}  // namespace bp::kernel
