// SPDX-License-Identifier: MIT
#include "fuzz/kernel/zoneinfo.h"

#include <algorithm>
#include <utility>

#include "fuzz/kernel/fields.h"

namespace bp::kernel {
namespace {

/// Enough for any line that is read: a protection row has one word per zone type.
using LineWords = Words<12>;

std::optional<ZoneType> type_named(std::string_view name) {
  constexpr std::pair<std::string_view, ZoneType> kNames[] = {
      {"DMA", ZoneType::dma},         {"DMA32", ZoneType::dma32},     {"Normal", ZoneType::normal},
      {"HighMem", ZoneType::highmem}, {"Movable", ZoneType::movable}, {"Device", ZoneType::device}};
  for (const auto& [printed, type] : kNames) {
    if (printed == name) return type;
  }
  return std::nullopt;
}

std::optional<Pages> pages(std::string_view word) {
  const auto n = number<std::int64_t>(word);
  if (!n || *n < 0 || *n > static_cast<std::int64_t>(static_cast<std::uint64_t>(kPfnMax))) {
    return std::nullopt;
  }
  return Pages{*n};
}

class Reader {
 public:
  /// `all`: a zone that lacks a line that a machine needs is a fault.
  explicit Reader(bool all) : all_(all) {}

  Zoneinfo read(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      if (std::string fault = read_line(take_line(text)); !fault.empty()) {
        out_.fault = std::move(fault);
        out_.fault_line = line_;
        return std::move(out_);
      }
    }
    if (std::string fault = close_zone(); !fault.empty()) {
      out_.fault = std::move(fault);
      out_.fault_line = line_;
    } else if (out_.zones.empty()) {
      out_.fault = "no line 'Node N, zone NAME' in it: this is no zoneinfo";
    }
    return std::move(out_);
  }

 private:
  std::string read_line(std::string_view line) {
    const LineWords w(line);
    note_sign(w);
    if (w.count == 4 && w.at[0] == "Node" && w.at[2] == "zone") return open_zone(w);
    if (w.count < 2 || out_.zones.empty()) return {};
    ZoneinfoZone& z = out_.zones.back();
    if (w.at[0] == "protection:") return read_protection(line, z);
    if (w.count == 3 && w.at[0] == "pages" && w.at[1] == "free") return read_pages(w, 2, z.free, 0);
    if (w.count == 4 && w.at[0] == "vm" && w.at[2] == "threshold:") return read_threshold(w, z);
    if (w.count != 2) return {};
    const std::string_view key = w.at[0];
    if (key == "promo") return read_promo(w, z);
    if (key == "boost") return read_pages(w, 1, z.boost, kBoost);
    if (key == "min") return read_pages(w, 1, z.marks.min, kMin);
    if (key == "low") return read_pages(w, 1, z.marks.low, kLow);
    if (key == "high") return read_pages(w, 1, z.marks.high, kHigh);
    if (key == "spanned") return read_pages(w, 1, z.spanned, kSpanned);
    if (key == "present") return read_pages(w, 1, z.present, kPresent);
    if (key == "managed") return read_pages(w, 1, z.managed, kManaged);
    if (key == "start_pfn:") {
      Pages start;
      std::string fault = read_pages(w, 1, start, kStart);
      z.start = Pfn{0} + start;
      return fault;
    }
    return read_pcp(w, z);
  }

  void note_sign(const LineWords& w) {
    const std::string_view key = w.at[0];
    out_.signs.scanned |= key == "scanned";
    out_.signs.per_node |= key == "per-node";
    out_.signs.boost |= key == "boost";
    out_.signs.promo |= key == "promo";
    out_.signs.high_min |= key == "high_min:";
    out_.signs.free_highatomic |= key == "free_highatomic:";
  }

  std::string open_zone(const LineWords& w) {
    if (std::string fault = close_zone(); !fault.empty()) return fault;
    seen_ = 0;
    const std::string_view id = w.at[1];
    const auto node = number<unsigned>(id.substr(0, id.find(',')));
    if (!node) return quoted(id) + " is no node number";
    if (*node >= kNodesMax) {
      return "node " + std::to_string(*node) + ": a machine has nodes 0 to " +
             std::to_string(kNodesMax - 1);
    }
    const auto type = type_named(w.at[3]);
    if (!type) return "zone " + quoted(w.at[3]) + " is none of the kernel's";
    for (const ZoneinfoZone& z : out_.zones) {
      if (z.node == *node && z.type == *type) {
        return "zone " + std::string(w.at[3]) + " of node " + std::to_string(*node) +
               " comes twice";
      }
    }
    ZoneinfoZone z;
    z.node = *node;
    z.type = *type;
    z.line = line_;
    out_.zones.push_back(z);
    return {};
  }

  /// Whether the zone read last has all that a machine needs.
  std::string close_zone() {
    if (out_.zones.empty()) return {};
    out_.zones.back().has_marks = (seen_ & kMarks) == kMarks;
    out_.zones.back().has_managed = (seen_ & kManaged) != 0;
    if (!all_) return {};
    const ZoneinfoZone& z = out_.zones.back();
    const auto lacks = [&](unsigned field, const char* name) {
      return (seen_ & field) != 0 ? std::string()
                                  : "zone " + std::string(zone_name(z.type)) + " of node " +
                                        std::to_string(z.node) + " has no line '" + name + "'";
    };
    if (std::string fault = lacks(kManaged, "managed"); !fault.empty()) return fault;
    if (z.managed == Pages{0}) return {};
    for (const auto& [field, name] :
         {std::pair{kSpanned, "spanned"}, std::pair{kMin, "min"}, std::pair{kLow, "low"},
          std::pair{kHigh, "high"}, std::pair{kStart, "start_pfn:"}}) {
      if (std::string fault = lacks(field, name); !fault.empty()) return fault;
    }
    if (z.managed > z.spanned) {
      return "zone " + std::string(zone_name(z.type)) + " has more managed pages than it spans";
    }
    return {};
  }

  std::string read_pages(const LineWords& w, std::size_t at, Pages& out, unsigned field) {
    const auto n = pages(w.at[at]);
    if (!n) {
      return quoted(w.at[at]) + " after '" + std::string(w.at[at - 1]) + "' is no number of pages";
    }
    out = *n;
    seen_ |= field;
    return {};
  }

  std::string read_protection(std::string_view line, ZoneinfoZone& z) {
    std::string row(line.substr(line.find(':') + 1));
    std::erase_if(row, [](char c) { return c == '(' || c == ')'; });
    std::ranges::replace(row, ',', ' ');
    const LineWords w(row);
    z.protection.clear();
    for (std::size_t i = 0; i < std::min(w.count, w.at.size()); ++i) {
      const auto n = pages(w.at[i]);
      if (!n) return quoted(w.at[i]) + " in 'protection:' is no number of pages";
      z.protection.push_back(*n);
    }
    return {};
  }

  std::string read_promo(const LineWords& w, ZoneinfoZone& z) {
    Pages promo;
    std::string fault = read_pages(w, 1, promo, 0);
    z.promo = promo;
    return fault;
  }

  std::string read_pcp(const LineWords& w, ZoneinfoZone& z) {
    if (w.at[0] == "cpu:") return open_cpu(w.at[1], z);
    if (z.cpus.empty()) return {};
    ZoneinfoCpu& cpu = z.cpus.back();
    const std::pair<std::string_view, Pages*> plain[] = {
        {"count:", &cpu.count}, {"high:", &cpu.high}, {"batch:", &cpu.batch}};
    for (const auto& [key, out] : plain) {
      if (w.at[0] == key) return read_pages(w, 1, *out, 0);
    }
    const std::pair<std::string_view, std::optional<Pages>*> bounds[] = {
        {"high_min:", &cpu.high_min}, {"high_max:", &cpu.high_max}};
    for (const auto& [key, out] : bounds) {
      if (w.at[0] == key) return read_pages(w, 1, out->emplace(), 0);
    }
    return {};
  }

  std::string open_cpu(std::string_view word, ZoneinfoZone& z) {
    const auto n = number<unsigned>(word);
    if (!n || *n >= kCpuNumberMax) return quoted(word) + " after 'cpu:' is no such number";
    if (!z.cpus.empty() && z.cpus.back().cpu >= *n) {
      return "cpu " + std::to_string(*n) + " comes twice or out of order";
    }
    z.cpus.push_back({.cpu = *n, .line = line_});
    out_.cpus = std::max(out_.cpus, *n + 1);
    return {};
  }

  static std::string read_threshold(const LineWords& w, ZoneinfoZone& z) {
    const auto n = number<std::int64_t>(w.at[3]);
    if (!n || *n < 0) return quoted(w.at[3]) + " after 'threshold:' is no such number";
    if (!z.cpus.empty()) z.cpus.back().threshold = n;
    return {};
  }

  static constexpr unsigned kCpuNumberMax = 1U << 16;
  // Which numbers of the zone have been read.
  static constexpr unsigned kBoost = 1, kMin = 2, kLow = 4, kHigh = 8, kSpanned = 16, kPresent = 32,
                            kManaged = 64, kStart = 128, kMarks = kMin | kLow | kHigh;

  const bool all_;
  Zoneinfo out_;
  std::size_t line_ = 0;
  unsigned seen_ = 0;
};

/// The span of a zone up to the next one of its node: until 4.8 a zone was said to span the MOVABLE
/// zone that had been cut from its top. Never shorter than what is managed; an overlap that remains
/// is a fault of the machine.
PfnRange frames_of(const ZoneinfoZone& z, const std::vector<ZoneinfoZone>& zones) {
  PfnRange frames{z.start, z.start + z.spanned};
  for (const ZoneinfoZone& other : zones) {
    if (other.node != z.node || other.managed == Pages{0} || other.start <= z.start) continue;
    frames.end = std::min(frames.end, std::max(other.start, z.start + z.managed));
  }
  return frames;
}

/// The frames that are not managed, as one hole.
std::optional<PfnRange> hole_of(const ZoneinfoZone& z, PfnRange frames) {
  const Pages missing = frames.span() - z.managed;
  if (missing == Pages{0}) return std::nullopt;
  if (z.type == ZoneType::dma) return PfnRange{frames.begin, frames.begin + missing};
  return PfnRange{frames.begin + z.managed, frames.end};
}

void add_zone(const ZoneinfoZone& z, PfnRange frames, Node& node) {
  Zone zone;
  zone.type = z.type;
  zone.frames = frames;
  zone.marks = Watermarks{std::max(z.marks.min - z.boost, Pages{0}),
                          std::max(z.marks.low - z.boost, Pages{0}),
                          std::max(z.marks.high - z.boost, Pages{0})};
  node.zones.push_back(zone);
  if (const auto hole = hole_of(z, frames)) node.holes.push_back(*hole);
}

void state_pcp_sizes_if_all_agree(const std::vector<const ZoneinfoZone*>& zones, Machine& m) {
  constexpr Pages kStatedMax{0xffff};
  if (zones.front()->cpus.empty()) return;
  const ZoneinfoCpu& first = zones.front()->cpus.front();
  for (const ZoneinfoZone* z : zones) {
    if (z->cpus.empty()) return;
    const ZoneinfoCpu& cpu = z->cpus.front();
    if (cpu.high != first.high || cpu.batch != first.batch) return;
  }
  if (first.high == Pages{0} || first.high > kStatedMax || first.batch > first.high) return;
  m.pcp_high = static_cast<std::uint16_t>(static_cast<std::int64_t>(first.high));
  m.pcp_batch = static_cast<std::uint16_t>(static_cast<std::int64_t>(first.batch));
}

Machine machine_of(const Zoneinfo& in, const ZoneinfoOptions& options) {
  Machine m;
  m.profile = options.profile;
  m.era = options.era.value_or(era_of(options.profile));
  m.cpus = static_cast<std::uint8_t>(std::clamp(in.cpus, 1U, kCpusMax));
  std::vector<const ZoneinfoZone*> used;
  for (const ZoneinfoZone& z : in.zones) {
    m.zones.dma |= z.type == ZoneType::dma;
    m.zones.dma32 |= z.type == ZoneType::dma32;
    m.zones.highmem |= z.type == ZoneType::highmem;
    m.zones.device |= z.type == ZoneType::device;
    while (m.nodes.size() <= z.node) m.nodes.push_back(Node{});
    if (z.managed == Pages{0} || z.type == ZoneType::device) continue;
    add_zone(z, frames_of(z, in.zones), m.nodes[z.node]);
    used.push_back(&z);
  }
  m.nodes[0].cpu_end = m.cpus;
  if (!used.empty()) state_pcp_sizes_if_all_agree(used, m);
  return m;
}

}  // namespace

Zoneinfo read_zones(std::string_view text) { return Reader(true).read(text); }

Zoneinfo read_zones_as_far_as_printed(std::string_view text) { return Reader(false).read(text); }

Zoneinfo read_zoneinfo(std::string_view text, const ZoneinfoOptions& options) {
  Zoneinfo out = read_zones(text);
  if (!out.fault.empty()) return out;
  Machine m = machine_of(out, options);
  if (const auto fault = first_fault(m)) {
    out.fault =
        (fault->node ? "node " + std::to_string(*fault->node) + ": " : std::string()) + fault->what;
    return out;
  }
  out.machine = m;
  return out;
}

}  // namespace bp::kernel
