// SPDX-License-Identifier: MIT
// The flags of a look at the zonelist as the subject ABI has them.
#pragma once

#include <cstdint>

#include "fuzz/subject.h"
#include "model/vocab/slow_trace.h"

namespace bp {

inline std::uint32_t abi_flags(const AllocFlags& f) {
  const auto bit = [](bool on, unsigned flag) { return on ? flag : 0U; };
  return bit(f.high, BP_ALLOC_HIGH) | bit(f.harder, BP_ALLOC_HARDER) |
         bit(f.highatomic, BP_ALLOC_HIGHATOMIC) | bit(f.oom, BP_ALLOC_OOM) |
         bit(f.cma, BP_ALLOC_CMA) | bit(f.no_watermarks, BP_ALLOC_NO_WATERMARKS) |
         bit(f.cpuset, BP_ALLOC_CPUSET) | bit(f.fair, BP_ALLOC_FAIR) |
         bit(f.nofragment, BP_ALLOC_NOFRAGMENT) | bit(f.kswapd, BP_ALLOC_KSWAPD);
}

}  // namespace bp
