// SPDX-License-Identifier: MIT
// What a machine says of its own configuration at one moment: zoneinfo, and beside it the sysctls,
// meminfo and pagetypeinfo that its figures follow from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/kernel/zoneinfo.h"
#include "model/vocab/profile.h"

namespace bp::kernel {

/// The lines "NAME VALUE..." of /proc/sys/vm that configure the allocator.
struct VmSysctls {
  std::optional<std::int64_t> min_free_kbytes, watermark_scale_factor;
  std::optional<std::int64_t> high_fraction;       ///< percpu_pagelist_high_fraction, 5.14 on;
  std::optional<std::int64_t> fraction;            ///< percpu_pagelist_fraction, before.
  std::vector<std::int64_t> lowmem_reserve_ratio;  ///< By zone index.
};

/// The lines of /proc/meminfo that totals can be told from, in pages.
struct Meminfo {
  std::optional<Pages> total, free, available;
  Pages file;         ///< Active(file) and Inactive(file).
  Pages reclaimable;  ///< KReclaimable, or SReclaimable where there is no such line.
};

struct ConfigSnapshot {
  std::string name;
  /// Nothing was written to its sysctls since boot, or nobody knows.
  bool as_booted = true;
  Zoneinfo zoneinfo;  ///< No machine; no fault.
  VmSysctls sysctls;
  std::optional<Meminfo> meminfo;
  std::optional<Order> pageblock_order;
  /// How many CPUs each node has. Empty: not known; all on node 0.
  std::vector<unsigned> cpus_of_node;
};

/// A value, or what is wrong with its text and in which line, from 1.
template <class T>
struct Parsed {
  T got{};
  std::string fault;
  std::size_t line = 0;
};

Parsed<VmSysctls> read_sysctls(std::string_view text);
Parsed<Meminfo> read_meminfo(std::string_view text);
/// "Page block order: N" of pagetypeinfo.
Parsed<std::optional<Order>> read_pageblock_order(std::string_view text);
/// Zones with all that the check needs; a file that was cut off is a fault.
Parsed<Zoneinfo> read_complete_zones(std::string_view text);

/// The type of each column of 'protection:', which is by zone index. 4.7 does not print empty
/// zones: the first configuration with so many types that has all the printed ones. Empty: none.
std::vector<ZoneType> column_types(const Zoneinfo& in);

/// The profile whose rules such a zoneinfo follows: the nearest one where no profile is its
/// kernel's own. Nothing: it does not show.
std::optional<Profile> profile_of(const ConfigSnapshot& s);

}  // namespace bp::kernel
