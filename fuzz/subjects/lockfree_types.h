// SPDX-License-Identifier: MIT
// The types of pageblocks behind the subject ABI: CMA areas and the reserve of a machine, ranges.
#pragma once

#include <array>

#include "fuzz/subject.h"
#include "impl/config.h"
#include "model/vocab/units.h"

namespace bp::lockfree {

inline Pfn pfn_of(std::uint64_t n) { return Pfn{n}; }

/// `cma` has to last as long as the Config is read.
inline void copy_types(const bp_machine& m, std::array<impl::FrameRange, BP_CMA_MAX>& cma,
                       impl::Config& c) {
  for (unsigned i = 0; i < m.n_cma; ++i) cma[i] = {pfn_of(m.cma[i].begin), pfn_of(m.cma[i].end)};
  c.cma = cma.data();
  c.n_cma = m.n_cma;
  c.highatomic = m.highatomic != 0;
}

inline bp_status range_status(impl::RangeStatus s) {
  switch (s) {
    case impl::RangeStatus::ok:
    case impl::RangeStatus::lists_busy: return BP_OK;  // One thread: no list is ever held.
    case impl::RangeStatus::bad_range: return BP_BAD_RANGE;
    case impl::RangeStatus::busy: return BP_BUSY;
  }
  return BP_BUSY;
}

template <class Allocator>
bp_status do_range(Allocator& a, std::uint32_t action, impl::FrameRange f) {
  switch (action) {
    case BP_RANGE_ISOLATE: return range_status(a.isolate(f));
    case BP_RANGE_UNISOLATE: return range_status(a.undo_isolate(f));
    case BP_RANGE_OFFLINE: return range_status(a.offline(f));
    case BP_RANGE_ONLINE: return range_status(a.online(f));
    case BP_RANGE_ALLOC: return range_status(a.alloc_range(f));
    default: return BP_BAD_RANGE;
  }
}

}  // namespace bp::lockfree
