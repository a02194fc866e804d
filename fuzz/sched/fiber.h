// SPDX-License-Identifier: MIT
// A fiber: a stack and where it goes on. Its stack is mapped once, with a page that traps below it,
// and used again and again: prepare() starts anew whatever ran there before. That is also how an
// execution is abandoned: nobody resumes it, its frames are not unwound, and what its locals own is
// lost. AddressSanitizer, where it is linked in, is told of every switch.
#pragma once

#include <cstddef>

#include "fuzz/sched/context.h"

namespace bp::sched {

class Fiber {
 public:
  /// The thread's own stack: needs no prepare().
  Fiber() = default;
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// The next switch to this fiber calls `entry()`, which first calls arrive() and never returns.
  void prepare(void (*entry)());

  /// Leaves the running fiber, `from`, and goes on in `to`.
  static void change(Fiber& from, Fiber& to) {
    to.came_from_ = &from;
    leave(&from.shadow_, to);
    switch_context(from.context_, to.context_);
    from.arrive();
  }
  /// As change(), and `from` will not be resumed.
  static void change_for_good(Fiber& from, Fiber& to) {
    to.came_from_ = &from;
    leave(nullptr, to);
    switch_context(from.context_, to.context_);
  }

  /// What a fiber does first when it runs.
  void arrive();

 private:
  static void leave(void** shadow, const Fiber& to);
  void drop_shadow();

  Context context_;
  void* stack_ = nullptr;         ///< Null: the thread's own.
  const void* bottom_ = nullptr;  ///< For the sanitizer: lowest address of the stack.
  std::size_t bytes_ = 0;
  void* shadow_ = nullptr;  ///< The sanitizer's record of this fiber's frames.
  Fiber* came_from_ = nullptr;
};

}  // namespace bp::sched
