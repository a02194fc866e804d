// SPDX-License-Identifier: MIT
// How long the inputs of the engines with coverage may get, in bytes: told to libFuzzer, and kept
// by the mutators that AFL++ loads. Longer ones are only slow.
#pragma once

#include <cstddef>

namespace bp {

inline constexpr std::size_t kSeqInputMax = 1024;   ///< A program: some 300 operations.
inline constexpr std::size_t kConcInputMax = 2048;  ///< A scenario, and a byte a choice.

}  // namespace bp
