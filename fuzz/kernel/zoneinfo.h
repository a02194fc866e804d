// SPDX-License-Identifier: MIT
// /proc/zoneinfo as a machine. Reads what the kernels 4.7 to 7.1 print; lines that it does not need
// are passed over, numbers that it needs and cannot read are faults.
//
// What the file does not tell is chosen, and this is all that is chosen:
// - Which frames of a zone are not managed. They become one hole: at the start of a DMA zone, where
//   firmware and boot code lie, and at the end of every other.
// - Which CPU is on which node. All are on the first node.
// - pageblock_order, min_free_kbytes, distances, reserve ratios: those of an unstated Machine.
// A zone ends where the next one of its node starts, whatever it is said to span.
// Watermarks are stated, less the boost of the moment. Zones without a managed frame are left out.
// The per-CPU sizes are stated if all zones agree on them and else left to the profile's formula.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocab/machine.h"

namespace bp::kernel {

struct ZoneinfoOptions {
  Profile profile = Profile::v6_1_lts192;
  std::optional<Era> era;  ///< None: the profile's own.
};

/// One CPU's lists of a zone.
struct ZoneinfoCpu {
  unsigned cpu = 0;
  std::size_t line = 0;  ///< Of "cpu:", from 1.
  Pages count, high, batch;
  std::optional<Pages> high_min, high_max;  ///< Printed from 6.13 or so on.
  std::optional<std::int64_t> threshold;    ///< "vm stats threshold", of zones with counters.
};

/// One zone as printed, the empty ones included.
struct ZoneinfoZone {
  unsigned node = 0;
  std::size_t line = 0;  ///< Of "Node N, zone NAME", from 1.
  ZoneType type = ZoneType::normal;
  Pfn start;
  Pages free, spanned, present, managed;
  bool has_managed = false;  ///< Printed from 3.8 on.
  Pages boost;               ///< Part of the marks below.
  Watermarks marks;
  bool has_marks = false;         ///< Empty zones have none in some kernels.
  std::optional<Pages> promo;     ///< Printed from 6.2 or so on.
  std::vector<Pages> protection;  ///< lowmem_reserve by zone index.
  std::vector<ZoneinfoCpu> cpus;
};

/// Lines that only some kernels print: what tells them apart.
struct ZoneinfoSigns {
  bool scanned = false;          ///< 4.7; gone with 4.8, when reclaim went from zones to nodes.
  bool per_node = false;         ///< "per-node stats": since then.
  bool boost = false;            ///< After 5.15.
  bool promo = false;            ///< After 6.1.
  bool high_min = false;         ///< After 6.12.
  bool free_highatomic = false;  ///< After 6.18.
};

struct Zoneinfo {
  std::optional<Machine> machine;   ///< Valid (first_fault() is empty), or
  std::string fault;                ///< what is wrong, in one clause, and
  std::size_t fault_line = 0;       ///< where, from 1; 0: in the whole.
  std::vector<ZoneinfoZone> zones;  ///< In the order of the file.
  ZoneinfoSigns signs;
  unsigned cpus = 0;  ///< As printed; a machine has at most kCpusMax and is given that many.
};

Zoneinfo read_zoneinfo(std::string_view text, const ZoneinfoOptions& options = {});

/// The zones only: no machine, and so none of a machine's faults.
Zoneinfo read_zones(std::string_view text);

/// The same of any kernel from 2.6.32 on: lines that a machine needs may be missing.
Zoneinfo read_zones_as_far_as_printed(std::string_view text);

/// Where this machine's lies.
inline constexpr const char* kZoneinfoPath = "/proc/zoneinfo";

}  // namespace bp::kernel
