// SPDX-License-Identifier: MIT
// Features for a replay, which has nobody to tell.
#include "fuzz/engines/targets/extra_counters.h"

namespace bp {

void count_features(const std::vector<std::uint32_t>&) {}

}  // namespace bp
