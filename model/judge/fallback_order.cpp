// SPDX-License-Identifier: MIT
#include "model/judge/fallback_order.h"

#include <algorithm>

#include "model/judge/refuse.h"
#include "model/rules/fallback.h"

namespace bp {
namespace {

constexpr Order kLargestPart = kRangeOrder - 1;
/// Of what order blocks are that a claim is asked for: smaller ones, down to half the pageblock's
/// order, may be known by hints only, which lag behind.
constexpr Order kLeastKnown{6};
constexpr unsigned kPageblockOrder{static_cast<unsigned>(kRangeOrder)};

/// Sets the bits of the orders of the free blocks in an aligned block.
void find_free(const FrameSet& shut, unsigned zone, const PfnRange& inside, Pfn head, Order o,
               unsigned& orders) {
  const PfnRange block{head, head + pages_in(o)};
  if (block.end <= inside.begin || inside.end <= block.begin) return;
  const bool whole = inside.begin <= block.begin && block.end <= inside.end;
  if (whole && !shut.any(zone, head, o)) {
    orders |= 1U << static_cast<unsigned>(o);
  } else if (o > Order{0}) {
    find_free(shut, zone, inside, head, o - 1, orders);
    find_free(shut, zone, inside, head + pages_in(o - 1), o - 1, orders);
  }
}

unsigned free_orders(const FrameSet& shut, unsigned zone, const PfnRange& pageblock) {
  unsigned orders = 0;
  find_free(shut, zone, pageblock, align_down(pageblock.begin, kRangeOrder), kRangeOrder, orders);
  return orders;
}

/// Largest first: the kernels before 6.12 (R-MT-7, 10). Later ones claim like that, and take single
/// blocks from the smallest on (R-MT-12).
bool breaks_largest(Profile p) { return p != Profile::v6_12 && p != Profile::v7_1; }

std::string_view rule_of_breaking(Profile p) {
  if (p == Profile::v4_7) return "R-MT-7";
  return breaks_largest(p) ? "R-MT-10" : "R-MT-12";
}

std::string_view type_name(Migratetype t) {
  constexpr std::string_view kNames[] = {"UNMOVABLE", "MOVABLE", "RECLAIMABLE"};
  return kNames[static_cast<unsigned>(t)];
}

std::string block_of(Migratetype t) { return "a pageblock of type " + std::string(type_name(t)); }

}  // namespace

FreeOfType::FreeOfType(std::span<const SeenPageblock> zone, unsigned number, Migratetype t,
                       const FrameSet& shut) {
  bool below_is_whole = false;  // The pageblock before it is free and the lower half of a larger.
  for (const SeenPageblock& b : zone) {
    const bool follows = below_is_whole;
    below_is_whole = false;
    if (b.before != t) continue;
    const unsigned orders = free_orders(shut, number, b.frames);
    if ((orders >> kPageblockOrder & 1) != 0) {
      const bool is_upper = !is_aligned(b.frames.begin, kRangeOrder + 1);
      whole_ = std::max(whole_.value_or(kRangeOrder),
                        is_upper && follows ? kRangeOrder + 1 : kRangeOrder);
      below_is_whole = !is_upper;
      continue;
    }
    orders_ |= orders;
    if (!rules::is_enough_to_claim(std::int64_t{shut.clear_frames(number, b.frames)},
                                   kPageblockOrder, false))
      poor_ |= orders;
  }
}

bool FreeOfType::has_any(Order least, Order most) const {
  for (Order o = least; o <= most; ++o)
    if (has(o)) return true;
  return false;
}

std::optional<Refusal> Fallback::first_fault(Pfn head) const {
  if (order > kRangeOrder) return std::nullopt;
  const auto types = rules::fallbacks_of(type);
  const FreeOfType best(zone, number, types[0], shut), second(zone, number, types[1], shut);
  const auto from =
      std::ranges::find_if(zone, [head](const SeenPageblock& b) { return b.frames.holds(head); });
  if (best.whole() || second.whole()) return of_whole(*from, head, best, second);
  if (from->after != from->before) return std::nullopt;
  if (is_claimed(best, second)) {
    return refuse(
        "R-MT-8", "a pageblock that is half free changes hands", head,
        block_of(from->before) + " serves one of " + std::string(type_name(type)) + " and stays",
        "one half of which is free, which becomes " + std::string(type_name(type)));
  }
  if (from->before == types[0] || !has_as_good(from->frames, head, best)) return std::nullopt;
  return refuse("R-MT-2", "other types serve in their order", head,
                block_of(from->before) + " serves one of " + std::string(type_name(type)),
                block_of(types[0]) + ", which has a block that is as good");
}

std::optional<Refusal> Fallback::of_whole(const SeenPageblock& from, Pfn head,
                                          const FreeOfType& best, const FreeOfType& second) const {
  const Order top = std::max(best.whole().value_or(Order{0}), second.whole().value_or(Order{0}));
  const Migratetype right = rules::fallbacks_of(type)[best.whole() == top ? 0 : 1];
  const std::string size = top > kRangeOrder ? "two whole pageblocks" : "a whole pageblock";
  if (from.before != right) {
    return refuse("R-MT-2", "other types serve in their order", head,
                  block_of(from.before) + " serves one of " + std::string(type_name(type)),
                  block_of(right) + ", which has " + size + " free");
  }
  const Pfn block = align_down(head, top);
  unsigned orders = 0;
  for (const SeenPageblock& b : zone) {
    if (b.before == right && b.frames.begin >= block && b.frames.end <= block + pages_in(top))
      orders += free_orders(shut, number, b.frames) >> kPageblockOrder;
  }
  if (orders != 1U << (static_cast<unsigned>(top) - kPageblockOrder)) {
    return refuse(rule_of_breaking(profile), "the largest block of another type is broken up", head,
                  "a block of a pageblock that was partly in use", size + ", which are free");
  }
  if (from.after != from.before) return std::nullopt;
  return refuse(
      "R-MT-8", "a pageblock that is all free changes hands", head,
      block_of(from.before) + " serves one of " + std::string(type_name(type)) + " and stays",
      "it becomes " + std::string(type_name(type)));
}

/// Some pageblock surely was worth claiming: all that may have been asked for at an order are half
/// free. Who breaks the largest block up asks for no smaller one.
bool Fallback::is_claimed(const FreeOfType& best, const FreeOfType& second) const {
  for (Order o = kRangeOrder; o > std::max(order, kLeastKnown);) {
    --o;
    if (!best.has(o) && !second.has(o)) continue;
    if ((best.has(o) ? best : second).are_half_free(o)) return true;
    if (breaks_largest(profile)) return false;
  }
  return false;
}

/// The better type had a block that every kernel comes to before that of the second one at `head`.
bool Fallback::has_as_good(const PfnRange& pageblock, Pfn head, const FreeOfType& best) const {
  Order m = order;
  while (m < kLargestPart) {
    const Pfn larger = align_down(head, m + 1);
    if (larger < pageblock.begin || pageblock.end < larger + pages_in(m + 1)) break;
    if (shut.any(number, larger, m + 1)) break;
    ++m;
  }
  if (!breaks_largest(profile)) return best.has_any(order, m);
  if (type != Migratetype::movable) return best.has_any(m, kLargestPart);
  // The smallest that fits, if the largest is small (R-MT-10).
  return best.has(m) || best.has_any(std::max(m, Order{kPageblockOrder / 2}), kLargestPart);
}

}  // namespace bp
