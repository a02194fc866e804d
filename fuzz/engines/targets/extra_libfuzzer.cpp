// SPDX-License-Identifier: MIT
// Features as libFuzzer's extra counters.
#include <cstddef>

#include "fuzz/engines/targets/extra_counters.h"

namespace bp {
namespace {

/// libFuzzer clears and reads all of them in every execution.
constexpr std::size_t kCounters = std::size_t{1} << 14;
[[gnu::section("__libfuzzer_extra_counters"), gnu::used]] std::uint8_t counters[kCounters];

}  // namespace

void count_features(const std::vector<std::uint32_t>& features) {
  for (const std::uint32_t f : features) {
    std::uint8_t& c = counters[f % kCounters];
    if (c != 0xff) ++c;
  }
}

}  // namespace bp
