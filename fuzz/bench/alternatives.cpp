// SPDX-License-Identifier: MIT
#include "fuzz/bench/alternatives.h"

#include <dlfcn.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace bp::bench {
namespace {

constexpr std::size_t kPage = 4096;

using AlignedAlloc = void* (*)(std::size_t align, std::size_t bytes);
using Free = void (*)(void*);

/// Block numbers of 31 bits from addresses: a process has two far ends that grow, the heap above
/// the program and the mappings below the stack. The top bit says which, and what lies above the
/// others is the same within each.
struct Instance {
  std::uint64_t frames = 0;
  std::array<std::atomic<std::uint64_t>, 2> above{};

  bool number_of(void* at, std::uint64_t* pfn) {
    if (at == nullptr) return false;
    const std::uint64_t page = reinterpret_cast<std::uintptr_t>(at) / kPage;
    const std::uint64_t end = page >> 33 & 1;
    // relaxed: whoever frees the block has its number from whoever stored this.
    above[end].store(page >> 30 << 30, std::memory_order_relaxed);
    *pfn = end << 30 | (page & 0x3fff'ffffU);
    return true;
  }
  void* address_of(std::uint64_t pfn) const {
    // relaxed: as above.
    const std::uint64_t upper = above[pfn >> 30].load(std::memory_order_relaxed);
    return reinterpret_cast<void*>((upper | (pfn & 0x3fff'ffffU)) * kPage);
  }
};

void* create(const bp_machine* m) {
  auto* const i = new Instance;
  i->frames = m->zones[0].end;
  return i;
}
void destroy(void* self) { delete static_cast<Instance*>(self); }
void drain(void*, std::uint32_t) {}
void counters(void* self, std::uint32_t, bp_counters* out) {
  *out = {static_cast<Instance*>(self)->frames, 0};
}
void census(void*, bp_visit, void*) {}

/// An allocator of a shared object; both functions are set before its table is handed out.
template <unsigned which>
struct Malloc {
  static inline AlignedAlloc take = nullptr;
  static inline Free give = nullptr;

  static bp_status alloc(void* self, const bp_request* r, std::uint64_t* pfn) {
    const std::size_t bytes = kPage << r->order;
    return static_cast<Instance*>(self)->number_of(take(bytes, bytes), pfn) ? BP_OK : BP_NO_MEMORY;
  }
  static bp_status free(void* self, std::uint32_t, std::uint64_t pfn, std::uint32_t) {
    give(static_cast<Instance*>(self)->address_of(pfn));
    return BP_OK;
  }
};

/// A mapping a block, as large again to align it where that is needed.
bp_status map_alloc(void* self, const bp_request* r, std::uint64_t* pfn) {
  const std::size_t bytes = kPage << r->order;
  const std::size_t asked = r->order == 0 ? bytes : 2 * bytes;
  void* const at = mmap(nullptr, asked, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return BP_NO_MEMORY;
  auto* const first = static_cast<std::byte*>(at);
  const std::size_t skip = (bytes - reinterpret_cast<std::uintptr_t>(at) % bytes) % bytes;
  if (skip != 0) munmap(first, skip);
  if (asked != skip + bytes) munmap(first + skip + bytes, asked - skip - bytes);
  return static_cast<Instance*>(self)->number_of(first + skip, pfn) ? BP_OK : BP_NO_MEMORY;
}
bp_status map_free(void* self, std::uint32_t, std::uint64_t pfn, std::uint32_t order) {
  munmap(static_cast<Instance*>(self)->address_of(pfn), kPage << order);
  return BP_OK;
}

constexpr bp_subject table(const char* name, decltype(bp_subject::alloc) alloc,
                           decltype(bp_subject::free) free) {
  return {BP_ABI_VERSION, BP_CAP_THREADS, name,   &create,   &destroy,
          alloc,          free,           &drain, &counters, &census};
}
constexpr bp_subject kMmap = table("mmap", &map_alloc, &map_free);
constexpr bp_subject kMalloc = table("malloc", &Malloc<0>::alloc, &Malloc<0>::free);
constexpr bp_subject kJemalloc = table("jemalloc", &Malloc<1>::alloc, &Malloc<1>::free);
constexpr bp_subject kMimalloc = table("mimalloc", &Malloc<2>::alloc, &Malloc<2>::free);
constexpr bp_subject kTcmalloc = table("tcmalloc", &Malloc<3>::alloc, &Malloc<3>::free);

/// An object that is there and cannot be loaded is another thing than one that is not: jemalloc,
/// say, wants room that a process gives with GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384.
std::string why_not(const char* file) {
  const char* const said = dlerror();
  return said == nullptr ? std::string(file) + " has no such functions" : said;
}

/// ASan has an allocator of its own, and says of others that they leak.
constexpr bool kMayLoad = std::string_view(BP_SANITIZERS).find("address") == std::string_view::npos;

template <unsigned which>
Alternative library(const bp_subject& s, const char* file, const char* take, const char* give) {
  using M = Malloc<which>;
  if (!kMayLoad) return {s.name, nullptr, std::string(file) + " is not loaded beside ASan"};
  void* const object = dlopen(file, RTLD_NOW | RTLD_LOCAL);  // Stays loaded.
  if (object != nullptr) {
    M::take = reinterpret_cast<AlignedAlloc>(dlsym(object, take));
    M::give = reinterpret_cast<Free>(dlsym(object, give));
  }
  const bool there = M::take != nullptr && M::give != nullptr;
  return {s.name, there ? &s : nullptr, there ? "" : why_not(file)};
}

std::vector<Alternative> find_all() {
  Malloc<0>::take = &std::aligned_alloc;
  Malloc<0>::give = &std::free;
  return {{"mmap", &kMmap, ""},
          {"malloc", &kMalloc, ""},
          library<1>(kJemalloc, "libjemalloc.so.2", "aligned_alloc", "free"),
          library<2>(kMimalloc, "libmimalloc.so.2", "mi_aligned_alloc", "mi_free"),
          library<3>(kTcmalloc, "libtcmalloc_minimal.so.4", "tc_memalign", "tc_free")};
}

}  // namespace

std::span<const Alternative> alternatives() {
  static const std::vector<Alternative> all = find_all();
  return all;
}

bool is_alternative(const bp_subject& s) {
  return std::ranges::any_of(alternatives(), [&](const Alternative& a) { return a.subject == &s; });
}

}  // namespace bp::bench
