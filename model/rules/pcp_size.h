// SPDX-License-Identifier: MIT
// How large the per-CPU lists of a zone are (R-CFG-11..14).
#pragma once

#include <cstdint>

#include "model/vocab/profile.h"
#include "model/vocab/units.h"

namespace bp::rules {

struct PcpQuery {
  Pages managed;
  Pages low;          ///< The low mark plus the boost of that moment (W-3); unused by v4.7.
  unsigned cpus = 1;  ///< Of the zone's node; all online ones if it has none. 0 counts as 1.
  std::int64_t fraction = 0;  ///< percpu_pagelist_fraction, ..._high_fraction; 0: none, or >= 8.
};

struct PcpSize {
  Pages high;   ///< Most pages on the lists of one CPU; may be 0. From v6.12 on no formula says it:
                ///< 0 here, and a new list's.
  Pages batch;  ///< Pages per refill, at least 1.
  Pages high_min, high_max;  ///< From v6.12 on: bounds of high. They may cross (C4). 0 before.
  constexpr bool operator==(const PcpSize&) const = default;
};

PcpSize pcp_size(const PcpQuery& q, Profile p);

}  // namespace bp::rules
