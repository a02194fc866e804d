// SPDX-License-Identifier: MIT
// What instrumented code calls instead of atomic operations. They are told of, then done plainly:
// one thread runs all CPUs in turn, and a CPU's turn ends only before such an operation. Only those
// that some subject needs are here; the linker names one that is missing.
#include <cstdint>

#include "fuzz/coherence/watch.h"

namespace {

using bp::coherence::Access;
using bp::coherence::Data;

template <class T>
T load(const T* at) {
  bp::coherence::tell(at, sizeof(T), Access::read, Data::atomic);
  return *at;
}
template <class T>
void store(T* at, T value) {
  bp::coherence::tell(at, sizeof(T), Access::write, Data::atomic);
  *at = value;
}
/// Puts next(old) there and gives back what was there.
template <class T, class Next>
T change(T* at, Next&& next) {
  bp::coherence::tell(at, sizeof(T), Access::write, Data::atomic);
  const T old = *at;
  *at = next(old);
  return old;
}
template <class T>
T exchange(T* at, T value) {
  return change(at, [value](T) { return value; });
}
template <class T>
T fetch_add(T* at, T value) {
  return change(at, [value](T old) { return static_cast<T>(old + value); });
}
template <class T>
T fetch_sub(T* at, T value) {
  return change(at, [value](T old) { return static_cast<T>(old - value); });
}
template <class T>
T fetch_and(T* at, T value) {
  return change(at, [value](T old) { return static_cast<T>(old & value); });
}
template <class T>
T fetch_or(T* at, T value) {
  return change(at, [value](T old) { return static_cast<T>(old | value); });
}
template <class T>
T exchange_if(T* at, T expected, T desired) {
  return change(at, [=](T old) { return old == expected ? desired : old; });
}
template <class T>
int exchange_if(T* at, T* expected, T desired) {
  const T old = exchange_if(at, *expected, desired);
  const bool same = old == *expected;
  *expected = old;
  return same ? 1 : 0;
}

}  // namespace

extern "C" {

using A8 = std::uint8_t;
using A32 = std::uint32_t;
using A64 = std::uint64_t;

void __tsan_atomic_signal_fence(int) {}
void __tsan_atomic_thread_fence(int) {}

A8 __tsan_atomic8_load(const A8* at, int) { return load(at); }
A32 __tsan_atomic32_load(const A32* at, int) { return load(at); }
A64 __tsan_atomic64_load(const A64* at, int) { return load(at); }

void __tsan_atomic8_store(A8* at, A8 value, int) { store(at, value); }
void __tsan_atomic32_store(A32* at, A32 value, int) { store(at, value); }
void __tsan_atomic64_store(A64* at, A64 value, int) { store(at, value); }

A8 __tsan_atomic8_exchange(A8* at, A8 value, int) { return exchange(at, value); }
A32 __tsan_atomic32_exchange(A32* at, A32 value, int) { return exchange(at, value); }
A64 __tsan_atomic64_exchange(A64* at, A64 value, int) { return exchange(at, value); }

A64 __tsan_atomic64_fetch_add(A64* at, A64 value, int) { return fetch_add(at, value); }
A64 __tsan_atomic64_fetch_sub(A64* at, A64 value, int) { return fetch_sub(at, value); }
A8 __tsan_atomic8_fetch_and(A8* at, A8 value, int) { return fetch_and(at, value); }
A64 __tsan_atomic64_fetch_and(A64* at, A64 value, int) { return fetch_and(at, value); }
A64 __tsan_atomic64_fetch_or(A64* at, A64 value, int) { return fetch_or(at, value); }

// clang asks for the old value, gcc for success.
A8 __tsan_atomic8_compare_exchange_val(A8* at, A8 expected, A8 desired, int, int) {
  return exchange_if(at, expected, desired);
}
A64 __tsan_atomic64_compare_exchange_val(A64* at, A64 expected, A64 desired, int, int) {
  return exchange_if(at, expected, desired);
}
int __tsan_atomic8_compare_exchange_strong(A8* at, A8* expected, A8 desired, int, int) {
  return exchange_if(at, expected, desired);
}
int __tsan_atomic8_compare_exchange_weak(A8* at, A8* expected, A8 desired, int, int) {
  return exchange_if(at, expected, desired);
}
int __tsan_atomic64_compare_exchange_strong(A64* at, A64* expected, A64 desired, int, int) {
  return exchange_if(at, expected, desired);
}
int __tsan_atomic64_compare_exchange_weak(A64* at, A64* expected, A64 desired, int, int) {
  return exchange_if(at, expected, desired);
}
}
