// SPDX-License-Identifier: MIT
// As mutator.cpp, for inputs that are a scenario and a schedule.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fuzz/engines/input_max.h"
#include "fuzz/engines/targets/mutator.h"
#include "fuzz/explore/vary_choices.h"

namespace {

/// BUDDYPROOF_SCENARIOS=given: only schedules are mutated.
bp::explore::Scenarios scenarios() {
  const char* const said = std::getenv("BUDDYPROOF_SCENARIOS");
  const bool given = said != nullptr && std::string_view(said) == "given";
  return given ? bp::explore::Scenarios::given : bp::explore::Scenarios::mutated;
}

}  // namespace

std::size_t bp::mutator_input_max() { return kConcInputMax; }

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  static const bp::explore::Scenarios kScenarios = scenarios();
  return bp::explore::mutate_input(data, size, max_size, seed, kScenarios);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2,
                                                 std::uint8_t* out, std::size_t max_out,
                                                 unsigned seed) {
  return bp::explore::cross_inputs({data1, size1}, {data2, size2}, {out, max_out}, seed);
}
