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

/// "merge-forgets-last-order", ...: after "naive-", the name of the subject.
std::string_view naive_bug_name(NaiveBug bug);

/// Lives as long as the program.
const bp_subject& naive_subject_with(NaiveBug bug);

}  // namespace bp
