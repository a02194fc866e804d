// SPDX-License-Identifier: MIT
// One recorded operation: what was asked of the kernel and what it answered, as numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/kernel/dialect.h"
#include "model/vocab/units.h"

namespace bp::kernel {

inline constexpr unsigned kSlotsMax = 1U << 22;  ///< Slots are numbered below this.

/// What the kernel said, in its own numbers; -1 is the recorder's.
enum RecordedError : int {
  kDone = 0,
  kSkipped = -1,  ///< It might have blocked, so it was not asked.
  kEmpty = -2,    ///< The slot was empty, or there is no such block: nothing was done.
  kDenied = -11,  ///< By the watermark.
  kNoMemory = -12,
  kBusy = -16,     ///< The slot was in use, nothing was done; or isolation was refused.
  kInvalid = -22,  ///< Nothing was done.
};

struct RecordedOp {
  OpKind kind = OpKind::show;
  char letter = '?';
  std::uint8_t cpu = 0;
  std::uint8_t zone_argument = 0;  ///< z=
  std::uint8_t type_argument = 0;  ///< t=
  std::int8_t node = -1;           ///< Asked for; -1: none.
  unsigned order = 0;              ///< Or what the dialect keeps in this column.
  std::uint32_t gfp = 0;           ///< Raw, in the era of the dialect; or what it keeps there.
  std::uint32_t slot = 0;
  Pfn pfn = kNoPfn;
  unsigned zone = 0, on_node = 0;  ///< Of pfn.
  unsigned type = 0;               ///< Raw, of its pageblock afterwards.
  unsigned gfp_zone = 0;           ///< Zone index that the mask selects.
  int error = 0;                   ///< RecordedError; a tick's own number.
  std::int64_t argument = 0;       ///< n=
  std::int64_t result = 0;         ///< r=
  std::size_t line = 0;
};

/// A fault in one clause, or nothing.
std::string read_op(std::string_view line, Recorder r, RecordedOp& op);

}  // namespace bp::kernel
