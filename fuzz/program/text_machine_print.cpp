// SPDX-License-Identifier: MIT
// The machine line and the node lines, each with its keys in their one order.
#include <utility>

#include "fuzz/program/text_machine.h"
#include "fuzz/program/text_number.h"
#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

std::int64_t count(Pages n) { return static_cast<std::int64_t>(n); }

void append_key(std::string& out, std::string_view key, std::uint64_t value) {
  out += ' ';
  out += key;
  out += '=';
  append_decimal(out, value);
}

void append_range(std::string& out, const PfnRange& r) {
  append_pfn(out, r.begin);
  out += '-';
  append_pfn(out, r.end);
}

template <class List>
void append_list(std::string& out, std::string_view key, const List& list) {
  if (list.empty()) return;
  out += ' ';
  out += key;
  char before = '=';
  for (const auto number : list) {
    out += std::exchange(before, ',');
    append_decimal(out, number);
  }
}

void append_zones(std::string& out, const ZoneConfig& zones) {
  out += " zones";
  char before = '=';
  for (const ZoneType t : {ZoneType::dma, ZoneType::dma32, ZoneType::highmem, ZoneType::device}) {
    if (!zones.has(t)) continue;
    out += std::exchange(before, ',');
    out += zone_name(t);
  }
  if (before == '=') out += "=none";
}

void print_machine_line(const Machine& m, std::string& out) {
  out += "machine profile=";
  out += profile_name(m.profile);
  if (m.era != era_of(m.profile)) out.append(" era=").append(era_name(m.era));
  append_zones(out, m.zones);
  append_key(out, "cpus", m.cpus);
  append_key(out, "pageblock_order", static_cast<unsigned>(m.pageblock_order));
  append_key(out, "min_free_kbytes", m.min_free_kbytes);
  if (m.watermark_scale_factor != 10) {
    append_key(out, "watermark_scale_factor", m.watermark_scale_factor);
  }
  append_list(out, "lowmem_reserve_ratio", m.lowmem_reserve_ratio);
  if (m.pcp_high != 0) append_key(out, "pcp_high", m.pcp_high);
  if (m.pcp_batch != 0) append_key(out, "pcp_batch", m.pcp_batch);
  if (m.highatomic) append_key(out, "highatomic", 1);
  out += '\n';
}

void append_cpus(std::string& out, const Node& n) {
  out += " cpus=";
  if (n.cpu_begin == n.cpu_end) {
    out += "none";
    return;
  }
  append_decimal(out, n.cpu_begin);
  if (n.cpu_end - n.cpu_begin == 1) return;
  out += '-';
  append_decimal(out, n.cpu_end - 1U);
}

void append_zone(std::string& out, const Zone& z) {
  out += " zone=";
  out += zone_name(z.type);
  out += ':';
  append_range(out, z.frames);
  if (!z.marks) return;
  char before = ':';
  for (const Pages mark : {z.marks->min, z.marks->low, z.marks->high}) {
    out += std::exchange(before, ',');
    append_decimal(out, static_cast<std::uint64_t>(count(mark)));
  }
}

}  // namespace

void print_machine(const Machine& m, std::string& out) {
  print_machine_line(m, out);
  for (std::size_t i = 0; i < m.nodes.size(); ++i) {
    const Node& n = m.nodes[i];
    out += "node ";
    append_decimal(out, i);
    append_cpus(out, n);
    append_list(out, "distance", n.distance);
    for (const Zone& z : n.zones) append_zone(out, z);
    for (const PfnRange& h : n.holes) append_range(out += " hole=", h);
    out += '\n';
  }
  for (const PfnRange& area : m.cma) {
    append_range(out += "cma ", area);
    out += '\n';
  }
}

}  // namespace bp
