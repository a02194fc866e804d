// SPDX-License-Identifier: MIT
// The System V ABI keeps rbx, rbp and r12 to r15 over a call: these and the stack pointer are the
// context. Rounding modes and the signal mask are shared by all fibers of a thread.
#include "fuzz/sched/context.h"

#include <cstdint>

// Jumping beats returning: the return address was not pushed by the call that it would match.
asm(R"(
.text
.p2align 4
.globl bp_sched_switch
.type bp_sched_switch, @function
bp_sched_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  popq %rcx
  jmp *%rcx
.size bp_sched_switch, . - bp_sched_switch
)");

extern "C" void bp_sched_switch(void** from, void* to);

namespace bp::sched {

void make_context(Context& made, void* stack, std::size_t bytes, void (*entry)()) {
  constexpr std::size_t kRegisters = 6;
  // At its first instruction a function finds its return address at 8 modulo 16.
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(stack) + bytes) / 16 * 16;
  auto* const top = reinterpret_cast<std::uintptr_t*>(end);
  top[-1] = 0;  // Where `entry` would return to: nowhere.
  top[-2] = reinterpret_cast<std::uintptr_t>(entry);
  for (std::size_t i = 0; i < kRegisters; ++i) top[-3 - static_cast<std::ptrdiff_t>(i)] = 0;
  made.saved = top - 2 - kRegisters;
}

void switch_context(Context& from, const Context& to) { bp_sched_switch(&from.saved, to.saved); }

}  // namespace bp::sched
