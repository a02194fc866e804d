// SPDX-License-Identifier: MIT
#include "model/invariants/invariants.h"

#include <algorithm>
#include <array>
#include <vector>

#include "model/invariants/block_rules.h"
#include "model/rules/buddy.h"

namespace bp {
namespace {

const Invariant kInvariants[] = {
    {"I-7", statement("I-7").sentence, i7_shape, __FILE__, __LINE__},
    {"I-1", statement("I-1").sentence, i1_one_owner, __FILE__, __LINE__},
    {"I-4", statement("I-4").sentence, i4_counters, __FILE__, __LINE__},
    {"I-2", statement("I-2").sentence, i2_conservation, __FILE__, __LINE__},
    {"I-8", statement("I-8").sentence, i8_merged_below_pageblock, __FILE__, __LINE__},
    {"I-9", statement("I-9").sentence, i9_merged_from_pageblock, __FILE__, __LINE__},
    {"I-10", statement("I-10").sentence, i10_pcp_bound, __FILE__, __LINE__},
};

std::string text(Pages n) { return std::to_string(static_cast<std::int64_t>(n)); }
std::string text(Order o) { return "order " + std::to_string(static_cast<unsigned>(o)); }

std::string name_of(const Snapshot& s, std::size_t zone) {
  const rules::ZoneLayout& z = s.layout().zones[zone];
  return "zone " + std::string(zone_name(z.type)) + " of node " + std::to_string(z.node);
}

std::string name_of(const CensusBlock& b) {
  if (b.cpu == kOnBuddy) return "a free block of " + text(b.order);
  return "a block of " + text(b.order) + " on CPU " + std::to_string(b.cpu) + "'s list";
}

/// Pages of each zone that a census shows, free and on per-CPU lists.
std::array<ZoneCounters, rules::kZonesMax> sums(const Snapshot& s) {
  std::array<ZoneCounters, rules::kZonesMax> sum{};
  for (std::size_t i = 0; i < s.blocks().size(); ++i) {
    const CensusBlock& b = s.blocks()[i];
    ZoneCounters& zone = sum[s.zone_of(i)];
    (b.cpu == kOnBuddy ? zone.free : zone.on_pcp) += pages_in(b.order);
  }
  return sum;
}

/// What first_unmerged() asks of blocks.
class CensusBlocks {
 public:
  explicit CensusBlocks(const Snapshot& s) : s_(s) {}
  std::size_t size() const { return s_.blocks().size(); }
  Order order(std::size_t i) const { return s_.blocks()[i].order; }
  bool is_free(std::size_t i) const { return s_.blocks()[i].cpu == kOnBuddy; }
  bool has_free_buddy(std::size_t i) const {
    const unsigned zone = s_.zone_of(i);
    const Pfn buddy = rules::buddy_of(s_.blocks()[i].head, order(i));
    return s_.layout().zones[zone].frames.holds(buddy) &&
           s_.free_heads().find(zone, buddy) == order(i);
  }

 private:
  const Snapshot& s_;
};

std::optional<InvariantFault> first_pair(const Snapshot& s, Order low, Order high) {
  if (!s.context().merged) return std::nullopt;
  const auto stay_apart = [&](std::size_t i) {
    const CensusBlock& b = s.blocks()[i];
    return b.order == Order{9} && std::ranges::binary_search(s.context().apart, b.head);
  };
  const auto at = first_unmerged(CensusBlocks(s), low, high, stay_apart);
  if (!at) return std::nullopt;
  const CensusBlock& b = s.blocks()[*at];
  return InvariantFault{b.head, "it and its buddy are two free blocks of " + text(b.order),
                        "one free block of " + text(b.order + 1)};
}

}  // namespace

std::span<const Invariant> invariants() { return kInvariants; }

std::optional<InvariantFault> i7_shape(const Snapshot& s) {
  for (std::size_t i = 0; i < s.blocks().size(); ++i) {
    const CensusBlock& b = s.blocks()[i];
    const unsigned zone = s.zone_of(i);
    const PfnRange frames = zone == kNoZone ? PfnRange{} : s.layout().zones[zone].frames;
    switch (shape_of(b.head, b.order, frames)) {
      case Shape::good: break;
      case Shape::illegal_order: return InvariantFault{b.head, name_of(b), "orders 0 to 10"};
      case Shape::outside:
        return InvariantFault{b.head, name_of(b) + " outside every zone", "frames of a zone"};
      case Shape::misaligned:
        return InvariantFault{b.head, name_of(b) + " that is not aligned",
                              "heads aligned to the order"};
      case Shape::crosses_end:
        return InvariantFault{b.head, name_of(b) + " that crosses the end of " + name_of(s, zone),
                              "blocks inside one zone"};
    }
    if (b.cpu != kOnBuddy && b.cpu >= s.machine().cpus) {
      return InvariantFault{b.head, name_of(b), "CPUs of the machine"};
    }
  }
  return std::nullopt;
}

std::optional<InvariantFault> i1_one_owner(const Snapshot& s) {
  static thread_local FrameSet seen;
  seen.reset(s.layout());
  for (std::size_t i = 0; i < s.blocks().size(); ++i) {
    const CensusBlock& b = s.blocks()[i];
    const unsigned zone = s.zone_of(i);
    if (s.context().taken->any(zone, b.head, b.order)) {
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
  for (std::size_t i = 0; i < s.layout().zones.size(); ++i) {
    const Pages managed = s.layout().zones[i].managed;
    const Pages shown = sum[i].free + sum[i].on_pcp + s.context().allocated[i];
    if (shown == managed) continue;
    return InvariantFault{s.layout().zones[i].frames.begin,
                          name_of(s, i) + ": " + text(sum[i].free) + " free + " +
                              text(sum[i].on_pcp) + " on per-CPU lists + " +
                              text(s.context().allocated[i]) + " allocated = " + text(shown),
                          text(managed) + " managed pages"};
  }
  return std::nullopt;
}

std::optional<InvariantFault> i4_counters(const Snapshot& s) {
  const auto sum = sums(s);
  for (std::size_t i = 0; i < s.layout().zones.size(); ++i) {
    const ZoneCounters& counted = s.context().counters[i];
    if (sum[i].free == counted.free && sum[i].on_pcp == counted.on_pcp) continue;
    return InvariantFault{
        s.layout().zones[i].frames.begin,
        name_of(s, i) + " counts " + text(counted.free) + " free and " + text(counted.on_pcp) +
            " on per-CPU lists",
        text(sum[i].free) + " and " + text(sum[i].on_pcp) + ", the sums of its blocks"};
  }
  return std::nullopt;
}

std::optional<InvariantFault> i8_merged_below_pageblock(const Snapshot& s) {
  return first_pair(s, Order{0}, s.machine().pageblock_order);
}

std::optional<InvariantFault> i9_merged_from_pageblock(const Snapshot& s) {
  return first_pair(s, s.machine().pageblock_order, Order{kOrderMax});
}

std::optional<InvariantFault> i10_pcp_bound(const Snapshot& s) {
  const auto on_pcp = [](const CensusBlock& b) { return b.cpu != kOnBuddy; };
  if (!s.context().per_cpu || std::ranges::none_of(s.blocks(), on_pcp)) return std::nullopt;
  std::array<std::array<Pages, kCpusMax>, rules::kZonesMax> count{};
  for (std::size_t i = 0; i < s.blocks().size(); ++i) {
    const CensusBlock& b = s.blocks()[i];
    if (b.cpu == kOnBuddy) continue;
    const unsigned zone = s.zone_of(i);
    Pages& pages = count[zone][b.cpu];
    pages += pages_in(b.order);
    if (pages > s.layout().zones[zone].pcp_high) {
      return InvariantFault{b.head,
                            text(pages) + " pages of " + name_of(s, zone) + " on CPU " +
                                std::to_string(b.cpu) + "'s list",
                            "at most " + text(s.layout().zones[zone].pcp_high)};
    }
  }
  return std::nullopt;
}

}  // namespace bp
