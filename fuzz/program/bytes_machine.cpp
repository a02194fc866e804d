// SPDX-License-Identifier: MIT
#include "fuzz/program/bytes_machine.h"

#include <algorithm>

#include "model/vocab/check.h"

namespace bp::bytes {
namespace {

constexpr std::uint64_t kU16End = std::uint64_t{1} << 16;
constexpr std::uint64_t kU32End = std::uint64_t{1} << 32;
constexpr std::uint64_t kMinFreeEnd = (std::uint64_t{1} << 26) + 1;  // As first_fault() has it.
constexpr std::uint64_t kScaleEnd = 3000;
constexpr unsigned kZoneTypesWithPages = 5;  // All but DEVICE.
constexpr Pfn kPfnEnd = kPfnMax + Pages{1};

std::uint64_t u64(Pages n) { return static_cast<std::uint64_t>(static_cast<std::int64_t>(n)); }
Pages pages(std::uint64_t n) { return Pages{static_cast<std::int64_t>(n)}; }

// ---- decoding

/// Places zones one after the other, none on another.
class Placer {
 public:
  explicit Placer(Pages limit) : left_(limit) {}

  bool full() const { return left_ == Pages{0}; }
  Pages left() const { return left_; }

  /// The zone of `span` pages that starts `delta` from the end of the one before; behind all zones
  /// if it would lie on one or start before `floor`. Empty if there is no room.
  PfnRange place(std::int64_t delta, Pages span, Pfn floor) {
    const std::uint64_t wanted =
        static_cast<std::uint64_t>(cursor_) + static_cast<std::uint64_t>(delta);
    Pfn begin{std::min(wanted, static_cast<std::uint64_t>(kPfnEnd))};
    if (begin < floor || begin + span > kPfnEnd || overlaps(begin, span))
      begin = std::max(top_, floor);
    if (begin + span > kPfnEnd) return {};
    const PfnRange zone{begin, begin + span};
    placed_.push_back(zone);
    left_ -= span;
    cursor_ = zone.end;
    top_ = std::max(top_, zone.end);
    return zone;
  }

 private:
  bool overlaps(Pfn begin, Pages span) const {
    return std::ranges::any_of(
        placed_, [&](const PfnRange& z) { return begin < z.end && z.begin < begin + span; });
  }

  FixedVec<PfnRange, kNodesMax * kZonesPerNodeMax> placed_;
  Pages left_;
  Pfn cursor_{0};  ///< End of the zone placed last.
  Pfn top_{0};     ///< Highest end of all.
};

void decode_header(Reader& in, const Limits& limits, Machine& m) {
  m.profile = Profile{static_cast<std::uint8_t>(in.byte() % kProfiles)};
  m.era = Era{static_cast<std::uint8_t>(in.byte() % kEras)};
  m.zones = ZoneConfig::from_bits(in.byte() % kZoneConfigs);
  m.cpus = static_cast<std::uint8_t>(1 + in.byte() % limits.cpus);
  m.pageblock_order = Order{1 + in.byte() % kOrderMax};
  m.min_free_kbytes = static_cast<std::uint32_t>(in.below(kMinFreeEnd));
  m.watermark_scale_factor = static_cast<std::uint32_t>(1 + in.below(kScaleEnd));
  if ((in.byte() & 1) != 0) {
    for (unsigned t = 0; t < kZoneTypes; ++t) {
      m.lowmem_reserve_ratio.push_back(static_cast<std::uint32_t>(in.below(kU32End)));
    }
  }
  m.pcp_high = static_cast<std::uint16_t>(in.below(kU16End));
  m.pcp_batch = static_cast<std::uint16_t>(in.below(m.pcp_high == 0 ? kU16End : m.pcp_high + 1U));
}

Watermarks decode_marks(Reader& in) {
  const std::uint64_t most = u64(kSpannedMax);
  const std::uint64_t min = in.below(most + 1);
  const std::uint64_t low = min + in.below(most - min + 1);
  const std::uint64_t high = low + in.below(most - low + 1);
  return {pages(min), pages(low), pages(high)};
}

void decode_zones(Reader& in, const Machine& m, Placer& placer, Node& n) {
  const unsigned types = in.byte();
  for (unsigned t = 0; t < kZoneTypesWithPages; ++t) {
    const auto type = ZoneType{static_cast<std::uint8_t>(t)};
    if ((types >> t & 1) == 0 || !m.zones.has(type)) continue;
    const bool stated = (in.byte() & 1) != 0;
    const std::int64_t delta = in.zigzag();
    if (placer.full()) return;
    const Pages span = pages(1 + in.below(u64(placer.left())));
    Zone zone{
        type, placer.place(delta, span, n.zones.empty() ? Pfn{0} : n.zones.back().frames.end), {}};
    if (stated) zone.marks = decode_marks(in);
    if (zone.frames != PfnRange{}) n.zones.push_back(zone);
  }
}

/// Holes that would start outside the zones of the node are left out; none goes on beyond its zone.
void decode_holes(Reader& in, Node& n) {
  const unsigned count = in.byte() % (kHolesMax + 1);
  for (unsigned i = 0; i < count; ++i) {
    const std::int64_t delta = in.zigzag();
    const Pages span = pages(1 + in.below(u64(kSpannedMax)));
    if (n.zones.empty()) continue;
    const Pfn floor = n.holes.empty() ? n.zones[0].frames.begin : n.holes.back().end;
    const Pfn begin =
        std::max(floor, Pfn{static_cast<std::uint64_t>(floor) + static_cast<std::uint64_t>(delta)});
    for (const Zone& z : n.zones) {
      if (z.frames.holds(begin))
        n.holes.push_back({begin, begin + std::min(span, z.frames.end - begin)});
    }
  }
}

void decode_nodes(Reader& in, const Limits& limits, Machine& m) {
  const unsigned count = 1 + in.byte() % limits.nodes;
  Placer placer(limits.spanned);
  unsigned cpu = 0;
  for (unsigned i = 0; i < count; ++i) {
    Node n;
    const unsigned left = m.cpus - cpu;
    const unsigned cpus = i + 1 == count ? left : in.byte() % (left + 1);
    if (cpus != 0) {
      n.cpu_begin = static_cast<std::uint8_t>(cpu);
      n.cpu_end = static_cast<std::uint8_t>(cpu + cpus);
    }
    cpu += cpus;
    if ((in.byte() & 1) != 0) {
      for (unsigned to = 0; to < count; ++to) n.distance.push_back(in.byte());
    }
    decode_zones(in, m, placer, n);
    decode_holes(in, n);
    m.nodes.push_back(n);
  }
}

/// A machine needs a managed frame: holes go first, and a small zone comes if there is none.
void make_managed(Machine& m) {
  Pages managed;
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) managed += managed_pages(n, z);
  }
  if (managed > Pages{0}) return;
  bool any_zone = false;
  for (Node& n : m.nodes) {
    n.holes.clear();
    any_zone = any_zone || !n.zones.empty();
  }
  if (!any_zone) m.nodes[0].zones.push_back({ZoneType::normal, {Pfn{0}, Pfn{64}}, {}});
}

// ---- encoding, field by field as decoding reads them

void encode_header(const Machine& m, Writer& out) {
  out.byte(static_cast<unsigned>(m.profile));
  out.byte(static_cast<unsigned>(m.era));
  out.byte(m.zones.bits());
  out.byte(m.cpus - 1U);
  out.byte(static_cast<unsigned>(m.pageblock_order) - 1);
  out.varint(m.min_free_kbytes);
  out.varint(m.watermark_scale_factor - 1);
  out.byte(m.lowmem_reserve_ratio.empty() ? 0 : 1);
  for (const std::uint32_t ratio : m.lowmem_reserve_ratio) out.varint(ratio);
  out.varint(m.pcp_high);
  out.varint(m.pcp_batch);
}

void encode_zones(const Node& n, Pfn& cursor, Writer& out) {
  unsigned types = 0;
  for (const Zone& z : n.zones) types |= 1U << static_cast<unsigned>(z.type);
  out.byte(types);
  for (const Zone& z : n.zones) {
    out.byte(z.marks ? 1 : 0);
    out.zigzag(static_cast<std::int64_t>(z.frames.begin - cursor));
    out.varint(u64(z.frames.span()) - 1);
    if (z.marks) {
      out.varint(u64(z.marks->min));
      out.varint(u64(z.marks->low - z.marks->min));
      out.varint(u64(z.marks->high - z.marks->low));
    }
    cursor = z.frames.end;
  }
}

void encode_holes(const Node& n, Writer& out) {
  out.byte(static_cast<unsigned>(n.holes.size()));
  Pfn from = n.zones.empty() ? Pfn{0} : n.zones[0].frames.begin;
  for (const PfnRange& h : n.holes) {
    out.zigzag(static_cast<std::int64_t>(h.begin - from));
    out.varint(u64(h.span()) - 1);
    from = h.end;
  }
}

}  // namespace

void decode_machine(Reader& in, const Limits& limits, Machine& out) {
  out = Machine{};
  decode_header(in, limits, out);
  decode_nodes(in, limits, out);
  make_managed(out);
}

void encode_machine(const Machine& m, Writer& out) {
  encode_header(m, out);
  out.byte(static_cast<unsigned>(m.nodes.size()) - 1);
  Pfn cursor{0};
  for (std::size_t i = 0; i < m.nodes.size(); ++i) {
    const Node& n = m.nodes[i];
    if (i + 1 < m.nodes.size()) out.byte(static_cast<unsigned>(n.cpu_end - n.cpu_begin));
    out.byte(n.distance.empty() ? 0 : 1);
    for (const std::uint8_t d : n.distance) out.byte(d);
    encode_zones(n, cursor, out);
    encode_holes(n, out);
  }
}

bool fits(const Machine& m, const Limits& limits) {
  Pages spanned;
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) spanned += z.frames.span();
  }
  return m.cpus <= limits.cpus && m.nodes.size() <= limits.nodes && spanned <= limits.spanned;
}

}  // namespace bp::bytes
