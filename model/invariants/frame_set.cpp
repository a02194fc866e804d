// SPDX-License-Identifier: MIT
#include "model/invariants/frame_set.h"

#include <algorithm>
#include <bit>

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
  for (unsigned zone = 0; zone < zones_.size(); ++zone) shut_outside(zone);
}

/// Frames of the first and last word that are not of the zone are in the set for ever, so that no
/// block with one of them is ever clear.
void FrameSet::shut_outside(unsigned zone) {
  const Span& z = zones_[zone];
  words_[z.first] |= (std::uint64_t{1} << bit(z.frames.begin)) - 1;
  if (bit(z.frames.end) != 0) words_[word(zone, z.frames.end)] |= kAll << bit(z.frames.end);
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

Pages FrameSet::clear_frames(unsigned zone, PfnRange r) const {
  Pages n;
  for (Pfn p = r.begin; p < r.end;) {
    const Pfn next = std::min(align_down(p, Order{kWordOrder}) + Pages{64}, r.end);
    const std::uint64_t asked = kAll >> (64 - index(next - p)) << bit(p);
    n += Pages{std::popcount(~words_[word(zone, p)] & asked)};
    p = next;
  }
  return n;
}

namespace {

/// The heads of aligned blocks of an order below 6 that are wholly clear in a word: a block of the
/// next order is clear where both its halves are.
std::uint64_t clear_heads(std::uint64_t word, Order o) {
  constexpr std::uint64_t kAlignedHeads[] = {kAll,
                                             0x5555555555555555,
                                             0x1111111111111111,
                                             0x0101010101010101,
                                             0x0001000100010001,
                                             0x0000000100000001};
  std::uint64_t clear = ~word;
  for (Order half{0}; half < o; ++half) clear &= clear >> index(pages_in(half));
  return clear & kAlignedHeads[static_cast<unsigned>(o)];
}

}  // namespace

Pages FrameSet::clear_blocks(unsigned zone, Order o, Pages enough) const {
  const PfnRange& frames = zones_[zone].frames;
  if (o >= Order{kWordOrder}) {
    Pages found;
    for (Pfn p = align_up(frames.begin, o); p + pages_in(o) <= frames.end && found < enough;
         p += pages_in(o)) {
      if (!any(zone, p, o)) found += Pages{1};
    }
    return found;
  }
  Pages found;
  for (Pfn p = zones_[zone].base; p < frames.end && found < enough;
       p += pages_in(Order{kWordOrder})) {
    found += Pages{std::popcount(clear_heads(words_[word(zone, p)], o))};
  }
  return found;
}

}  // namespace bp
