// SPDX-License-Identifier: MIT
// Reading a machine: each number is taken as something possible at its place, and what a valid
// machine lacks in the end is given to it.
#include <limits>

#include "fuzz/program/bytes_machine.h"

namespace bp::bytes {
namespace {

using U64 = std::uint64_t;
constexpr Pfn kPfnEnd = kPfnMax + Pages{1};

Pages pages(U64 n) { return Pages{static_cast<std::int64_t>(n)}; }

/// One machine being read: what the numbers of one zone may be depends on the zones before it.
class MachineReader {
 public:
  MachineReader(Reader& in, Pages spanned_max, Machine& m)
      : in_(in), m_(m), spanned_max_(spanned_max), left_(spanned_max) {}

  void read() {
    m_.nodes.clear();
    read_knobs();
    const U64 nodes = 1 + in_.number(2, kNodesMax - 1);
    while (m_.nodes.size() < nodes) m_.nodes.push_back({});
    for (Node& n : m_.nodes) read_node(n);
    give_what_is_needed();
  }

 private:
  void read_knobs();
  void read_node(Node& n);
  void read_cpus(Node& n);
  void read_zone(Node& n, ZoneType type);
  Pfn read_begin();
  Pages read_span();
  std::optional<Watermarks> read_marks();
  void read_holes(Node& n);
  bool read_hole(Node& n, PfnRange& hole);
  bool is_free(const PfnRange& r) const;
  void give_what_is_needed();

  Reader& in_;
  Machine& m_;
  Pages spanned_max_;
  Pages left_;  ///< Of spanned_max.
  unsigned cpus_ = 0;
  Pfn cursor_{0};  ///< The end of the zone read last.
  Pfn top_{0};     ///< The end of the highest zone.
};

/// Sets each field, for `m_` still holds the machine decoded before: writing a new one would cost
/// more than reading it.
void MachineReader::read_knobs() {
  m_.profile = Profile{static_cast<std::uint8_t>(in_.u8() % kProfiles)};
  m_.era = era_of(m_.profile);
  const unsigned spelled = in_.u8();
  const unsigned options = spelled <= kOptionsMax ? spelled : spelled & kCommonOptions;
  // The spellings from 16 on keep to DMA and DMA32: the other two are rarely configured.
  const unsigned zones = in_.u8();
  m_.zones = ZoneConfig::from_bits(zones < kZoneConfigs ? zones : zones & 3);
  m_.pageblock_order = Order{1 + (in_.u8() + 8U) % kOrderMax};  // 0 spells the common 9.
  m_.min_free_kbytes = static_cast<std::uint32_t>(in_.number(0xfe, U64{1} << 26));
  if (options & kEraStated) m_.era = Era{static_cast<std::uint8_t>(in_.u8() % kEras)};
  m_.watermark_scale_factor = 10;
  m_.lowmem_reserve_ratio.clear();
  m_.pcp_high = m_.pcp_batch = 0;
  m_.highatomic = false;
  m_.cma.clear();
  if (options & kScaleStated) m_.watermark_scale_factor = in_.fixed<std::uint16_t>() % 3000U + 1;
  if (options & kRatioStated) {
    while (!m_.lowmem_reserve_ratio.full()) {
      const U64 most = std::numeric_limits<std::uint32_t>::max();
      m_.lowmem_reserve_ratio.push_back(static_cast<std::uint32_t>(in_.number(0xfe, most)));
    }
  }
  if (options & kHighStated) m_.pcp_high = static_cast<std::uint16_t>(in_.number(16, 0xffff));
  if (options & kBatchStated) m_.pcp_batch = static_cast<std::uint16_t>(in_.number(16, 0xffff));
  if (m_.pcp_high != 0) m_.pcp_batch = std::min(m_.pcp_batch, m_.pcp_high);
}

void MachineReader::read_node(Node& n) {
  read_cpus(n);
  const unsigned present = in_.u8();
  for (unsigned t = 0; t < kZonesPerNodeMax; ++t) {
    const ZoneType type{static_cast<std::uint8_t>(t)};
    if ((present >> t & 1) != 0 && m_.zones.has(type)) read_zone(n, type);
  }
  if ((present & kDistanceStated) == kDistanceStated) {
    while (n.distance.size() < m_.nodes.size()) n.distance.push_back(in_.u8());
  }
  read_holes(n);
}

void MachineReader::read_cpus(Node& n) {
  const auto wanted = static_cast<unsigned>(in_.number(3, kCpusMax));
  const unsigned count = std::min(wanted, kCpusMax - cpus_);
  if (count == 0) return;
  n.cpu_begin = static_cast<std::uint8_t>(cpus_);
  n.cpu_end = static_cast<std::uint8_t>(cpus_ += count);
}

/// A zone that would share frames with another or lie below one of its node goes above them all.
void MachineReader::read_zone(Node& n, ZoneType type) {
  Pfn begin = read_begin();
  const Pages span = std::min(read_span(), left_);
  const auto marks = read_marks();
  if (span == Pages{0}) return;
  if (begin > kPfnEnd - span) begin = kPfnEnd - span;
  const bool in_order = n.zones.empty() || n.zones.back().frames.end <= begin;
  if (!in_order || !is_free({begin, begin + span})) begin = top_;
  if (begin > kPfnEnd - span) return;
  n.zones.push_back({type, {begin, begin + span}, marks});
  left_ -= span;
  cursor_ = begin + span;
  top_ = std::max(top_, cursor_);
}

bool MachineReader::is_free(const PfnRange& r) const {
  if (r.begin >= top_) return true;
  for (const Node& n : m_.nodes) {
    for (const Zone& z : n.zones) {
      if (z.frames.begin < r.end && r.begin < z.frames.end) return false;
    }
  }
  return true;
}

/// Bytes: 0..63 frames behind the zone before, 64..191 right behind it, 192..254 multiples of 64.
Pfn MachineReader::read_begin() {
  const unsigned b = in_.u8();
  if (b == kEscape) {
    const U64 begin = static_cast<U64>(cursor_) + static_cast<U64>(unzigzag(in_.leb()));
    return Pfn{begin % static_cast<U64>(kPfnEnd)};
  }
  if (b < 64) return cursor_ + Pages{b};
  return b < 192 ? cursor_ : cursor_ + Pages{(b - 192) * 64};
}

/// Bytes: multiples of 64 up to 4096; from 192 on a byte follows that takes up to 63 off.
Pages MachineReader::read_span() {
  const unsigned b = in_.u8();
  if (b == kEscape) return pages(in_.leb() % static_cast<U64>(std::int64_t{spanned_max_}) + 1);
  const Pages span{((b & 63) + 1) * 64};
  return b < 192 ? span : span - Pages{in_.u8() & 63};
}

std::optional<Watermarks> MachineReader::read_marks() {
  const unsigned stated = in_.u8();
  if (stated != 1 && stated < 0xe0) return std::nullopt;
  // Small bytes stand for themselves and most others for something smaller: zones are small.
  const auto step = [&] {
    const unsigned b = in_.u8();
    if (b == kEscape) return pages(in_.leb() % (static_cast<U64>(std::int64_t{kSpannedMax}) + 1));
    return Pages{b < 64 ? b : b & 15};
  };
  Watermarks w;
  w.min = step();
  w.low = std::min(w.min + step(), kSpannedMax);
  w.high = std::min(w.low + step(), kSpannedMax);
  return w;
}

void MachineReader::read_holes(Node& n) {
  const unsigned b = in_.u8();
  const unsigned count = b <= kHolesMax ? b : b >= 0xe0 ? 1 + (b & 1) : 0;
  if (n.zones.empty()) return;
  for (unsigned i = 0; i < count; ++i) {
    PfnRange hole;
    if (read_hole(n, hole)) n.holes.push_back(hole);
  }
}

/// Cut off where its zone ends; false if it would start outside the zones. Distances count from the
/// hole before.
bool MachineReader::read_hole(Node& n, PfnRange& hole) {
  const Pfn floor = n.holes.empty() ? Pfn{0} : n.holes.back().end;
  const Pfn base = n.holes.empty() ? n.zones[0].frames.begin : floor;
  const Pfn last_end = n.zones.back().frames.end;
  const U64 gap = in_.fixed<std::uint16_t>();
  const std::int64_t far = gap == 0xffff ? unzigzag(in_.leb()) : 0;
  const unsigned b = in_.u8();
  const U64 more = b == kEscape ? in_.leb() : b;
  if (gap == 0xffff) {
    hole.begin = Pfn{static_cast<U64>(base) + static_cast<U64>(far)};
  } else {
    if (base >= last_end) return false;
    hole.begin = base + pages(gap % static_cast<U64>(std::int64_t{last_end - base}));
  }
  hole.begin = std::max(hole.begin, floor);
  const auto zone =
      std::ranges::find_if(n.zones, [&](const Zone& z) { return z.frames.holds(hole.begin); });
  if (zone == n.zones.end()) return false;
  const auto room = static_cast<U64>(std::int64_t{zone->frames.end - hole.begin});
  hole.end = more < room ? hole.begin + pages(more + 1) : zone->frames.end;
  return true;
}

/// A CPU, a zone and a managed frame.
void MachineReader::give_what_is_needed() {
  if (cpus_ == 0) m_.nodes[0].cpu_end = static_cast<std::uint8_t>(cpus_ = 1);
  m_.cpus = static_cast<std::uint8_t>(cpus_);
  if (top_ == Pfn{0}) m_.nodes[0].zones.push_back({ZoneType::normal, {Pfn{0}, Pfn{1024}}, {}});
  for (const Node& n : m_.nodes) {
    for (const Zone& z : n.zones) {
      if (managed_pages(n, z) != Pages{0}) return;
    }
  }
  for (Node& n : m_.nodes) n.holes.clear();
}

}  // namespace

void fit_types(Machine& m) {
  auto areas = m.cma;
  std::ranges::sort(areas, {}, &PfnRange::begin);
  m.cma.clear();
  for (const PfnRange& area : areas) {
    const auto before = m.cma;
    m.cma.push_back(area);
    if (first_fault(m)) m.cma = before;
  }
  if (first_fault(m)) m.highatomic = false;
}

void read_types(Reader& in, Machine& m) {
  const unsigned flags = in.u8();
  m.highatomic = (flags & kHasHighatomic) != 0;
  for (unsigned n = (flags >> 1) % (kCmaMax + 1); n > 0; --n) {
    const auto begin = pageblock_at(m, in.leb());
    const auto blocks = static_cast<std::int64_t>(1 + in.leb() % (U64{1} << 12));
    if (begin) m.cma.push_back({*begin, *begin + pages_in(kRangeOrder) * blocks});
  }
  if (m.is_typed()) fit_types(m);
}

void read_machine(Reader& in, Pages spanned_max, Machine& m) {
  MachineReader(in, spanned_max, m).read();
}

}  // namespace bp::bytes
