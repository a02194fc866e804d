// SPDX-License-Identifier: MIT
// Whether a block passes the checks that the kernel makes of its pages (R-PREP-1..6, M-5). Here a
// page is bad because somebody said so; when it is looked at is the kernel's matter.
#pragma once

#include "model/reference/allocator.h"

namespace bp::reference {

inline bool is_bad(const Allocator& a, Pfn head, Order o) {
  if (!a.any_bad) return false;
  for (Pfn p = head; p < head + pages_in(o); ++p) {
    if (a.frames[p].bad) return true;
  }
  return false;
}

}  // namespace bp::reference
