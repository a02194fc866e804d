// SPDX-License-Identifier: MIT
// Planted bugs: the naive subject, wrong in one way each. Whoever claims to find such bugs is run
// on these. The subject without a bug is compiled from the same lines with every fault off.
#pragma once

#include <cstdint>
#include <string_view>

#include "fuzz/subject.h"

namespace bp {

enum class NaiveBug : std::uint8_t {
  merge_forgets_last_order,  ///< Two free blocks of order 9 stay apart.
  split_puts_wrong_half,     ///< A split frees the half that it hands out.
  merge_crosses_zones,       ///< A buddy beyond the zone's end is merged too.
  watermark_off_by_one,      ///< Free pages equal to the mark pass.
  reserve_forgotten,         ///< lowmem_reserve is not kept.
  free_unchecked,            ///< Any managed frame is taken back.
  nodemask_forgotten,        ///< The request's nodes are not looked at.
  null_too_early,            ///< Null after the fast attempt.
};
inline constexpr unsigned kNaiveBugs = 8;

/// The same in its slow path, where only a request in an environment comes.
enum class NaiveSlowBug : std::uint8_t {
  none,
  cpuset_left,        ///< Takes from nodes outside of the cpuset.
  dirty_ignored,      ///< Who writes takes from nodes that are too dirty.
  fault_ignored,      ///< A request that is to fail goes on.
  wakes_unasked,      ///< Says that it woke kswapd, and did not ask it.
  answer_misheard,    ///< Says that reclaim freed a page more.
  waits_in_atomic,    ///< Reclaims for who may not wait.
  noretry_forgotten,  ///< NORETRY goes round again.
  restart_forgotten,  ///< Goes on when the cpuset has changed.
  low_mark_kept,      ///< Looks at the low mark in the slow path too.
  reserve_for_all,    ///< Opens all of memory to everybody.
};
inline constexpr unsigned kNaiveSlowBugs = 10;  ///< Without none.

/// "cpuset-left", ...: after "naive-slow-", the name of the subject.
std::string_view naive_slow_bug_name(NaiveSlowBug bug);
/// Lives as long as the program. `bug` is not none.
const bp_subject& naive_slow_subject_with(NaiveSlowBug bug);

/// "merge-forgets-last-order", ...: after "naive-", the name of the subject.
std::string_view naive_bug_name(NaiveBug bug);

/// Lives as long as the program.
const bp_subject& naive_subject_with(NaiveBug bug);

}  // namespace bp
