// SPDX-License-Identifier: MIT
// The C11 functions with the policy `atomic`. Freestanding; see the header for what it needs.
#include "impl/c/buddyproof.h"

#include "impl/c/entries.h"

namespace bp {

[[noreturn]] void check_failed(const char* file, int line, const char* text) noexcept {
  for (;;) bpa_panic(file, line, text);
}

}  // namespace bp

using Atomic = bp::impl::Entries<bp::impl::StdPolicy>;

extern "C" {

size_t bpa_footprint(const bpa_config* config) { return Atomic::footprint(config); }
bpa_status bpa_place(void* memory, size_t bytes, const bpa_config* config, bpa_allocator** out) {
  return Atomic::place(memory, bytes, config, out);
}
uint64_t bpa_alloc(bpa_allocator* a, const bpa_request* request) {
  return Atomic::alloc(a, request);
}
bpa_status bpa_free(bpa_allocator* a, uint32_t cpu, uint64_t head, uint32_t order) {
  return Atomic::free(a, cpu, head, order);
}
uint32_t bpa_alloc_bulk(bpa_allocator* a, const bpa_request* request, uint64_t* heads, uint32_t n) {
  return Atomic::alloc_bulk(a, request, heads, n);
}
uint32_t bpa_free_bulk(bpa_allocator* a, uint32_t cpu, const uint64_t* heads, uint32_t n,
                       uint32_t order) {
  return Atomic::free_bulk(a, cpu, heads, n, order);
}
bpa_status bpa_split(bpa_allocator* a, uint64_t head, uint32_t order, uint32_t into) {
  return Atomic::split(a, head, order, into);
}
uint64_t bpa_drain(bpa_allocator* a, uint32_t cpu) { return Atomic::drain(a, cpu); }
bpa_status bpa_isolate(bpa_allocator* a, bpa_range range) {
  return Atomic::on_range<&Atomic::It::isolate>(a, range);
}
bpa_status bpa_undo_isolate(bpa_allocator* a, bpa_range range) {
  return Atomic::on_range<&Atomic::It::undo_isolate>(a, range);
}
bpa_status bpa_alloc_range(bpa_allocator* a, bpa_range range) {
  return Atomic::on_range<&Atomic::It::alloc_range>(a, range);
}
bpa_status bpa_offline(bpa_allocator* a, bpa_range range) {
  return Atomic::on_range<&Atomic::It::offline>(a, range);
}
bpa_status bpa_online(bpa_allocator* a, bpa_range range) {
  return Atomic::on_range<&Atomic::It::online>(a, range);
}
uint32_t bpa_type_at(const bpa_allocator* a, uint64_t frame) { return Atomic::type_at(a, frame); }
bpa_status bpa_count(const bpa_allocator* a, uint32_t zone, bpa_counts* out) {
  return Atomic::count(a, zone, out);
}
void bpa_census(const bpa_allocator* a,
                void (*visit)(void* context, uint64_t head, uint32_t order, uint32_t cpu),
                void* context) {
  Atomic::census(a, visit, context);
}

}  // extern "C"
