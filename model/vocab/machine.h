// SPDX-License-Identifier: MIT
// The machine that a program runs on: nodes, zones, holes, CPUs and the numbers that the kernel
// keeps about them. What a person or a recording states, nothing derived: watermarks that follow
// from min_free_kbytes are computed by the model's rules (R-CFG). Bounded and without allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/vocab/fixed_vec.h"
#include "model/vocab/gfp.h"
#include "model/vocab/profile.h"
#include "model/vocab/units.h"
#include "model/vocab/zone.h"

namespace bp {

inline constexpr unsigned kCpusMax = 64;         ///< CPUs of a machine, numbered 0..63.
inline constexpr unsigned kNodesMax = 8;         ///< Nodes: one byte of node mask.
inline constexpr unsigned kZonesPerNodeMax = 5;  ///< Every type but DEVICE.
inline constexpr unsigned kHolesMax = 8;         ///< Holes of one node.
inline constexpr unsigned kCmaMax = 4;           ///< CMA areas of a machine.
inline constexpr Pfn kPfnMax{(std::uint64_t{1} << 40) -
                             1};  ///< 52 address bits: every sum stays far from wrapping.
inline constexpr Pages kTypedSpannedMax{std::int64_t{1} << 21};  ///< 8 GiB, of a typed machine:
                                                                 ///< its types are looked at often.
inline constexpr Pages kSpannedMax{std::int64_t{1}
                                   << 26};  ///< 256 GiB: what replay needs, and no more.

/// A half-open range of frames.
struct PfnRange {
  Pfn begin;
  Pfn end;
  constexpr bool operator==(const PfnRange&) const = default;
  constexpr bool holds(Pfn p) const { return begin <= p && p < end; }
  constexpr Pages span() const { return end - begin; }
};

/// The three marks of a zone, in pages; min <= low <= high.
struct Watermarks {
  Pages min;
  Pages low;
  Pages high;
  constexpr bool operator==(const Watermarks&) const = default;
};

/// One zone of one node.
struct Zone {
  ZoneType type = ZoneType::normal;
  PfnRange frames;                  ///< Spanned; holes are taken out below.
  std::optional<Watermarks> marks;  ///< Stated, or else computed from min_free_kbytes.
  constexpr bool operator==(const Zone&) const = default;
};

/// One node. CPUs [cpu_begin, cpu_end) are on it; none: [0, 0).
struct Node {
  std::uint8_t cpu_begin = 0;
  std::uint8_t cpu_end = 0;
  FixedVec<Zone, kZonesPerNodeMax> zones;  ///< By type, ascending.
  FixedVec<PfnRange, kHolesMax> holes;     ///< Each inside one zone, ascending: frames not managed.
  FixedVec<std::uint8_t, kNodesMax> distance;  ///< To each node; empty: 10 to itself, 20 to others.
  constexpr bool operator==(const Node&) const = default;
};

/// lowmem_reserve_ratio by zone type (R-CFG-8); 0 means "none" from v6.1 on and "1" in v4.7.
using ReserveRatio = FixedVec<std::uint32_t, kZoneTypes>;

struct Machine {
  Profile profile = Profile::v6_1_lts192;
  Era era = Era::e3;                  ///< Layout of raw masks; the profile's own unless stated.
  ZoneConfig zones;                   ///< Zone types that the kernel was built with.
  std::uint8_t cpus = 1;              ///< 1..kCpusMax.
  Order pageblock_order{9};           ///< 1..kOrderMax (R-GEN-5).
  std::uint32_t min_free_kbytes = 0;  ///< Used by zones that state no marks.
  std::uint32_t watermark_scale_factor = 10;  ///< 1..3000, in 1/10000 (R-CFG-6).
  ReserveRatio lowmem_reserve_ratio;          ///< Empty: the profile's defaults.
  std::uint16_t pcp_high = 0;   ///< Most pages on one per-CPU list; 0: the profile's formula.
  std::uint16_t pcp_batch = 0;  ///< Pages moved per refill or flush; 0: the profile's formula.
  /// Pageblocks are reserved for high-order atomic requests as those are served (R-HA-1).
  bool highatomic = false;
  /// CMA areas, ascending: multiples of 512 frames, each inside one zone.
  FixedVec<PfnRange, kCmaMax> cma;
  FixedVec<Node, kNodesMax> nodes;

  /// What its pageblocks are is part of what a subject is asked.
  bool is_typed() const { return highatomic || !cma.empty(); }
  bool operator==(const Machine&) const = default;
};

/// The era of a profile's own headers.
constexpr Era era_of(Profile p) {
  switch (p) {
    case Profile::v4_7: return Era::e1;
    case Profile::v5_15: return Era::e2p;
    case Profile::v6_1_lts192: return Era::e3;
    case Profile::v6_12: return Era::e4;
    case Profile::v7_1: return Era::e5;
  }
  return Era::e3;
}

std::string_view profile_name(Profile p);  ///< "v4.7", "v6.1-lts192"
std::optional<Profile> profile_named(std::string_view name);
std::string_view zone_name(
    ZoneType t);  ///< "DMA", "DMA32", "NORMAL", "HIGHMEM", "MOVABLE", "DEVICE"
std::optional<ZoneType> zone_named(std::string_view name);

/// A machine's first fault: which node (or the machine line) and what is wrong, in one clause.
struct MachineFault {
  std::optional<std::size_t> node;
  std::string what;
};

/// Nothing, if the machine can be built: CPUs each on one node, zones apart, in order, of
/// configured types, within bounds, each hole inside a zone of its node, at least one managed
/// frame, marks in order.
std::optional<MachineFault> first_fault(const Machine& m);

/// The node of a CPU; the machine is valid and `cpu` < m.cpus.
unsigned node_of_cpu(const Machine& m, unsigned cpu);

/// Of the pageblocks of 512 frames that lie wholly inside zones, node by node, number `n`, counted
/// around; nothing if there is none.
std::optional<Pfn> pageblock_at(const Machine& m, std::uint64_t n);
/// The number of the one that begins at `p`.
std::optional<std::uint64_t> pageblock_number(const Machine& m, Pfn p);
/// The zone that holds the whole range, or null.
const Zone* zone_around(const Machine& m, const PfnRange& r);

/// Frames of a zone that no hole takes: what the kernel calls managed (R-GEN-11).
Pages managed_pages(const Node& n, const Zone& z);

}  // namespace bp
