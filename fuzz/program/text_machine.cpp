// SPDX-License-Identifier: MIT
#include "fuzz/program/text_machine.h"

#include <algorithm>
#include <span>

#include "model/vocab/gfp_text.h"

namespace bp::text {
namespace {

constexpr std::uint64_t kU32Max = 0xffffffff;

Fault fault(const Word& w, std::string what) { return {w.column, std::move(what)}; }

std::string_view key_of(const Word& w) { return w.text.substr(0, w.text.find('=')); }

/// Refuses words without a key and keys that came before. Keys of a line are few: bit k of `seen`.
MaybeFault check_key(const Word& w, std::span<const std::string_view> keys, std::uint32_t& seen,
                     bool repeats) {
  if (w.text.find('=') == w.text.npos) return fault(w, quoted(w.text) + " is no key=value");
  const auto found = std::ranges::find(keys, key_of(w));
  if (found == keys.end()) return fault(w, "unknown key " + quoted(key_of(w)));
  const std::uint32_t bit = std::uint32_t{1} << (found - keys.begin());
  if ((seen & bit) != 0 && !repeats)
    return fault(w, "the key " + quoted(key_of(w)) + " is given twice");
  seen |= bit;
  return std::nullopt;
}

template <class T>
MaybeFault read_into(const Word& w, std::uint64_t max, T& out) {
  std::uint64_t n = 0;
  const Word value = value_of(w);
  if (auto f = read_number(value, value.text, max, n)) return f;
  out = static_cast<T>(n);
  return std::nullopt;
}

MaybeFault read_zone_list(const Word& w, ZoneConfig& out) {
  Word value = value_of(w);
  out = {};
  if (value.text == "none") return std::nullopt;
  do {
    const std::string_view name = cut(value.text, ',');
    const auto type = zone_named(name);
    if (!type) return fault(value, quoted(name) + " is no zone type");
    out.dma = out.dma || *type == ZoneType::dma;
    out.dma32 = out.dma32 || *type == ZoneType::dma32;
    out.highmem = out.highmem || *type == ZoneType::highmem;
    out.device = out.device || *type == ZoneType::device;
  } while (!value.text.empty());
  return std::nullopt;
}

/// Comma-separated numbers into a FixedVec.
template <class Vec>
MaybeFault read_numbers(const Word& w, std::uint64_t max, Vec& out) {
  Word value = value_of(w);
  out.clear();
  do {
    std::uint64_t n = 0;
    if (auto f = read_number(value, cut(value.text, ','), max, n)) return f;
    if (out.full())
      return fault(value, "more than " + std::to_string(Vec::capacity()) + " numbers");
    out.push_back(static_cast<std::remove_reference_t<decltype(out[0])>>(n));
  } while (!value.text.empty());
  return std::nullopt;
}

/// "BEGIN-END", half open.
MaybeFault read_range(const Word& at, std::string_view text, PfnRange& out) {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  const std::uint64_t max = static_cast<std::uint64_t>(kPfnMax) + 1;
  if (text.find('-') == text.npos) return fault(at, quoted(text) + " is no range BEGIN-END");
  if (auto f = read_number(at, cut(text, '-'), max, begin)) return f;
  if (auto f = read_number(at, text, max, end)) return f;
  out = {Pfn{begin}, Pfn{end}};
  return std::nullopt;
}

MaybeFault read_marks(const Word& at, std::string_view text, std::optional<Watermarks>& out) {
  std::uint64_t mark[3] = {};
  for (std::uint64_t& n : mark) {
    if (auto f = read_number(at, cut(text, ','), kU32Max, n)) return f;
  }
  if (!text.empty()) return fault(at, "a zone has three marks: MIN,LOW,HIGH");
  const auto pages = [](std::uint64_t n) { return Pages{static_cast<std::int64_t>(n)}; };
  out = Watermarks{pages(mark[0]), pages(mark[1]), pages(mark[2])};
  return std::nullopt;
}

/// "TYPE:BEGIN-END" or "TYPE:BEGIN-END:MIN,LOW,HIGH".
MaybeFault read_zone(const Word& w, Node& n) {
  Word value = value_of(w);
  Zone zone;
  const std::string_view name = cut(value.text, ':');
  const auto type = zone_named(name);
  if (!type) return fault(value, quoted(name) + " is no zone type");
  zone.type = *type;
  if (auto f = read_range(value, cut(value.text, ':'), zone.frames)) return f;
  if (!value.text.empty()) {
    if (auto f = read_marks(value, value.text, zone.marks)) return f;
  }
  if (n.zones.full()) return fault(w, "a node has at most 5 zones");
  n.zones.push_back(zone);
  return std::nullopt;
}

MaybeFault read_hole(const Word& w, Node& n) {
  PfnRange hole;
  const Word value = value_of(w);
  if (auto f = read_range(value, value.text, hole)) return f;
  if (n.holes.full()) return fault(w, "a node has at most 8 holes");
  n.holes.push_back(hole);
  return std::nullopt;
}

/// "FIRST-LAST", "CPU" or "none".
MaybeFault read_cpus(const Word& w, Node& n) {
  Word value = value_of(w);
  if (value.text == "none") return std::nullopt;
  std::uint64_t first = 0;
  const std::string_view begin = cut(value.text, '-');
  if (auto f = read_number(value, begin, kCpusMax - 1, first)) return f;
  std::uint64_t last = first;
  if (!value.text.empty()) {
    if (auto f = read_number(value, value.text, kCpusMax - 1, last)) return f;
  }
  if (last < first) return fault(value, "the CPU range ends before it starts");
  n.cpu_begin = static_cast<std::uint8_t>(first);
  n.cpu_end = static_cast<std::uint8_t>(last + 1);
  return std::nullopt;
}

MaybeFault read_profile(const Word& w, Machine& m) {
  const Word value = value_of(w);
  const auto profile = profile_named(value.text);
  if (!profile) return fault(value, quoted(value.text) + " is no profile: v4.7, v6.1-lts192");
  m.profile = *profile;
  return std::nullopt;
}

MaybeFault read_era(const Word& w, std::optional<Era>& era) {
  const Word value = value_of(w);
  era = era_named(value.text);
  if (!era) return fault(value, quoted(value.text) + " is no era: E0, E1, E2, E2p, E3, E4, E5");
  return std::nullopt;
}

constexpr std::string_view kMachineKeys[] = {"profile",
                                             "era",
                                             "zones",
                                             "cpus",
                                             "pageblock_order",
                                             "min_free_kbytes",
                                             "watermark_scale_factor",
                                             "lowmem_reserve_ratio",
                                             "pcp_high",
                                             "pcp_batch"};

MaybeFault read_machine_key(const Word& w, Machine& m, std::optional<Era>& era) {
  const std::string_view key = key_of(w);
  if (key == "profile") return read_profile(w, m);
  if (key == "era") return read_era(w, era);
  if (key == "zones") return read_zone_list(w, m.zones);
  if (key == "cpus") return read_into(w, 255, m.cpus);
  if (key == "min_free_kbytes") return read_into(w, kU32Max, m.min_free_kbytes);
  if (key == "watermark_scale_factor") return read_into(w, kU32Max, m.watermark_scale_factor);
  if (key == "lowmem_reserve_ratio") return read_numbers(w, kU32Max, m.lowmem_reserve_ratio);
  if (key == "pcp_high") return read_into(w, 0xffff, m.pcp_high);
  if (key == "pcp_batch") return read_into(w, 0xffff, m.pcp_batch);
  unsigned order = 0;  // pageblock_order
  auto f = read_into(w, 255, order);
  m.pageblock_order = Order{order};
  return f;
}

constexpr std::string_view kNodeKeys[] = {"cpus", "distance", "zone", "hole"};

MaybeFault read_node_key(const Word& w, Node& n) {
  const std::string_view key = key_of(w);
  if (key == "cpus") return read_cpus(w, n);
  if (key == "distance") return read_numbers(w, 255, n.distance);
  if (key == "zone") return read_zone(w, n);
  return read_hole(w, n);
}

}  // namespace

std::string quoted(std::string_view word) {
  return "'" + std::string(word.substr(0, 40)) + (word.size() > 40 ? "...'" : "'");
}

Word value_of(const Word& w) {
  const std::size_t at = w.text.find('=');
  return {w.text.substr(at + 1), w.column + at + 1};
}

MaybeFault read_number(const Word& w, std::string_view value, std::uint64_t max,
                       std::uint64_t& out) {
  const auto n = number(value);
  if (!n) return fault(w, quoted(value) + " is no number");
  if (*n > max) return fault(w, quoted(value) + " is above " + std::to_string(max));
  out = *n;
  return std::nullopt;
}

MaybeFault read_machine(Words& words, Machine& m, bool& zones_given) {
  std::uint32_t seen = 0;
  std::optional<Era> era;
  Word w = words.next();
  const Word first = w;
  for (; !w.text.empty(); w = words.next()) {
    if (auto f = check_key(w, kMachineKeys, seen, false)) return f;
    if (auto f = read_machine_key(w, m, era)) return f;
  }
  if ((seen & 1) == 0) return fault(first, "the machine needs profile=");
  m.era = era ? *era : era_of(m.profile);
  zones_given = (seen & 4) != 0;
  return std::nullopt;
}

MaybeFault read_node(Words& words, Machine& m) {
  const Word number = words.next();
  if (m.nodes.full()) return fault(number, "a machine has at most 8 nodes");
  if (number.text != std::to_string(m.nodes.size())) {
    return fault(number, "nodes are numbered from 0: expected " + std::to_string(m.nodes.size()));
  }
  Node node;
  std::uint32_t seen = 0;
  for (Word w = words.next(); !w.text.empty(); w = words.next()) {
    const bool repeats = key_of(w) == "zone" || key_of(w) == "hole";
    if (auto f = check_key(w, kNodeKeys, seen, repeats)) return f;
    if (auto f = read_node_key(w, node)) return f;
  }
  m.nodes.push_back(node);
  return std::nullopt;
}

}  // namespace bp::text
