// SPDX-License-Identifier: MIT
// What an execution showed, as small numbers that tell a fuzzer whether it is new. Coverage of the
// code under test is spent at once; these are not:
//   reads-from   a read's site, the site of the store that it read, how stale that was
//   switch       the site before which a task was preempted, and that at which another went on
//   failed CAS   its site, and the site of the store that was read
//   state        how full each zone ended, nulls, the most steps of each operation, in buckets
// One definition for every engine: the built-in one, libFuzzer's and AFL++'s extra counters. Sites
// are told apart by their place in the source, so that numbers mean the same in every process.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "fuzz/explore/run.h"

namespace bp::explore {

inline constexpr unsigned kFeatureBits = 16;
inline constexpr std::uint32_t kFeatures = 1U << kFeatureBits;

/// Watches a runner's executions; must not outlive it.
class Feedback {
 public:
  explicit Feedback(Runner& runner);
  ~Feedback();  ///< Sites stay watched: something may be planted at one.
  Feedback(const Feedback&) = delete;
  Feedback& operator=(const Feedback&) = delete;

  /// Of the runner's last execution: numbers below kFeatures, each once.
  const std::vector<std::uint32_t>& features(const Verdict& v);

 private:
  std::uint32_t key_of(std::uint32_t site);
  void add(std::uint32_t kind, std::uint64_t a, std::uint64_t b, std::uint64_t c);
  void add_step(const sched::Logged& l);
  void add_state(const Verdict& v);

  Runner& runner_;
  std::vector<sched::Logged> log_;
  std::vector<std::uint32_t> keys_;      ///< By site: a number of its place in the source.
  std::vector<std::uint32_t> store_at_;  ///< By store: the key of the site that made it.
  std::vector<std::uint32_t> made_;      ///< By location: how many stores it has had.
  std::vector<std::uint32_t> turn_;      ///< By store: the how-manieth of its location it is.
  std::vector<std::uint32_t> features_;
  std::bitset<kFeatures> has_;  ///< Those in `features_`.
  std::uint32_t last_key_ = 0;
  unsigned last_task_ = 0;
};

}  // namespace bp::explore
