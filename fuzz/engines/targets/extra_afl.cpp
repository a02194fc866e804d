// SPDX-License-Identifier: MIT
// AFL++'s runtime gives every guard that it is shown a place in the map; so it is shown some that
// no code has.
#include <cstddef>

#include "fuzz/engines/targets/extra_counters.h"

extern "C" void __sanitizer_cov_trace_pc_guard_init(std::uint32_t* start, std::uint32_t* stop);
extern "C" void __sanitizer_cov_trace_pc_guard(std::uint32_t* guard);

namespace bp {
namespace {

constexpr std::size_t kGuards = std::size_t{1} << 14;
std::uint32_t guards[kGuards];

/// Before main, as the compiler's own are shown.
[[gnu::constructor]] void show_guards() {
  __sanitizer_cov_trace_pc_guard_init(guards, guards + kGuards);
}

}  // namespace

void count_features(const std::vector<std::uint32_t>& features) {
  for (const std::uint32_t f : features) __sanitizer_cov_trace_pc_guard(&guards[f % kGuards]);
}

}  // namespace bp
