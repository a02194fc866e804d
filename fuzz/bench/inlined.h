// SPDX-License-Identifier: MIT
// Subjects of ours that a program would not call through a table: their functions are headers, and
// the workloads are compiled with them. The compiler sees an operation whole and not what lies
// around it: it must have everything in memory before each call and knows nothing of it afterwards,
// and where the call runs and its mask come from memory.
#pragma once

#include <span>

#include "fuzz/subject.h"

namespace bp::bench {

struct PlainCalls;
class Pass;

/// A second way to an instance that `table` made. run[i] is workloads()[i]'s.
struct Inlined {
  const bp_subject* table;
  const char* name;  ///< "lockfree inlined".
  std::span<void (*const)(PlainCalls, Pass&, unsigned)> run;
};

/// Those of this build and machine.
std::span<const Inlined> inlined_subjects();

/// With restartable sections, or null where there are none.
const Inlined* inlined_rseq();

}  // namespace bp::bench
