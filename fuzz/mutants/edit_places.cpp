// SPDX-License-Identifier: MIT
#include "fuzz/mutants/edit_places.h"

#include <algorithm>
#include <set>

#include "model/judge/frame_census.h"

namespace bp {

using namespace reference;

namespace {

std::int64_t size_of(unsigned order) { return std::int64_t{1} << order; }

/// The counters of a zone for a free block that comes (+1) or goes (-1).
void count(KernelState& s, unsigned zone, unsigned order, unsigned type, std::int64_t sign) {
  ZoneState& z = s.zones[zone];
  const auto t = static_cast<Migratetype>(type);
  const std::int64_t pages = sign * size_of(order);
  z.nr_free[order] += sign;
  if (t == Migratetype::isolate) return;
  z.numbers.stat[static_cast<unsigned>(Stat::free)] += pages;
  if (t == Migratetype::cma) z.numbers.stat[static_cast<unsigned>(Stat::cma)] += pages;
  const bool typed = s.config.profile == Profile::v6_12 || s.config.profile == Profile::v7_1;
  if (typed && t == Migratetype::highatomic) z.numbers.free_highatomic += pages;
  if (s.config.profile == Profile::v7_1 && order >= s.config.pageblock_order)
    z.numbers.stat[static_cast<unsigned>(Stat::blocks)] += pages;
}

Pfn end_of(const ZoneState& z) {
  return Pfn{static_cast<std::uint64_t>(z.numbers.start)} + Pages{z.numbers.spanned};
}

}  // namespace

bool has_bad_pages(const KernelHistory& h) {
  return !h.bad.empty() || std::ranges::any_of(h.events, [](const KernelEvent& e) {
    return e.act == KernelAct::go_bad;
  });
}

bool has_isolation(const KernelHistory& h) {
  const auto isolated = [](const ZoneState& z) {
    return z.numbers.isolated != 0 || std::ranges::any_of(z.pageblocks, [](const PageblockRun& r) {
             return r.type == Migratetype::isolate;
           });
  };
  return std::ranges::any_of(h.before.zones, isolated) ||
         std::ranges::any_of(h.after.zones, isolated) ||
         std::ranges::any_of(h.events, [](const KernelEvent& e) {
           return e.act == KernelAct::isolate || e.act == KernelAct::unisolate;
         });
}

bool is_untouched(const KernelHistory& h, Pfn head, Order o, std::size_t end) {
  const Pfn last = head + pages_in(o);
  for (std::size_t i = 0; i < std::min(end, h.events.size()); ++i) {
    const KernelEvent& e = h.events[i];
    if (e.head == kNoPfn) continue;
    const Pfn e_last = e.head + pages_in(Order{std::min(e.order, kOrderMax)});
    if (e.head < last && head < e_last) return false;
  }
  return true;
}

std::optional<FreeBlock> any_untouched(const KernelHistory& h, const std::vector<FreeBlock>& all,
                                       Rng& rng, std::size_t end) {
  constexpr unsigned kTries = 16;
  for (unsigned n = 0; n < kTries && !all.empty(); ++n) {
    const FreeBlock& b = all[rng.below(all.size())];
    if (is_untouched(h, b.head, Order{b.order}, end)) return b;
  }
  return std::nullopt;
}

std::int64_t pages_listed(const ZoneState& z, unsigned order, unsigned type) {
  std::int64_t pages = 0;
  for (unsigned o = order; o < kOrders; ++o)
    pages += static_cast<std::int64_t>(z.lists[o][type].size()) * size_of(o);
  return pages;
}

std::int64_t pages_available(const KernelState& s, unsigned zone) {
  const ZoneState& z = s.zones[zone];
  std::int64_t pages = 0;
  for (unsigned t = 0; t < kTypes; ++t) pages += pages_listed(z, 0, t);
  for (const PcpState& p : z.pcp) {
    for (unsigned l = 0; l < kPcpLists; ++l) {
      pages += static_cast<std::int64_t>(p.lists[l].size())
               << static_cast<unsigned>(order_of_pcp_list(s.config, l));
    }
  }
  return pages;
}

std::int64_t plenty(const KernelState& s, unsigned zone) {
  std::int64_t pages = 4 * size_of(kOrderMax);
  for (const PcpState& p : s.zones[zone].pcp) {
    pages += 2 * std::max(p.numbers.high, p.numbers.high_max) + 32 * p.numbers.batch +
             8 * size_of(s.config.pageblock_order) + p.numbers.count;
  }
  return pages;
}

void unlist(KernelState& s, const FreeBlock& b) {
  auto& from = s.zones[b.zone].lists[b.order][b.type];
  from.erase(from.begin() + static_cast<std::ptrdiff_t>(b.place));
  count(s, b.zone, b.order, b.type, -1);
}

void list(KernelState& s, unsigned zone, unsigned order, unsigned type, Pfn head) {
  s.zones[zone].lists[order][type].push_back(head);
  count(s, zone, order, type, 1);
}

std::optional<Migratetype> type_at(const ZoneState& z, Pfn p) {
  const auto after = std::ranges::upper_bound(z.pageblocks, p, {}, &PageblockRun::begin);
  return after == z.pageblocks.begin() ? std::nullopt : std::prev(after)->type;
}

void set_type(KernelState& s, unsigned zone, Pfn pageblock, Migratetype t) {
  ZoneState& z = s.zones[zone];
  const Pfn next = pageblock + pages_in(Order{s.config.pageblock_order});
  const auto behind = type_at(z, next);
  std::erase_if(z.pageblocks, [&](const PageblockRun& r) { return r.begin == pageblock; });
  z.pageblocks.push_back({pageblock, t});
  const bool begins =
      std::ranges::any_of(z.pageblocks, [&](const PageblockRun& r) { return r.begin == next; });
  if (!begins && next < end_of(z)) z.pageblocks.push_back({next, behind});
  std::ranges::sort(z.pageblocks, {}, &PageblockRun::begin);
}

std::vector<Pfn> full_pageblocks(const KernelState& s, unsigned zone, unsigned type) {
  const ZoneState& z = s.zones[zone];
  const auto wanted = static_cast<Migratetype>(type);
  if (std::ranges::find(z.pageblocks, wanted, &PageblockRun::type) == z.pageblocks.end()) return {};
  const FrameCensus census(s, {});
  const Pages step = pages_in(Order{s.config.pageblock_order});
  std::vector<Pfn> out;
  Pfn p =
      align_up(Pfn{static_cast<std::uint64_t>(z.numbers.start)}, Order{s.config.pageblock_order});
  for (; p + step <= end_of(z); p += step) {
    if (type_at(z, p) != static_cast<Migratetype>(type)) continue;
    bool full = true;
    for (Pfn f = p; f < p + step && full; ++f) full = !census.is_available(f);
    if (full) out.push_back(p);
  }
  return out;
}

}  // namespace bp
