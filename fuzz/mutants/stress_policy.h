// SPDX-License-Identifier: MIT
// The production policy with a bug of the concurrent layer planted, for real threads: either a Bug,
// or std::atomic with its accesses in one function changed. For comparison with the simulator; one
// plant a process, set before any allocator is placed. Relacy's words take std::atomic's place in
// relacy_policy.h.
#pragma once

#include <atomic>
#include <source_location>
#include <string_view>

#include "fuzz/mutants/conc_plants.h"
#include "impl/policy.h"

namespace bp {

struct StressPlant {
  static inline const ConcPlant* active = nullptr;

  static bool is_at(const std::source_location& where, sched::SiteKind kind) {
    return active != nullptr && active->kind == kind && active->change != sched::SiteChange::none &&
           is_in(where.function_name());
  }
  static std::memory_order order(const std::source_location& where, sched::SiteKind kind,
                                 std::memory_order declared) {
    return is_at(where, kind) && active->change == sched::SiteChange::order ? active->to : declared;
  }
  static bool is_torn(const std::source_location& where, sched::SiteKind kind) {
    return is_at(where, kind) && active->change == sched::SiteChange::torn;
  }

 private:
  /// "... bp::impl::Zone<P>::swing(std::uint64_t) ...".
  static bool is_in(std::string_view function) {
    function = function.substr(0, function.find('('));
    return function.ends_with(active->function);
  }
};

template <class T, class Word>
class PlantedAtomic {
  using Where = std::source_location;
  using Kind = sched::SiteKind;
  using Order = std::memory_order;

 public:
  PlantedAtomic() = default;
  explicit(false) PlantedAtomic(T initial) : word_(initial) {}

  T load(Order o, const Where& w = Where::current()) const {
    return word_.load(StressPlant::order(w, Kind::load, o));
  }
  void store(T v, Order o, const Where& w = Where::current()) {
    word_.store(v, StressPlant::order(w, Kind::store, o));
  }
  T exchange(T v, Order o, const Where& w = Where::current()) {
    return modify(o, w, [v](T) { return v; });
  }
  T fetch_add(T v, Order o, const Where& w = Where::current()) {
    return modify(o, w, [v](T old) { return static_cast<T>(old + v); });
  }
  T fetch_or(T v, Order o, const Where& w = Where::current()) {
    return modify(o, w, [v](T old) { return static_cast<T>(old | v); });
  }
  T fetch_and(T v, Order o, const Where& w = Where::current()) {
    return modify(o, w, [v](T old) { return static_cast<T>(old & v); });
  }
  bool compare_exchange_strong(T& expected, T to, Order success, Order failure,
                               const Where& w = Where::current()) {
    if (StressPlant::is_torn(w, Kind::cas)) {
      // relaxed, and as declared: the two halves of what was one access.
      const T old = word_.load(std::memory_order_relaxed);
      if (old != expected) return expected = old, false;
      word_.store(to, std::memory_order_release);  // release: the weaker half of any order here.
      return true;
    }
    return word_.compare_exchange_strong(expected, to, StressPlant::order(w, Kind::cas, success),
                                         failure);
  }
  bool compare_exchange_weak(T& expected, T to, Order success, Order failure,
                             const Where& w = Where::current()) {
    return compare_exchange_strong(expected, to, success, failure, w);
  }

 private:
  template <class Update>
  T modify(Order o, const Where& w, Update&& update) {
    if (StressPlant::is_torn(w, Kind::rmw)) {
      // acquire and release: the two halves of what was one access.
      const T old = word_.load(std::memory_order_acquire);
      word_.store(update(old), std::memory_order_release);
      return old;
    }
    // relaxed: the exchange below decides.
    T old = word_.load(std::memory_order_relaxed);
    while (!word_.compare_exchange_weak(old, update(old), StressPlant::order(w, Kind::rmw, o),
                                        std::memory_order_relaxed))
      continue;
    return old;
  }

  Word word_{};
};

template <class T>
using StressAtomic = PlantedAtomic<T, std::atomic<T>>;

struct StressPolicy : impl::StdPolicy {
  template <class T>
  using atomic = StressAtomic<T>;
  using Section = impl::FlagSection<StressAtomic>;
  static bool planted(impl::Bug b) {
    return StressPlant::active != nullptr && StressPlant::active->bug == b;
  }
  /// A planted bug is to be seen by the checks, not to stop the program.
  static constexpr bool kStopOnCorruption = false;
  static constexpr bool kZeroIsPlaced = false;
};

}  // namespace bp
