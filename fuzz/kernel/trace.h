// SPDX-License-Identifier: MIT
// A kmem trace, event by event. One event a line:
//
//     dt_us cpu context task EVENT ...
//
//     A pfn order migratetype gfp    allocated; pfn of all ones: the kernel said null
//     F pfn order                    freed
//     B pfn                          freed in a batch: beside the F of the same page
//     D pfn order migratetype        from a per-CPU list to the free blocks
//     Z pfn order migratetype refill taken from the free blocks
//     X pfn alloc_order fallback_order alloc_type fallback_type ownership    a fallback
//
// pfn and gfp are hexadecimal without a prefix, the rest is decimal. Lines that start with '#' and
// empty lines are passed over; "# era E5" before the first event says how gfp is laid out. B, D, Z
// and X are read as far as counting them needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/vocab/gfp.h"
#include "model/vocab/units.h"

namespace bp::kernel {

enum class TraceKind : char {
  alloc = 'A',
  free = 'F',
  batched = 'B',
  drain = 'D',
  take = 'Z',
  fallback = 'X',
};

inline constexpr unsigned kTraceCpusMax = 1U << 13;  ///< CPUs that a line may name: 0..8191.

struct TraceEvent {
  TraceKind kind = TraceKind::alloc;
  unsigned cpu = 0;
  Pfn pfn;                ///< alloc, free. kNoPfn: the kernel had no memory.
  Order order;            ///< alloc, free.
  std::uint32_t gfp = 0;  ///< alloc.
};

/// One line: an event, or nothing to see, or a fault in one clause.
struct TraceLine {
  std::optional<TraceEvent> event;
  std::string fault;
};

TraceLine read_trace_line(std::string_view line);

/// The era that the comments at the start of a trace name. A raw mask means nothing without one.
std::optional<Era> era_of_trace(std::string_view trace);

}  // namespace bp::kernel
