// SPDX-License-Identifier: MIT
#include "model/invariants/invariants.h"

#include <algorithm>
#include <array>
#include <vector>

#include "model/rules/buddy.h"

namespace bp {
namespace {

constexpr Invariant kInvariants[] = {
    {"I-7", "a free block is aligned, of a legal order, inside one zone", i7_shape, __FILE__,
     __LINE__},
    {"I-1", "no frame has two owners", i1_one_owner, __FILE__, __LINE__},
    {"I-4", "the counters are the sums of the blocks", i4_counters, __FILE__, __LINE__},
    {"I-2", "managed pages are free, on a per-CPU list or allocated", i2_conservation, __FILE__,
     __LINE__},
    {"I-8", "free buddies below pageblock_order are merged", i8_merged_below_pageblock, __FILE__,
     __LINE__},
    {"I-9", "free buddies from pageblock_order on are merged", i9_merged_from_pageblock, __FILE__,
     __LINE__},
    {"I-10", "a per-CPU list keeps its bound", i10_pcp_bound, __FILE__, __LINE__},
};

std::string text(Pages n) { return std::to_string(static_cast<std::int64_t>(n)); }
std::string text(Order o) { return "order " + std::to_string(static_cast<unsigned>(o)); }

std::string name_of(const Snapshot& s, std::size_t zone) {
  const rules::ZoneLayout& z = s.layout->zones[zone];
  return "zone " + std::string(zone_name(z.type)) + " of node " + std::to_string(z.node);
}

std::string name_of(const CensusBlock& b) {
  if (b.cpu == kOnBuddy) return "a free block of " + text(b.order);
  return "a block of " + text(b.order) + " on CPU " + std::to_string(b.cpu) + "'s list";
}

/// Pages of each zone that a census shows, free and on per-CPU lists.
std::array<ZoneCounters, rules::kZonesMax> sums(const Snapshot& s) {
  std::array<ZoneCounters, rules::kZonesMax> sum{};
  for (const CensusBlock& b : s.blocks) {
    ZoneCounters& zone = sum[*rules::zone_of(*s.layout, b.head)];
    (b.cpu == kOnBuddy ? zone.free : zone.on_pcp) += pages_in(b.order);
  }
  return sum;
}

/// The free block whose head is `p`, if it has this order. `sorted` is by head.
bool is_free_block(std::span<const CensusBlock> sorted, Pfn p, Order o) {
  const auto at = std::ranges::lower_bound(sorted, p, {}, &CensusBlock::head);
  return at != sorted.end() && at->head == p && at->order == o;
}

/// The free blocks of the zones, by head; reuses its storage from call to call.
std::span<const CensusBlock> sorted_free_blocks(const Snapshot& s) {
  static thread_local std::vector<CensusBlock> free;
  free.clear();
  std::ranges::copy_if(s.blocks, std::back_inserter(free),
                       [](const CensusBlock& b) { return b.cpu == kOnBuddy; });
  std::ranges::sort(free, {}, &CensusBlock::head);
  return free;
}

/// Two free halves of one parent with orders in [low, high): exceptions E1 (the largest order has
/// no parent), E2 (the buddy is of another zone) and E5 (a block on a per-CPU list is not free).
std::optional<InvariantFault> first_unmerged(const Snapshot& s, Order low, Order high) {
  if (!s.merged) return std::nullopt;
  const auto free = sorted_free_blocks(s);
  for (const CensusBlock& b : free) {
    if (b.order < low || b.order >= high) continue;
    const Pfn buddy = rules::buddy_of(b.head, b.order);
    const bool one_zone = rules::zone_of(*s.layout, buddy) == rules::zone_of(*s.layout, b.head);
    if (one_zone && is_free_block(free, buddy, b.order)) {
      return InvariantFault{b.head, "it and its buddy are two free blocks of " + text(b.order),
                            "one free block of " + text(b.order + 1)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::span<const Invariant> invariants() { return kInvariants; }

std::optional<InvariantFault> i7_shape(const Snapshot& s) {
  for (const CensusBlock& b : s.blocks) {
    if (b.order > Order{kOrderMax}) return InvariantFault{b.head, name_of(b), "orders 0 to 10"};
    const auto zone = rules::zone_of(*s.layout, b.head);
    if (!zone)
      return InvariantFault{b.head, name_of(b) + " outside every zone", "frames of a zone"};
    if (!is_aligned(b.head, b.order)) {
      return InvariantFault{b.head, name_of(b) + " that is not aligned",
                            "heads aligned to the order"};
    }
    if (b.head + pages_in(b.order) > s.layout->zones[*zone].frames.end) {
      return InvariantFault{b.head, name_of(b) + " that crosses the end of " + name_of(s, *zone),
                            "blocks inside one zone"};
    }
    if (b.cpu != kOnBuddy && b.cpu >= s.machine->cpus) {
      return InvariantFault{b.head, name_of(b), "CPUs of the machine"};
    }
  }
  return std::nullopt;
}

std::optional<InvariantFault> i1_one_owner(const Snapshot& s) {
  static thread_local FrameSet seen;
  seen.reset(*s.layout);
  for (const CensusBlock& b : s.blocks) {
    const unsigned zone = *rules::zone_of(*s.layout, b.head);
    if (s.taken->any(zone, b.head, b.order)) {
      return InvariantFault{b.head, name_of(b) + " with frames that are allocated or not managed",
                            "frames that nobody else has"};
    }
    if (seen.any(zone, b.head, b.order)) {
      return InvariantFault{b.head, name_of(b) + " with frames of another block",
                            "frames that nobody else has"};
    }
    seen.add(zone, b.head, b.order);
  }
  return std::nullopt;
}

std::optional<InvariantFault> i2_conservation(const Snapshot& s) {
  const auto sum = sums(s);
  for (std::size_t i = 0; i < s.layout->zones.size(); ++i) {
    const Pages managed = s.layout->zones[i].managed;
    const Pages shown = sum[i].free + sum[i].on_pcp + s.allocated[i];
    if (shown == managed) continue;
    return InvariantFault{s.layout->zones[i].frames.begin,
                          name_of(s, i) + ": " + text(sum[i].free) + " free + " +
                              text(sum[i].on_pcp) + " on per-CPU lists + " + text(s.allocated[i]) +
                              " allocated = " + text(shown),
                          text(managed) + " managed pages"};
  }
  return std::nullopt;
}

std::optional<InvariantFault> i4_counters(const Snapshot& s) {
  const auto sum = sums(s);
  for (std::size_t i = 0; i < s.layout->zones.size(); ++i) {
    if (sum[i] == s.counters[i]) continue;
    return InvariantFault{
        s.layout->zones[i].frames.begin,
        name_of(s, i) + " counts " + text(s.counters[i].free) + " free and " +
            text(s.counters[i].on_pcp) + " on per-CPU lists",
        text(sum[i].free) + " and " + text(sum[i].on_pcp) + ", the sums of its blocks"};
  }
  return std::nullopt;
}

std::optional<InvariantFault> i8_merged_below_pageblock(const Snapshot& s) {
  return first_unmerged(s, Order{0}, s.machine->pageblock_order);
}

std::optional<InvariantFault> i9_merged_from_pageblock(const Snapshot& s) {
  return first_unmerged(s, s.machine->pageblock_order, Order{kOrderMax});
}

std::optional<InvariantFault> i10_pcp_bound(const Snapshot& s) {
  const auto on_pcp = [](const CensusBlock& b) { return b.cpu != kOnBuddy; };
  if (!s.per_cpu || std::ranges::none_of(s.blocks, on_pcp)) return std::nullopt;
  std::array<std::array<Pages, kCpusMax>, rules::kZonesMax> count{};
  for (const CensusBlock& b : s.blocks) {
    if (b.cpu == kOnBuddy) continue;
    const unsigned zone = *rules::zone_of(*s.layout, b.head);
    Pages& pages = count[zone][b.cpu];
    pages += pages_in(b.order);
    if (pages > s.layout->zones[zone].pcp_high) {
      return InvariantFault{b.head,
                            text(pages) + " pages of " + name_of(s, zone) + " on CPU " +
                                std::to_string(b.cpu) + "'s list",
                            "at most " + text(s.layout->zones[zone].pcp_high)};
    }
  }
  return std::nullopt;
}

}  // namespace bp
