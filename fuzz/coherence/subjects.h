// SPDX-License-Identifier: MIT
// The subjects whose accesses are counted.
#pragma once

#include <span>

#include "fuzz/subject.h"

namespace bp::coherence {

/// lockfree, lockfree-atomic, lockfree-compact, locked; none in a build under ThreadSanitizer,
/// whose library has the hooks.
std::span<const bp_subject* const> counted_subjects();

}  // namespace bp::coherence
