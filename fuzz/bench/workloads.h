// SPDX-License-Identifier: MIT
// The workloads: what each thread of a pass does. Filling and emptying around the measured part is
// not timed. All randomness is seeded by the thread's number.
//
//   hot, rep9        a pair of alloc and free, order 0 and 9
//   bulk, bulk9      take nearly all, then give all back in the same order: two figures
//   rand0, rand9     90 % full: free one at random, take another
//   mixed            75 % full, orders 0..10, each order about the same memory: replace at random
//   remote           one thread of a pair allocates, the other frees; a ring between them
//   trace            what a recorded kernel's CPUs did, see script.h; an operation is a call
//   exit             one thread frees what eight CPUs allocated, interleaved
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace bp::bench {

struct PlainCalls;
struct VerifiedCalls;
class Pass;

struct Workload {
  const char* name;
  const char* metrics[2];       ///< The second is null if there is only one.
  unsigned threads_per;         ///< Threads that belong together: 2 for remote.
  bool follows_script = false;  ///< Nothing to do without Plan::trace.
};

std::span<const Workload> workloads();

/// One thread's part of a pass of a workload of workloads().
void run_plain(const Workload& w, PlainCalls calls, Pass& pass, unsigned thread);
void run_verified(const Workload& w, VerifiedCalls calls, Pass& pass, unsigned thread);

/// Null if there is none of that name.
const Workload* find_workload(std::string_view name);

}  // namespace bp::bench
