// SPDX-License-Identifier: MIT
// Numbers that a target counts beside the edges of its code, as feedback: in the words of libFuzzer
// (a section of counters), of AFL++ (edges of its map that no code has), or nobody's.
#pragma once

#include <cstdint>
#include <vector>

namespace bp {

/// Once an execution; features are any numbers, taken modulo the counters that there are.
void count_features(const std::vector<std::uint32_t>& features);

}  // namespace bp
