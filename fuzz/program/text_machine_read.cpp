// SPDX-License-Identifier: MIT
// Reads the machine line and the node lines, key by key, and finds the word that a fault is about.
#include <algorithm>
#include <limits>
#include <utility>

#include "fuzz/program/text_machine.h"
#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

using U64 = std::uint64_t;

template <class T>
bool read_into(TextCursor& cursor, const KeyValue& kv, U64 max, T& out) {
  U64 number = 0;
  const std::string what(kv.key);
  if (!read_number(cursor, kv.text, what.c_str(), max, number)) return false;
  out = static_cast<T>(number);
  return true;
}

/// Cuts the part of `list` before the next `separator` off its front.
std::string_view cut(std::string_view& list, char separator) {
  const std::size_t at = std::min(list.find(separator), list.size());
  const std::string_view head = list.substr(0, at);
  list.remove_prefix(std::min(at + 1, list.size()));
  return head;
}

template <class T, std::size_t N>
bool read_list(TextCursor& cursor, const KeyValue& kv, FixedVec<T, N>& out) {
  std::string_view list = kv.text;
  for (bool more = true; more;) {
    more = list.find(',') != list.npos;
    const std::string_view word = cut(list, ',');
    if (out.full()) {
      return cursor.fail(word,
                         std::string(kv.key) + " has more than " + std::to_string(N) + " numbers");
    }
    T number{};
    if (!read_into(cursor, {kv.key, word}, std::numeric_limits<T>::max(), number)) return false;
    out.push_back(number);
  }
  return true;
}

bool read_profile(TextCursor& cursor, std::string_view name, Machine& m) {
  const auto profile = profile_named(name);
  if (!profile) {
    return cursor.fail(name,
                       quoted(name) + " is no profile: v4.7, v5.15, v6.1-lts192, v6.12 or v7.1");
  }
  m.profile = *profile;
  return true;
}

bool read_era(TextCursor& cursor, std::string_view name, Machine& m) {
  const auto era = era_named(name);
  if (!era) return cursor.fail(name, quoted(name) + " is no era: E0, E1, E2, E2p, E3, E4 or E5");
  m.era = *era;
  return true;
}

constexpr std::array<ZoneType, 4> kOptionalZones = {ZoneType::dma, ZoneType::dma32,
                                                    ZoneType::highmem, ZoneType::device};

void configure(ZoneConfig& zones, ZoneType t) {
  if (t == ZoneType::dma) zones.dma = true;
  if (t == ZoneType::dma32) zones.dma32 = true;
  if (t == ZoneType::highmem) zones.highmem = true;
  if (t == ZoneType::device) zones.device = true;
}

bool read_zones(TextCursor& cursor, std::string_view list, Machine& m) {
  if (list == "none") return true;
  for (bool more = true; more;) {
    more = list.find(',') != list.npos;
    const std::string_view name = cut(list, ',');
    const auto type = zone_named(name);
    if (!type || std::ranges::find(kOptionalZones, *type) == kOptionalZones.end()) {
      return cursor.fail(name, quoted(name) + " is no optional zone: DMA, DMA32, HIGHMEM, DEVICE");
    }
    if (m.zones.has(*type)) return cursor.fail(name, "zone " + std::string(name) + " twice");
    configure(m.zones, *type);
  }
  return true;
}

/// In the order that they are printed in.
constexpr std::array<std::string_view, 11> kMachineKeys = {"profile",
                                                           "era",
                                                           "zones",
                                                           "cpus",
                                                           "pageblock_order",
                                                           "min_free_kbytes",
                                                           "watermark_scale_factor",
                                                           "lowmem_reserve_ratio",
                                                           "pcp_high",
                                                           "pcp_batch",
                                                           "highatomic"};

bool read_machine_value(TextCursor& cursor, std::size_t key, const KeyValue& kv, Machine& m,
                        MachineText& where) {
  const bool zero = kv.text == "0" || kv.text == "0x0";
  unsigned order = 0;
  switch (key) {
    case 0: return read_profile(cursor, kv.text, m);
    case 1: return read_era(cursor, kv.text, m);
    case 2: return where.zones_stated = true, read_zones(cursor, kv.text, m);
    case 3:
      if (zero) return cursor.fail(kv.text, "a machine has at least one CPU");
      return read_into(cursor, kv, kCpusMax, m.cpus);
    case 4:
      if (zero) return cursor.fail(kv.text, "pageblock_order is outside 1..10");
      if (!read_into(cursor, kv, kOrderMax, order)) return false;
      return m.pageblock_order = Order{order}, true;
    case 5: return read_into(cursor, kv, U64{1} << 26, m.min_free_kbytes);
    case 6:
      if (zero) return cursor.fail(kv.text, "watermark_scale_factor is outside 1..3000");
      return read_into(cursor, kv, 3000, m.watermark_scale_factor);
    case 7:
      if (!read_list(cursor, kv, m.lowmem_reserve_ratio)) return false;
      if (m.lowmem_reserve_ratio.size() == kZoneTypes) return true;
      return cursor.fail(kv.text, "lowmem_reserve_ratio needs one number for each of 6 zone types");
    case 8: return read_into(cursor, kv, 0xffff, m.pcp_high);
    case 9: return read_into(cursor, kv, 0xffff, m.pcp_batch);
    default:
      if (kv.text != "1") return cursor.fail(kv.text, "highatomic is 1 or not stated");
      return m.highatomic = true;
  }
}

bool read_frame(TextCursor& cursor, std::string_view word, U64 max, Pfn& out) {
  U64 number = 0;
  if (!read_number(cursor, word, "a pfn", max, number)) return false;
  out = Pfn{number};
  return true;
}

bool read_marks(TextCursor& cursor, std::string_view list, Zone& z) {
  std::array<Pages, 3> marks{};
  std::string_view rest = list;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0 && rest.empty()) return cursor.fail(list, "marks are min,low,high");
    U64 number = 0;
    if (!read_number(cursor, cut(rest, ','), "a mark", static_cast<U64>(std::int64_t{kSpannedMax}),
                     number)) {
      return false;
    }
    marks[i] = Pages{static_cast<std::int64_t>(number)};
  }
  if (!rest.empty()) return cursor.fail(rest, "marks are min,low,high");
  if (marks[1] < marks[0] || marks[2] < marks[1]) {
    return cursor.fail(list, "marks are not in order min <= low <= high");
  }
  z.marks = Watermarks{marks[0], marks[1], marks[2]};
  return true;
}

/// The first zone of an earlier node that shares a frame with `z`; zones of one node are compared
/// by first_fault().
bool overlaps_earlier_node(TextCursor& cursor, std::string_view word, const Machine& m,
                           const Zone& z) {
  for (std::size_t i = 0; i + 1 < m.nodes.size(); ++i) {
    for (const Zone& other : m.nodes[i].zones) {
      if (other.frames.begin >= z.frames.end || z.frames.begin >= other.frames.end) continue;
      cursor.fail(word, "zone " + std::string(zone_name(z.type)) + " overlaps zone " +
                            std::string(zone_name(other.type)) + " of node " + std::to_string(i));
      return true;
    }
  }
  return false;
}

/// TYPE:begin-end[:min,low,high]
bool read_zone(TextCursor& cursor, std::string_view word, const Machine& m, Zone& z) {
  std::string_view rest = word;
  const std::string_view name = cut(rest, ':');
  const auto type = zone_named(name);
  if (!type) return cursor.fail(name, quoted(name) + " is no zone type");
  z.type = *type;
  const bool has_marks = rest.find(':') != rest.npos;
  if (!read_range(cursor, cut(rest, ':'), "a zone", static_cast<U64>(kPfnMax) + 1, z.frames)) {
    return false;
  }
  if (has_marks && !read_marks(cursor, rest, z)) return false;
  return !overlaps_earlier_node(cursor, word, m, z);
}

bool read_cpu_range(TextCursor& cursor, const KeyValue& kv, Node& n) {
  if (kv.text == "none") return true;
  std::string_view rest = kv.text;
  const bool single = rest.find('-') == rest.npos;
  U64 first = 0;
  U64 last = 0;
  if (!read_number(cursor, cut(rest, '-'), "cpus", kCpusMax - 1, first)) return false;
  if (single) last = first;
  if (!single && !read_number(cursor, rest, "cpus", kCpusMax - 1, last)) return false;
  if (last < first) return cursor.fail(kv.text, "a CPU range ends before it starts");
  n.cpu_begin = static_cast<std::uint8_t>(first);
  n.cpu_end = static_cast<std::uint8_t>(last + 1);
  return true;
}

struct NodeKeys {
  bool cpus = false;
  bool distance = false;
};

bool read_node_value(TextCursor& cursor, std::string_view word, const KeyValue& kv, Machine& m,
                     MachineText& where, NodeKeys& seen) {
  Node& n = m.nodes.back();
  const auto column = static_cast<std::size_t>(word.data() - cursor.line_start().data()) + 1;
  if (kv.key == "cpus") {
    if (std::exchange(seen.cpus, true)) return cursor.fail(word, "cpus= twice");
    return read_cpu_range(cursor, kv, n);
  }
  if (kv.key == "distance") {
    if (std::exchange(seen.distance, true)) return cursor.fail(word, "distance= twice");
    return read_list(cursor, kv, n.distance);
  }
  if (kv.key == "zone") {
    if (n.zones.full()) return cursor.fail(word, "a node has at most 5 zones");
    Zone z;
    if (!read_zone(cursor, kv.text, m, z)) return false;
    n.zones.push_back(z);
    where.zone_columns.back().push_back(column);
    return true;
  }
  if (kv.key == "hole") {
    if (n.holes.full()) return cursor.fail(word, "a node has at most 8 holes");
    PfnRange hole;
    const U64 any = std::numeric_limits<U64>::max();
    if (!read_range(cursor, kv.text, "a hole", any, hole)) return false;
    n.holes.push_back(hole);
    where.hole_columns.back().push_back(column);
    return true;
  }
  return cursor.fail(word, quoted(kv.key) + " is no key of a node: cpus, distance, zone, hole");
}

/// The zones that the nodes use, where the machine line does not say which are configured.
void infer_zones(Machine& m) {
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) configure(m.zones, z.type);
  }
}

/// The column of the word that a node's fault is about: the first zone or hole with which the node
/// has it. Faults of the line itself are at its first word.
std::size_t column_of_fault(const Machine& m, const MachineText& where, const MachineFault& fault) {
  const std::size_t i = *fault.node;
  Machine trial = m;
  Node& n = trial.nodes[i];
  n.zones.clear();
  n.holes.clear();
  const auto has_it = [&] {
    const auto found = first_fault(trial);
    return found && found->node == fault.node && found->what == fault.what;
  };
  if (has_it()) return where.node_columns[i];
  for (std::size_t z = 0; z < m.nodes[i].zones.size(); ++z) {
    n.zones.push_back(m.nodes[i].zones[z]);
    if (has_it()) return where.zone_columns[i][z];
  }
  for (std::size_t h = 0; h < m.nodes[i].holes.size(); ++h) {
    n.holes.push_back(m.nodes[i].holes[h]);
    if (has_it()) return where.hole_columns[i][h];
  }
  return where.node_columns[i];
}

}  // namespace

bool read_machine_line(TextCursor& cursor, Machine& m, MachineText& where) {
  where.machine_line = cursor.line_number();
  bool seen[kMachineKeys.size()] = {};
  for (std::string_view word = cursor.next_word(); !word.empty(); word = cursor.next_word()) {
    KeyValue kv;
    if (!split_key(cursor, word, kv)) return false;
    const auto found = std::ranges::find(kMachineKeys, kv.key);
    if (found == kMachineKeys.end()) {
      return cursor.fail(word, quoted(kv.key) + " is no key of the machine line");
    }
    const auto key = static_cast<std::size_t>(found - kMachineKeys.begin());
    if (std::exchange(seen[key], true)) {
      return cursor.fail(word, std::string(kv.key) + "= twice");
    }
    if (!read_machine_value(cursor, key, kv, m, where)) return false;
  }
  if (!seen[0]) return cursor.fail(cursor.rest(), "the machine line needs profile=");
  if (!seen[3]) return cursor.fail(cursor.rest(), "the machine line needs cpus=");
  if (!seen[1]) m.era = era_of(m.profile);
  return !cursor.failed();
}

bool read_node_line(TextCursor& cursor, std::string_view first_word, Machine& m,
                    MachineText& where) {
  const std::string_view number = cursor.next_word();
  if (m.nodes.full()) return cursor.fail(first_word, "a machine has at most 8 nodes");
  U64 index = 0;
  if (parse_number(number, kNodesMax - 1, index) != NumberFault::none || index != m.nodes.size()) {
    return cursor.fail(number, "expected node " + std::to_string(m.nodes.size()) +
                                   ": nodes are numbered from 0 in order");
  }
  m.nodes.push_back({});
  where.node_lines.push_back(cursor.line_number());
  where.node_columns.push_back(
      static_cast<std::size_t>(first_word.data() - cursor.line_start().data()) + 1);
  where.zone_columns.push_back({});
  where.hole_columns.push_back({});
  NodeKeys seen;
  for (std::string_view word = cursor.next_word(); !word.empty(); word = cursor.next_word()) {
    KeyValue kv;
    if (!split_key(cursor, word, kv)) return false;
    if (!read_node_value(cursor, word, kv, m, where, seen)) return false;
  }
  if (!seen.cpus) return cursor.fail(cursor.rest(), "a node needs cpus=, such as cpus=0-1 or none");
  return !cursor.failed();
}

bool read_range(TextCursor& cursor, std::string_view word, const char* what, U64 max,
                PfnRange& out) {
  const std::size_t dash = word.find('-');
  if (dash == word.npos) {
    return cursor.fail(word, std::string(what) + " needs begin-end, not " + quoted(word));
  }
  if (!read_frame(cursor, word.substr(0, dash), max, out.begin)) return false;
  if (!read_frame(cursor, word.substr(dash + 1), max, out.end)) return false;
  if (out.end > out.begin) return true;
  return cursor.fail(word, std::string(what) + " ends before it starts");
}

bool read_cma_line(TextCursor& cursor, Machine& m) {
  const std::string_view word = cursor.next_word();
  if (m.cma.full()) return cursor.fail(word, "a machine has at most 4 CMA areas");
  PfnRange area;
  if (!read_range(cursor, word, "a CMA area", static_cast<U64>(kPfnMax) + 1, area)) return false;
  m.cma.push_back(area);
  if (const auto fault = first_fault(m)) return cursor.fail(word, fault->what);
  return true;
}

bool finish_machine(TextCursor& cursor, Machine& m, const MachineText& where) {
  if (!where.zones_stated) infer_zones(m);
  const auto fault = first_fault(m);
  if (!fault) return true;
  if (!fault->node) return cursor.fail_at(where.machine_line, where.machine_column, fault->what);
  return cursor.fail_at(where.node_lines[*fault->node], column_of_fault(m, where, *fault),
                        fault->what);
}

}  // namespace bp
