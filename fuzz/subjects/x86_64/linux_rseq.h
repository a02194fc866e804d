// SPDX-License-Identifier: MIT
// Restartable sections of Linux on x86-64 as impl/restartable.h wants them: our own assembly over
// the area that the C library registered for each thread (rseq(2); glibc 2.35), and membarrier's
// restart command (Linux 5.10). available() says whether both are there.
//
// The shape of every section is what the kernel asks for. A descriptor names where the section
// begins (71), how long it is (to 72) and where to go if it was disturbed (74, before which stands
// the signature, in an instruction that traps). Its address is stored into the thread's area; then
// come the looks, then one store, which commits. Before it, nothing was changed that anybody reads:
// an item above the stack's count is nobody's. The descriptor stays in the area, where it means
// nothing outside of its section. It is in the group of its function ("?"), to go where that goes.
//
// Orders: x86 keeps loads in order and stores in order, which is all that acquire and release ask
// of these; who runs on the CPU next is ordered by the switch.
// Leaves out: ThreadSanitizer sees none of this; such a build takes the portable folder.
#pragma once

#include <linux/membarrier.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "model/vocab/check.h"

namespace bp {

static_assert(offsetof(struct rseq, cpu_id) == 4 && offsetof(struct rseq, rseq_cs) == 8 &&
                  RSEQ_SIG == 0x53053053,
              "the sections below know where things are");

/// Before what a section does: its descriptor is where the kernel looks, the thread is on the CPU,
/// the gate is open. Operands: area, cpu, gate; rax is lost; `no` is where to go if not.
#define BP_RSEQ_BEGIN                 \
  ".pushsection __rseq_cs, \"aw?\"\n" \
  ".balign 32\n"                      \
  "73: .long 0, 0\n"                  \
  ".quad 71f, 72f - 71f, 74f\n"       \
  ".popsection\n"                     \
  "70: leaq 73b(%%rip), %%rax\n"      \
  "movq %%rax, 8(%[area])\n"          \
  "71: cmpl %[cpu], 4(%[area])\n"     \
  "jne %l[no]\n"                      \
  "cmpw $0, %[gate]\n"                \
  "jne %l[no]\n"

/// After its last store: where it goes if it was disturbed.
#define BP_RSEQ_END                        \
  "72:\n"                                  \
  ".pushsection .text.unlikely, \"ax?\"\n" \
  ".byte 0x0f, 0xb9, 0x3d\n"               \
  ".long 0x53053053\n"                     \
  "74: jmp 70b\n"                          \
  ".popsection\n"

struct LinuxRseq {
  /// Once before the first section: whether they work here. If not, use the policy `atomic`. The C
  /// library registers all threads or none.
  static bool available() {
    static const bool yes =
        __rseq_size != 0 && cpu() < kOnNone &&
        syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0) == 0;
    return yes;
  }

  static unsigned cpu() {
    // relaxed: the kernel writes it between two instructions of this thread; sections look again.
    return std::atomic_ref(area()->cpu_id).load(std::memory_order_relaxed);
  }

  /// In all three: false, and nothing done, if the thread is not on `cpu` or the gate is closed.
  template <class Gate>
  [[gnu::always_inline]] static bool enter(Gate& gate, unsigned cpu) {
    static_assert(sizeof gate == 2, "both bytes in one look");
    asm goto(BP_RSEQ_BEGIN "movb $1, %[busy]\n" BP_RSEQ_END
             :
             : [area] "r"(area()), [cpu] "r"(cpu), [gate] "m"(gate), [busy] "m"(gate.busy)
             : "memory", "cc", "rax"
             : no);
    return true;
  no:
    return false;
  }

  /// False, too, if the stack has `limit` items, or `witness` is not `seen`.
  template <class Gate, class Count, class Slot, class Word>
  [[gnu::always_inline]] static bool push(Gate& gate, unsigned cpu, Count& count,
                                          const Count& limit, Slot* slots, std::uint32_t value,
                                          const Word& witness, std::uint64_t seen) {
    static_assert(sizeof gate == 2 && sizeof count == 4 && sizeof(Slot) == 4 &&
                  sizeof witness == 8);
    asm goto(BP_RSEQ_BEGIN
             "cmpq %[seen], %[witness]\n"
             "jne %l[no]\n"
             "movl %[count], %%eax\n"
             "cmpl %[limit], %%eax\n"
             "jae %l[no]\n"
             "movl %[value], (%[slots],%%rax,4)\n"
             "incl %%eax\n"
             "movl %%eax, %[count]\n" BP_RSEQ_END
             :
             : [area] "r"(area()), [cpu] "r"(cpu), [gate] "m"(gate), [count] "m"(count),
               [limit] "m"(limit), [slots] "r"(slots), [value] "r"(value), [witness] "m"(witness),
               [seen] "r"(seen)
             : "memory", "cc", "rax"
             : no);
    return true;
  no:
    return false;
  }

  /// False, too, if the stack is empty.
  template <class Gate, class Count, class Slot>
  [[gnu::always_inline]] static bool pop(Gate& gate, unsigned cpu, Count& count, Slot* slots,
                                         std::uint32_t& value) {
    static_assert(sizeof gate == 2 && sizeof count == 4 && sizeof(Slot) == 4);
    std::uint32_t got;
    asm goto(BP_RSEQ_BEGIN
             "movl %[count], %%eax\n"
             "subl $1, %%eax\n"
             "jb %l[no]\n"
             "movl (%[slots],%%rax,4), %[got]\n"
             "movl %%eax, %[count]\n" BP_RSEQ_END
             : [got] "=&r"(got)
             : [area] "r"(area()), [cpu] "r"(cpu), [gate] "m"(gate), [count] "m"(count),
               [slots] "r"(slots)
             : "memory", "cc", "rax"
             : no);
    value = got;
    return true;
  no:
    return false;
  }

  /// A full fence on this CPU and, by interrupt, on all that run the process; see the contract.
  static void restart_others() {
    check(syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 0, 0) == 0,
          "a registered process may restart its sections");
  }

 private:
  /// cpu() of a thread that is not registered is negative.
  static constexpr unsigned kOnNone = 1U << 31;

  static struct rseq* area() {
    return reinterpret_cast<struct rseq*>(static_cast<char*>(__builtin_thread_pointer()) +
                                          __rseq_offset);
  }
};

#undef BP_RSEQ_BEGIN
#undef BP_RSEQ_END

}  // namespace bp
