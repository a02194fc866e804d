// SPDX-License-Identifier: MIT
// What a mutator says of itself to AFL++'s side; libFuzzer is told on its command line.
#pragma once

#include <cstddef>

namespace bp {

/// Bytes of one input.
std::size_t mutator_input_max();

}  // namespace bp
