// SPDX-License-Identifier: MIT
// What a program in user space might take instead, as subjects: memory of its own allocator or of
// the system, aligned as a block of pages is. Found when the program runs; nothing is linked. A
// block's number is its address in pages, modulo 2^32. They have no zones, marks, masks or counts.
#pragma once

#include <span>
#include <string>

#include "fuzz/subject.h"

namespace bp::bench {

struct Alternative {
  const char* name;           ///< "jemalloc".
  const bp_subject* subject;  ///< Null if it cannot be had; then
  std::string missing;        ///< what was looked for and why it was not to be used.
};

std::span<const Alternative> alternatives();

/// Whether a subject is one of these: its frames have no bound that is known.
bool is_alternative(const bp_subject& s);

}  // namespace bp::bench
