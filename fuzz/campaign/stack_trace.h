// SPDX-License-Identifier: MIT
// Where a crash happened: a process that ends with a signal prints its stack first, and the stack
// is read back from what it printed. A sanitizer's own report is read alike.
//
// Frames are named by llvm-symbolizer where it is installed; elsewhere a frame is "module+0x1234",
// which still is the same for the same crash of the same build.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bp::campaign {

/// Frames that tell one crash from another: more of them tell apart what is one bug.
inline constexpr std::size_t kKeyFrames = 3;
inline constexpr std::size_t kFramesMax = 32;

/// From here on a fatal signal prints the stack to stderr before it ends this process. Signals that
/// somebody handles already (a sanitizer) are left to them.
void print_stack_on_signal();

/// The frames printed in `log`, innermost first, without those of the C library's way to end a
/// process. Empty: none were printed.
std::vector<std::string> stack_in(std::string_view log);

}  // namespace bp::campaign
