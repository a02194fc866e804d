// SPDX-License-Identifier: MIT
// Words of a dump's lines that several kinds of line share.
#pragma once

#include <cstdint>

#include "fuzz/kernel/line_cursor.h"
#include "fuzz/report/fmt.h"
#include "model/reference/kernel_state.h"

namespace bp::kernel {

inline constexpr std::int64_t kSysctlMax = std::int64_t{1} << 31;

inline Pfn frame(LineCursor& c) {
  const Pfn p{c.hex()};
  if (p > kPfnMax) c.blame(fmt::format("pfn {:x} is 2^40 or above", std::uint64_t{p}));
  return p;
}

/// The part of a counter that a CPU has not folded yet.
inline std::int64_t& part(reference::PcpNumbers& n, reference::Stat s) {
  return n.diff[static_cast<unsigned>(s)];
}

}  // namespace bp::kernel
