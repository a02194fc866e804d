// SPDX-License-Identifier: MIT
// The allocator's policy over Relacy's atomics and variables, with the planted bugs of
// stress_policy.h: the same template under a checker of schedules that others wrote. Only within an
// execution of Relacy's, whose end needs forget_all(): it counts what was not destroyed, and the
// allocator destroys nothing. Relacy has no section that is restarted, and no task that stops for
// ever.
#pragma once

// Not <relacy/relacy.hpp>, which makes macros of `new`, `free` and the memory orders.
#include <relacy/atomic.hpp>
#include <relacy/atomic_fence.hpp>
#include <relacy/base.hpp>
#include <relacy/context.hpp>
#include <relacy/context_base_impl.hpp>
#include <relacy/dyn_thread.hpp>
#include <relacy/stdlib/condition_variable.hpp>
#include <relacy/stdlib/event.hpp>
#include <relacy/stdlib/mutex.hpp>
#include <relacy/stdlib/semaphore.hpp>
#include <relacy/test_suite.hpp>
#include <relacy/var.hpp>

#include <cstddef>
#include <cstdint>
#include <new>

#include "fuzz/mutants/stress_policy.h"
#include "model/vocab/check.h"

namespace bp {

/// All of one kind that an execution has made.
template <class Object>
class RelacyPool {
 public:
  static std::uint32_t make(std::uint64_t initial) {
    check(size_ < kMax, "a scenario's machine has fewer words");
    ::new (static_cast<void*>(&at(size_))) Object(initial);
    return size_++;
  }
  static Object& at(std::uint32_t i) { return reinterpret_cast<Object*>(room_)[i]; }
  static void forget_all() {
    while (size_ != 0) at(--size_).~Object();
  }

 private:
  static constexpr std::uint32_t kMax = 1U << 15;  ///< A byte a frame is the most.
  alignas(Object) static inline std::byte room_[kMax * sizeof(Object)];
  static inline std::uint32_t size_ = 0;
};

using RelacyWords = RelacyPool<rl::atomic<std::uint64_t>>;
using RelacyVars = RelacyPool<rl::var<std::uint64_t>>;

inline rl::memory_order relacy_order(std::memory_order o) {
  switch (o) {
    case std::memory_order_relaxed: return rl::mo_relaxed;
    case std::memory_order_consume: return rl::mo_consume;
    case std::memory_order_acquire: return rl::mo_acquire;
    case std::memory_order_release: return rl::mo_release;
    case std::memory_order_acq_rel: return rl::mo_acq_rel;
    case std::memory_order_seq_cst: return rl::mo_seq_cst;
  }
  return rl::mo_seq_cst;
}

/// What of std::atomic a PlantedAtomic uses.
template <class T>
class RelacyWord {
 public:
  explicit(false) RelacyWord(T initial = {}) : at_(RelacyWords::make(word(initial))) {}

  T load(std::memory_order o) const { return typed(here().load(relacy_order(o), {})); }
  void store(T v, std::memory_order o) { here().store(word(v), relacy_order(o), {}); }
  bool compare_exchange_strong(T& expected, T to, std::memory_order success,
                               std::memory_order failure) {
    return exchange<false>(expected, to, success, failure);
  }
  bool compare_exchange_weak(T& expected, T to, std::memory_order success,
                             std::memory_order failure) {
    return exchange<true>(expected, to, success, failure);
  }

 private:
  template <bool kWeak>
  bool exchange(T& expected, T to, std::memory_order success, std::memory_order failure) {
    std::uint64_t seen = word(expected);
    const bool done = here().compare_exchange(rl::bool_t<kWeak>(), seen, word(to),
                                              relacy_order(success), relacy_order(failure), {});
    expected = typed(seen);
    return done;
  }
  rl::atomic<std::uint64_t>& here() const { return RelacyWords::at(at_); }
  static std::uint64_t word(T v) { return static_cast<std::uint64_t>(v); }
  static T typed(std::uint64_t w) { return static_cast<T>(w); }

  std::uint32_t at_;
};

template <class T>
using RelacyAtomic = PlantedAtomic<T, RelacyWord<T>>;

template <class T>
class RelacyVar {
 public:
  explicit(false) RelacyVar(T initial = {}) : at_(RelacyVars::make(initial)) {}
  T read() const { return static_cast<T>(here()({}).load()); }
  void write(T v) { here()({}).store(v); }

 private:
  rl::var<std::uint64_t>& here() const { return RelacyVars::at(at_); }

  std::uint32_t at_;
};

struct RelacyPolicy : StressPolicy {
  template <class T>
  using atomic = RelacyAtomic<T>;
  template <class T>
  using Var = RelacyVar<T>;
  using Section = impl::FlagSection<RelacyAtomic>;
};

/// The same with owner-only lists; both fences are full ones, as in sim_policy.h.
struct RelacyPinnedPolicy : RelacyPolicy {
  struct Fences {
    // seq_cst: as said above.
    static void light() {
      if (!planted(impl::Bug::owner_without_fence)) rl::atomic_thread_fence(rl::mo_seq_cst, {});
    }
    static void heavy() { rl::atomic_thread_fence(rl::mo_seq_cst, {}); }
  };
  using Section = impl::OwnerSection<RelacyAtomic, Fences>;
};

}  // namespace bp
