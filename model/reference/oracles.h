// SPDX-License-Identifier: MIT
// An environment while a request runs in it: which answers are used up, the cpuset's sequence
// counter, and the trace. There is one for each request that is given an environment.
#pragma once

#include <array>
#include <cstddef>

#include "model/reference/environment.h"

namespace bp::reference {

struct Allocator;

class Oracles {
 public:
  explicit Oracles(const Environment& e) : environment(e) {}

  /// The next answer of this kind, what it frees given back.
  Reply ask(Allocator& a, Asked whom);
  /// Whether the next answer of the OOM killer is that somebody else is at it.
  bool is_killer_busy() const;
  void record(const Step& s) {
    trace.push_back(s);
    if (environment.live != nullptr) environment.live->hear(s);
  }

  /// Whether the cpuset changed since the counter stood at `cookie`; asks once.
  bool cpuset_changed(Allocator& a, unsigned cookie);
  unsigned cookie() const { return sequence_; }

  ZoneCondition condition(ZoneRef z) const;
  bool is_node_over_dirty_limit(unsigned node) const;

  const Environment& environment;
  Trace trace;
  unsigned mems = 0;    ///< mems_allowed of the task, as it is now; 0: all.
  unsigned rounds = 0;  ///< Passes of retry loops so far.

 private:
  Reply next_reply(Asked whom);
  std::array<std::size_t, kAsked> next_{};  ///< Where to look for the next answer of each kind.
  unsigned sequence_ = 0;
};

}  // namespace bp::reference
