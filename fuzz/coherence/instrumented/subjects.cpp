// SPDX-License-Identifier: MIT
// Of every build that can have instrumented code.
#include "fuzz/coherence/subjects.h"

#include <array>

#include "fuzz/coherence/counted/subjects.h"

namespace bp::coherence {

std::span<const bp_subject* const> counted_subjects() {
  static const std::array all{&bp_counted::pinned_subject(), &bp_counted::atomic_subject(),
                              &bp_counted::compact_subject(), &bp_counted::locked_subject()};
  return all;
}

}  // namespace bp::coherence
