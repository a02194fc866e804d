// SPDX-License-Identifier: MIT
// The fuzz entry of schedules: one source for libFuzzer, AFL++ and plain replay.
#include "fuzz/engines/targets/conc_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static bp::ConcTarget target = bp::ConcTarget::from_environment();
  // -1: not a scenario, not worth keeping.
  return target.one({data, size}) ? 0 : -1;
}
