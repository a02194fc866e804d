// SPDX-License-Identifier: MIT
#include <algorithm>

#include "model/invariants/snapshot.h"

namespace bp {
namespace {

constexpr std::uint64_t kAll = ~std::uint64_t{0};

/// A count of pages as an index.
std::size_t index(Pages n) { return static_cast<std::size_t>(static_cast<std::int64_t>(n)); }

}  // namespace

void FrameSet::reset(const rules::Layout& l) {
  zones_.clear();
  std::size_t first = 0;
  for (const rules::ZoneLayout& z : l.zones) {
    const Pfn base = align_down(z.frames.begin, Order{kWordOrder});
    zones_.push_back({z.frames, base, first});
    first += index(align_up(z.frames.end, Order{kWordOrder}) - base) / 64;
  }
  words_.assign(first, 0);
}

std::size_t FrameSet::word(unsigned zone, Pfn p) const {
  return zones_[zone].first + index(p - zones_[zone].base) / 64;
}

std::uint64_t FrameSet::mask(Pfn head, Order o) {
  if (o >= Order{kWordOrder}) return kAll;
  const std::uint64_t low = (std::uint64_t{1} << index(pages_in(o))) - 1;
  return low << bit(head);
}

bool FrameSet::any(unsigned zone, Pfn head, Order o) const {
  const std::size_t first = word(zone, head);
  const std::size_t n = std::max<std::size_t>(index(pages_in(o)) / 64, 1);
  for (std::size_t i = 0; i < n; ++i) {
    if ((words_[first + i] & mask(head, o)) != 0) return true;
  }
  return false;
}

void FrameSet::add(unsigned zone, Pfn head, Order o) {
  const std::size_t first = word(zone, head);
  const std::size_t n = std::max<std::size_t>(index(pages_in(o)) / 64, 1);
  for (std::size_t i = 0; i < n; ++i) words_[first + i] |= mask(head, o);
}

void FrameSet::remove(unsigned zone, Pfn head, Order o) {
  const std::size_t first = word(zone, head);
  const std::size_t n = std::max<std::size_t>(index(pages_in(o)) / 64, 1);
  for (std::size_t i = 0; i < n; ++i) words_[first + i] &= ~mask(head, o);
}

void FrameSet::add_range(unsigned zone, PfnRange r) {
  Pfn p = std::max(r.begin, zones_[zone].frames.begin);
  const Pfn end = std::min(r.end, zones_[zone].frames.end);
  while (p < end) {
    const bool whole_word =
        is_aligned(p, Order{kWordOrder}) && end - p >= pages_in(Order{kWordOrder});
    const Order o{whole_word ? kWordOrder : 0};
    add(zone, p, o);
    p += pages_in(o);
  }
}

Pages FrameSet::clear_blocks(unsigned zone, Order o, Pages enough) const {
  const PfnRange& frames = zones_[zone].frames;
  const Pages step = pages_in(o);
  Pages found;
  Pfn p = align_up(frames.begin, o);
  while (p + step <= frames.end && found < enough) {
    const bool skip_word =
        words_[word(zone, p)] == kAll && is_aligned(p, Order{kWordOrder}) && o < Order{kWordOrder};
    if (skip_word) {
      p += pages_in(Order{kWordOrder});
      continue;
    }
    if (!any(zone, p, o)) found += Pages{1};
    p += step;
  }
  return found;
}

}  // namespace bp
