// SPDX-License-Identifier: MIT
// The production policy: std::atomic, no simulation, no planted bug. Every shared type of impl
// takes such a policy and names nothing else of the machine below it. A policy supplies
//   atomic<T>   std::atomic's load, store, exchange, fetch_*, compare_exchange_*, orders explicit;
//   Var<T>      plain data that the surrounding protocol protects: read() and write();
//   Section     the per-CPU section, see section.h and restartable.h;
//   planted(b)  whether bug `b` is to be active;
//   kStopOnCorruption   whether a block released while free stops the program;
//   kExactOrders   whether every wrong free is caught, at a byte a frame; if not, see row_orders.h;
//   kZeroIsPlaced   whether zeroed memory is as good as these objects placed with the value 0.
// Freestanding.
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/planted.h"
#include "impl/restartable.h"
#include "impl/section.h"

namespace bp::impl {

struct StdPolicy {
  template <class T>
  using atomic = std::atomic<T>;

  template <class T>
  struct Var {
    T value;
    T read() const { return value; }
    void write(T v) { value = v; }
  };

  using Section = FlagSection<std::atomic>;  ///< `atomic`.

  static constexpr bool planted(Bug) { return false; }
  static constexpr bool kStopOnCorruption = true;
  static constexpr bool kZeroIsPlaced = true;
  static constexpr bool kExactOrders = true;
};

/// Any policy with the compact memory of orders.
template <class Policy>
struct Compact : Policy {
  static constexpr bool kExactOrders = false;
};

/// `pinned`: for threads that stay on their CPU while they call; Fences as in OwnerSection.
template <class Fences>
struct PinnedPolicy : StdPolicy {
  using Section = OwnerSection<std::atomic, Fences>;
};

/// `rseq`: for threads of Linux user space, which move between CPUs as they are moved; Machine as
/// in RestartableSection.
template <class Machine>
struct RestartablePolicy : StdPolicy {
  using Section = RestartableSection<std::atomic, Machine>;
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free &&
                  sizeof(std::atomic<std::uint64_t>) == 8,
              "a bitmap word is one lock-free machine word");
static_assert(std::atomic<std::uint8_t>::is_always_lock_free &&
                  sizeof(std::atomic<std::uint8_t>) == 1,
              "a frame's order is one byte");

}  // namespace bp::impl
