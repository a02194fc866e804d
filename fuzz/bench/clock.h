// SPDX-License-Identifier: MIT
// CPU time of the calling thread, where it runs, and a barrier for the compiler.
#pragma once

#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <cstdint>
#include <type_traits>

namespace bp::bench {

/// Nanoseconds that this thread has been on a CPU.
inline std::uint64_t cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(t.tv_nsec);
}

/// The CPUs that the process may use. To be asked before any thread is pinned: threads have those
/// of the thread that starts them.
inline const cpu_set_t& allowed_cpus() {
  static const cpu_set_t all = [] {
    cpu_set_t may;
    CPU_ZERO(&may);
    sched_getaffinity(0, sizeof may, &may);
    return may;
  }();
  return all;
}

/// The n-th of allowed_cpus(), around. False: the thread stays unpinned.
inline bool pin_to(unsigned n) {
  const cpu_set_t& may = allowed_cpus();
  if (CPU_COUNT(&may) == 0) return false;
  unsigned skip = n % static_cast<unsigned>(CPU_COUNT(&may));
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &may) || skip-- != 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return pthread_setaffinity_np(pthread_self(), sizeof one, &one) == 0;
  }
  return false;
}

/// The compiler must have `v`, and may assume nothing about it and about memory afterwards: a
/// number in a register, anything else in memory.
template <class T>
inline void keep(T& v) {
  if constexpr (std::is_scalar_v<T>) {
    asm("" : "+r"(v));
    asm("" : : "r"(v) : "memory");  // Without a result: it stays, and what it takes with it.
  } else {
    asm("" : : "r"(&v) : "memory");
  }
}

}  // namespace bp::bench
