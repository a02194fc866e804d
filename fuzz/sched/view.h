// SPDX-License-Identifier: MIT
// What a task, or who reads a store, knows of the others: a vector clock of fixed size. One lane a
// task counts that task's events; the last lane counts seq_cst fences, which are totally ordered.
// A View also serves as the mark of a store: by lane, the first event that touched it. Then "the
// view knows the store" is one comparison of eight lanes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace bp::sched {

/// Tasks of an execution, the set-up (task 0) among them.
inline constexpr unsigned kTasksMax = 7;
inline constexpr unsigned kSetup = 0;

/// Counts events of one task, from 1; 0 is before the first.
using Clock = std::int32_t;
inline constexpr Clock kNever = std::numeric_limits<Clock>::max();

inline constexpr unsigned kFenceLane = kTasksMax;

struct alignas(32) View {
  std::array<Clock, kTasksMax + 1> lane{};

  void join(const View& other) {
    for (std::size_t i = 0; i < lane.size(); ++i)
      lane[i] = lane[i] < other.lane[i] ? other.lane[i] : lane[i];
  }
  /// Whether one of the events that `first` marks has happened before.
  bool knows(const View& first) const {
    unsigned known = 0;
    for (std::size_t i = 0; i < lane.size(); ++i) known |= lane[i] >= first.lane[i] ? 1U : 0U;
    return known != 0;
  }
};
static_assert(sizeof(View) == 32, "a view is one or two vector registers");

/// The mark of a store that nobody has touched.
inline constexpr View kUntouched = [] {
  View v;
  for (Clock& c : v.lane) c = kNever;
  return v;
}();

}  // namespace bp::sched
