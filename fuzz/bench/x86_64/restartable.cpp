// SPDX-License-Identifier: MIT
// Restartable sections of Linux on x86-64, as small as they can be: one store that commits.
#include "fuzz/bench/restartable.h"

#include <sys/rseq.h>

#include <cstddef>

#include "fuzz/bench/clock.h"

namespace bp::bench {
namespace {

struct rseq* own_area() {
  return reinterpret_cast<struct rseq*>(static_cast<char*>(__builtin_thread_pointer()) +
                                        __rseq_offset);
}

/// One restartable section that ends in a store of `to`; false if it was interrupted.
bool rseq_store(struct rseq* self, std::uint64_t* word, std::uint64_t to) {
  asm goto(
      ".pushsection __rseq_cs, \"aw\"\n"
      ".balign 32\n"
      "3:\n"
      ".long 0, 0\n"
      ".quad 1f, (2f - 1f), 4f\n"
      ".popsection\n"
      "leaq 3b(%%rip), %%rax\n"
      "movq %%rax, 8(%[rseq])\n"
      "1:\n"
      "movq %[to], (%[word])\n"
      "2:\n"
      ".pushsection .text.unlikely, \"ax\"\n"
      ".byte 0x0f, 0xb9, 0x3d\n"
      ".long 0x53053053\n"
      "4:\n"
      "jmp %l[interrupted]\n"
      ".popsection\n"
      :
      : [rseq] "r"(self), [word] "r"(word), [to] "r"(to)
      : "memory", "rax"
      : interrupted);
  return true;
interrupted:
  return false;
}

}  // namespace

bool restartable_pairs(std::uint64_t n) {
  if (__rseq_size == 0) return false;
  struct Stack {
    alignas(64) std::uint64_t count = 1;
    std::uint64_t slots[7] = {};
  } stack;
  struct rseq* const self = own_area();
  for (std::uint64_t i = 0; i < n; ++i) {
    while (!rseq_store(self, &stack.count, stack.count - 1)) {
    }
    std::uint64_t frame = stack.slots[stack.count];
    keep(frame);
    stack.slots[stack.count] = frame;
    while (!rseq_store(self, &stack.count, stack.count + 1)) {
    }
  }
  return true;
}

}  // namespace bp::bench
