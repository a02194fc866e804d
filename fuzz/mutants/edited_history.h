// SPDX-License-Identifier: MIT
// A sound history, wrong in one place: what a judge must refuse, whoever wrote it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fuzz/program/rng.h"
#include "model/judge/judge.h"
#include "model/rules/layout.h"
#include "model/vocab/history.h"
#include "model/vocab/program.h"

namespace bp {

enum class Edit : std::uint8_t {
  allocated_twice,     ///< An alloc answers with a frame that is allocated.
  misaligned,          ///< The head of a block of order 1 or more moves up by a page.
  unmanaged,           ///< An alloc answers with a frame of no zone.
  forbidden_zone,      ///< The block moves to a zone above the highest of its mask.
  counter_off_by_one,  ///< One zone counts a page more.
  counter_shifted,     ///< At a census, a free page is counted as one on a per-CPU list.
  block_dropped,       ///< A census loses a free block.
  block_doubled,       ///< A census shows a free block twice.
  block_moved,         ///< A census shows an allocated block as free, and not a free one.
  block_split,         ///< A census after a drain shows a free block as its halves.
  free_rejected,       ///< A proper free is answered with an error.
  misuse_accepted,     ///< A wrong free is answered with success.
};
inline constexpr unsigned kEdits = 12;

std::string_view edit_name(Edit e);

/// Makes the edit somewhere in `h`, the sound history of `p` with all promises. False if there is
/// no place for it; `h` is then as it was.
bool edit_history(Edit e, const Program& p, const rules::Layout& l, Rng& rng, History& h);

/// The history of a program of one alloc whose answer is null on a fresh machine, otherwise sound.
/// To be refused wherever a sound subject serves that alloc.
History null_history(const rules::Layout& l);

}  // namespace bp
