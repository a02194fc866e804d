// SPDX-License-Identifier: MIT
// The machine's part of a fiber: a place to go on from. x86_64/ has it by hand, about 20 ns for a
// switch; portable/ has it with ucontext, which asks the system for the signal mask each time. The
// build takes one of them; both are tested.
#pragma once

#include <cstddef>

namespace bp::sched {

struct Context {
  void* saved = nullptr;  ///< Where the context's registers are; what it means is the machine's.
};

/// A context that calls `entry()` on the given stack when it is switched to for the first time.
/// `entry` must not return. A context that was made before on that stack is gone.
void make_context(Context& made, void* stack, std::size_t bytes, void (*entry)());

/// Leaves the running context as `from` and goes on at `to`.
void switch_context(Context& from, const Context& to);

}  // namespace bp::sched
