// SPDX-License-Identifier: MIT
// The allocator in impl as a counted subject, with those of its sections that a compiler writes:
// the restartable one is assembly. Compiled with `bp` renamed to bp_counted, see subjects.h.
#include <atomic>

#include "fuzz/coherence/counted/subjects.h"
#include "fuzz/subjects/lockfree_table.h"

namespace bp_counted {
namespace {

struct CountedFences {
  // seq_cst: of the program order, as LinuxFences has it.
  static void light() { std::atomic_signal_fence(std::memory_order_seq_cst); }
  static void heavy() { bp_coherence_barrier(); }
};

using Pinned = impl::PinnedPolicy<CountedFences>;
using lockfree::subject_named;

constexpr bp_subject kPinned = subject_named<Pinned, impl::Bug::none>("lockfree");
constexpr bp_subject kAtomic = subject_named<impl::StdPolicy, impl::Bug::none>("lockfree-atomic");
constexpr bp_subject kCompact =
    subject_named<impl::Compact<Pinned>, impl::Bug::none>("lockfree-compact");

}  // namespace

const bp_subject& pinned_subject() { return kPinned; }
const bp_subject& atomic_subject() { return kAtomic; }
const bp_subject& compact_subject() { return kCompact; }

}  // namespace bp_counted
