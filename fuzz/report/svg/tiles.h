// SPDX-License-Identifier: MIT
// Where frames lie in the picture. A zone is a row of tiles, broken into lines; a tile is an
// aligned block of frames, a pageblock or on large machines several. Inside a tile frames follow
// the Z order: even bits of the frame number go right, odd bits down, so that every block of the
// buddy allocator is one rectangle and its buddy the equal one beside or below it.
#pragma once

#include <vector>

#include "fuzz/report/svg/draw.h"
#include "model/reference/kernel_state.h"

namespace bp::svg {

/// An aligned block.
struct Block {
  Pfn head;
  Order order;
  auto operator<=>(const Block&) const = default;
};

/// Frames begin..end (end not included) as the fewest aligned blocks of at most this order.
std::vector<Block> aligned_blocks(Pfn begin, Pfn end, Order order_max);

struct Tiling {
  Order tile;        ///< Frames of a tile; at least a pageblock's, may exceed kOrderMax.
  double scale = 1;  ///< Pixels along one frame: one of 6, 4, 3, 2, 1, 1/2, 1/4, ...
  double gap = 1;    ///< Pixels between tiles.
  double line_width = 0;

  double tile_width() const;
  double tile_height() const;
  std::uint64_t tiles_per_line() const;
  /// Lines that frames begin..end take.
  std::uint64_t lines(Pfn begin, Pfn end) const;
  double height(Pfn begin, Pfn end) const;

  /// The smallest order whose block is at least a pixel high and wide. What is smaller is drawn
  /// summed up.
  Order cell() const;
  /// A block inside its tile, in pixels.
  Box box(Block b) const;
};

/// The largest scale at which the maps of all zones with frames are together at most `height`
/// pixels high, or the smallest there is.
Tiling fit_tiling(const reference::KernelState& state, double line_width, double height);

}  // namespace bp::svg
