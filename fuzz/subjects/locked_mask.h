// SPDX-License-Identifier: MIT
// What the locked subject knows of a mask: a bit test each, and one table for the zone. Made once a
// machine, because a request has no time to look flags up by era.
#pragma once

#include <cstdint>

#include "fuzz/subject.h"

namespace bp::locked {

/// The bits of a raw mask that steer a request, in the machine's era; 0 where it has no such flag.
struct MaskBits {
  std::uint32_t high, atomic, may_block, memalloc, nomemalloc, nofail, thisnode, zero;
  bool waiting_is_a_flag;         // E0: there is WAIT, and no ATOMIC.
  std::uint8_t highest_zone[16];  // By the zone bits.
};

MaskBits mask_bits_of(const bp_machine& m);

}  // namespace bp::locked
