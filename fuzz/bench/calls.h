// SPDX-License-Identifier: MIT
// How a workload calls a subject: once plainly, to be measured, and once with a map of owners
// beside it. The calls go through the subject's table of functions, which no compiler sees through.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "fuzz/bench/workload_bodies.h"
#include "fuzz/subject.h"
#include "model/vocab/check.h"

namespace bp::bench {

/// What one thread asks for, and what came of it.
struct Caller {
  bp_request request{};  ///< Its order changes from call to call.
  std::uint64_t nulls = 0;
  std::uint64_t spurious = 0;  ///< Nulls although a block was there after a drain.

  Caller(unsigned cpu, std::uint32_t gfp) {
    request.cpu = cpu;
    request.gfp = gfp;
    request.node = -1;
  }
};

/// One thread's way to the subject. A handle, as the other ways are: workloads have it by value, so
/// that a compiler knows that nobody else changes it.
struct PlainCalls {
  const bp_subject* subject;
  void* self;
  Caller* caller;

  std::uint64_t alloc(unsigned order) const {
    caller->request.order = order;
    std::uint64_t pfn = 0;
    if (subject->alloc(self, &caller->request, &pfn) == BP_OK) return pfn;
    ++caller->nulls;
    return kNothing;
  }
  void free(std::uint64_t pfn, unsigned order) const { subject->free(self, cpu(), pfn, order); }
  std::uint32_t cpu() const { return caller->request.cpu; }
  void be_on(std::uint32_t cpu) const { caller->request.cpu = cpu; }
};

/// Which frames are owned, over all threads; the first thing that was wrong.
class Owners {
 public:
  /// Of a machine of so many frames; of an alternative's, whose numbers have 31 bits.
  explicit Owners(std::uint64_t frames) : frames_(frames), owned_(frames) {}
  static Owners of_any_frames() { return Owners(std::uint64_t{1} << 31); }
  void take(std::uint64_t head, unsigned order) { mark(head, order, 1, "handed out twice"); }
  void give(std::uint64_t head, unsigned order) { mark(head, order, 0, "freed and not owned"); }
  void blame(const std::string& what) {
    // relaxed: who comes first writes; read after the threads are joined.
    if (!blamed_.exchange(true, std::memory_order_relaxed)) fault_ = what;
  }
  const std::string& fault() const { return fault_; }

 private:
  /// A byte a frame, in pages that the system gives when they are first written.
  class Map {
   public:
    explicit Map(std::uint64_t frames)
        : bytes_(static_cast<std::uint8_t*>(std::calloc(frames, 1)), &std::free) {
      check(bytes_ != nullptr, "there is room for a byte a frame");
    }
    std::uint8_t exchange(std::uint64_t f, std::uint8_t to) {
      // relaxed: the map must not order what the allocator has to.
      return std::atomic_ref(bytes_.get()[f]).exchange(to, std::memory_order_relaxed);
    }

   private:
    std::unique_ptr<std::uint8_t, decltype(&std::free)> bytes_;
  };

  void mark(std::uint64_t head, unsigned order, std::uint8_t owned, const char* what) {
    const std::uint64_t n = std::uint64_t{1} << order;
    if (head % n != 0 || head + n > frames_)
      return blame("block " + std::to_string(head) + " is not aligned or not in the machine");
    for (std::uint64_t f = head; f < head + n; ++f) {
      if (owned_.exchange(f, owned) == owned) blame("frame " + std::to_string(f) + " is " + what);
    }
  }

  std::uint64_t frames_;
  Map owned_;
  std::atomic<bool> blamed_{false};
  std::string fault_;
};

/// The same calls, each block's ownership checked; a null is asked about once more after a drain.
struct VerifiedCalls : PlainCalls {
  Owners* owners;
  bool alone;  ///< No other thread calls: then a null after which a drain helps is spurious.

  std::uint64_t alloc(unsigned order) const {
    std::uint64_t got = PlainCalls::alloc(order);
    if (got == kNothing && alone) {
      subject->drain(self, BP_ON_BUDDY);
      got = PlainCalls::alloc(order);
      if (got != kNothing) ++caller->spurious;
    }
    if (got != kNothing) owners->take(got, order);
    return got;
  }
  void free(std::uint64_t pfn, unsigned order) const {
    owners->give(pfn, order);
    if (subject->free(self, cpu(), pfn, order) != BP_OK)
      owners->blame("a free of block " + std::to_string(pfn) + " is refused");
  }
};

}  // namespace bp::bench
