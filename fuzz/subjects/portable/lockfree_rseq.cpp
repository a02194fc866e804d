// SPDX-License-Identifier: MIT
// A machine, or a build, without restartable sections that we know.
#include "fuzz/subjects/lockfree_table.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

constexpr bp_subject kWithout =
    lockfree::subject_named<impl::StdPolicy, impl::Bug::none>("lockfree-rseq");

}  // namespace

const bp_subject& lockfree_rseq_subject() { return kWithout; }

bool restartable_sections_work() { return false; }

}  // namespace bp
