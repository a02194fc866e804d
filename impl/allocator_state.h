// SPDX-License-Identifier: MIT
// What an allocator consists of and where it lies in the caller's memory: its zones, its CPUs'
// lists, and constants. Everything here but zones_ and lists_ is written once, in the constructor,
// before anyone else knows the allocator. The contract is allocator.h's. Freestanding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "impl/attempts.h"
#include "impl/carver.h"
#include "impl/config.h"
#include "impl/mask_decode.h"
#include "impl/pcp.h"
#include "impl/planted.h"
#include "impl/pressure.h"
#include "impl/watermark.h"
#include "impl/zone_record.h"
#include "impl/zonelist.h"

namespace bp::impl {

template <class Policy>
class AllocatorState {
 protected:
  using Zone = impl::Zone<Policy>;
  using Pcp = CpuLists<Policy>;
  using Record = ZoneRecord<Policy>;

  template <class Self>
  struct PartsOf {
    Self* self;
    Record* zones;
    Pcp* lists;
    typename Record::Parts of[kMaxZones];
  };

  template <class Self>
  static PartsOf<Self> carve(const Config& c, Carver& from) {
    PartsOf<Self> p;
    p.self = from.take<Self>(1);
    p.zones = from.take<Record>(c.n_zones);
    p.lists = from.take<Pcp>(std::size_t{c.cpus} * c.n_zones);
    for (unsigned z = 0; z < c.n_zones; ++z) p.of[z] = Record::carve(c, c.zones[z], from);
    return p;
  }

  template <class Self>
  AllocatorState(const Config& c, const PartsOf<Self>& p)
      : profile_(c.profile),
        cpus_(c.cpus),
        nodes_(c.nodes),
        n_zones_(c.n_zones),
        zones_(p.zones),
        lists_(p.lists),
        masks_(gfp_masks(c.era)),
        pressure_masks_(pressure_masks(c.era)),
        pressure_(c.pressure),
        zeroing_(c.zeroing),
        zero_mask_(zeroes(c.zeroing) ? gfp_encode(GfpFlag::zero, c.era) : 0),
        decode_(mask_decode<Policy>(c.zone_types, c.era, c.group_by_mobility)) {
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) node_of_cpu_[cpu] = c.node_of_cpu[cpu];
    build_zonelists<Policy>(c, zonelists_);
    for (unsigned z = 0; z < c.n_zones; ++z) place_zone(c, p.of[z], z);
    for (unsigned node = 0; node < c.nodes; ++node) {
      for (unsigned t = 0; t < kZoneTypes; ++t) {
        const auto highest = static_cast<ZoneType>(t);
        fast_[0][node][t] = first_zone(zonelists_.fallback[node], highest);
        fast_[1][node][t] = first_zone(zonelists_.own[node], highest);
      }
    }
  }

  /// The zone that an unprivileged scan tries first, and the free pages that must be left there.
  struct FastZone {
    std::int64_t limit = 0;
    std::uint32_t zone = 0;
  };

  const FastZone& fast_zone_of(const Request& r) const {
    const unsigned thisnode = (r.gfp & masks_.thisnode) != 0 ? 1 : 0;
    const auto highest = static_cast<unsigned>(decode_(r.gfp).highest);
    return fast_[thisnode][node_of(r)][highest];
  }
  unsigned node_of(const Request& r) const {
    return r.node < 0 ? node_of_cpu_[r.cpu] : static_cast<unsigned>(r.node);
  }
  Migratetype type_of(std::uint32_t gfp) const { return decode_(gfp).type; }
  static unsigned column_of(ZoneType t) {
    const auto type = static_cast<unsigned>(t);
    return Policy::planted(Bug::reserve_of_next_type) && type + 1 < kZoneTypes ? type + 1 : type;
  }

  /// The number of the zone that spans `p`, or n_zones_. Few zones: a scan beats a search.
  unsigned zone_of(Pfn p) const {
    unsigned z = 0;
    while (z < n_zones_ && !(zones_[z].span.begin <= p && p < zones_[z].span.end)) ++z;
    return z;
  }
  Pcp& list(unsigned cpu, unsigned z) const { return lists_[std::size_t{cpu} * n_zones_ + z]; }
  static std::uint32_t offset(const Record& zone, Pfn p) {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(p - zone.span.begin));
  }
  static Pfn frame(const Record& zone, std::uint32_t at) {
    return zone.span.begin + Pages{std::int64_t{at}};
  }

  Profile profile_;
  unsigned cpus_;
  unsigned nodes_;
  unsigned n_zones_;
  Record* zones_;
  Pcp* lists_;
  GfpMasks masks_;
  PressureMasks pressure_masks_;
  PressureCalls pressure_;
  Zeroing zeroing_;
  std::uint32_t zero_mask_;  ///< The bit that asks for zeros, if anything here gives them.
  MaskDecode decode_;
  std::uint8_t node_of_cpu_[kMaxCpus] = {};
  Zonelists zonelists_;

 private:
  static bool zeroes(const Zeroing& z) { return z.zero != nullptr || z.direct_map != nullptr; }

  FastZone first_zone(const Zonelist& zonelist, ZoneType highest) const {
    for (unsigned i = 0; i < zonelist.count; ++i) {
      const unsigned z = zonelist.zones[i];
      const Record& zone = zones_[z];
      if (zone.type > highest) continue;
      // R-CTX-1, as in try_zones().
      const unsigned column = column_of(profile_ == Profile::v4_7 ? zone.type : highest);
      return {zone.marks[static_cast<unsigned>(Mark::low)] + zone.reserve[column], z};
    }
    return {kNeverAbove, 0};
  }
  static constexpr std::int64_t kNeverAbove = INT64_MAX;

  void place_zone(const Config& c, const typename Record::Parts& p, unsigned z) {
    Record& r = *::new (zones_ + z) Record;
    r.place(c, c.zones[z], p);
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) {
      Pcp& l = *::new (&list(cpu, z)) Pcp;
      const ListCapacities lists = Record::lists_of(c.zones[z]);
      l.place(p.slots + std::size_t{cpu} * lists.slots, lists);
    }
  }

  FastZone fast_[2][kMaxNodes][kZoneTypes] = {};  ///< By THISNODE, node and highest zone type.
};

}  // namespace bp::impl
