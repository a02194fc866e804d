// SPDX-License-Identifier: MIT
#include "model/reference/kernel_state.h"

namespace bp::reference {

std::string_view stat_name(Stat s) {
  constexpr std::string_view kNames[kStats] = {"NR_FREE_PAGES", "NR_FREE_CMA_PAGES",
                                               "NR_FREE_PAGES_BLOCKS", "NR_ALLOC_BATCH"};
  return kNames[static_cast<unsigned>(s)];
}

}  // namespace bp::reference
