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
static_assert(sizeof(Pfn) == sizeof(std::uint64_t), "an array of heads is one of frame numbers");

/// A C config as the allocator's; not to be moved.
struct ConfigFromC {
  ZoneSpec zones[kMaxZones];
  FrameRange holes[BPA_HOLES_MAX];
  Config config;

  ConfigFromC(const ConfigFromC&) = delete;
  ConfigFromC& operator=(const ConfigFromC&) = delete;
  /// With no zone and no CPU, hence not valid, if the arrays are too long for it.
  explicit ConfigFromC(const bpa_config& c) {
    config.cpus = 0;
    if (c.n_zones > kMaxZones || c.n_holes > BPA_HOLES_MAX || c.cpus > kMaxCpus ||
        c.nodes > kMaxNodes || c.profile > static_cast<unsigned>(Profile::v7_1) || c.era >= kEras ||
        c.zones == nullptr || (c.holes == nullptr && c.n_holes != 0))
      return;
    for (unsigned z = 0; z < c.n_zones; ++z) copy(c.zones[z], zones[z]);
    for (unsigned h = 0; h < c.n_holes; ++h)
      holes[h] = {Pfn{c.holes[h].begin}, Pfn{c.holes[h].end}};
    config.profile = static_cast<Profile>(c.profile);
    config.era = static_cast<Era>(c.era);
    config.zone_types = ZoneConfig::from_bits(c.zone_types);
    config.nodes = c.nodes;
    config.zones = zones;
    config.n_zones = c.n_zones;
    config.holes = holes;
    config.n_holes = c.n_holes;
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
    to.frames = {Pfn{from.frames.begin}, Pfn{from.frames.end}};
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

  static It& of(bpa_allocator* a) { return *reinterpret_cast<It*>(a); }
  static const It& of(const bpa_allocator* a) { return *reinterpret_cast<const It*>(a); }
  static Request request_of(const bpa_request& r) {
    return {r.cpu, r.order, r.gfp, r.node, r.nodemask};
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
    std::uint32_t got = 0;
    while (got < n && (heads[got] = alloc(a, r)) != BPA_NONE) ++got;
    return got;
  }
  static std::uint32_t free_bulk(bpa_allocator* a, std::uint32_t cpu, const std::uint64_t* heads,
                                 std::uint32_t n, std::uint32_t order) {
    std::uint32_t done = 0;
    while (done < n && free(a, cpu, heads[done], order) == BPA_OK) ++done;
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
    *out = {n.free, n.on_pcp};
    return BPA_OK;
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
