// SPDX-License-Identifier: MIT
// The allocator in impl behind the subject ABI, for any policy. Creation is on the path of every
// fuzz input, so each thread keeps the memory of its last instance for the next one. A policy with
// a static `active` has the bug of the instance that is entered put there. With exact orders it has
// the kernel's interfaces, see lockfree_calls.h, and asks an environment for help; requests that
// need nothing of them go past.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "fuzz/subject.h"
#include "fuzz/subjects/lockfree_calls.h"
#include "fuzz/subjects/lockfree_pressure.h"
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

  static constexpr bool kHasCalls = Policy::kExactOrders;

  Allocator* allocator;
  Block block;
  Bug bug;
  Watch watch;
  typename Policy::template atomic<std::uint32_t>
      noted;  ///< Blocks of which there is more to know.
  std::unique_ptr<Callers> callers;
  std::unique_ptr<Help> help;

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
    Subject* const self = ::new (front)
        Subject{nullptr, block, bug, {}, decltype(Subject::noted){0}, nullptr, nullptr};
    if constexpr (kHasCalls) {
      self->callers = std::make_unique<Callers>(*m, self->watch, self, &Subject::note);
      self->help = std::make_unique<Help>(*m, self, &Subject::give_back);
      c.zeroing.zero = &Callers::zero;
      c.pressure = self->help->calls();
      c.around = self->help->surroundings();
    }
    self->allocator = Allocator::place(front + kFront, block.bytes - kFront, c);
    return self;
  }

  static void destroy(void* self) {
    Subject& s = enter(self);
    const Block block = s.block;
    s.~Subject();
    give_block(block);
  }

  static bp_status alloc(void* self, const bp_request* r, std::uint64_t* pfn) {
    Subject& s = enter(self);
    if (kHasCalls && s.watch.concerns(*r)) [[unlikely]]
      return alloc_by_call(self, *r, pfn);
    const Pfn got = s.allocator->alloc({r->cpu, r->order, r->gfp, r->node, r->nodemask});
    if (got == kNoPfn) return BP_NO_MEMORY;
    *pfn = static_cast<std::uint64_t>(got);
    return BP_OK;
  }

  static bp_status free(void* self, std::uint32_t cpu, std::uint64_t pfn, std::uint32_t order) {
    Subject& s = enter(self);
    // relaxed: see note().
    if (kHasCalls && s.noted.load(std::memory_order_relaxed) != 0) [[unlikely]]
      return put(s, cpu, pfn_of(pfn), order);
    return status_of(s.allocator->free(cpu, pfn_of(pfn), order));
  }

  static bp_status status_of(impl::FreeStatus f) {
    switch (f) {
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
    // No boost: a pageblock that changes hands costs nobody anything here.
    *out = {n.free, n.on_pcp, n.kept_back, n.free_cma, 0};
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

  static void enter_environment(void* self, const bp_environment* e) {
    Subject& s = enter(self);
    s.help->enter(e);
    s.callers->enter({.somewhere = s.help->is_there(),
                      .allowed = s.help->allowed(),
                      .cpusets = s.help->has_cpusets()});
  }

  static std::uint32_t call(void* self, const bp_call* c, bp_block* blocks) {
    Subject& s = enter(self);
    s.help->begin(c->request.cpu, s.callers->mems_of(c->request.cpu));
    const impl::Request r = s.callers->request_of(*c);
    Callers::forget_zeroed();
    Pfn heads[kBulkPages];
    unsigned got = 0;
    if (c->interface == BP_CALL_BULK) {
      got = s.allocator->alloc_bulk(r, heads, std::min(c->pages, kBulkPages));
    } else {
      heads[0] = s.allocator->alloc(r);
      got = heads[0] == kNoPfn ? 0 : 1;
    }
    for (unsigned i = 0; i < got; ++i) blocks[i] = s.callers->handed_out(*c, r, heads[i]);
    if (c->interface == BP_CALL_EXACT && got != 0) keep_first(s, r, heads[0], c->pages);
    return got;
  }

  static void task(void* self, std::uint32_t cpu, const bp_task* t) {
    enter(self).callers->set_task(cpu, *t);
  }

  static bp_status get(void* self, std::uint64_t pfn) {
    Subject& s = enter(self);
    // Of no order at all: what is an allocated head has another one.
    const impl::FreeStatus is = s.allocator->would_free(pfn_of(pfn), kOrderMax + 1);
    if (is != impl::FreeStatus::bad_order) return status_of(is);
    s.callers->get(pfn_of(pfn));
    return BP_OK;
  }

  static bp_status split(void* self, std::uint64_t pfn, std::uint32_t order) {
    Subject& s = enter(self);
    const impl::FreeStatus is = s.allocator->would_free(pfn_of(pfn), order);
    if (is != impl::FreeStatus::ok) return status_of(is);
    if (s.callers->is_compound(pfn_of(pfn))) return BP_BAD_ORDER;
    return status_of(s.allocator->split(pfn_of(pfn), order, 0));
  }

  static bp_status free_address(void* self, std::uint32_t cpu, std::uint64_t address,
                                std::uint32_t order) {
    if (address < BP_DIRECT_MAP) return BP_FOREIGN;
    return free(self, cpu, (address - BP_DIRECT_MAP) >> 12, order);
  }

 private:
  // Out of line, so that the plain functions stay short.
  [[gnu::noinline]] static bp_status alloc_by_call(void* self, const bp_request& r,
                                                   std::uint64_t* pfn) {
    const bp_call c{r, BP_CALL_ALLOC, 0};
    bp_block block{};
    if (call(self, &c, &block) == 0) return BP_NO_MEMORY;
    *pfn = block.pfn;
    return BP_OK;
  }

  static void note(void* self, std::uint32_t blocks) {
    // relaxed: who frees a block knows of it from whom it has it, and so of what is noted of it.
    static_cast<Subject*>(self)->noted.store(blocks, std::memory_order_relaxed);
  }

  /// What is no allocated head is passed over.
  static void give_back(void* self, std::uint32_t cpu, std::uint64_t pfn) {
    for (unsigned order = 0; order <= kOrderMax; ++order) {
      if (enter(self).allocator->would_free(pfn_of(pfn), order) != impl::FreeStatus::ok) continue;
      free(self, cpu, pfn, order);
      return;
    }
  }

  /// Single pages, of which those behind the first `pages` are free again.
  static void keep_first(Subject& s, const impl::Request& r, Pfn head, std::uint32_t pages) {
    s.allocator->split(head, r.order, 0);
    const auto all = Pages{std::int64_t{1} << r.order};
    for (Pages i{std::int64_t{pages}}; i < all; i += Pages{1})
      s.allocator->free(r.cpu, head + i, 0);
  }

  /// A free while some blocks are noted.
  [[gnu::noinline]] static bp_status put(Subject& s, std::uint32_t cpu, Pfn head,
                                         std::uint32_t order) {
    const impl::FreeStatus is = s.allocator->would_free(head, order);
    if (is == impl::FreeStatus::ok) {
      const Left left = s.callers->put(head);
      if (left == Left::has_all) return BP_OK;
      if (left == Left::has_first_page) return free_behind(s, cpu, head, order), BP_OK;
    }
    return status_of(s.allocator->free(cpu, head, order));
  }

  /// All but the first page of a block, in halves.
  static void free_behind(Subject& s, std::uint32_t cpu, Pfn head, unsigned order) {
    while (order-- > 0) {
      s.allocator->split(head, order + 1, order);
      s.allocator->free(cpu, head + pages_in(Order{order}), order);
    }
  }
};

template <class Policy, Bug bug>
constexpr bp_subject subject_named(const char* name) {
  using S = Subject<Policy>;
  bp_subject s{};
  s.abi_version = BP_ABI_VERSION;
  s.caps = BP_CAP_TYPES | BP_CAP_ZONES | BP_CAP_WATERMARKS | BP_CAP_MERGES | BP_CAP_NULL_L2 |
           BP_CAP_PER_CPU | BP_CAP_THREADS | BP_CAP_COUNTS |
           (Policy::kExactOrders ? unsigned{BP_CAP_CHECKS_FREE} : 0U);
  s.name = name;
  s.create = &S::template create<bug>;
  s.destroy = &S::destroy;
  s.alloc = &S::alloc;
  s.free = &S::free;
  s.drain = &S::drain;
  s.counters = &S::counters;
  s.census = &S::census;
  s.range = &S::range;
  s.type_at = &S::type_at;
  if constexpr (S::kHasCalls) {
    s.caps |= BP_CAP_CALLS | BP_CAP_PRESSURE;
    s.call = &S::call;
    s.task = &S::task;
    s.get = &S::get;
    s.split = &S::split;
    s.free_address = &S::free_address;
    s.enter = &S::enter_environment;
  }
  return s;
}

}  // namespace bp::lockfree
