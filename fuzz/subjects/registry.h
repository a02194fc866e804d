// SPDX-License-Identifier: MIT
// The subjects by name, and those in shared objects.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "fuzz/subject.h"

namespace bp {

const bp_subject& naive_subject();  ///< Sets of free blocks; slow and obviously right.
const bp_subject&
locked_subject();  ///< Zone lock, free lists, per-CPU lists: a fair Linux-like baseline.
/// The allocator in impl, per-CPU lists for threads that keep to their CPU; where the kernel has no
/// membarrier, the next one.
const bp_subject& lockfree_subject();
const bp_subject& lockfree_atomic_subject();  ///< The same with lists that any thread may use.
/// The same with lists of the CPU that a thread happens to be on; where there are no restartable
/// sections, as the one above.
const bp_subject& lockfree_rseq_subject();
bool restartable_sections_work();  ///< Whether it has them.

/// lockfree with 4 KiB per GiB for orders instead of 256: it does not catch every wrong free.
const bp_subject& lockfree_compact_subject();

/// All of the above.
std::span<const bp_subject* const> subjects();

/// The reference: a kernel's own choices, to which the judge must have no objection. No allocator
/// to be measured: found by name only.
const bp_subject& reference_subject();

/// The result of looking one up: `fault` says what is wrong if there is no subject.
struct SubjectLookup {
  const bp_subject* subject = nullptr;
  std::string fault;
};

/// By name, a planted bug's too ("naive-watermark-off-by-one"), or by path if `name` holds a '/':
/// loads the shared object, which stays loaded, and checks its ABI version.
SubjectLookup find_subject(std::string_view name);

}  // namespace bp
