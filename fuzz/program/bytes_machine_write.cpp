// SPDX-License-Identifier: MIT
// Writing a machine: the shortest spelling that is read back as it was.
#include "fuzz/program/bytes_machine.h"

namespace bp::bytes {
namespace {

using U64 = std::uint64_t;

U64 count(Pages n) { return static_cast<U64>(std::int64_t{n}); }
U64 distance(Pfn from, Pfn to) { return zigzag(std::int64_t{to - from}); }

void write_knobs(Writer& out, const Machine& m) {
  unsigned options = 0;
  if (m.era != era_of(m.profile)) options |= kEraStated;
  if (m.watermark_scale_factor != 10) options |= kScaleStated;
  if (!m.lowmem_reserve_ratio.empty()) options |= kRatioStated;
  if (m.pcp_high != 0) options |= kHighStated;
  if (m.pcp_batch != 0) options |= kBatchStated;
  out.u8(static_cast<unsigned>(m.profile));
  out.u8(options);
  out.u8(m.zones.bits());
  out.u8((static_cast<unsigned>(m.pageblock_order) + 1) % kOrderMax);
  out.number(m.min_free_kbytes, 0xfe);
  if (options & kEraStated) out.u8(static_cast<unsigned>(m.era));
  if (options & kScaleStated) out.fixed(static_cast<std::uint16_t>(m.watermark_scale_factor - 1));
  for (const std::uint32_t ratio : m.lowmem_reserve_ratio) out.number(ratio, 0xfe);
  if (options & kHighStated) out.number(m.pcp_high, 16);
  if (options & kBatchStated) out.number(m.pcp_batch, 16);
}

void write_span(Writer& out, Pages span) {
  const U64 blocks = (count(span) + 63) / 64;
  const U64 off = blocks * 64 - count(span);
  if (off == 0 && blocks <= 64) return out.u8(blocks - 1);
  if (blocks > 63) return out.escaped(count(span) - 1);
  out.u8(192 + blocks - 1);
  out.u8(off);
}

void write_marks(Writer& out, const std::optional<Watermarks>& marks) {
  out.u8(marks ? 1 : 0);
  if (!marks) return;
  for (const Pages step : {marks->min, marks->low - marks->min, marks->high - marks->low}) {
    out.number(count(step), 63);
  }
}

/// `cursor` is the end of the zone written before.
void write_zone(Writer& out, const Zone& z, Pfn& cursor) {
  const bool near = z.frames.begin >= cursor && z.frames.begin < cursor + Pages{64};
  if (near) {
    out.u8(count(z.frames.begin - cursor));
  } else {
    out.escaped(distance(cursor, z.frames.begin));
  }
  write_span(out, z.frames.span());
  write_marks(out, z.marks);
  cursor = z.frames.end;
}

void write_hole(Writer& out, const PfnRange& hole, Pfn base) {
  const bool near = hole.begin >= base && hole.begin < base + Pages{0xffff};
  out.fixed(static_cast<std::uint16_t>(near ? count(hole.begin - base) : 0xffff));
  if (!near) out.leb(distance(base, hole.begin));
  out.number(count(hole.span()) - 1, 0xfe);
}

void write_node(Writer& out, const Node& n, Pfn& cursor) {
  out.number(static_cast<unsigned>(n.cpu_end - n.cpu_begin), 3);
  unsigned present = n.distance.empty() ? 0 : kDistanceStated;
  for (const Zone& z : n.zones) present |= 1U << static_cast<unsigned>(z.type);
  out.u8(present);
  for (const Zone& z : n.zones) write_zone(out, z, cursor);
  for (const std::uint8_t d : n.distance) out.u8(d);
  out.u8(n.holes.size());
  for (std::size_t i = 0; i < n.holes.size(); ++i) {
    write_hole(out, n.holes[i], i == 0 ? n.zones[0].frames.begin : n.holes[i - 1].end);
  }
}

}  // namespace

void write_types(Writer& out, const Machine& m) {
  out.u8((m.highatomic ? kHasHighatomic : 0U) | m.cma.size() << 1);
  for (const PfnRange& area : m.cma) {
    out.leb(*pageblock_number(m, area.begin));
    out.leb((count(area.span()) >> static_cast<unsigned>(kRangeOrder)) - 1);
  }
}

void write_machine(Writer& out, const Machine& m) {
  write_knobs(out, m);
  out.number(m.nodes.size() - 1, 2);
  Pfn cursor{0};
  for (const Node& n : m.nodes) write_node(out, n, cursor);
}

}  // namespace bp::bytes
