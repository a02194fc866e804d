// SPDX-License-Identifier: MIT
// Contexts by ucontext. One that was made keeps its registers at the top of its stack; one that was
// running, as the thread's own, in memory that lasts as long as the thread.
#include "fuzz/sched/context.h"

#include <ucontext.h>

#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "model/vocab/check.h"

namespace bp::sched {
namespace {

ucontext_t* registers_of_thread() {
  thread_local std::vector<std::unique_ptr<ucontext_t>> all;
  return all.emplace_back(std::make_unique<ucontext_t>()).get();
}

}  // namespace

void make_context(Context& made, void* stack, std::size_t bytes, void (*entry)()) {
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(stack);
  const std::uintptr_t at = (begin + bytes - sizeof(ucontext_t)) / 64 * 64;
  auto* const registers = ::new (reinterpret_cast<void*>(at)) ucontext_t;
  check(getcontext(registers) == 0, "the system gives a context");
  registers->uc_stack.ss_sp = stack;
  registers->uc_stack.ss_size = at - begin;
  registers->uc_link = nullptr;
  makecontext(registers, entry, 0);
  made.saved = registers;
}

void switch_context(Context& from, const Context& to) {
  if (from.saved == nullptr) from.saved = registers_of_thread();
  check(swapcontext(static_cast<ucontext_t*>(from.saved),
                    static_cast<const ucontext_t*>(to.saved)) == 0,
        "the system switches contexts");
}

}  // namespace bp::sched
