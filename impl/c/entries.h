// SPDX-License-Identifier: MIT
// The functions of impl/c/buddyproof.h for any policy: C's values made C++'s and back. A config is
// copied to the stack (4 KiB) while it is measured or placed. Freestanding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impl/allocator.h"
#include "impl/c/buddyproof.h"

namespace bp::impl {

static_assert(BPA_NODES_MAX == kMaxNodes && BPA_CPUS_MAX == kMaxCpus &&
                  BPA_ZONES_MAX == kMaxZones && BPA_ZONE_TYPES == kZoneTypes &&
                  BPA_ORDER_MAX == kOrderMax,
              "C's limits are the allocator's");
static_assert(static_cast<unsigned>(FreeStatus::ok) == BPA_OK &&
                  static_cast<unsigned>(FreeStatus::bad_order) == BPA_BAD_ORDER &&
                  static_cast<unsigned>(FreeStatus::not_head) == BPA_NOT_HEAD &&
                  static_cast<unsigned>(FreeStatus::not_allocated) == BPA_NOT_ALLOCATED &&
                  static_cast<unsigned>(FreeStatus::foreign) == BPA_FOREIGN &&
                  static_cast<unsigned>(FreeStatus::no_cpu) == BPA_NO_CPU,
              "C's codes are the allocator's");
static_assert(kTaskFrees == BPA_TASK_FREES && kTaskDies == BPA_TASK_DIES &&
                  kTaskRealtime == BPA_TASK_REALTIME && kTaskAlone == BPA_TASK_ALONE &&
                  kTaskBound == BPA_TASK_BOUND && kTaskInterrupted == BPA_TASK_INTERRUPTED &&
                  kTaskWatched == BPA_TASK_WATCHED,
              "C's bits of a task are the allocator's");
static_assert(static_cast<unsigned>(NodeReclaim::noscan) == BPA_RECLAIM_NOSCAN &&
                  static_cast<unsigned>(NodeReclaim::full) == BPA_RECLAIM_FULL &&
                  static_cast<unsigned>(NodeReclaim::some) == BPA_RECLAIM_SOME &&
                  static_cast<unsigned>(NodeReclaim::success) == BPA_RECLAIM_SUCCESS,
              "the answers as the header numbers them");
static_assert(static_cast<unsigned>(Migratetype::unmovable) == 0 &&
                  static_cast<unsigned>(Migratetype::movable) == 1 &&
                  static_cast<unsigned>(Migratetype::reclaimable) == 2 &&
                  static_cast<unsigned>(Migratetype::highatomic) == 3 &&
                  static_cast<unsigned>(Migratetype::cma) == 4 &&
                  static_cast<unsigned>(Migratetype::isolate) == 5,
              "the types as the header numbers them");

/// The environment's calls: a C++ one for each that C has, which finds it by the context.
struct CallsFromC {
  static const bpa_calls& of(void* context) { return *static_cast<const bpa_calls*>(context); }
  static bpa_need need_of(const Need& n) {
    return {n.node, n.order, static_cast<std::uint32_t>(n.highest), n.gfp};
  }
  template <auto kCall>
  static bool helps(void* context, const Need& n) {
    const bpa_need need = need_of(n);
    return (of(context).*kCall)(of(context).context, &need) != 0;
  }
  static void wake(void* context, const Need& n) {
    const bpa_need need = need_of(n);
    of(context).wake_kswapd(of(context).context, &need);
  }
  static Mems mems(void* context, const Need& n) {
    const bpa_need need = need_of(n);
    bpa_mems m = {~0U, ~0U, 0};
    of(context).mems(of(context).context, &need, &m);
    return {m.nodes, m.beyond, m.sequence};
  }
  static bool is_dirty(void* context, unsigned zone) {
    return of(context).is_dirty(of(context).context, zone) != 0;
  }
  /// A number that there is not is success: a look more than needed.
  static NodeReclaim reclaim_node(void* context, const Need& n) {
    const bpa_need need = need_of(n);
    const std::uint32_t r = of(context).reclaim_node(of(context).context, &need);
    return r < BPA_RECLAIM_SUCCESS ? static_cast<NodeReclaim>(r) : NodeReclaim::success;
  }
  static void zero(void* context, Pfn head, unsigned order) {
    of(context).zero(of(context).context, static_cast<std::uint64_t>(head), order);
  }

  static void set(Config& to, const bpa_config& c) {
    to.zeroing.direct_map = static_cast<unsigned char*>(c.direct_map);
    if (c.calls == nullptr) return;
    void* const context = const_cast<bpa_calls*>(c.calls);  // Read only, see of().
    to.pressure.context = to.zeroing.context = to.around.context = context;
    if (c.calls->wake_kswapd != nullptr) to.pressure.wake_kswapd = &wake;
    if (c.calls->compact != nullptr) to.pressure.compact = &helps<&bpa_calls::compact>;
    if (c.calls->reclaim != nullptr) to.pressure.reclaim = &helps<&bpa_calls::reclaim>;
    if (c.calls->oom != nullptr) to.pressure.oom = &helps<&bpa_calls::oom>;
    if (c.calls->zero != nullptr) to.zeroing.zero = &zero;
    if (c.calls->mems != nullptr) to.around.mems = &mems;
    if (c.calls->fails != nullptr) to.around.fails = &helps<&bpa_calls::fails>;
    if (c.calls->is_dirty != nullptr) to.around.is_dirty = &is_dirty;
    if (c.calls->reclaim_node != nullptr) to.around.reclaim_node = &reclaim_node;
  }
};

inline FrameRange range_of(const bpa_range& r) { return {Pfn{r.begin}, Pfn{r.end}}; }

/// A C config as the allocator's; not to be moved.
struct ConfigFromC {
  ZoneSpec zones[kMaxZones];
  FrameRange holes[BPA_HOLES_MAX];
  FrameRange cma[BPA_CMA_MAX];
  Config config;

  ConfigFromC(const ConfigFromC&) = delete;
  ConfigFromC& operator=(const ConfigFromC&) = delete;
  /// With no zone and no CPU, hence not valid, if the arrays are too long for it.
  explicit ConfigFromC(const bpa_config& c) {
    config.cpus = 0;
    if (c.n_zones > kMaxZones || c.n_holes > BPA_HOLES_MAX || c.cpus > kMaxCpus ||
        c.nodes > kMaxNodes || c.profile > static_cast<unsigned>(Profile::v7_1) || c.era >= kEras ||
        c.zones == nullptr || (c.holes == nullptr && c.n_holes != 0) || c.n_cma > BPA_CMA_MAX ||
        (c.cma == nullptr && c.n_cma != 0))
      return;
    for (unsigned z = 0; z < c.n_zones; ++z) copy(c.zones[z], zones[z]);
    for (unsigned h = 0; h < c.n_holes; ++h) holes[h] = range_of(c.holes[h]);
    for (unsigned i = 0; i < c.n_cma; ++i) cma[i] = range_of(c.cma[i]);
    config.profile = static_cast<Profile>(c.profile);
    config.era = static_cast<Era>(c.era);
    config.zone_types = ZoneConfig::from_bits(c.zone_types);
    config.nodes = c.nodes;
    config.zones = zones;
    config.n_zones = c.n_zones;
    config.holes = holes;
    config.n_holes = c.n_holes;
    config.cma = cma;
    config.n_cma = c.n_cma;
    config.highatomic = c.highatomic != 0;
    config.group_by_mobility = c.ungrouped == 0;
    CallsFromC::set(config, c);
    config.memory_is_zero = c.memory_is_zero != 0;
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu)
      config.node_of_cpu[cpu] = c.node_of_cpu == nullptr ? std::uint8_t{0} : c.node_of_cpu[cpu];
    for (unsigned n = 0; n < c.nodes; ++n) {
      config.fallback[n].count = c.n_fallback[n];
      for (unsigned k = 0; k < kMaxNodes; ++k) config.fallback[n].nodes[k] = c.fallback[n][k];
    }
    config.cpus = c.cpus;
  }

 private:
  static void copy(const bpa_zone& from, ZoneSpec& to) {
    to.node = from.node;
    // A type that there is not stays one: is_valid() refuses it.
    to.type = static_cast<ZoneType>(from.type < 255 ? from.type : 255);
    to.frames = range_of(from.frames);
    to.marks[static_cast<unsigned>(Mark::min)] = Pages{from.mark_min};
    to.marks[static_cast<unsigned>(Mark::low)] = Pages{from.mark_low};
    to.marks[static_cast<unsigned>(Mark::high)] = Pages{from.mark_high};
    for (unsigned t = 0; t < kZoneTypes; ++t) to.lowmem_reserve[t] = Pages{from.lowmem_reserve[t]};
    to.pcp_high = from.pcp_high;
    to.pcp_batch = from.pcp_batch;
  }
};

template <class Policy>
struct Entries {
  using It = Allocator<Policy>;
  static constexpr std::uint32_t kAtOnce = 64;  ///< Frames of a batch that are copied at a time.

  static It& of(bpa_allocator* a) { return *reinterpret_cast<It*>(a); }
  static const It& of(const bpa_allocator* a) { return *reinterpret_cast<const It*>(a); }
  static Request request_of(const bpa_request& r) {
    return {r.cpu, r.order, r.gfp, r.node, r.nodemask, r.task};
  }

  static std::size_t footprint(const bpa_config* c) {
    if (c == nullptr) return 0;
    const ConfigFromC from(*c);
    return It::footprint(from.config);
  }
  static bpa_status place(void* memory, std::size_t bytes, const bpa_config* c,
                          bpa_allocator** out) {
    const std::size_t needs = footprint(c);
    if (needs == 0) return BPA_BAD_CONFIG;
    if (memory == nullptr || bytes < needs) return BPA_BAD_MEMORY;
    const ConfigFromC from(*c);
    It* const it = It::place(memory, bytes, from.config);
    if (it == nullptr) return BPA_BAD_MEMORY;
    *out = reinterpret_cast<bpa_allocator*>(it);
    return BPA_OK;
  }
  static std::uint64_t alloc(bpa_allocator* a, const bpa_request* r) {
    return static_cast<std::uint64_t>(of(a).alloc(request_of(*r)));
  }
  static bpa_status free(bpa_allocator* a, std::uint32_t cpu, std::uint64_t head,
                         std::uint32_t order) {
    return static_cast<bpa_status>(of(a).free(cpu, Pfn{head}, order));
  }
  static std::uint32_t alloc_bulk(bpa_allocator* a, const bpa_request* r, std::uint64_t* heads,
                                  std::uint32_t n) {
    Pfn some[kAtOnce];
    std::uint32_t got = 0;
    for (bool more = true; more && got < n;) {
      const std::uint32_t want = n - got < kAtOnce ? n - got : kAtOnce;
      const std::uint32_t came = of(a).alloc_bulk(request_of(*r), some, want);
      for (std::uint32_t i = 0; i < came; ++i) heads[got++] = static_cast<std::uint64_t>(some[i]);
      more = came == want;
    }
    return got;
  }
  static std::uint32_t free_bulk(bpa_allocator* a, std::uint32_t cpu, const std::uint64_t* heads,
                                 std::uint32_t n, std::uint32_t order) {
    Pfn some[kAtOnce];
    std::uint32_t done = 0;
    for (bool more = true; more && done < n;) {
      const std::uint32_t want = n - done < kAtOnce ? n - done : kAtOnce;
      for (std::uint32_t i = 0; i < want; ++i) some[i] = Pfn{heads[done + i]};
      const std::uint32_t went = of(a).free_bulk(cpu, some, want, order);
      done += went;
      more = went == want;
    }
    return done;
  }
  static bpa_status split(bpa_allocator* a, std::uint64_t head, std::uint32_t order,
                          std::uint32_t into) {
    return static_cast<bpa_status>(of(a).split(Pfn{head}, order, into));
  }
  static std::uint64_t drain(bpa_allocator* a, std::uint32_t cpu) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(of(a).drain(cpu)));
  }
  static bpa_status count(const bpa_allocator* a, std::uint32_t zone, bpa_counts* out) {
    if (zone >= of(a).zones()) return BPA_NO_ZONE;
    const ZoneCount n = of(a).count(zone);
    *out = {n.free, n.on_pcp, n.free_cma, n.reserved, n.kept_back, n.isolated_free};
    return BPA_OK;
  }
  /// One of the allocator's operations on a range.
  template <auto kOperation>
  static bpa_status on_range(bpa_allocator* a, bpa_range range) {
    switch ((of(a).*kOperation)(range_of(range))) {
      case RangeStatus::ok: return BPA_OK;
      case RangeStatus::bad_range: return BPA_BAD_RANGE;
      case RangeStatus::busy: return BPA_BUSY;
      case RangeStatus::lists_busy: return BPA_LISTS_BUSY;
    }
    return BPA_BAD_RANGE;
  }
  static std::uint32_t type_at(const bpa_allocator* a, std::uint64_t frame) {
    const It& it = of(a);
    return it.spans(Pfn{frame}) ? static_cast<std::uint32_t>(it.type_at(Pfn{frame})) : BPA_NO_TYPE;
  }
  template <class Visit>
  static void census(const bpa_allocator* a, Visit visit, void* context) {
    of(a).for_each_block([&](Pfn head, Order o, unsigned cpu) {
      visit(context, static_cast<std::uint64_t>(head), static_cast<unsigned>(o), cpu);
    });
  }
};
static_assert(kAllCpusDrain == BPA_ALL_CPUS && kOnNoCpu == BPA_ON_NO_CPU &&
                  static_cast<std::uint64_t>(kNoPfn) == BPA_NONE,
              "C's special values are the allocator's");

}  // namespace bp::impl
