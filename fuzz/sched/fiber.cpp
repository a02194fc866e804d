// SPDX-License-Identifier: MIT
#include "fuzz/sched/fiber.h"

#include <sys/mman.h>

#include <iterator>

#include "model/vocab/check.h"

// There only in programs that are built with AddressSanitizer.
extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** save, const void* bottom,
                                                  std::size_t bytes);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* saved, const void** bottom,
                                                   std::size_t* bytes);
[[gnu::weak]] void __asan_unpoison_memory_region(const void* begin, std::size_t bytes);
}

namespace bp::sched {
namespace {

/// Room for a deep call chain with a sanitizer's wide frames; untouched pages cost nothing.
constexpr std::size_t kStackBytes = std::size_t{256} << 10;
constexpr std::size_t kGuardBytes = std::size_t{4} << 10;

/// Stacks that fibers left behind: fuzzers make and drop worlds by the thousand. Without a
/// destructor, since fibers of static objects come after it; what a thread leaves is some pages.
struct Spare {
  void* stacks[64];
  std::size_t count;
};
constinit thread_local Spare spare{};

void* map_stack() {
  if (spare.count != 0) return spare.stacks[--spare.count];
  void* const at = ::mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  check(at != MAP_FAILED, "the system gives a fiber's stack");
  check(::mprotect(at, kGuardBytes, PROT_NONE) == 0, "the system guards a fiber's stack");
  return static_cast<char*>(at) + kGuardBytes;
}

}  // namespace

Fiber::~Fiber() {
  if (stack_ == nullptr) return;
  drop_shadow();
  if (spare.count < std::size(spare.stacks)) {
    spare.stacks[spare.count++] = stack_;
  } else {
    ::munmap(static_cast<char*>(stack_) - kGuardBytes, kGuardBytes + kStackBytes);
  }
}

void Fiber::prepare(void (*entry)()) {
  if (stack_ == nullptr) {
    stack_ = map_stack();
    bottom_ = stack_;
    bytes_ = kStackBytes;
  }
  drop_shadow();
  if (__asan_unpoison_memory_region != nullptr) __asan_unpoison_memory_region(stack_, bytes_);
  make_context(context_, stack_, bytes_, entry);
}

void Fiber::leave(void** shadow, const Fiber& to) {
  if (__sanitizer_start_switch_fiber != nullptr)
    __sanitizer_start_switch_fiber(shadow, to.bottom_, to.bytes_);
}

void Fiber::arrive() {
  if (__sanitizer_finish_switch_fiber == nullptr) return;
  void* const shadow = shadow_;
  shadow_ = nullptr;
  // Where the thread's own stack lies is known once it has been left.
  Fiber& from = *came_from_;
  __sanitizer_finish_switch_fiber(shadow, &from.bottom_, &from.bytes_);
}

/// Frees the sanitizer's record of frames that nobody will unwind: pretends to be there and to
/// leave for good.
void Fiber::drop_shadow() {
  if (shadow_ == nullptr) return;
  void* own = nullptr;
  const void* bottom = nullptr;
  std::size_t bytes = 0;
  __sanitizer_start_switch_fiber(&own, bottom_, bytes_);
  __sanitizer_finish_switch_fiber(shadow_, &bottom, &bytes);
  __sanitizer_start_switch_fiber(nullptr, bottom, bytes);
  __sanitizer_finish_switch_fiber(own, nullptr, nullptr);
  shadow_ = nullptr;
}

}  // namespace bp::sched
