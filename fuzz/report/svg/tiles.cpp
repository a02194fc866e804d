// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/tiles.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "fuzz/report/pageblocks.h"

namespace bp::svg {
namespace {

/// A tile smaller than this cannot be pointed at.
constexpr double kTileWidthMin = 8;
/// Above a pixel a frame whole pixels, for sharp edges; below it halves of halves.
constexpr double kScales[] = {6, 4, 3, 2, 1};
/// At which a line of tiles is more frames than any machine has.
constexpr double kScaleMin = 1.0 / (1 << 20);

double next_scale(double scale) {
  for (const double s : kScales) {
    if (s < scale) return s;
  }
  return scale / 2;
}

/// The even bits of n, moved together.
std::uint64_t even_bits(std::uint64_t n) {
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 32; ++i) bits |= ((n >> (2 * i)) & 1) << i;
  return bits;
}

double along(unsigned order_half) { return std::ldexp(1.0, static_cast<int>(order_half)); }

double width_in_frames(Order o) { return along((static_cast<unsigned>(o) + 1) / 2); }
double height_in_frames(Order o) { return along(static_cast<unsigned>(o) / 2); }

Tiling tiling_at(double scale, unsigned pageblock_order, double line_width) {
  Tiling t{Order{pageblock_order}, scale, scale >= 2 ? 2.0 : 1.0, line_width};
  while (t.tile_width() < kTileWidthMin) ++t.tile;
  return t;
}

double maps_height(const reference::KernelState& state, const Tiling& tiling) {
  double sum = 0;
  for (const reference::ZoneState& z : state.zones) {
    if (z.numbers.spanned > 0) sum += tiling.height(zone_begin(z), zone_end(z));
  }
  return sum;
}

}  // namespace

std::vector<Block> aligned_blocks(Pfn begin, Pfn end, Order order_max) {
  std::vector<Block> blocks;
  while (begin < end) {
    Order o = order_max;
    while (!is_aligned(begin, o) || begin + pages_in(o) > end) --o;
    blocks.push_back({begin, o});
    begin += pages_in(o);
  }
  return blocks;
}

double Tiling::tile_width() const { return scale * width_in_frames(tile); }
double Tiling::tile_height() const { return scale * height_in_frames(tile); }

std::uint64_t Tiling::tiles_per_line() const {
  return std::max<std::uint64_t>(
      static_cast<std::uint64_t>((line_width + gap) / (tile_width() + gap)), 1);
}

std::uint64_t Tiling::lines(Pfn begin, Pfn end) const {
  const Pages frames = align_up(end, tile) - align_down(begin, tile);
  const auto tiles = static_cast<std::uint64_t>(frames / pages_in(tile));
  return (tiles + tiles_per_line() - 1) / tiles_per_line();
}

double Tiling::height(Pfn begin, Pfn end) const {
  return static_cast<double>(lines(begin, end)) * (tile_height() + gap);
}

Order Tiling::cell() const {
  unsigned order = 0;
  for (double side = scale; side < 1; side *= 2) order += 2;
  return Order{order};
}

Box Tiling::box(Block b) const {
  const auto inside = static_cast<std::uint64_t>((b.head - align_down(b.head, tile)) / Pages{1});
  return {scale * static_cast<double>(even_bits(inside)),
          scale * static_cast<double>(even_bits(inside >> 1)), scale * width_in_frames(b.order),
          scale * height_in_frames(b.order)};
}

Tiling fit_tiling(const reference::KernelState& state, double line_width, double height) {
  const auto tiled = [&](double scale) {
    return tiling_at(scale, state.config.pageblock_order, line_width);
  };
  double scale = kScales[0];
  while (scale > kScaleMin && maps_height(state, tiled(scale)) > height) scale = next_scale(scale);
  return tiled(scale);
}

}  // namespace bp::svg
