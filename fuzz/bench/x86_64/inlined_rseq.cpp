// SPDX-License-Identifier: MIT
// The allocator with restartable sections, compiled with the workloads.
#include "fuzz/bench/inlined_bodies.h"
#include "fuzz/subjects/lockfree_table.h"
#include "fuzz/subjects/registry.h"
#include "fuzz/subjects/x86_64/linux_rseq.h"
#include "impl/restartable.h"

namespace bp::bench {

const Inlined* inlined_rseq() {
  using Rseq = impl::RestartablePolicy<LinuxRseq>;
  static const Inlined it{&lockfree_rseq_subject(), "lockfree-rseq inlined",
                          kInlinedBodies<lockfree::Subject<Rseq>>};
  return restartable_sections_work() ? &it : nullptr;
}

}  // namespace bp::bench
