// SPDX-License-Identifier: MIT
#include "fuzz/bench/inlined.h"

#include <vector>

#include "fuzz/bench/inlined_bodies.h"
#include "fuzz/subjects/linux_fences.h"
#include "fuzz/subjects/lockfree_table.h"
#include "fuzz/subjects/registry.h"

namespace bp::bench {
namespace {

using Pinned = impl::PinnedPolicy<LinuxFences>;
using impl::StdPolicy;

std::vector<Inlined> find_all() {
  std::vector<Inlined> all;
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
