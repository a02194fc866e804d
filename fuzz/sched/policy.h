// SPDX-License-Identifier: MIT
// What code under test is written against, simulated: Atomic<T> as std::atomic with explicit
// orders, Var<T> for plain data with a race check, fence() and cpu(). Objects hold the number of
// their location and nothing else, so that no address matters. Used only within a World: made by
// its set-up or its tasks, and void when the next execution begins.
#pragma once

#include <atomic>
#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>

#include "fuzz/sched/world.h"

namespace bp::sched {

template <class T>
  requires std::integral<T> || std::is_enum_v<T>
class Atomic {
 public:
  Atomic() : Atomic(T{}) {}
  explicit(false) Atomic(T initial)
      : at_(world().memory.make_location(world().task(), word(initial))) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load(std::memory_order order, const Where& where = Where::current()) const {
    World& w = step(false);
    if (w.sites != nullptr) order = changed(w, order, SiteKind::load, where);
    return typed(w.memory.load(w.task(), at_, order));
  }
  void store(T to, std::memory_order order, const Where& where = Where::current()) {
    World& w = step(true);
    if (w.sites != nullptr) {
      order = changed(w, order, SiteKind::store, where);
      if (w.sites->change_at(w.memory.site) == SiteChange::skipped) return;
    }
    w.memory.store(w.task(), at_, word(to), order);
  }
  T exchange(T to, std::memory_order order, const Where& where = Where::current()) {
    return modify(order, where, [to](T) { return to; });
  }
  T fetch_add(T by, std::memory_order order, const Where& where = Where::current()) {
    return modify(order, where, [by](T old) { return static_cast<T>(old + by); });
  }
  T fetch_sub(T by, std::memory_order order, const Where& where = Where::current()) {
    return modify(order, where, [by](T old) { return static_cast<T>(old - by); });
  }
  T fetch_and(T with, std::memory_order order, const Where& where = Where::current()) {
    return modify(order, where, [with](T old) { return static_cast<T>(old & with); });
  }
  T fetch_or(T with, std::memory_order order, const Where& where = Where::current()) {
    return modify(order, where, [with](T old) { return static_cast<T>(old | with); });
  }
  T fetch_xor(T with, std::memory_order order, const Where& where = Where::current()) {
    return modify(order, where, [with](T old) { return static_cast<T>(old ^ with); });
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure, const Where& where = Where::current()) {
    return compare_exchange(expected, desired, success, failure, false, where);
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure, const Where& where = Where::current()) {
    return compare_exchange(expected, desired, success, failure, true, where);
  }

  /// For ghost state: the last value in modification order; no step, no event.
  T newest() const { return typed(world().memory.newest(at_)); }

 private:
  static World& world() { return World::current(); }
  World& step(bool writes) const {
    World& w = world();
    w.point(at_, writes);
    return w;
  }
  /// Tells the trace which site this is; the order that the step has there today.
  static std::memory_order changed(World& w, std::memory_order declared, SiteKind kind,
                                   const Where& where) {
    const SiteId site = w.memory.site =
        w.sites->find(where, kind, declared, std::memory_order_relaxed);
    return w.sites->success(site, declared);
  }
  template <class Update>
  T modify(std::memory_order order, const Where& where, Update&& update) {
    World& w = step(true);
    if (w.sites != nullptr) {
      order = changed(w, order, SiteKind::rmw, where);
      const SiteChange change = w.sites->change_at(w.memory.site);
      if (change == SiteChange::torn) return torn(w, order, update);
      if (change == SiteChange::skipped)
        return typed(w.memory.load(w.task(), at_, read_part(order)));
    }
    return typed(w.memory.modify(w.task(), at_, order,
                                 [&](std::uint64_t old) { return word(update(typed(old))); }));
  }
  template <class Update>
  T torn(World& w, std::memory_order order, Update&& update) {
    const T old = typed(w.memory.load(w.task(), at_, read_part(order)));
    w.point(at_, true);
    w.memory.store(w.task(), at_, word(update(old)), write_part(order));
    return old;
  }
  bool compare_exchange(T& expected, T desired, std::memory_order success,
                        std::memory_order failure, bool weak, const Where& where) {
    World& w = step(true);
    if (w.sites != nullptr) {
      const SiteId site = w.memory.site = w.sites->find(where, SiteKind::cas, success, failure);
      success = w.sites->success(site, success);
      failure = w.sites->failure(site, failure);
      const SiteChange change = w.sites->change_at(site);
      if (change == SiteChange::skipped) return true;
      if (change == SiteChange::torn) return torn_exchange(w, expected, desired, success);
    }
    std::uint64_t read = 0;
    const Cas cas{word(expected), word(desired), success, failure, weak};
    const bool taken = w.memory.compare_exchange(w.task(), at_, cas, read);
    if (!taken) expected = typed(read);
    return taken;
  }
  bool torn_exchange(World& w, T& expected, T desired, std::memory_order order) {
    const T old = typed(w.memory.load(w.task(), at_, read_part(order)));
    if (old != expected) return expected = old, false;
    w.point(at_, true);
    w.memory.store(w.task(), at_, word(desired), write_part(order));
    return true;
  }
  static std::memory_order read_part(std::memory_order o) {
    if (o == std::memory_order_release) return std::memory_order_relaxed;
    return o == std::memory_order_acq_rel ? std::memory_order_acquire : o;
  }
  static std::memory_order write_part(std::memory_order o) {
    if (o == std::memory_order_acquire) return std::memory_order_relaxed;
    return o == std::memory_order_acq_rel ? std::memory_order_release : o;
  }
  static std::uint64_t word(T v) { return static_cast<std::uint64_t>(v); }
  static T typed(std::uint64_t w) { return static_cast<T>(w); }

  LocationId at_;
};

/// Plain data that the surrounding protocol protects. An access that races ends the execution.
template <class T>
class Var {
 public:
  Var() : Var(T{}) {}
  explicit(false) Var(T initial)
      : holds_(initial), at_(World::current().memory.make_var(World::current().task())) {}
  Var(const Var&) = delete;
  Var& operator=(const Var&) = delete;

  T read() const {
    World& w = World::current();
    if (!w.memory.read_var(w.task(), at_)) w.stop(race("reads", w));
    return holds_;
  }
  void write(T to) {
    World& w = World::current();
    if (!w.memory.write_var(w.task(), at_)) w.stop(race("writes", w));
    holds_ = to;
  }

 private:
  std::string race(const char* does, const World& w) const {
    return "race: task " + std::to_string(w.task()) + " " + does + " variable " +
           std::to_string(at_) + ", and a write or read by another task is not ordered before";
  }

  T holds_;
  VarId at_;
};

/// The names that a policy of the code under test takes over.
struct SimulatedMemory {
  template <class T>
  using atomic = Atomic<T>;
  template <class T>
  using Var = sched::Var<T>;

  /// Only a seq_cst fence is a step that others can tell the place of.
  static void fence(std::memory_order order) {
    World& w = World::current();
    if (order == std::memory_order_seq_cst) w.point(Pending::kEverywhere, true);
    w.memory.fence(w.task(), order);
  }
  /// Where the task runs now; it may be elsewhere at the next atomic step.
  static unsigned cpu() { return World::current().cpu(); }
};

}  // namespace bp::sched
