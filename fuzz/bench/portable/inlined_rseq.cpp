// SPDX-License-Identifier: MIT
#include "fuzz/bench/inlined.h"

namespace bp::bench {

const Inlined* inlined_rseq() { return nullptr; }

}  // namespace bp::bench
