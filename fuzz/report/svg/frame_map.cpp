// SPDX-License-Identifier: MIT
// Works tile by tile. A shape is a piece of a path; pieces of one class make one path, so that a
// tile is a handful of elements whatever it holds.
#include "fuzz/report/svg/frame_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "fuzz/report/fmt.h"
#include "fuzz/report/pageblocks.h"
#include "fuzz/report/proc_text.h"
#include "fuzz/report/svg/paint.h"

namespace bp::svg {
namespace {

using reference::Config;
using reference::kOrders;
using reference::kTypes;
using reference::PcpState;
using reference::ZoneState;

/// A block is this many pixels smaller than its frames if it is large enough to spare them.
constexpr double kInset = 0.75;
constexpr double kInsetFrom = 4;

/// A block on a free list, or with kPcp on a per-CPU list.
constexpr unsigned kPcp = kTypes;
struct Placed {
  Block block;
  unsigned kind = 0;  ///< A Migratetype's number, or kPcp.
  Order whole;        ///< Of the block on the list, of which this may be a tile's part.
  auto operator<=>(const Placed&) const = default;
};

void place_free(std::vector<Placed>& placed, const ZoneState& z) {
  for (unsigned order = 0; order < kOrders; ++order) {
    for (unsigned type = 0; type < kTypes; ++type) {
      for (const Pfn head : z.lists[order][type])
        placed.push_back({{head, Order{order}}, type, Order{order}});
    }
  }
}

void place_pcp(std::vector<Placed>& placed, const Config& config, const PcpState& pcp) {
  for (unsigned list = 0; list < pcp.lists.size(); ++list) {
    const Order order = pcp_list_kind(config, list).order;
    for (const reference::PcpBlock& b : pcp.lists[list])
      placed.push_back({{b.head, order}, kPcp, order});
  }
}

/// Ascending; none is larger than a tile.
std::vector<Placed> placed_blocks(const Config& config, const ZoneState& z, Order tile) {
  std::vector<Placed> placed;
  place_free(placed, z);
  for (const PcpState& pcp : z.pcp) place_pcp(placed, config, pcp);
  std::vector<Placed> pieces;
  for (const Placed& p : placed) {
    const Pfn end = p.block.head + pages_in(p.block.order);
    for (const Block& b : aligned_blocks(p.block.head, end, tile))
      pieces.push_back({b, p.kind, p.whole});
  }
  std::sort(pieces.begin(), pieces.end());
  return pieces;
}

/// What a tile is drawn and described from.
struct Tile {
  Pfn begin, end;  ///< The zone's frames in it.
  std::vector<PageblockSpan> spans;
  std::vector<Placed> blocks;
};

/// Paths of one tile by class, in the order in which they are first drawn.
class Paths {
 public:
  void add(const std::string& css_class, const std::string& piece) {
    const auto found = std::find_if(paths_.begin(), paths_.end(),
                                    [&](const auto& p) { return p.first == css_class; });
    if (found == paths_.end()) {
      paths_.emplace_back(css_class, piece);
    } else {
      found->second += piece;
    }
  }

  std::string elements() const {
    std::string out;
    for (const auto& [css_class, d] : paths_) {
      out += fmt::format("<path class=\"{}\" d=\"{}\"/>", css_class, d);
    }
    return out;
  }

 private:
  std::vector<std::pair<std::string, std::string>> paths_;
};

void draw_ground(Paths& paths, const Tile& tile, const Tiling& tiling) {
  for (const PageblockSpan& span : tile.spans) {
    const std::string css_class = span.type ? used_class(*span.type) : std::string{kHoleClass};
    for (const Block& b : aligned_blocks(span.begin, span.end, tiling.tile)) {
      paths.add(css_class, path_box(tiling.box(b)));
    }
  }
}

std::string block_class(const Placed& p) {
  if (p.kind == kPcp) return std::string{kPcpClass};
  return free_class(static_cast<Migratetype>(p.kind), band_of(p.block.order));
}

void draw_block(Paths& paths, const Placed& p, const Tiling& tiling) {
  Box box = tiling.box(p.block);
  if (std::min(box.width, box.height) >= kInsetFrom) {
    box.width -= kInset;
    box.height -= kInset;
  }
  paths.add(block_class(p), path_box(box));
}

/// Frames of a cell by kind: the commonest gives the colour, all together how much of it.
using CellFrames = std::array<std::int64_t, kTypes + 1>;

void draw_cell(Paths& paths, Pfn head, const CellFrames& frames, const Tiling& tiling) {
  const auto most = std::max_element(frames.begin(), frames.end());
  std::int64_t sum = 0;
  for (const std::int64_t n : frames) sum += n;
  const auto size = static_cast<std::int64_t>(pages_in(tiling.cell()));
  const std::int64_t quarters = (4 * sum + size - 1) / size;
  const Placed shown{{head, Order{0}}, static_cast<unsigned>(most - frames.begin()), Order{0}};
  paths.add(fmt::format("{} q{}", block_class(shown), quarters),
            path_box(tiling.box({head, tiling.cell()})));
}

void draw_blocks(Paths& paths, const Tile& tile, const Tiling& tiling) {
  std::map<Pfn, CellFrames> cells;
  for (const Placed& p : tile.blocks) {
    if (p.block.order < tiling.cell()) {
      cells[align_down(p.block.head, tiling.cell())][p.kind] +=
          static_cast<std::int64_t>(pages_in(p.block.order));
    } else {
      draw_block(paths, p, tiling);
    }
  }
  for (const auto& [head, frames] : cells) draw_cell(paths, head, frames, tiling);
}

std::string pageblock_names(const Tile& tile) {
  std::array<bool, kTypes + 1> seen{};
  std::string names;
  for (const PageblockSpan& span : tile.spans) {
    bool& known = seen[span.type ? static_cast<unsigned>(*span.type) : kTypes];
    if (known) continue;
    known = true;
    if (!names.empty()) names += ", ";
    names += span.type ? proc_type_name(*span.type) : "hole";
  }
  return names;
}

std::string tile_tip(const Tile& tile) {
  std::array<std::int64_t, kOrders> by_order{};
  std::int64_t free = 0;
  std::int64_t pcp = 0;
  for (const Placed& p : tile.blocks) {
    const auto frames = static_cast<std::int64_t>(pages_in(p.block.order));
    (p.kind == kPcp ? pcp : free) += frames;
    if (p.kind != kPcp) ++by_order[static_cast<unsigned>(p.whole)];
  }
  std::string tip =
      fmt::format("frames {:#x}..{:#x}: {}\n{} of {} free", static_cast<std::uint64_t>(tile.begin),
                  static_cast<std::uint64_t>(tile.end) - 1, pageblock_names(tile), free,
                  static_cast<std::int64_t>(tile.end - tile.begin));
  if (pcp > 0) tip += fmt::format(", {} on per-CPU lists", pcp);
  if (free > 0) tip += "\nfree blocks here by order:";
  for (unsigned order = 0; order < kOrders; ++order) {
    if (by_order[order] > 0) tip += fmt::format(" {}:{}", order, by_order[order]);
  }
  return tip;
}

std::string draw_tile(const Tile& tile, const Tiling& tiling, double x, double y) {
  Paths paths;
  draw_ground(paths, tile, tiling);
  draw_blocks(paths, tile, tiling);
  return fmt::format("<g transform=\"translate({} {})\">{}{}</g>\n", number(x), number(y),
                     title(tile_tip(tile)), paths.elements());
}

/// Cuts the next tile's part off spans and blocks, which are ascending.
class Cutter {
 public:
  Cutter(const Config& config, const ZoneState& z, Order tile)
      : spans_(pageblock_spans(z)), blocks_(placed_blocks(config, z, tile)) {}

  Tile cut(Pfn begin, Pfn end) {
    Tile tile{begin, end, {}, {}};
    while (span_ < spans_.size() && spans_[span_].begin < end) {
      PageblockSpan part = spans_[span_];
      part.begin = std::max(part.begin, begin);
      part.end = std::min(part.end, end);
      tile.spans.push_back(part);
      if (spans_[span_].end > end) break;
      ++span_;
    }
    while (block_ < blocks_.size() && blocks_[block_].block.head < begin) ++block_;
    while (block_ < blocks_.size() && blocks_[block_].block.head < end) {
      tile.blocks.push_back(blocks_[block_++]);
    }
    return tile;
  }

 private:
  std::vector<PageblockSpan> spans_;
  std::vector<Placed> blocks_;
  std::size_t span_ = 0;
  std::size_t block_ = 0;
};

}  // namespace

ListKind pcp_list_kind(const Config& config, unsigned list) {
  if (config.profile == Profile::v4_7)
    return {Order{0}, static_cast<Migratetype>(list % kPcpTypes)};
  if (list < 4 * kPcpTypes) {
    return {Order{list / kPcpTypes}, static_cast<Migratetype>(list % kPcpTypes)};
  }
  const auto huge = static_cast<Migratetype>(list - 4 * kPcpTypes);
  return {Order{config.pageblock_order}, huge};
}

std::string frame_map(const Config& config, const ZoneState& zone, const Tiling& tiling) {
  std::string out;
  Cutter cutter(config, zone, tiling.tile);
  const Pfn first = align_down(zone_begin(zone), tiling.tile);
  std::uint64_t place = 0;
  for (Pfn at = first; at < zone_end(zone); at += pages_in(tiling.tile), ++place) {
    const Tile tile = cutter.cut(std::max(at, zone_begin(zone)),
                                 std::min(at + pages_in(tiling.tile), zone_end(zone)));
    const std::uint64_t line = place / tiling.tiles_per_line();
    const std::uint64_t column = place % tiling.tiles_per_line();
    out += draw_tile(tile, tiling, static_cast<double>(column) * (tiling.tile_width() + tiling.gap),
                     static_cast<double>(line) * (tiling.tile_height() + tiling.gap));
  }
  return out;
}

}  // namespace bp::svg
