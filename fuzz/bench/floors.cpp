// SPDX-License-Identifier: MIT
#include "fuzz/bench/floors.h"

#include <atomic>
#include <cstddef>

#include "fuzz/bench/clock.h"
#include "fuzz/bench/restartable.h"

namespace bp::bench {
namespace {

constexpr std::uint64_t kRounds = 2'000'000;

template <class Loop>
Spread measure_loop(unsigned passes, Loop&& loop) {
  std::vector<double> each;
  for (unsigned p = 0; p < passes; ++p) {
    const std::uint64_t begin = cpu_ns();
    loop();
    each.push_back(static_cast<double>(cpu_ns() - begin) / static_cast<double>(kRounds));
  }
  return spread_of(each);
}

template <class Step>
Spread measure(unsigned passes, Step&& step) {
  return measure_loop(passes, [&] {
    for (std::uint64_t i = 0; i < kRounds; ++i) step();
  });
}

}  // namespace

std::vector<Floor> measure_floors(unsigned passes) {
  std::vector<Floor> floors;
  alignas(64) std::atomic<std::uint64_t> shared{0};
  // relaxed: alone on it; the cost of the bus lock is the same for every order on x86.
  floors.push_back({kLockedRmw, measure(passes, [&] {
                      std::uint64_t old = shared.fetch_add(1, std::memory_order_relaxed);
                      keep(old);
                    })});
  floors.push_back({"full fence", measure(passes, [&] {
                      shared.store(1, std::memory_order_relaxed);
                      std::atomic_thread_fence(std::memory_order_seq_cst);
                    })});
  alignas(64) std::uint64_t plain = 0;
  auto* at = &plain;
  floors.push_back({"plain RMW", measure(passes, [&] {
                      keep(at);
                      *at += 1;
                    })});
  if (restartable_pairs(1)) {
    floors.push_back({"rseq push + pop", measure_loop(passes, [] { restartable_pairs(kRounds); })});
  }
  return floors;
}

}  // namespace bp::bench
