// SPDX-License-Identifier: MIT
#include "fuzz/kernel/contradiction.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "fuzz/kernel/state_diff.h"
#include "fuzz/report/fmt.h"
#include "model/vocab/machine.h"

namespace bp::kernel {

using namespace reference;

namespace {

constexpr std::int64_t kFramesMax = std::int64_t{1} << 28;  // The reference has a table of them.
constexpr std::int64_t kFactorMax = 32;                     // A batch doubles so often at most.
constexpr std::int64_t kPcpListsOfOrders = 12;              // Orders 0..3 times three types.

std::uint64_t number_of(Pfn p) { return static_cast<std::uint64_t>(p); }
Pfn begin_of(const ZoneState& z) { return Pfn{static_cast<std::uint64_t>(z.numbers.start)}; }
Pfn end_of(const ZoneState& z) { return begin_of(z) + Pages{z.numbers.spanned}; }

bool holds(const ZoneState& z, Pfn head, Order o) {
  return head >= begin_of(z) && head + pages_in(o) <= end_of(z);
}

Contradiction bad_span(const ZoneState& z) {
  const ZoneNumbers& n = z.numbers;
  const auto line = [&] { return fmt::format("zone {} {} ", z.node, z.index); };
  const bool ordered = 0 <= n.managed && n.managed <= n.present && n.present <= n.spanned;
  if (!ordered) {
    return {fmt::format("managed {}, present {}, spanned {}: each is at most the next", n.managed,
                        n.present, n.spanned),
            line()};
  }
  if (n.start < 0 || n.start > kFramesMax - n.spanned) {
    return {"the zone ends beyond frame 2^28: a machine of a TiB is the most that is replayed",
            line()};
  }
  if (n.present > 0 && z.pcp.empty()) return {"the zone has pages and no CPU", line()};
  return {};
}

/// The clause that is wrong with a block of a list, or nothing.
std::string bad_block(const ZoneState& z, Pfn head, Order o, OwnedFrames& owned) {
  const auto order = static_cast<unsigned>(o);
  if (!is_aligned(head, o)) {
    return fmt::format("frame {:x} is not aligned to order {}", number_of(head), order);
  }
  if (!holds(z, head, o)) {
    return fmt::format("the block of order {} at {:x} lies outside its zone", order,
                       number_of(head));
  }
  if (owned.claim(head, o)) return {};
  return fmt::format("the block of order {} at {:x} is, or overlaps what is, on another list",
                     order, number_of(head));
}

Contradiction bad_free_list(const ZoneState& z, unsigned order, OwnedFrames& owned) {
  std::size_t blocks = 0;
  for (unsigned t = 0; t < kTypes; ++t) {
    for (const Pfn head : z.lists[order][t]) {
      if (auto what = bad_block(z, head, Order{order}, owned); !what.empty()) {
        return {std::move(what), fmt::format("fl {} {} {} {}:", z.node, z.index, order, t)};
      }
    }
    blocks += z.lists[order][t].size();
  }
  if (std::cmp_equal(blocks, z.nr_free[order])) return {};
  return {fmt::format("nr_free of order {} is {}, and the lists hold {}", order, z.nr_free[order],
                      blocks),
          fmt::format("nf {} {} {} ", z.node, z.index, order)};
}

/// Numbers that the list's rules shift and count by.
std::string bad_pcp_numbers(const PcpNumbers& n) {
  if (n.batch < 1) return fmt::format("a batch of {} pages", n.batch);
  for (const std::int64_t factor : {n.free_factor, n.alloc_factor}) {
    if (factor < 0 || factor > kFactorMax) {
      return fmt::format("a batch that doubles {} times, and 0..{} can be", factor, kFactorMax);
    }
  }
  return {};
}

Contradiction bad_pcp(const Config& c, const ZoneState& z, unsigned cpu, OwnedFrames& owned) {
  const PcpState& p = z.pcp[cpu];
  const auto line = [&] { return fmt::format("pcp {} {} {} ", z.node, z.index, cpu); };
  if (auto what = bad_pcp_numbers(p.numbers); !what.empty()) return {std::move(what), line()};
  std::int64_t pages = 0;
  for (unsigned l = 0; l < kPcpLists; ++l) {
    const Order o = order_of_pcp_list(c, l);
    for (const PcpBlock& b : p.lists[l]) {
      if (auto what = bad_block(z, b.head, o, owned); !what.empty()) {
        return {std::move(what), fmt::format("pl {} {} {} {}:", z.node, z.index, cpu, l)};
      }
      pages += static_cast<std::int64_t>(pages_in(o));
    }
  }
  const bool bad_pages_left = c.profile == Profile::v4_7 && p.numbers.count > pages;
  if (p.numbers.count == pages || bad_pages_left) return {};
  return {fmt::format("count is {}, and the lists hold {} pages", p.numbers.count, pages), line()};
}

Contradiction bad_runs(const ZoneState& z) {
  const auto line = [&] { return fmt::format("pb {} {}:", z.node, z.index); };
  const auto follows = [](const PageblockRun& a, const PageblockRun& b) {
    return a.begin < b.begin;
  };
  const auto at = std::ranges::adjacent_find(z.pageblocks, std::not_fn(follows));
  if (at != z.pageblocks.end()) {
    return {fmt::format("the run after {:x} does not begin behind it", number_of(at->begin)),
            line()};
  }
  if (z.numbers.spanned == 0) return {};
  if (z.pageblocks.empty() || z.pageblocks.front().begin > begin_of(z)) {
    return {"the pageblocks do not begin where the zone does", line()};
  }
  if (z.pageblocks.back().begin < end_of(z)) return {};
  return {
      fmt::format("the run at {:x} lies outside its zone", number_of(z.pageblocks.back().begin)),
      line()};
}

Contradiction bad_lru(const ZoneState& z) {
  const auto at = std::ranges::find_if_not(z.lru, [&](Pfn p) { return holds(z, p, Order{0}); });
  if (at == z.lru.end()) return {};
  return {fmt::format("page {:x} on the LRU lies outside its zone", number_of(*at)),
          fmt::format("lru {} {}:", z.node, z.index)};
}

Contradiction bad_zone(const Config& c, const ZoneState& z, OwnedFrames& owned) {
  for (unsigned o = 0; o < kOrders; ++o) {
    if (auto bad = bad_free_list(z, o, owned)) return bad;
  }
  for (unsigned cpu = 0; cpu < z.pcp.size(); ++cpu) {
    if (auto bad = bad_pcp(c, z, cpu, owned)) return bad;
  }
  if (auto bad = bad_lru(z)) return bad;
  return bad_runs(z);
}

Contradiction bad_zonelist(const KernelState& s, unsigned nid) {
  const auto is_there = [&](ZoneRef r) {
    return std::ranges::any_of(
        s.zones, [&](const ZoneState& z) { return z.node == r.node && z.index == r.index; });
  };
  const NodeState& n = s.nodes[nid];
  for (const auto* list : {&n.fallback, &n.nofallback}) {
    const auto at = std::ranges::find_if_not(*list, is_there);
    if (at == list->end()) continue;
    return {fmt::format("the zonelist names zone {} of node {}, which is not there", at->index,
                        at->node),
            fmt::format("zl {} {}:", nid, list == &n.fallback ? 0 : 1)};
  }
  return {};
}

/// CPUs, policies and distances name nodes that are there.
Contradiction bad_nodes(const KernelState& s) {
  const auto is_there = [&](unsigned nid) { return nid < s.nodes.size() && s.nodes[nid].present; };
  for (std::size_t cpu = 0; cpu < s.config.cpu_node.size(); ++cpu) {
    if (is_there(s.config.cpu_node[cpu])) continue;
    return {fmt::format("CPU {} is on node {}, which is not there", cpu, s.config.cpu_node[cpu]),
            "cfg "};
  }
  const PolicyMode mode = s.config.policy;
  if (mode != PolicyMode::none && mode != PolicyMode::local && s.config.policy_nodes == 0) {
    return {"the policy names no node", "cfg "};
  }
  for (unsigned nid = 0; nid < kNodesMax; ++nid) {
    if ((s.config.policy_nodes >> nid & 1) == 0 || is_there(nid)) continue;
    return {fmt::format("the policy names node {}, which is not there", nid), "cfg "};
  }
  for (const NodeState& n : s.nodes) {
    if (n.distance.empty() || n.distance.size() == s.nodes.size()) continue;
    return {"distances are not those of each node to each", "cfg "};
  }
  return {};
}

/// A block of ours lies in a zone, where there is memory.
bool in_some_zone(const KernelState& s, const Slot& held) {
  return std::ranges::any_of(s.zones, [&](const ZoneState& z) {
    if (!holds(z, held.head, held.order)) return false;
    const auto after = std::ranges::upper_bound(z.pageblocks, held.head, {}, &PageblockRun::begin);
    return after != z.pageblocks.begin() && std::prev(after)->type.has_value();
  });
}

Contradiction bad_held(const KernelState& s, std::span<const Slot> held, OwnedFrames& owned) {
  for (std::size_t i = 0; i < held.size(); ++i) {
    const Slot& h = held[i];
    if (h.empty()) continue;
    const auto label = [&] {
      return fmt::format("slot {} holds the block of order {} at {:x}", i,
                         static_cast<unsigned>(h.order), number_of(h.head));
    };
    if (!in_some_zone(s, h)) return {label() + ", and no zone has it", {}};
    if (!owned.claim(h.head, h.order)) return {label() + ", and it is on a list or held twice", {}};
  }
  return {};
}

}  // namespace

Order order_of_pcp_list(const Config& c, unsigned list) {
  if (c.profile == Profile::v4_7) return Order{0};
  return list < kPcpListsOfOrders ? Order{list / 3} : Order{c.pageblock_order};
}

OwnedFrames::OwnedFrames(const KernelState& s) {
  Pfn end{0};
  base_ = kPfnMax;
  for (const ZoneState& z : s.zones) {
    if (z.numbers.spanned == 0) continue;
    base_ = std::min(base_, align_down(begin_of(z), Order{kOrderMax}));
    end = std::max(end, end_of(z));
  }
  const Pages span = end > base_ ? end - base_ : Pages{0};
  fits_ = span <= kSpannedMax;
  if (fits_) words_.resize(static_cast<std::size_t>(static_cast<std::int64_t>(span) / 64 + 17));
}

bool OwnedFrames::claim(Pfn head, Order o) {
  const auto at = static_cast<std::size_t>(static_cast<std::int64_t>(head - base_));
  const auto pages = static_cast<std::size_t>(static_cast<std::int64_t>(pages_in(o)));
  if (pages < 64) {
    const std::uint64_t mask = ((std::uint64_t{1} << pages) - 1) << (at % 64);
    std::uint64_t& word = words_[at / 64];
    const bool free = (word & mask) == 0;
    word |= mask;
    return free;
  }
  const auto words = std::span(words_).subspan(at / 64, pages / 64);
  const bool free = std::ranges::all_of(words, [](std::uint64_t w) { return w == 0; });
  std::ranges::fill(words, ~std::uint64_t{0});
  return free;
}

Contradiction first_contradiction(const KernelState& s, std::span<const Slot> held) {
  for (const ZoneState& z : s.zones) {
    if (auto bad = bad_span(z)) return bad;
  }
  OwnedFrames owned(s);
  if (!owned.fits()) {
    return {fmt::format("the zones span more than {} frames, which is the most that is replayed",
                        static_cast<std::int64_t>(kSpannedMax)),
            {}};
  }
  for (const ZoneState& z : s.zones) {
    if (auto bad = bad_zone(s.config, z, owned)) return bad;
  }
  for (unsigned n = 0; n < s.nodes.size(); ++n) {
    if (auto bad = bad_zonelist(s, n)) return bad;
  }
  if (auto bad = bad_nodes(s)) return bad;
  return bad_held(s, held, owned);
}

}  // namespace bp::kernel
