// SPDX-License-Identifier: MIT
#include "fuzz/bench/workloads.h"

#include <array>
#include <string_view>

#include "fuzz/bench/calls.h"
#include "fuzz/bench/pass.h"
#include "fuzz/bench/workload_bodies.h"

namespace bp::bench {
namespace {

constexpr std::array kWorkloads{
    Workload{"hot", {"hot", nullptr}, 1},
    Workload{"rep9", {"rep9", nullptr}, 1},
    Workload{"bulk", {"bulk alloc", "bulk free"}, 1},
    Workload{"bulk9", {"bulk9 alloc", "bulk9 free"}, 1},
    Workload{"rand0", {"rand0", nullptr}, 1},
    Workload{"rand9", {"rand9", nullptr}, 1},
    Workload{"mixed", {"mixed", nullptr}, 1},
    Workload{"remote", {"remote", nullptr}, 2},
    Workload{"exit", {"exit", nullptr}, 1},
    Workload{"trace", {"trace", nullptr}, 1, true},
};
static_assert(std::size(kBodies<PlainCalls>) == kWorkloads.size());

}  // namespace

std::span<const Workload> workloads() { return kWorkloads; }

void run_plain(const Workload& w, PlainCalls calls, Pass& pass, unsigned thread) {
  kBodies<PlainCalls>[&w - kWorkloads.data()](calls, pass, thread);
}

void run_verified(const Workload& w, VerifiedCalls calls, Pass& pass, unsigned thread) {
  kBodies<VerifiedCalls>[&w - kWorkloads.data()](calls, pass, thread);
}

const Workload* find_workload(std::string_view name) {
  for (const Workload& w : kWorkloads)
    if (name == w.name) return &w;
  return nullptr;
}

}  // namespace bp::bench
