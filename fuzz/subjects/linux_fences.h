// SPDX-License-Identifier: MIT
// The two fences of an owner's section in Linux user space: nothing but a word to the compiler for
// the owner, and for a drain one system call that makes every running thread of the process pass a
// full fence (membarrier, private expedited).
#pragma once

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "model/vocab/check.h"

namespace bp {

struct LinuxFences {
  /// Registers the process, once before the first heavy(). False: the kernel has no such call; use
  /// the policy `atomic`.
  static bool available() {
    static const bool yes = call(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
    return yes;
  }
  /// Orders the owner's store before its load in the program; heavy() does it in the machine.
  /// seq_cst: of the program order.
  static void light() { std::atomic_signal_fence(std::memory_order_seq_cst); }
  static void heavy() {
    // seq_cst: on this thread's own CPU, should the kernel find nobody else to interrupt.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    check(call(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0, "a registered process may use membarrier");
  }

 private:
  static long call(int command) { return syscall(__NR_membarrier, command, 0, 0); }
};

}  // namespace bp
