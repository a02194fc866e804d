// SPDX-License-Identifier: MIT
// Mutation on operations, not on raw bytes, in the words of libFuzzer. Linked into its targets, and
// called by the shared object for AFL++.
#include <cstddef>
#include <cstdint>

#include "fuzz/engines/input_max.h"
#include "fuzz/engines/targets/mutator.h"
#include "fuzz/program/mutate.h"

std::size_t bp::mutator_input_max() { return kSeqInputMax; }

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return bp::mutate_bytes(data, size, max_size, seed);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2,
                                                 std::uint8_t* out, std::size_t max_out,
                                                 unsigned seed) {
  return bp::cross_bytes({data1, size1}, {data2, size2}, out, max_out, seed);
}
