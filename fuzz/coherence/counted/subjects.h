// SPDX-License-Identifier: MIT
// The subjects as instrumented code. The build compiles them with the word `bp` meaning bp_counted,
// so that they stand beside the ones that ship and no template of theirs is mistaken for one of
// those. Their accesses go to Watch::current; with none, they run unwatched.
#pragma once

#include "fuzz/subject.h"

namespace bp_counted {

const bp_subject& pinned_subject();   ///< "lockfree"; its drains tell of barriers.
const bp_subject& atomic_subject();   ///< "lockfree-atomic".
const bp_subject& compact_subject();  ///< "lockfree-compact".
const bp_subject& locked_subject();   ///< "locked".

}  // namespace bp_counted

extern "C" void bp_coherence_barrier();
