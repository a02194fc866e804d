// SPDX-License-Identifier: MIT
// What the tasks asked and were told, by intervals of the one order of steps, and two opinions on
// whether it is safe: the interval checker, and a search for a sequential order (Wing and Gong
// 1993), which is exponential and for short histories.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/explore/scenario.h"

namespace bp::explore {

inline constexpr std::uint64_t kNoFrame = ~std::uint64_t{0};
inline constexpr std::uint64_t kOpen = ~std::uint64_t{0};

struct Done {
  unsigned task = 0;  ///< 0: the set-up.
  OpKind kind = OpKind::hold;
  unsigned order = 0;
  ZoneType highest = ZoneType::normal;
  std::uint64_t head = kNoFrame;  ///< alloc: given, or kNoFrame for null; free: given back.
  std::uint64_t invoked = 0;      ///< In moments: every invocation and response is one.
  std::uint64_t responded = kOpen;
  Purpose purpose = Purpose::plain;
  Span range;            ///< Of an operation on a range,
  bool refused = false;  ///< that was told no.

  std::uint64_t end() const { return head + (std::uint64_t{1} << order); }
};
using History = std::vector<Done>;

/// A block in somebody's hands: from alloc's response to the invocation of its free.
struct Ownership {
  std::uint64_t head = 0, end = 0;  ///< Frames [head, end).
  std::uint64_t from = 0;           ///< In moments.
  std::uint64_t until = kOpen;      ///< kOpen: never given back.
  unsigned task = 0;
};
/// In the order in which they were asked for.
std::vector<Ownership> ownerships(const History& h);

/// The first two ownership intervals of one frame that overlap, as a sentence; empty: none.
std::string overlap_of(const History& h);

/// Whether some sequential order that respects the intervals gives away only free blocks. An
/// operation without a response may have happened or not. At most 12 operations.
bool linearizable(const History& h);
inline constexpr std::size_t kSearchMax = 12;

}  // namespace bp::explore
