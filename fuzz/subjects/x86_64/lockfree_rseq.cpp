// SPDX-License-Identifier: MIT
// The allocator in impl with restartable sections; without them, with lists that any thread may
// use.
#include "fuzz/subjects/lockfree_table.h"
#include "fuzz/subjects/registry.h"
#include "fuzz/subjects/x86_64/linux_rseq.h"
#include "impl/restartable.h"

namespace bp {
namespace {

using Rseq = impl::RestartablePolicy<LinuxRseq>;
constexpr bp_subject kRseq = lockfree::subject_named<Rseq, impl::Bug::none>("lockfree-rseq");
constexpr bp_subject kWithout =
    lockfree::subject_named<impl::StdPolicy, impl::Bug::none>("lockfree-rseq");

}  // namespace

const bp_subject& lockfree_rseq_subject() { return LinuxRseq::available() ? kRseq : kWithout; }

bool restartable_sections_work() { return LinuxRseq::available(); }

}  // namespace bp
