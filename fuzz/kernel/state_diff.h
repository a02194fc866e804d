// SPDX-License-Identifier: MIT
// Two states of an allocator compared, by name: every counter, every list in order. What is left
// out does not change while operations run (the machine) or is not the allocator's (lru).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/reference/kernel_state.h"

namespace bp::kernel {

struct StateDifference {
  std::string where;  ///< "node 0 DMA32: NR_FREE_PAGES"
  std::string expected, got;
};

/// The first `max` differences, in the order of a dump.
std::vector<StateDifference> differences(const reference::KernelState& expected,
                                         const reference::KernelState& got, std::size_t max);

/// "node 0 DMA32"
std::string zone_label(const reference::ZoneState& z);

}  // namespace bp::kernel
