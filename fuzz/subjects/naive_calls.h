// SPDX-License-Identifier: MIT
// The kernel's interfaces over the naive subject: what each asks for in the end (R-API), said as a
// person would who reads the manual.
#pragma once

#include <cstdint>

#include "fuzz/subject.h"

namespace bp::naive {

/// The task on a CPU and whose turn it is under INTERLEAVE.
struct TaskState {
  bp_task task{};
  std::uint32_t next_turn = 0;  ///< The first node to look at.
  bool has(std::uint32_t flag) const { return (task.flags & flag) != 0; }
};

/// The request that the call makes of the allocator. An INTERLEAVE moves on.
bp_request request_of(const bp_machine& m, const bp_call& c, TaskState& task);

/// Whether the task's memory policy has a say.
bool is_by_policy(const bp_call& c);

/// Flags of the mask, whichever bits they are in the machine's era.
bool asks_for_zeros(const bp_machine& m, std::uint32_t gfp);
bool asks_for_compound(const bp_machine& m, std::uint32_t gfp);

}  // namespace bp::naive
