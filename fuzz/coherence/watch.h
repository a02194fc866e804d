// SPDX-License-Identifier: MIT
// Who is told of every access to memory that instrumented code makes. The subjects are compiled
// once more in namespace bp_counted with the compiler's instrumentation for data races
// (-fsanitize=thread), and the hooks in instrumented/ are what that calls, in the place
// of a sanitizer's library. So plain data counts like atomics do, at the addresses where it really
// lies, after the optimiser: a padding that is missing shows, which a simulated location with a
// line of its own cannot show.
// Not seen: what is in registers, locals that nobody points to, memory that the system or
// uninstrumented code touches, assembly (restartable sections); a read that the same few
// instructions overwrite is left out by the compiler, so that its write is a transfer where the
// machine would make a transfer and an upgrade.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bp::coherence {

enum class Access : std::uint8_t { read, write };
enum class Data : std::uint8_t { plain, atomic };

/// `address` is the first of `bytes` bytes.
class Watch {
 public:
  virtual void access(const void* address, std::size_t bytes, Access a, Data d) = 0;
  /// A barrier over all CPUs, as a drain needs it.
  virtual void barrier() = 0;

  /// Nobody is told while this is null. Every thread has its own.
  static constinit inline thread_local Watch* current = nullptr;

 protected:
  ~Watch() = default;
};

inline void tell(const void* address, std::size_t bytes, Access a, Data d) {
  if (Watch::current != nullptr) Watch::current->access(address, bytes, a, d);
}

}  // namespace bp::coherence
