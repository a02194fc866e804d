// SPDX-License-Identifier: MIT
// The same mutator as a shared object for AFL++ (AFL_CUSTOM_MUTATOR_LIBRARY), whose driver ignores
// libFuzzer's entry points. Built without sanitizers and coverage: it is loaded into afl-fuzz.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "fuzz/engines/targets/mutator.h"

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t*, std::size_t, std::size_t, unsigned);
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t*, std::size_t,
                                                 const std::uint8_t*, std::size_t, std::uint8_t*,
                                                 std::size_t, unsigned);

namespace {

constexpr unsigned kCrossEvery = 8;  ///< One mutation in so many crosses two inputs.

/// Made by afl_custom_init, one for each afl-fuzz.
struct Mutator {
  std::uint64_t state;
  std::vector<std::uint8_t> out;

  /// SplitMix64: a stream of seeds from one.
  unsigned next() {
    std::uint64_t z = state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return static_cast<unsigned>(z >> 32);
  }
};

}  // namespace

extern "C" void* afl_custom_init(void*, unsigned seed);
extern "C" std::size_t afl_custom_fuzz(void* self, std::uint8_t* data, std::size_t size,
                                       std::uint8_t** out, std::uint8_t* other,
                                       std::size_t other_size, std::size_t max_size);
extern "C" void afl_custom_deinit(void* self);

extern "C" void* afl_custom_init(void*, unsigned seed) {
  return new Mutator{seed, std::vector<std::uint8_t>(bp::mutator_input_max())};
}

extern "C" std::size_t afl_custom_fuzz(void* self, std::uint8_t* data, std::size_t size,
                                       std::uint8_t** out, std::uint8_t* other,
                                       std::size_t other_size, std::size_t max_size) {
  auto& m = *static_cast<Mutator*>(self);
  const std::size_t most = std::min(max_size, m.out.size());
  *out = m.out.data();
  if (other != nullptr && other_size > 0 && m.next() % kCrossEvery == 0) {
    return LLVMFuzzerCustomCrossOver(data, size, other, other_size, *out, most, m.next());
  }
  const std::size_t kept = std::min(size, most);
  std::memcpy(*out, data, kept);
  return LLVMFuzzerCustomMutator(*out, kept, most, m.next());
}

extern "C" void afl_custom_deinit(void* self) { delete static_cast<Mutator*>(self); }
