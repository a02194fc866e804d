// SPDX-License-Identifier: MIT
// No restartable sections that we know: nothing to compile with the workloads.
#include "fuzz/bench/inlined.h"

namespace bp::bench {

const Inlined* inlined_rseq() { return nullptr; }

}  // namespace bp::bench
