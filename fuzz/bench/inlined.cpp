// SPDX-License-Identifier: MIT
#include "fuzz/bench/inlined.h"

#include <vector>

#include "fuzz/bench/harness.h"
#include "fuzz/bench/inlined_bodies.h"
#include "fuzz/subjects/linux_fences.h"
#include "fuzz/subjects/lockfree_table.h"
#include "fuzz/subjects/registry.h"

namespace bp::bench {
namespace {

using Pinned = impl::PinnedPolicy<LinuxFences>;
using impl::StdPolicy;

/// The empty subject: what the harness costs.
struct Empty {
  struct Allocator {
    static Pfn alloc(impl::Request r) {
      for (unsigned* part : {&r.cpu, &r.gfp, &r.nodemask}) keep(*part);
      keep(r.node);
      return Pfn{0};
    }
    static impl::FreeStatus free(unsigned cpu, Pfn head, unsigned) {
      keep(cpu);
      auto pfn = static_cast<std::uint64_t>(head);
      keep(pfn);
      return impl::FreeStatus::ok;
    }
  };
  struct Entered {
    Allocator* allocator;
  };
  static Entered enter(void*) {
    static Allocator one;
    return {&one};
  }
};

std::vector<Inlined> find_all() {
  std::vector<Inlined> all;
  all.push_back({&empty_subject(), "empty inlined", kInlinedBodies<Empty>});
  if (LinuxFences::available()) {
    all.push_back(
        {&lockfree_subject(), "lockfree inlined", kInlinedBodies<lockfree::Subject<Pinned>>});
    all.push_back({&lockfree_compact_subject(), "lockfree-compact inlined",
                   kInlinedBodies<lockfree::Subject<impl::Compact<Pinned>>>});
  }
  all.push_back({&lockfree_atomic_subject(), "lockfree-atomic inlined",
                 kInlinedBodies<lockfree::Subject<StdPolicy>>});
  if (const Inlined* rseq = inlined_rseq()) all.push_back(*rseq);
  return all;
}

}  // namespace

std::span<const Inlined> inlined_subjects() {
  static const std::vector<Inlined> all = find_all();
  return all;
}

}  // namespace bp::bench
