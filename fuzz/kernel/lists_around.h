// SPDX-License-Identifier: MIT
// What an operation saw, for a report: the counters and lists of the zones that it touched, each
// list shortened.
#pragma once

#include <string>
#include <vector>

#include "fuzz/kernel/op_reader.h"
#include "model/reference/kernel_state.h"

namespace bp::kernel {

/// Of the zones with the two frames (kNoPfn: none; both none: every zone), free lists from the
/// operation's order up and the lists of its CPU. One text a line.
std::vector<std::string> lists_around(const reference::KernelState& s, const RecordedOp& op,
                                      Pfn expected, Pfn got);

}  // namespace bp::kernel
