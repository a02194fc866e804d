// SPDX-License-Identifier: MIT
// The allocator in impl behind the subject ABI, for any policy. Creation is on the path of every
// fuzz input, so each thread keeps the memory of its last instance for the next one. A policy with
// a static `active` has the bug of the instance that is entered put there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#include "fuzz/subject.h"
#include "fuzz/subjects/lockfree_types.h"
#include "impl/allocator.h"

namespace bp::lockfree {

using impl::Bug;

/// Memory of one instance. A thread's spare block is reused if it is large enough.
struct Block {
  void* memory = nullptr;
  std::size_t bytes = 0;
  bool is_zero = false;  ///< Fresh from the system: nobody wrote to it.

  std::byte* aligned() const {
    const auto at = reinterpret_cast<std::uintptr_t>(memory);
    return static_cast<std::byte*>(memory) + (kAlign - at % kAlign) % kAlign;
  }
  static constexpr std::size_t kAlign = 64;
};

struct Spare {
  Block block;
  ~Spare() { std::free(block.memory); }
};
inline thread_local Spare spare;

/// Above this, zero pages of the system are cheaper than writing zeros into a spare block.
constexpr std::size_t kSpareMax = std::size_t{1} << 20;

inline Block take_block(std::size_t bytes) {
  if (spare.block.bytes >= bytes) return std::exchange(spare.block, {});
  return {std::calloc(bytes + Block::kAlign, 1), bytes, true};
}

inline void give_block(Block b) {
  b.is_zero = false;
  if (spare.block.bytes < b.bytes && b.bytes <= kSpareMax) std::swap(spare.block, b);
  std::free(b.memory);
}

inline void copy_zones(const bp_machine& m, std::array<impl::ZoneSpec, BP_ZONES_MAX>& out) {
  for (unsigned z = 0; z < m.n_zones; ++z) {
    const bp_zone& from = m.zones[z];
    impl::ZoneSpec& to = out[z];
    to.node = from.node;
    to.type = static_cast<ZoneType>(from.type);
    to.frames = {pfn_of(from.begin), pfn_of(from.end)};
    to.marks[static_cast<unsigned>(impl::Mark::min)] = Pages{from.mark_min};
    to.marks[static_cast<unsigned>(impl::Mark::low)] = Pages{from.mark_low};
    to.marks[static_cast<unsigned>(impl::Mark::high)] = Pages{from.mark_high};
    for (unsigned t = 0; t < BP_ZONE_TYPES; ++t)
      to.lowmem_reserve[t] = Pages{from.lowmem_reserve[t]};
    to.pcp_high = from.pcp_high;
    to.pcp_batch = from.pcp_batch;
  }
}

inline void copy_nodes(const bp_machine& m, impl::Config& c) {
  for (unsigned cpu = 0; cpu < m.cpus; ++cpu) c.node_of_cpu[cpu] = m.node_of_cpu[cpu];
  for (unsigned n = 0; n < m.n_nodes; ++n) {
    c.fallback[n].count = m.n_fallback[n];
    for (unsigned k = 0; k < m.n_fallback[n]; ++k) c.fallback[n].nodes[k] = m.fallback[n][k];
  }
}

/// The subject's functions for one policy.
template <class Policy>
struct Subject {
  using Allocator = impl::Allocator<Policy>;

  Allocator* allocator;
  Block block;
  Bug bug;

  static Subject& enter(void* self) {
    Subject& s = *static_cast<Subject*>(self);
    if constexpr (requires { Policy::active = s.bug; }) Policy::active = s.bug;
    return s;
  }

  /// The subject lies at the front of the allocator's block.
  static constexpr std::size_t kFront = 64;

  template <Bug bug>
  static void* create(const bp_machine* m) {
    static_assert(sizeof(Subject) <= kFront);
    if constexpr (requires { Policy::active = bug; }) Policy::active = bug;
    std::array<impl::ZoneSpec, BP_ZONES_MAX> zones;
    std::array<impl::FrameRange, BP_HOLES_MAX> holes;
    impl::Config c;
    c.profile = static_cast<Profile>(m->profile);
    c.era = static_cast<Era>(m->era);
    c.zone_types = ZoneConfig::from_bits(m->zone_config);
    c.cpus = m->cpus;
    c.nodes = m->n_nodes;
    copy_zones(*m, zones);
    for (unsigned h = 0; h < m->n_holes; ++h)
      holes[h] = {pfn_of(m->holes[h].begin), pfn_of(m->holes[h].end)};
    copy_nodes(*m, c);
    c.zones = zones.data();
    c.n_zones = m->n_zones;
    c.holes = holes.data();
    c.n_holes = m->n_holes;
    std::array<impl::FrameRange, BP_CMA_MAX> cma;
    copy_types(*m, cma, c);
    const Block block = take_block(kFront + Allocator::footprint(c));
    if (block.memory == nullptr) return nullptr;
    c.memory_is_zero = block.is_zero;
    std::byte* const front = block.aligned();
    Allocator* a = Allocator::place(front + kFront, block.bytes - kFront, c);
    return ::new (front) Subject{a, block, bug};
  }

  static void destroy(void* self) { give_block(enter(self).block); }

  static bp_status alloc(void* self, const bp_request* r, std::uint64_t* pfn) {
    const Pfn got = enter(self).allocator->alloc({r->cpu, r->order, r->gfp, r->node, r->nodemask});
    if (got == kNoPfn) return BP_NO_MEMORY;
    *pfn = static_cast<std::uint64_t>(got);
    return BP_OK;
  }

  static bp_status free(void* self, std::uint32_t cpu, std::uint64_t pfn, std::uint32_t order) {
    switch (enter(self).allocator->free(cpu, pfn_of(pfn), order)) {
      case impl::FreeStatus::ok: return BP_OK;
      case impl::FreeStatus::bad_order: return BP_BAD_ORDER;
      case impl::FreeStatus::not_head: return BP_NOT_HEAD;
      case impl::FreeStatus::not_allocated: return BP_NOT_ALLOCATED;
      case impl::FreeStatus::foreign:
      case impl::FreeStatus::no_cpu: return BP_FOREIGN;
    }
    return BP_FOREIGN;
  }

  static void drain(void* self, std::uint32_t cpu) {
    enter(self).allocator->drain(cpu == BP_ON_BUDDY ? impl::kAllCpusDrain : cpu);
  }

  static void counters(void* self, std::uint32_t zone, bp_counters* out) {
    const impl::ZoneCount n = enter(self).allocator->count(zone);
    *out = {n.free, n.on_pcp};
  }

  static void census(void* self, bp_visit visit, void* context) {
    const Allocator& a = *enter(self).allocator;
    a.for_each_block([&](Pfn head, Order o, unsigned cpu) {
      // A block outside every zone is a planted bug's, and to be seen.
      if (a.spans(head) && a.type_at(head) == Migratetype::isolate) return;
      visit(context, static_cast<std::uint64_t>(head), static_cast<unsigned>(o),
            cpu == impl::kOnNoCpu ? BP_ON_BUDDY : cpu);
    });
  }

  static bp_status range(void* self, std::uint32_t action, std::uint64_t begin, std::uint64_t end) {
    return do_range(*enter(self).allocator, action, {pfn_of(begin), pfn_of(end)});
  }

  static std::uint32_t type_at(void* self, std::uint64_t pfn) {
    const Allocator& a = *enter(self).allocator;
    if (!a.spans(pfn_of(pfn))) return BP_TYPE_ISOLATE;
    return static_cast<std::uint32_t>(a.type_at(pfn_of(pfn)));
  }
};

template <class Policy, Bug bug>
constexpr bp_subject subject_named(const char* name) {
  using S = Subject<Policy>;
  bp_subject s{BP_ABI_VERSION,
               BP_CAP_TYPES | BP_CAP_ZONES | BP_CAP_WATERMARKS | BP_CAP_MERGES | BP_CAP_NULL_L2 |
                   BP_CAP_PER_CPU | BP_CAP_THREADS |
                   (Policy::kExactOrders ? unsigned{BP_CAP_CHECKS_FREE} : 0U),
               name,
               &S::template create<bug>,
               &S::destroy,
               &S::alloc,
               &S::free,
               &S::drain,
               &S::counters,
               &S::census};
  s.range = &S::range;
  s.type_at = &S::type_at;
  return s;
}

}  // namespace bp::lockfree
