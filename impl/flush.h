// SPDX-License-Identifier: MIT
// Gathers frames by row on their way from a per-CPU list to the bitmaps, so that neighbours go back
// in one read-modify-write. The row at hand is in registers, since blocks mostly follow one
// another; the rows before it lie in a small direct-mapped table: no search, bounded stack.
// Owner-only: a local of one flush. Freestanding.
#pragma once

#include <cstdint>

#include "impl/row.h"

namespace bp::impl {

class RowGather {
 public:
  /// Adds a block's bits. A row that has to make place is passed to release(row, mask).
  template <class Release>
  [[gnu::always_inline]] void add(std::uint64_t row, std::uint64_t bits, Release&& release) {
    if (row != at_hand_.row) {
      put_aside(release);
      at_hand_ = {row, 0};
    }
    at_hand_.mask |= bits;
  }
  /// Passes on everything that is left.
  template <class Release>
  void finish(Release&& release) {
    put_aside(release);
    at_hand_.mask = 0;
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

  template <class Release>
  void put_aside(Release&& release) {
    Pending& p = pending_[at_hand_.row % kPlaces];
    if (p.mask != 0 && p.row != at_hand_.row) {
      release(p.row, p.mask);
      p.mask = 0;
    }
    p.row = at_hand_.row;
    p.mask |= at_hand_.mask;
  }

  Pending at_hand_;
  Pending pending_[kPlaces] = {};
};

}  // namespace bp::impl
