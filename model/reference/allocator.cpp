// SPDX-License-Identifier: MIT
#include "model/reference/allocator.h"

#include <algorithm>

#include "model/reference/rulebook.h"
#include "model/vocab/check.h"

namespace bp::reference {
Allocator::Allocator(const KernelState& s, const Rulebook& r)
    : rules(r),
      config(s.config),
      nodes(s.nodes),
      frames(FrameMap(s.zones)),
      clamps_counters(r.clamps_counters) {
  pageblocks_.resize(frames.map().size() >> config.pageblock_order);
  find_seams(s);
  zones.reserve(s.zones.size());
  zone_base_.resize(s.nodes.size());
  for (const ZoneState& z : s.zones) {
    if (z.index == 0) zone_base_[z.node] = zones.size();
    load_zone(z);
  }
}

void Allocator::find_seams(const KernelState& s) {
  for (const ZoneState& z : s.zones) {
    const Pfn start{static_cast<std::uint64_t>(z.numbers.start)};
    if (z.numbers.spanned == 0 || is_aligned(start, pageblock_order())) continue;
    const bool meets_another = std::ranges::any_of(s.zones, [&](const ZoneState& below) {
      return below.numbers.spanned != 0 &&
             below.numbers.start + below.numbers.spanned == z.numbers.start;
    });
    if (!meets_another) continue;
    seams_.push_back({start, align_up(start, pageblock_order()), pageblocks_.size()});
    pageblocks_.push_back(0);
  }
}

void Allocator::load_zone(const ZoneState& s) {
  Zone& z = zones.emplace_back();
  z.id = static_cast<unsigned>(zones.size() - 1);
  z.node = s.node;
  z.index = s.index;
  z.type = s.type;
  z.n = s.numbers;
  z.lru = s.lru;
  z.pageblocks = s.pageblocks;
  const Pfn start{static_cast<std::uint64_t>(z.n.start)};
  for (std::size_t i = 0; i < s.pageblocks.size(); ++i) {
    if (!s.pageblocks[i].type) continue;
    const Pfn end =
        i + 1 < s.pageblocks.size() ? s.pageblocks[i + 1].begin : start + Pages{z.n.spanned};
    // The first pageblock may begin below the zone.
    for (Pfn p = s.pageblocks[i].begin; p < end; p += pages_in(pageblock_order())) {
      pageblocks_[pageblock(std::max(p, start))] = static_cast<std::uint8_t>(*s.pageblocks[i].type);
    }
  }
  for (unsigned o = 0; o < kOrders; ++o) {
    for (unsigned t = 0; t < kTypes; ++t) {
      for (const Pfn head : s.lists[o][t]) link(z, head, Order{o}, Migratetype(t), true);
    }
    z.areas[o].nr_free = s.nr_free[o];
  }
  for (const PcpState& p : s.pcp) {
    Pcp& pcp = z.pcp.emplace_back();
    pcp.n = p.numbers;
    for (unsigned l = 0; l < kPcpLists; ++l) {
      const unsigned order = rules.pcp_order_of_list(l, config);
      for (const PcpBlock& b : p.lists[l]) {
        Frame& f = frames[b.head];
        f.use = FrameUse::pcp;
        f.order = static_cast<std::uint8_t>(order);
        f.zone = static_cast<std::uint8_t>(z.id);
        f.type = b.cached.value_or(Migratetype::unmovable);
        pcp.lists[l].push_back(frames, b.head);
      }
    }
  }
  for (const Pfn p : s.lru) frames[p].lru = true;
}

void Allocator::set_type(Pfn p, Migratetype t) {
  if (rules.keeps_types_alike && config.grouping_disabled && t < Migratetype::highatomic)
    t = Migratetype::unmovable;
  std::uint8_t& stored = pageblocks_[pageblock(p)];
  stored = static_cast<std::uint8_t>((stored & kIsolated) | static_cast<std::uint8_t>(t));
}

void Allocator::set_isolated_bit(Pfn p, bool on) {
  std::uint8_t& stored = pageblocks_[pageblock(p)];
  stored = static_cast<std::uint8_t>(on ? stored | kIsolated : stored & ~kIsolated);
}

void Allocator::link(Zone& z, Pfn head, Order o, Migratetype t, bool to_tail) {
  Frame& f = frames[head];
  f.use = FrameUse::free;
  f.order = static_cast<std::uint8_t>(static_cast<unsigned>(o));
  f.type = t;
  f.zone = static_cast<std::uint8_t>(z.id);
  BlockList& l = list(z, o, t);
  to_tail ? l.push_back(frames, head) : l.push_front(frames, head);
}

void Allocator::add(Zone& z, Pfn head, Order o, Migratetype t, bool to_tail) {
  link(z, head, o, t, to_tail);
  ++area(z, o).nr_free;
  rules.count_listed(*this, z, o, t, size_of(o));
}

void Allocator::remove(Zone& z, Pfn head) {
  Frame& f = frames[head];
  const Order o{f.order};
  list(z, o, f.type).erase(frames, head);
  --area(z, o).nr_free;
  f.use = FrameUse::other;
  rules.count_listed(*this, z, o, f.type, -size_of(o));
}

void Allocator::move(Zone& z, Pfn head, Migratetype to, bool to_tail) {
  Frame& f = frames[head];
  const Order o{f.order};
  list(z, o, f.type).erase(frames, head);
  rules.count_listed(*this, z, o, f.type, -size_of(o));
  f.type = to;
  to_tail ? list(z, o, to).push_back(frames, head) : list(z, o, to).push_front(frames, head);
  rules.count_listed(*this, z, o, to, size_of(o));
}

void Allocator::change(Zone& z, Stat s, std::int64_t by) {
  const auto i = static_cast<unsigned>(s);
  PcpNumbers& p = z.pcp[cpu].n;
  const std::int64_t diff = p.diff[i] + by;
  const bool folds = rules.folds(diff, p.threshold);
  z.n.stat[i] += folds ? diff : 0;
  p.diff[i] = folds ? 0 : diff;
}

namespace {

std::vector<PageblockRun> runs_of(const Allocator& a, const Zone& z) {
  std::vector<PageblockRun> runs;
  const Pfn start{static_cast<std::uint64_t>(z.n.start)};
  const Pfn end = start + Pages{z.n.spanned};
  for (std::size_t i = 0; i < z.pageblocks.size(); ++i) {
    const PageblockRun& loaded = z.pageblocks[i];
    const Pfn run_end = i + 1 < z.pageblocks.size() ? z.pageblocks[i + 1].begin : end;
    for (Pfn p = loaded.begin; p < run_end;) {
      const auto type = loaded.type ? std::optional{a.type_of(std::max(p, start))} : std::nullopt;
      if (runs.empty() || runs.back().type != type) runs.push_back({p, type});
      p = loaded.type ? align_down(p, a.pageblock_order()) + pages_in(a.pageblock_order())
                      : run_end;
    }
  }
  return runs;
}

}  // namespace

KernelState state_of(const Allocator& a) {
  KernelState s;
  s.config = a.config;
  s.nodes = a.nodes;
  for (const Zone& z : a.zones) {
    ZoneState& out = s.zones.emplace_back();
    out.node = z.node;
    out.index = z.index;
    out.type = z.type;
    out.numbers = z.n;
    out.lru = z.lru;
    out.pageblocks = runs_of(a, z);
    for (unsigned o = 0; o < kOrders; ++o) {
      out.nr_free[o] = z.areas[o].nr_free;
      for (unsigned t = 0; t < kTypes; ++t) {
        const BlockList& l = z.areas[o].lists[t];
        for (Pfn p = l.empty() ? kNoPfn : l.front(a.frames); p != kNoPfn;
             p = BlockList::next(a.frames, p))
          out.lists[o][t].push_back(p);
      }
    }
    for (const Pcp& pcp : z.pcp) {
      PcpState& p = out.pcp.emplace_back();
      p.numbers = pcp.n;
      for (unsigned n = 0; n < kPcpLists; ++n) {
        const BlockList& l = pcp.lists[n];
        for (Pfn b = l.empty() ? kNoPfn : l.front(a.frames); b != kNoPfn;
             b = BlockList::next(a.frames, b)) {
          std::optional<Migratetype> cached;
          if (a.rules.caches_type) cached = a.frames[b].type;
          p.lists[n].push_back({b, cached});
        }
      }
    }
  }
  return s;
}

}  // namespace bp::reference
