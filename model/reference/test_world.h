// SPDX-License-Identifier: MIT
// A kernel in its surroundings, for tests of the slow path: what the environment answers is written
// down first, then somebody asks for memory, and the trace says what was tried.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/reference/test_kernel.h"

namespace bp::reference {

/// One zone of four pageblocks in which nothing is free. What a test gives back is "held".
inline TestMachine full_machine(Profile p) {
  TestMachine m(p);
  m.zone(0, 2048).marks(16, 32, 48);
  return m;
}

class World {
 public:
  explicit World(const TestMachine& m) : kernel(m) {}
  /// Blocks from `begin` on that somebody holds.
  World& held(std::uint64_t begin, unsigned blocks, unsigned order = 0) {
    for (unsigned i = 0; i < blocks; ++i)
      kernel->adopt(Pfn{begin + (std::uint64_t{i} << order)}, Order{order}, 1, false);
    return *this;
  }
  World& answers(Reply r) {
    env.replies.push_back(std::move(r));
    return *this;
  }
  Answer ask(Gfp g, unsigned order = 0, Task t = {}, int node = 0) {
    return kernel->alloc({.node = node, .gfp = g, .order = order, .task = t, .environment = &env});
  }
  std::string trace(Gfp g, unsigned order = 0, Task t = {}) { return text(ask(g, order, t).trace); }

  Kernel kernel;
  Environment env;
};

/// Single pages, as an answer frees them.
inline std::vector<Pfn> pages(std::uint64_t begin, unsigned count) {
  std::vector<Pfn> all;
  for (unsigned i = 0; i < count; ++i) all.push_back(Pfn{begin + i});
  return all;
}

inline unsigned count(const Trace& t, Action what) {
  return static_cast<unsigned>(std::ranges::count(t, what, &Step::action));
}
inline Why last_why(const Trace& t) { return t.empty() ? Why::none : t.back().why; }

}  // namespace bp::reference
