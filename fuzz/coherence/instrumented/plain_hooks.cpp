// SPDX-License-Identifier: MIT
// What instrumented code calls around plain data. The names are the compiler's; one that is missing
// here is an error of the linker, so that no kind of access can go unseen.
#include <cstring>

#include "fuzz/coherence/watch.h"

namespace {

using bp::coherence::Access;
using bp::coherence::Data;

void read(const void* at, std::size_t bytes) {
  bp::coherence::tell(at, bytes, Access::read, Data::plain);
}
void write(const void* at, std::size_t bytes) {
  bp::coherence::tell(at, bytes, Access::write, Data::plain);
}
void read_some(const void* at, std::size_t bytes) {
  if (bytes != 0) read(at, bytes);
}
void write_some(const void* at, std::size_t bytes) {
  if (bytes != 0) write(at, bytes);
}

}  // namespace

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}

void __tsan_read1(void* at) { read(at, 1); }
void __tsan_read2(void* at) { read(at, 2); }
void __tsan_read4(void* at) { read(at, 4); }
void __tsan_read8(void* at) { read(at, 8); }
void __tsan_read16(void* at) { read(at, 16); }
void __tsan_unaligned_read2(void* at) { read(at, 2); }
void __tsan_unaligned_read4(void* at) { read(at, 4); }
void __tsan_unaligned_read8(void* at) { read(at, 8); }
void __tsan_unaligned_read16(void* at) { read(at, 16); }
void __tsan_read_range(void* at, std::size_t bytes) { read_some(at, bytes); }

void __tsan_write1(void* at) { write(at, 1); }
void __tsan_write2(void* at) { write(at, 2); }
void __tsan_write4(void* at) { write(at, 4); }
void __tsan_write8(void* at) { write(at, 8); }
void __tsan_write16(void* at) { write(at, 16); }
void __tsan_unaligned_write2(void* at) { write(at, 2); }
void __tsan_unaligned_write4(void* at) { write(at, 4); }
void __tsan_unaligned_write8(void* at) { write(at, 8); }
void __tsan_unaligned_write16(void* at) { write(at, 16); }
void __tsan_write_range(void* at, std::size_t bytes) { write_some(at, bytes); }

void* __tsan_memset(void* at, int value, std::size_t bytes) {
  write_some(at, bytes);
  return std::memset(at, value, bytes);
}
void* __tsan_memcpy(void* to, const void* from, std::size_t bytes) {
  read_some(from, bytes);
  write_some(to, bytes);
  return std::memcpy(to, from, bytes);
}
void* __tsan_memmove(void* to, const void* from, std::size_t bytes) {
  read_some(from, bytes);
  write_some(to, bytes);
  return std::memmove(to, from, bytes);
}

/// What instrumented code calls to yield: this thread runs all CPUs and waits for no other.
int bp_coherence_yield() { return 0; }

/// For instrumented code: a barrier over all CPUs.
void bp_coherence_barrier() {
  if (bp::coherence::Watch::current != nullptr) bp::coherence::Watch::current->barrier();
}
}
