// SPDX-License-Identifier: MIT
// A machine whose restartable sections we do not know.
#include "fuzz/bench/restartable.h"

namespace bp::bench {

bool restartable_pairs(std::uint64_t) { return false; }

}  // namespace bp::bench
