// SPDX-License-Identifier: MIT
// Changes to a machine: borders, holes, marks, reserves, CPUs, nodes. What is not valid is dropped.
#include <algorithm>
#include <array>

#include "fuzz/program/bytes.h"
#include "fuzz/program/bytes_machine.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/mutate_parts.h"

namespace bp {
namespace {

constexpr std::size_t kNodesMutated = 3;  ///< Nodes are added up to here.
constexpr unsigned kCpusMutated = 8;      ///< CPUs are added up to here.
constexpr unsigned kTries = 8;

/// Each change is made without care for the rest; mutate_machine() throws away what is not valid.
class MachineMutator {
 public:
  MachineMutator(Machine& m, Rng& rng) : m_(m), rng_(rng) {}

  void change() {
    using Change = void (MachineMutator::*)();
    static constexpr std::array<Change, 17> kChanges = {&MachineMutator::move_border,
                                                        &MachineMutator::move_border,
                                                        &MachineMutator::resize_zone,
                                                        &MachineMutator::change_hole,
                                                        &MachineMutator::change_hole,
                                                        &MachineMutator::change_marks,
                                                        &MachineMutator::change_marks,
                                                        &MachineMutator::change_reserves,
                                                        &MachineMutator::change_pcp,
                                                        &MachineMutator::change_cpus,
                                                        &MachineMutator::change_profile,
                                                        &MachineMutator::change_zones,
                                                        &MachineMutator::change_nodes,
                                                        &MachineMutator::change_distance,
                                                        &MachineMutator::change_pageblocks,
                                                        &MachineMutator::change_types,
                                                        &MachineMutator::replace};
    (this->*rng_.pick(kChanges))();
    fit_holes();
    if (m_.is_typed()) bytes::fit_types(m_);
  }

 private:
  Node& node() { return m_.nodes[rng_.below(m_.nodes.size())]; }
  Pages step() { return pages_in(Order{rng_.below(8)}) * (rng_.one_in(2) ? 1 : -1); }
  template <class T, std::size_t N>
  void erase(FixedVec<T, N>& list, std::size_t at) {
    FixedVec<T, N> rest;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i != at) rest.push_back(list[i]);
    }
    list = rest;
  }
  Pfn top() const;

  void fit_holes();
  void move_border();
  void resize_zone();
  void change_hole();
  void change_marks();
  void change_reserves();
  void change_pcp();
  void change_cpus();
  void change_profile();
  void change_zones();
  void change_nodes();
  void change_distance();
  void change_pageblocks() { m_.pageblock_order = Order{rng_.between(1, kOrderMax)}; }
  void change_types();
  void replace() { m_ = random_machine(rng_); }

  Machine& m_;
  Rng& rng_;
};

Pfn MachineMutator::top() const {
  Pfn end{0};
  for (const Node& n : m_.nodes) {
    for (const Zone& z : n.zones) end = std::max(end, z.frames.end);
  }
  return end;
}

/// Zones and holes move on their own: what no longer lies in the zone that holds a hole's start is
/// cut off the hole, or the whole hole goes.
void MachineMutator::fit_holes() {
  for (Node& n : m_.nodes) {
    const auto holes = n.holes;
    n.holes.clear();
    for (const PfnRange& h : holes) {
      // The first that holds it: a change may have pushed zones onto each other, which is mended
      // later.
      const auto* const z = std::ranges::find_if(
          n.zones, [&](const Zone& zone) { return zone.frames.holds(h.begin); });
      if (z != n.zones.end()) n.holes.push_back({h.begin, std::min(h.end, z->frames.end)});
    }
  }
}

/// The end of a zone, and the start of the next one of the node where they touch.
void MachineMutator::move_border() {
  Node& n = node();
  if (n.zones.empty()) return;
  const std::size_t i = rng_.below(n.zones.size());
  const Pages by = step();
  if (rng_.one_in(3)) {
    n.zones[i].frames.begin += by;
    return;
  }
  const Pfn before = n.zones[i].frames.end;
  n.zones[i].frames.end += by;
  const bool touches = i + 1 < n.zones.size() && n.zones[i + 1].frames.begin == before;
  if (touches && !rng_.one_in(4)) n.zones[i + 1].frames.begin += by;
}

void MachineMutator::resize_zone() {
  Node& n = node();
  if (n.zones.empty()) return;
  PfnRange& frames = n.zones[rng_.below(n.zones.size())].frames;
  frames.end = frames.begin + random_span(rng_, kSmallSpannedMax);
}

void MachineMutator::change_hole() {
  Node& n = node();
  if (n.zones.empty()) return;
  if (!n.holes.empty() && rng_.one_in(3)) return erase(n.holes, rng_.below(n.holes.size()));
  if (!n.holes.empty() && rng_.one_in(2)) {
    PfnRange& hole = n.holes[rng_.below(n.holes.size())];
    (rng_.one_in(2) ? hole.begin : hole.end) += step();
    return;
  }
  if (n.holes.full()) return;
  const PfnRange zone = n.zones[rng_.below(n.zones.size())].frames;
  const auto span = static_cast<std::size_t>(static_cast<std::int64_t>(zone.span()));
  const Pfn begin = zone.begin + Pages{rng_.below(span)};
  n.holes.push_back({begin, begin + Pages{1 + rng_.below(rng_.one_in(2) ? 4 : 64)}});
  std::ranges::sort(n.holes, {}, &PfnRange::begin);
}

void MachineMutator::change_marks() {
  Node& n = node();
  if (n.zones.empty()) return;
  Zone& z = n.zones[rng_.below(n.zones.size())];
  if (z.marks && rng_.one_in(3)) return z.marks.reset();
  const auto span = static_cast<std::size_t>(static_cast<std::int64_t>(z.frames.span()));
  const auto some = [&] { return Pages{rng_.below(span / 4 + 2)}; };
  Watermarks w = z.marks.value_or(Watermarks{});
  if (!z.marks || rng_.one_in(2)) w.min = some();
  if (rng_.one_in(2)) w.low = w.min + some();
  w.low = std::max(w.low, w.min);
  w.high = std::max(w.low, rng_.one_in(2) ? w.low + some() : w.high);
  z.marks = w;
}

void MachineMutator::change_reserves() {
  constexpr std::array<std::uint32_t, 7> kRatios = {0, 1, 2, 8, 32, 256, 0xffffffff};
  switch (rng_.below(3)) {
    case 0: m_.min_free_kbytes = rng_.below(std::size_t{1} << rng_.between(1, 14)); return;
    case 1: m_.watermark_scale_factor = rng_.one_in(3) ? 10 : rng_.between(1, 3000); return;
    default: break;
  }
  if (m_.lowmem_reserve_ratio.empty()) {
    while (!m_.lowmem_reserve_ratio.full()) m_.lowmem_reserve_ratio.push_back(rng_.pick(kRatios));
  } else if (rng_.one_in(4)) {
    m_.lowmem_reserve_ratio.clear();
  } else {
    m_.lowmem_reserve_ratio[rng_.below(kZoneTypes)] = rng_.pick(kRatios);
  }
}

void MachineMutator::change_pcp() {
  if (rng_.one_in(2))
    m_.pcp_high = static_cast<std::uint16_t>(rng_.below(rng_.one_in(8) ? 512 : 17));
  const unsigned most = m_.pcp_high != 0 ? m_.pcp_high : 16U;
  if (rng_.one_in(2)) m_.pcp_batch = static_cast<std::uint16_t>(rng_.below(most + 1));
  m_.pcp_batch = static_cast<std::uint16_t>(std::min<unsigned>(m_.pcp_batch, most));
}

void MachineMutator::change_cpus() {
  std::array<unsigned, kNodesMax> count{};
  for (std::size_t i = 0; i < m_.nodes.size(); ++i) {
    count[i] = static_cast<unsigned>(m_.nodes[i].cpu_end - m_.nodes[i].cpu_begin);
  }
  unsigned& chosen = count[rng_.below(m_.nodes.size())];
  if (rng_.one_in(2) && m_.cpus < kCpusMutated)
    ++chosen;
  else if (chosen > 0)
    --chosen;
  unsigned next = 0;
  for (std::size_t i = 0; i < m_.nodes.size(); ++i) {
    Node& n = m_.nodes[i];
    n.cpu_begin = static_cast<std::uint8_t>(count[i] == 0 ? 0 : next);
    n.cpu_end = static_cast<std::uint8_t>(n.cpu_begin + count[i]);
    next += count[i];
  }
  m_.cpus = static_cast<std::uint8_t>(next);
}

void MachineMutator::change_profile() {
  if (rng_.one_in(2)) m_.profile = Profile{static_cast<std::uint8_t>(rng_.below(kProfiles))};
  m_.era = rng_.one_in(3) ? Era{static_cast<std::uint8_t>(rng_.below(kEras))} : era_of(m_.profile);
}

/// A type configured or not, or a zone there or not.
void MachineMutator::change_zones() {
  if (rng_.one_in(3)) {
    m_.zones = ZoneConfig::from_bits(m_.zones.bits() ^ (1U << rng_.below(4)));
    for (Node& n : m_.nodes) {
      for (std::size_t i = n.zones.size(); i > 0; --i) {
        if (!m_.zones.has(n.zones[i - 1].type)) erase(n.zones, i - 1);
      }
    }
    return;
  }
  Node& n = node();
  if (!n.zones.empty() && rng_.one_in(3)) return erase(n.zones, rng_.below(n.zones.size()));
  const ZoneType type{static_cast<std::uint8_t>(rng_.below(kZonesPerNodeMax))};
  if (!m_.zones.has(type) || n.zones.full()) return;
  const Pfn begin = top() + Pages{rng_.one_in(2) ? 0 : rng_.below(64)};
  n.zones.push_back({type, {begin, begin + random_span(rng_, kSmallSpannedMax)}, std::nullopt});
}

void MachineMutator::change_nodes() {
  for (Node& n : m_.nodes) n.distance.clear();
  if (m_.nodes.size() >= kNodesMutated || (m_.nodes.size() > 1 && rng_.one_in(2))) {
    erase(m_.nodes, m_.nodes.size() - 1);
    m_.cpus = 0;
    for (const Node& n : m_.nodes) m_.cpus = std::max(m_.cpus, n.cpu_end);
    return;
  }
  Node n;
  if (rng_.one_in(2) && m_.cpus < kCpusMutated) {
    n.cpu_begin = m_.cpus;
    n.cpu_end = ++m_.cpus;
  }
  const Pfn begin = top();
  n.zones.push_back(
      {ZoneType::normal, {begin, begin + random_span(rng_, kSmallSpannedMax)}, std::nullopt});
  m_.nodes.push_back(n);
}

/// The reserve, or an area more or less.
void MachineMutator::change_types() {
  if (rng_.one_in(3)) {
    m_.highatomic = !m_.highatomic;
    return;
  }
  if (!m_.cma.empty() && (m_.cma.full() || rng_.one_in(2)))
    return erase(m_.cma, rng_.below(m_.cma.size()));
  const auto begin = pageblock_at(m_, rng_.below(64));
  if (begin) m_.cma.push_back({*begin, *begin + pages_in(kRangeOrder) * rng_.between(1, 2)});
}

void MachineMutator::change_distance() {
  Node& n = node();
  if (!n.distance.empty() && rng_.one_in(3)) return n.distance.clear();
  if (n.distance.empty()) {
    for (std::size_t i = 0; i < m_.nodes.size(); ++i) {
      n.distance.push_back(&m_.nodes[i] == &n ? std::uint8_t{10} : std::uint8_t{20});
    }
  }
  n.distance[rng_.below(n.distance.size())] =
      static_cast<std::uint8_t>(rng_.one_in(8) ? rng_.below(256) : rng_.between(10, 40));
}

}  // namespace

void mutate_machine(Machine& m, Rng& rng) {
  for (unsigned tries = 0; tries < kTries; ++tries) {
    Machine changed = m;
    MachineMutator(changed, rng).change();
    if (changed == m || first_fault(changed) || !is_small(changed)) continue;
    m = changed;
    return;
  }
}

}  // namespace bp
