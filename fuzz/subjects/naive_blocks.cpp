// SPDX-License-Identifier: MIT
#include "fuzz/subjects/naive_blocks.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "model/vocab/gfp.h"

namespace bp::naive {
namespace {

constexpr std::uint64_t kPageblock = size_of(kPageblockOrder);
/// From this size on a block is reason enough to ask for its pageblock (R-MT-6).
constexpr std::uint32_t kLargeOrder = kPageblockOrder / 2;

/// R-MT-2.
std::array<std::uint32_t, 2> others_of(std::uint32_t type) {
  if (type == BP_TYPE_UNMOVABLE) return {BP_TYPE_RECLAIMABLE, BP_TYPE_MOVABLE};
  if (type == BP_TYPE_MOVABLE) return {BP_TYPE_RECLAIMABLE, BP_TYPE_UNMOVABLE};
  return {BP_TYPE_UNMOVABLE, BP_TYPE_MOVABLE};
}

bool holds(const bp_range& r, std::uint64_t begin, std::uint64_t end) {
  return r.begin <= begin && end <= r.end;
}

}  // namespace

Wanted wanted_of(const bp_machine& m, std::uint32_t gfp) {
  const Gfp mask = gfp_decode(gfp, Era{static_cast<std::uint8_t>(m.era)});
  const bool movable = mask.has(GfpFlag::movable), reclaimable = mask.has(GfpFlag::reclaimable);
  if (movable == reclaimable) return {BP_TYPE_UNMOVABLE};
  return {movable ? BP_TYPE_MOVABLE : BP_TYPE_RECLAIMABLE};
}

FreeBlocks::FreeBlocks(const bp_machine& m, std::uint32_t zone)
    : begin_(m.zones[zone].begin),
      breaks_largest_(m.profile != BP_PROFILE_V6_12 && m.profile != BP_PROFILE_V7_1),
      prefers_cma_(m.n_cma != 0 && m.profile != BP_PROFILE_V4_7) {
  pageblocks_.resize(index(m.zones[zone].end - 1) + 1);
  for (std::size_t i = 0; i < pageblocks_.size(); ++i) {
    const std::uint64_t at = ((begin_ >> kPageblockOrder) + i) << kPageblockOrder;
    for (std::uint32_t c = 0; c < m.n_cma; ++c)
      if (holds(m.cma[c], at, at + kPageblock)) pageblocks_[i].type = BP_TYPE_CMA;
    for (std::uint32_t h = 0; h < m.n_holes; ++h)
      if (holds(m.holes[h], at, at + kPageblock)) pageblocks_[i].state = State::offline;
  }
}

bool FreeBlocks::is_of_one_kind(std::uint64_t head) const {
  return (type(head) == BP_TYPE_CMA) == (type(head + kPageblock) == BP_TYPE_CMA);
}

std::uint64_t FreeBlocks::free_in(std::uint64_t pageblock) const {
  const std::uint64_t parent = pageblock / size_of(BP_ORDER_MAX) * size_of(BP_ORDER_MAX);
  if (heads[BP_ORDER_MAX].contains(parent)) return kPageblock;
  std::uint64_t pages = 0;
  for (std::uint32_t o = 0; o <= kPageblockOrder; ++o) {
    const auto first = heads[o].lower_bound(pageblock);
    const auto last = heads[o].lower_bound(pageblock + kPageblock);
    pages += static_cast<std::uint64_t>(std::distance(first, last)) << o;
  }
  return pages;
}

std::uint64_t FreeBlocks::free_cma() const {
  std::uint64_t pages = 0;
  for (std::size_t i = 0; i < pageblocks_.size(); ++i) {
    if (pageblocks_[i].type == BP_TYPE_CMA)
      pages += free_in(((begin_ >> kPageblockOrder) + i) << kPageblockOrder);
  }
  return pages;
}

/// A block of exactly this order, in pageblocks of this type only: half of a largest block, if the
/// other half is another type's.
std::optional<FreeBlocks::Found> FreeBlocks::find(std::uint32_t order, std::uint32_t t) const {
  if (order < BP_ORDER_MAX) {
    for (const std::uint64_t head : heads[order])
      if (type(head) == t) return Found{head, order};
  }
  if (order < kPageblockOrder) return std::nullopt;
  for (const std::uint64_t head : heads[BP_ORDER_MAX]) {
    const bool lower = type(head) == t, upper = type(head + kPageblock) == t;
    if (order == BP_ORDER_MAX && lower && upper) return Found{head, order};
    if (order == kPageblockOrder && lower != upper)
      return Found{lower ? head : head + kPageblock, order};
  }
  return std::nullopt;
}

/// A largest block, whosever its halves are.
std::optional<FreeBlocks::Found> FreeBlocks::find_mixed(const Wanted& w) const {
  for (const std::uint64_t head : heads[BP_ORDER_MAX]) {
    const bool cma = type(head) == BP_TYPE_CMA || type(head + kPageblock) == BP_TYPE_CMA;
    if (!cma || w.may_use_cma()) return Found{head, BP_ORDER_MAX};
  }
  return std::nullopt;
}

std::optional<FreeBlocks::Found> FreeBlocks::smallest(std::uint32_t order, std::uint32_t t) const {
  for (; order <= BP_ORDER_MAX; ++order)
    if (const auto found = find(order, t)) return found;
  return std::nullopt;
}

bool FreeBlocks::has(std::uint32_t order, const Wanted& w) const {
  for (const std::uint32_t t : {BP_TYPE_UNMOVABLE, BP_TYPE_MOVABLE, BP_TYPE_RECLAIMABLE})
    if (smallest(order, t)) return true;
  if (w.may_use_cma() && smallest(order, BP_TYPE_CMA)) return true;
  return find_mixed(w).has_value();
}

std::optional<FreeBlocks::Found> FreeBlocks::first_of_others(std::uint32_t order,
                                                             const Wanted& w) const {
  for (const std::uint32_t other : others_of(w.type))
    if (const auto found = find(order, other)) return found;
  return std::nullopt;
}

std::optional<FreeBlocks::Found> FreeBlocks::smallest_of_others(std::uint32_t order,
                                                                const Wanted& w) const {
  for (; order <= BP_ORDER_MAX; ++order)
    if (const auto found = first_of_others(order, w)) return found;
  return std::nullopt;
}

/// A pageblock that is half free, or all of it, becomes of the wanted type (R-MT-8).
bool FreeBlocks::claims(const Found& f, const Wanted& w) {
  if (f.order < kPageblockOrder && free_in(f.head / kPageblock * kPageblock) < kPageblock / 2)
    return false;
  for (std::uint64_t p = f.head; p < f.head + size_of(f.order); p += kPageblock)
    if (index(p) < pageblocks_.size()) pageblocks_[index(p)].type = w.type;
  return true;
}

std::optional<FreeBlocks::Found> FreeBlocks::from_others(std::uint32_t order, const Wanted& w) {
  for (std::uint32_t o = BP_ORDER_MAX + 1; o-- > order;) {
    const auto found = first_of_others(o, w);
    if (!found) continue;
    const bool is_large = o >= kLargeOrder;
    if (is_large && claims(*found, w)) return smallest(order, w.type);
    if (breaks_largest_ && (is_large || w.type != BP_TYPE_MOVABLE)) return found;
    if (breaks_largest_ || !is_large) break;
  }
  return smallest_of_others(order, w);
}

std::optional<FreeBlocks::Found> FreeBlocks::take_off(std::uint32_t order, const Wanted& w) {
  std::optional<Found> found;
  if (w.may_use_cma() && prefers_cma_ && free_cma() > nr_free / 2)
    found = smallest(order, BP_TYPE_CMA);
  if (!found) found = smallest(order, w.type);
  if (!found && w.may_use_cma()) found = smallest(order, BP_TYPE_CMA);
  if (!found) found = from_others(order, w);
  if (!found) found = find_mixed(w);
  if (!found) return std::nullopt;
  return off(*found);
}

/// Half of a largest block leaves the other half.
FreeBlocks::Found FreeBlocks::off(const Found& f) {
  if (heads[f.order].erase(f.head) != 0) return f;
  const std::uint64_t parent = f.head / size_of(BP_ORDER_MAX) * size_of(BP_ORDER_MAX);
  heads[BP_ORDER_MAX].erase(parent);
  heads[kPageblockOrder].insert(f.head == parent ? parent + kPageblock : parent);
  return f;
}

std::uint64_t FreeBlocks::take_off_all(std::uint64_t pageblock) {
  const std::uint64_t pages = free_in(pageblock);
  const std::uint64_t parent = pageblock / size_of(BP_ORDER_MAX) * size_of(BP_ORDER_MAX);
  if (heads[BP_ORDER_MAX].contains(parent)) return off({pageblock, kPageblockOrder}), pages;
  for (std::uint32_t o = 0; o <= kPageblockOrder; ++o)
    heads[o].erase(heads[o].lower_bound(pageblock), heads[o].lower_bound(pageblock + kPageblock));
  return pages;
}

}  // namespace bp::naive
