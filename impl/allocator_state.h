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
#include "impl/scan_nodes.h"
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

  /// A zone as the fast path of free sees it. The last one has no zone, reaches nothing, and is
  /// that of all other frames.
  struct Door {
    Pfn base;               ///< As Zone::base().
    std::uint64_t end = 0;  ///< Of the zone, counted in frames from `base`.
    Record* zone = nullptr;
    Pcp* lists = nullptr;  ///< Of CPU 0.
    typename Zone::Orders::FromBase orders{};
    typename Zone::Types::FromBase types{};
    std::uint64_t begin = 0;  ///< As `end`; less than a tree.
    unsigned number = 0;      ///< Of the zone.

    std::uint64_t offset(Pfn p) const {
      return static_cast<std::uint64_t>(p) - static_cast<std::uint64_t>(base);
    }
    /// Whether the zone has words for the frame, which may be another's before its first one.
    bool reaches(Pfn p) const { return offset(p) < end; }
    bool spans(Pfn p) const { return reaches(p) && begin <= offset(p); }
    std::uint64_t pages() const { return end - begin; }
  };
  /// The zone that an unprivileged scan tries first: all that the fast path of alloc needs of it,
  /// in one cache line.
  struct alignas(64) FastZone {
    const Zone* frames = nullptr;
    Pcp* lists = nullptr;  ///< Of the CPU that it is near to.
    Pfn base;              ///< As Zone::base().
    typename Zone::Orders::FromBase orders{};
    unsigned zone = 0;
  };
  static_assert(sizeof(FastZone) == 64);
  /// By the highest zone type; as many that a CPU's are found by a shift.
  using Near = FastZone[8];
  static_assert(kZoneTypes <= 8);

  template <class Self>
  struct PartsOf {
    Self* self;
    Record* zones;
    Pcp* lists;
    Near* near;
    std::uint8_t* nodes;
    typename Record::Parts of[kMaxZones];
  };

  template <class Self>
  static PartsOf<Self> carve(const Config& c, Carver& from) {
    PartsOf<Self> p;
    p.self = from.take<Self>(1);
    p.zones = from.take<Record>(c.n_zones + 1U);
    p.lists = from.take<Pcp>(std::size_t{c.cpus} * c.n_zones);
    p.near = from.take<Near>(c.cpus);
    for (unsigned z = 0; z < c.n_zones; ++z) p.of[z] = Record::carve(c, c.zones[z], from);
    p.nodes = from.take<std::uint8_t>(c.cpus);
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
        decode_(mask_decode<Policy>(c.zone_types, c.era, c.group_by_mobility)),
        uncommon_mask_(masks_.thisnode | zero_mask_ | decode_.beyond |
                       (c.around.is_dirty != nullptr ? node_masks(c.era).write : 0)),
        node_of_cpu_(p.nodes),
        near_(p.near),
        around_(c.around),
        node_masks_(node_masks(c.era)) {
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) node_of_cpu_[cpu] = c.node_of_cpu[cpu];
    build_zonelists<Policy>(c, zonelists_);
    for (unsigned z = 0; z < c.n_zones; ++z) {
      place_zone(c, p.of[z], z);
      doors_[z] = door_to(z);
    }
    place_no_zone();
    doors_[n_zones_].number = n_zones_;
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) {
      for (unsigned t = 0; t < kZoneTypes; ++t)
        near_[cpu][t] = fast_zone(
            cpu, first_zone(zonelists_.fallback[node_of_cpu_[cpu]], static_cast<ZoneType>(t)));
    }
    for (unsigned z = 1; z < n_zones_; ++z) {  // The largest zone first; numbers stay.
      if (doors_[z].pages() <= doors_[0].pages()) continue;
      const Door larger = doors_[z];
      doors_[z] = doors_[0];
      doors_[0] = larger;
    }
  }

  /// The first zone of a list that a request up to `highest` may have, or n_zones_.
  unsigned first_zone(const Zonelist& zonelist, ZoneType highest) const {
    for (unsigned i = 0; i < zonelist.count; ++i)
      if (zones_[zonelist.zones[i]].type <= highest) return zonelist.zones[i];
    return n_zones_;
  }
  /// R-WMARK-6 for a scan without privileges in its first zone: whether the low mark, all that is
  /// kept from some requests left out, allows `pages` at once. Never where the check that a scan
  /// makes says no.
  static bool allows(const Zone& first, ZoneType highest, std::int64_t pages) {
    return first.is_above(highest, pages - 1);
  }
  /// That of a request which is to be served near its CPU and asks for nothing else.
  const FastZone& near_zone(unsigned cpu, ZoneType highest) const {
    return near_[cpu][static_cast<unsigned>(highest)];
  }
  bool is_common(const Request& r) const {
    const auto names_node = static_cast<std::uint32_t>(~r.node >> 31);  // All bits, or none.
    return (r.nodemask | r.task | (r.gfp & uncommon_mask_) | names_node) == 0;
  }

  unsigned node_of(const Request& r) const {
    return r.node < 0 ? node_of_cpu_[r.cpu] : static_cast<unsigned>(r.node);
  }
  Migratetype type_of(std::uint32_t gfp) const { return decode_(gfp).type(); }
  static unsigned column_of(ZoneType t) {
    const auto type = static_cast<unsigned>(t);
    return Policy::planted(Bug::reserve_of_next_type) && type + 1 < kZoneTypes ? type + 1 : type;
  }

  /// The number of the zone that spans `p`, or n_zones_.
  unsigned zone_of(Pfn p) const { return door_of(p).number; }
  /// Few zones: a scan beats a search.
  const Door& door_of(Pfn p) const {
    const Door* d = doors_;
    while (d->zone != nullptr && !d->spans(p)) ++d;
    return *d;
  }

  const Door& largest_door() const { return doors_[0]; }

  /// The CPU whose lists a caller on `named` is to use.
  unsigned here(unsigned named) const { return Policy::Section::here(named, cpus_); }
  /// From the lists of a CPU to those that a caller on it is to use.
  Pcp* moved(Pcp* lists, unsigned named) const {
    return lists + (static_cast<std::ptrdiff_t>(here(named)) - static_cast<std::ptrdiff_t>(named));
  }
  Pcp& list(unsigned cpu, unsigned z) const { return lists_[std::size_t{z} * cpus_ + cpu]; }
  static std::uint32_t offset(const Record& zone, Pfn p) {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(p - zone.frames.base()));
  }
  static Pfn frame(const Record& zone, std::uint32_t at) {
    return zone.frames.base() + Pages{std::int64_t{at}};
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
  std::uint32_t uncommon_mask_;  ///< The bits of which the fast path knows nothing.
  std::uint8_t* node_of_cpu_;
  Zonelists zonelists_;

 private:
  static bool zeroes(const Zeroing& z) { return z.zero != nullptr || z.direct_map != nullptr; }

  Door door_to(unsigned z) const {
    Record& r = zones_[z];
    const Pfn base = r.frames.base();
    const auto offset = [base](Pfn p) {
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(p - base));
    };
    return {base,
            offset(r.span.end),
            &r,
            &list(0, z),
            r.frames.blocks.from_base(),
            r.frames.types().from_base(),
            offset(r.span.begin),
            z};
  }
  FastZone fast_zone(unsigned cpu, unsigned z) const {
    Zone& frames = zones_[z].frames;
    if (z == n_zones_) return {&frames, nullptr, Pfn{}, {}, z};
    return {&frames, &list(cpu, z), frames.base(), frames.blocks.from_base(), z};
  }
  /// Behind the zones: of no request's.
  void place_no_zone() {
    Record& none = *::new (zones_ + n_zones_) Record;
    for (unsigned t = 0; t < kZoneTypes; ++t)
      none.frames.raise_limit(static_cast<ZoneType>(t), INT64_MAX);
  }
  void place_zone(const Config& c, const typename Record::Parts& p, unsigned z) {
    Record& r = *::new (zones_ + z) Record;
    r.place(c, c.zones[z], p);
    for (unsigned t = 0; t < kZoneTypes; ++t) {
      const auto highest = static_cast<ZoneType>(t);
      // R-CTX-1, as in try_zones().
      const unsigned column = column_of(profile_ == Profile::v4_7 ? r.type : highest);
      r.frames.raise_limit(highest, r.marks[static_cast<unsigned>(Mark::low)] + r.reserve[column]);
    }
    for (unsigned cpu = 0; cpu < c.cpus; ++cpu) {
      Pcp& l = *::new (&list(cpu, z)) Pcp;
      const ListCapacities lists = Record::lists_of(c.zones[z]);
      l.place(cpu, p.slots + std::size_t{cpu} * lists.slots, lists);
    }
  }

  Near* near_;                      ///< By CPU; then by highest zone type.
  Door doors_[kMaxZones + 1] = {};  ///< The largest zone's first, then by number.

 protected:
  Surroundings around_;
  NodeMasks node_masks_;
};

}  // namespace bp::impl
