// SPDX-License-Identifier: MIT
#include "fuzz/program/generate.h"

#include <algorithm>

#include "fuzz/program/bytes.h"
#include "fuzz/program/handles.h"
#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

/// Sizes lean to the small: most bugs need few frames, and few frames are quick.
Pages random_span(Rng& rng) {
  constexpr std::uint64_t kMost[] = {16, 64, 64, 256, 256, 512, 1100, 2200};
  return Pages{static_cast<std::int64_t>(rng.between(1, kMost[rng.below(std::size(kMost))]))};
}

/// Aligned starts merge far, unaligned ones test the ends.
Pfn random_start(Rng& rng, Pfn at) {
  if (rng.one_in(2)) return align_up(at, Order{static_cast<unsigned>(rng.below(kOrderMax + 1))});
  return at + Pages{static_cast<std::int64_t>(rng.below(40))};
}

Watermarks random_marks(Rng& rng, Pages span) {
  const auto most = static_cast<std::uint64_t>(static_cast<std::int64_t>(span)) / 4 + 1;
  const auto step = [&] { return Pages{static_cast<std::int64_t>(rng.below(most))}; };
  const Pages min = step();
  const Pages low = min + step();
  return {min, low, low + step()};
}

void add_zones(Rng& rng, const Machine& m, Pfn& at, Node& n) {
  for (unsigned t = 0; t < kZonesPerNodeMax; ++t) {
    const auto type = ZoneType{static_cast<std::uint8_t>(t)};
    if (!m.zones.has(type) || rng.one_in(3)) continue;
    const Pfn begin = rng.one_in(2) ? at : random_start(rng, at);
    Zone z{type, {begin, begin + random_span(rng)}, {}};
    if (rng.one_in(4)) z.marks = random_marks(rng, z.frames.span());
    n.zones.push_back(z);
    at = z.frames.end;
  }
}

void add_hole(Rng& rng, Node& n) {
  if (n.zones.empty()) return;
  const PfnRange& frames = n.zones[rng.below(n.zones.size())].frames;
  const auto span = static_cast<std::uint64_t>(static_cast<std::int64_t>(frames.span()));
  const Pfn begin = frames.begin + Pages{static_cast<std::int64_t>(rng.below(span))};
  const Pages length{static_cast<std::int64_t>(rng.between(1, span / 4 + 1))};
  n.holes.push_back({begin, begin + std::min(length, frames.end - begin)});
}

void add_nodes(Rng& rng, Machine& m) {
  constexpr unsigned kNodes[] = {1, 1, 1, 1, 2, 2, 3, 4};
  const unsigned nodes = kNodes[rng.below(std::size(kNodes))];
  Pfn at = random_start(rng, Pfn{rng.one_in(4) ? rng.below(1 << 20) : 0});
  unsigned cpu = 0;
  for (unsigned i = 0; i < nodes; ++i) {
    Node n;
    const unsigned cpus =
        i + 1 == nodes ? m.cpus - cpu : static_cast<unsigned>(rng.below(m.cpus - cpu + 1));
    if (cpus > 0)
      n.cpu_begin = static_cast<std::uint8_t>(cpu),
      n.cpu_end = static_cast<std::uint8_t>(cpu + cpus);
    cpu += cpus;
    add_zones(rng, m, at, n);
    if (rng.one_in(3)) add_hole(rng, n);
    if (rng.one_in(3)) {
      for (unsigned to = 0; to < nodes; ++to)
        n.distance.push_back(to == i ? 10 : static_cast<std::uint8_t>(rng.between(11, 40)));
    }
    m.nodes.push_back(n);
  }
}

Machine candidate(Rng& rng) {
  Machine m;
  m.profile = rng.one_in(2) ? Profile::v4_7 : Profile::v6_1_lts192;
  m.era = rng.one_in(3) ? Era{static_cast<std::uint8_t>(rng.below(kEras))} : era_of(m.profile);
  m.zones = rng.one_in(4) ? ZoneConfig::from_bits(static_cast<unsigned>(rng.below(kZoneConfigs)))
                          : ZoneConfig::from_bits(static_cast<unsigned>(rng.below(4)));
  m.cpus = static_cast<std::uint8_t>(rng.between(1, 3));
  m.pageblock_order = Order{rng.one_in(2) ? 9U : static_cast<unsigned>(rng.between(1, kOrderMax))};
  constexpr std::uint32_t kMinFree[] = {0, 16, 64, 200, 600, 2000};
  m.min_free_kbytes = kMinFree[rng.below(std::size(kMinFree))];
  if (rng.one_in(6)) m.watermark_scale_factor = static_cast<std::uint32_t>(rng.between(1, 3000));
  if (rng.one_in(3)) {
    for (unsigned t = 0; t < kZoneTypes; ++t)
      m.lowmem_reserve_ratio.push_back(static_cast<std::uint32_t>(rng.below(64)));
  }
  if (!rng.one_in(4)) m.pcp_high = static_cast<std::uint16_t>(rng.between(1, 16));
  if (m.pcp_high != 0 && rng.one_in(2))
    m.pcp_batch = static_cast<std::uint16_t>(rng.between(1, m.pcp_high));
  add_nodes(rng, m);
  return m;
}

bool is_small(const Machine& m) {
  Pages spanned;
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) spanned += z.frames.span();
  }
  return spanned <= kSmallSpannedMax;
}

void append_one(Rng& rng, const Swarm& s, HandleTracker& handles, Program& p) {
  const Machine& m = p.machine;
  const auto cpu = static_cast<unsigned>(rng.below(m.cpus));
  std::uint64_t pick = rng.below(s.alloc + s.free + s.drain + s.census + s.misuse);
  const auto takes = [&](unsigned weight) {
    return pick < weight ? true : (pick -= weight, false);
  };
  if (takes(s.alloc)) {
    p.ops.push_back(random_alloc(rng, m, s));
  } else if (takes(s.free) && handles.live() > 0) {
    const std::uint32_t h = handles.live_at(rng.below(handles.live()));
    p.ops.push_back(Op::free(h, cpu, handles.order(h)));
  } else if (takes(s.drain)) {
    p.ops.push_back(Op::drain(rng.one_in(2) ? kAllCpus : cpu));
  } else if (takes(s.census)) {
    p.ops.push_back(Op::census());
  } else if (handles.size() > 0) {
    const auto h = static_cast<std::uint32_t>(rng.below(handles.size()));
    const Order o =
        rng.one_in(2) ? handles.order(h) : Order{static_cast<unsigned>(rng.below(kOrderMax + 1))};
    p.ops.push_back(Op::free(h, cpu, o, rng.one_in(2) ? 0 : static_cast<unsigned>(rng.below(16))));
  } else {
    p.ops.push_back(random_alloc(rng, m, s));
  }
  handles.follow(p.ops.back());
}

}  // namespace

Machine random_machine(Rng& rng) {
  for (int i = 0; i < 64; ++i) {
    const Machine m = candidate(rng);
    if (!first_fault(m) && is_small(m)) return m;
  }
  Machine m;  // Hardly ever: 64 candidates without a managed frame.
  m.nodes.push_back({});
  m.nodes[0].cpu_end = 1;
  m.nodes[0].zones.push_back({ZoneType::normal, {Pfn{0}, Pfn{256}}, {}});
  return m;
}

Swarm random_swarm(Rng& rng) {
  Swarm s;
  if (rng.one_in(4)) s.free = static_cast<unsigned>(rng.below(13));
  if (rng.one_in(3)) s.drain = static_cast<unsigned>(rng.below(4));
  if (rng.one_in(4)) s.census = 1;
  s.misuse = rng.one_in(2) ? 0 : 1;
  s.small_orders = !rng.one_in(3);
  if (rng.one_in(3)) s.order_max = static_cast<unsigned>(rng.below(4));
  s.masks_of_kernels = !rng.one_in(6);
  s.places = rng.one_in(2);
  return s;
}

Gfp random_gfp(Rng& rng, Era era, const Swarm& s) {
  if (!s.masks_of_kernels) return gfp_decode(static_cast<std::uint32_t>(rng.next()), era);
  const auto composites = gfp_composites();
  Gfp g;
  const std::int64_t raw = composites[rng.below(composites.size())].raw[static_cast<unsigned>(era)];
  if (raw > 0) g = gfp_decode(static_cast<std::uint32_t>(raw), era);
  using enum GfpFlag;
  constexpr GfpFlag kTelling[] = {dma,    dma32,    highmem,  movable,    high,
                                  atomic, thisnode, memalloc, nomemalloc, nofail};
  while (rng.one_in(3)) g |= kTelling[rng.below(std::size(kTelling))];
  return gfp_decode(gfp_encode(g, era), era);  // Without flags that the era does not have.
}

Op random_alloc(Rng& rng, const Machine& m, const Swarm& s) {
  const unsigned top = s.small_orders && !rng.one_in(8) ? std::min(s.order_max, 3U) : s.order_max;
  const Order order{rng.one_in(3) ? 0 : static_cast<unsigned>(rng.below(top + 1))};
  const std::size_t nodes = m.nodes.size();
  const bool place = s.places && rng.one_in(2);
  const int node = place ? static_cast<int>(rng.below(nodes + 1)) - 1 : kNoNode;
  const auto mask =
      place && rng.one_in(3) ? static_cast<unsigned>(rng.below(std::uint64_t{1} << nodes)) : 0;
  return Op::alloc(static_cast<unsigned>(rng.below(m.cpus)), order, random_gfp(rng, m.era, s), node,
                   mask);
}

void append_random(Rng& rng, const Swarm& s, std::size_t ops, Program& p) {
  HandleTracker handles;
  for (const Op& op : p.ops) handles.follow(op);
  for (std::size_t i = 0; i < ops; ++i) append_one(rng, s, handles, p);
}

Program random_program(Rng& rng, std::size_t ops) {
  Program p;
  p.machine = random_machine(rng);
  append_random(rng, random_swarm(rng),
                static_cast<std::size_t>(rng.between(1, std::max<std::size_t>(ops, 1))), p);
  return p;
}

}  // namespace bp
