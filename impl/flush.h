// SPDX-License-Identifier: MIT
// Gathers frames by row on their way from a per-CPU list to the bitmaps, so that neighbours go back
// in one read-modify-write. A small direct-mapped table: no search, bounded stack. Owner-only: a
// local of one flush. Freestanding.
#pragma once

#include <cstdint>

#include "impl/row.h"

namespace bp::impl {

class RowGather {
 public:
  /// Adds a block's bits; if its place holds another row, that one is passed to release(row, mask).
  template <class Release>
  void add(std::uint64_t row, std::uint64_t bits, Release&& release) {
    Pending& p = pending_[row % kPlaces];
    if (p.mask != 0 && p.row != row) {
      release(p.row, p.mask);
      p.mask = 0;
    }
    p.row = row;
    p.mask |= bits;
  }
  /// Passes on everything that is left.
  template <class Release>
  void finish(Release&& release) {
    for (Pending& p : pending_) {
      if (p.mask != 0) release(p.row, p.mask);
      p.mask = 0;
    }
  }

 private:
  static constexpr unsigned kPlaces = 8;
  struct Pending {
    std::uint64_t row = 0;
    std::uint64_t mask = 0;
  };
  Pending pending_[kPlaces] = {};
};

}  // namespace bp::impl
