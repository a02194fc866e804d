// SPDX-License-Identifier: MIT
// The fuzz entry of sequential programs: one source for libFuzzer, AFL++ and plain replay.
#include "fuzz/engines/targets/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static bp::Target target = bp::Target::from_environment();
  target.one({data, size});
  return 0;
}
