// SPDX-License-Identifier: MIT
#include "fuzz/coherence/counted/planted.h"

#include <atomic>
#include <memory>

namespace bp_counted {
namespace {

/// Out of line, so that its caller's local is memory.
[[gnu::noinline]] void put(std::uint64_t* local, std::uint64_t value) { *local = value; }

template <std::size_t kApart, bool kCounts>
class Stacks {
 public:
  static void* create(const bp_machine* m) { return new Stacks(*m); }
  static void destroy(void* self) { delete &at(self); }
  static bp_status alloc(void* self, const bp_request* r, std::uint64_t* pfn) {
    at(self).count();
    std::uint64_t depth = 0;
    put(&depth, at(self).cpus_[r->cpu].depth++);
    *pfn = r->cpu * at(self).frames_ + depth;
    return BP_OK;
  }
  static bp_status free(void* self, std::uint32_t cpu, std::uint64_t, std::uint32_t) {
    at(self).count();
    --at(self).cpus_[cpu].depth;
    return BP_OK;
  }
  static void drain(void*, std::uint32_t) {}
  static void counters(void* self, std::uint32_t, bp_counters* out) {
    *out = {at(self).end_, 0};
    for (unsigned c = 0; c < BP_CPUS_MAX; ++c) out->free -= at(self).cpus_[c].depth;
  }
  static void census(void*, bp_visit, void*) {}

 private:
  explicit Stacks(const bp_machine& m) : frames_(m.zones[0].end / m.cpus), end_(m.zones[0].end) {}
  static Stacks& at(void* self) { return *static_cast<Stacks*>(self); }
  void count() {
    // relaxed: nobody reads it to decide anything.
    if (kCounts) operations_.fetch_add(1, std::memory_order_relaxed);
  }

  struct alignas(kApart) Cpu {
    std::uint64_t depth = 0;
  };

  alignas(64) std::uint64_t frames_;  ///< Of each CPU.
  std::uint64_t end_;
  alignas(64) std::atomic<std::uint64_t> operations_{0};
  alignas(64) Cpu cpus_[BP_CPUS_MAX];
};

template <std::size_t kApart, bool kCounts>
constexpr bp_subject table(const char* name) {
  using S = Stacks<kApart, kCounts>;
  bp_subject s{};
  s.abi_version = BP_ABI_VERSION;
  s.name = name;
  s.create = S::create;
  s.destroy = S::destroy;
  s.alloc = S::alloc;
  s.free = S::free;
  s.drain = S::drain;
  s.counters = S::counters;
  s.census = S::census;
  return s;
}

constexpr bp_subject kApartSubject = table<64, false>("apart");
constexpr bp_subject kSharedLine = table<8, false>("shared-line");
constexpr bp_subject kGlobalCounter = table<64, true>("global-counter");

}  // namespace

const bp_subject& apart_subject() { return kApartSubject; }
const bp_subject& shared_line_subject() { return kSharedLine; }
const bp_subject& global_counter_subject() { return kGlobalCounter; }

}  // namespace bp_counted
