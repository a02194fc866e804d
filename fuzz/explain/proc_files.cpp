// SPDX-License-Identifier: MIT
#include "fuzz/explain/proc_files.h"

#include <algorithm>
#include <sstream>

#include "fuzz/explain/log_words.h"
#include "fuzz/explain/zone_configs.h"
#include "fuzz/kernel/zoneinfo.h"
#include "fuzz/report/fmt.h"

namespace bp::explain {
namespace {

using rules::KernelAge;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string w; in >> w;) words.push_back(w);
  return words;
}

/// "Node 0, zone DMA" at the start of a line, and the words after it.
struct ZoneLine {
  unsigned node = 0;
  ZoneType type = ZoneType::normal;
  std::vector<std::string> rest;
};
std::optional<ZoneLine> zone_line(const std::string& line) {
  std::vector<std::string> w = words_of(line);
  if (w.size() < 4 || w[0] != "Node" || w[2] != "zone") return std::nullopt;
  for (std::string& word : w) {
    if (word.ends_with(',')) word.pop_back();
  }
  const Maybe node = decimal(w[1]);
  const auto type = log_zone(w[3]);
  if (!node || !type || *node > 4095) return std::nullopt;
  return ZoneLine{static_cast<unsigned>(*node), *type, {w.begin() + 4, w.end()}};
}

template <class Each>
void each_zone_line(const std::string& text, Each&& each) {
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (const auto z = zone_line(line)) each(*z, line);
  }
}

ZoneFacts* zone_of(Situation& s, const ZoneLine& z) {
  for (ZoneFacts& f : s.zones) {
    if (f.node == z.node && f.type == z.type) return &f;
  }
  return nullptr;
}

std::int64_t number(Pages p) { return static_cast<std::int64_t>(p); }

void add_zones(const kernel::Zoneinfo& in, Situation& s) {
  for (const kernel::ZoneinfoZone& z : in.zones) {
    if (z.present == Pages{0}) continue;  // On no zonelist (R-ZONE-4).
    ZoneFacts f;
    f.name = fmt::format("Node {} {}", z.node, log_name(z.type));
    f.node = z.node, f.type = z.type, f.line = z.line;
    f.free = number(z.free), f.present = number(z.present);
    if (z.has_managed) f.managed = number(z.managed);
    if (z.has_marks) {
      f.min = number(z.marks.min), f.low = number(z.marks.low), f.high = number(z.marks.high);
      // A report's marks have the boost in them, and so has the judge's (R-WMARK-20).
      f.boost = number(z.boost);
    }
    for (const Pages p : z.protection) f.reserve.push_back(number(p));
    s.zones.push_back(std::move(f));
  }
}

/// "nr_free_cma N" and, from 7.0 or so on, "nr_free_highatomic N", inside the zones of zoneinfo.
void add_counters(const std::string& zoneinfo, Situation& s) {
  ZoneFacts* at = nullptr;
  std::istringstream in(zoneinfo);
  for (std::string line; std::getline(in, line);) {
    if (const auto z = zone_line(line)) at = zone_of(s, *z);
    const std::vector<std::string> w = words_of(line);
    if (at == nullptr || w.size() != 2) continue;
    const Maybe n = decimal(w[1]);
    if (n && w[0] == "nr_free_cma") at->free_cma = Range{*n, *n};
    if (n && w[0] == "nr_free_highatomic") at->highatomic = Range{*n, *n};
  }
  // Kernels before 3.7 do not count CMA pages and do not take them off.
  const bool counts_cma =
      std::ranges::any_of(s.zones, [](const ZoneFacts& z) { return z.free_cma.has_value(); });
  for (ZoneFacts& z : s.zones) {
    if (!counts_cma) z.free_cma = Range{0, 0};
  }
}

void add_buddyinfo(const std::string& buddyinfo, Situation& s) {
  each_zone_line(buddyinfo, [&](const ZoneLine& z, const std::string&) {
    ZoneFacts* f = zone_of(s, z);
    if (f == nullptr) return;
    std::int64_t pages = 0;
    std::vector<OrderFacts> orders;
    for (const std::string& word : z.rest) {
      const Maybe n = decimal(word);
      if (!n || orders.size() >= 32 || *n > (std::int64_t{1} << 30)) return;
      pages += *n * number(pages_in(Order{static_cast<unsigned>(orders.size())}));
      TypeSet none;
      none.known = *n == 0;
      orders.push_back({*n, none});
    }
    f->orders = std::move(orders), f->listed = pages;
  });
}

std::optional<Migratetype> type_named(std::string_view name) {
  constexpr std::string_view kNames[] = {"Unmovable",  "Movable", "Reclaimable",
                                         "HighAtomic", "CMA",     "Isolate"};
  for (unsigned t = 0; t < std::size(kNames); ++t) {
    if (kNames[t] == name) return Migratetype{static_cast<std::uint8_t>(t)};
  }
  return std::nullopt;
}

/// "Node 0, zone DMA, type Unmovable 0 0 1 ...": which types have blocks of an order. Beyond
/// 100000 the kernel stops counting and prints ">100000".
void add_types(const std::string& pagetypeinfo, Situation& s) {
  each_zone_line(pagetypeinfo, [&](const ZoneLine& z, const std::string&) {
    ZoneFacts* f = zone_of(s, z);
    if (f == nullptr || z.rest.size() < 3 || z.rest[0] != "type") return;
    const auto type = type_named(z.rest[1]);
    std::int64_t pages = 0;
    for (std::size_t o = 0; o + 2 < z.rest.size() && o < f->orders.size(); ++o) {
      TypeSet& t = f->orders[o].types;
      t.known = true;
      const std::string_view word = z.rest[o + 2];
      const Maybe n = decimal(word.starts_with('>') ? word.substr(1) : word);
      if (n.value_or(0) == 0) continue;
      pages += *n * number(pages_in(Order{static_cast<unsigned>(o)}));
      if (type) t.has[static_cast<unsigned>(*type)] = true;
      if (z.rest[1] == "Reserve") t.reserve = true;
    }
    const bool charges_free = s.ages.front() >= KernelAge::v6_12;
    if (type == Migratetype::highatomic && charges_free) f->highatomic = Range{pages, pages};
  });
}

/// The second table of pagetypeinfo, "Node 0, zone DMA 1 7 0 0 0" below its head: pageblocks of
/// type HighAtomic are what is reserved.
void add_reserved(const std::string& pagetypeinfo, Situation& s) {
  std::istringstream in(pagetypeinfo);
  std::optional<std::size_t> column;
  std::int64_t pageblock = 0;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> w = words_of(line);
    if (w.size() == 4 && w[0] == "Pages") pageblock = decimal(w[3]).value_or(0);
    if (w.size() > 4 && w[0] == "Number" && w[3] == "type") {
      const auto at = std::ranges::find(w, std::string("HighAtomic"));
      if (at != w.end()) column = static_cast<std::size_t>(at - w.begin()) - 4;
    }
    const auto z = zone_line(line);
    if (!z || !column || z->rest.size() <= *column || z->rest[0] == "type") continue;
    ZoneFacts* f = zone_of(s, *z);
    const Maybe n = decimal(z->rest[*column]);
    if (f != nullptr && n && s.ages.front() < KernelAge::v6_12)
      f->highatomic = Range{*n * pageblock, *n * pageblock};
  }
}

std::optional<rules::KernelVersion> version_in(const std::string& text) {
  for (const std::string& w : words_of(text)) {
    if (const auto v = kernel_version(w)) return v;
  }
  return std::nullopt;
}

/// What is not shown has the bounds that it has in a report (R-HA-2).
void bound_highatomic(Situation& s) {
  for (ZoneFacts& z : s.zones) {
    if (z.highatomic) continue;
    if (s.ages.back() == KernelAge::before_4_4) {
      z.highatomic = Range{0, 0};
    } else if (z.managed) {
      z.highatomic = Range{0, *z.managed / 100 + 2 * 1024};
    }
  }
}

std::string without_returns(const std::string& text) {
  std::string out = text;
  std::erase(out, '\r');
  return out;
}

/// "MemFree: 12 kB" against the pages that the zones count: between two looks they differ a little.
std::optional<std::int64_t> page_size_kb(const std::string& meminfo, const Situation& s) {
  std::int64_t pages = 0;
  for (const ZoneFacts& z : s.zones) pages += z.free.value_or(0);
  std::istringstream in(meminfo);
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> w = words_of(line);
    if (w.size() != 3 || w[0] != "MemFree:") continue;
    for (const std::int64_t size : {4, 16, 64}) {
      const std::int64_t all = pages * size;
      if (std::abs(decimal(w[1]).value_or(0) - all) < all / 4) return size;
    }
  }
  return std::nullopt;
}

void set_page_size(const ProcText& text, Situation& s) {
  const auto kb = text.page_kb ? text.page_kb : page_size_kb(text.meminfo, s);
  s.page_kb = kb.value_or(4);
  if (!kb) s.notes.push_back("the size of a page is not known (no meminfo): 4 kB are assumed");
}

}  // namespace

ProcRead read_proc(const ProcText& given, std::optional<rules::KernelVersion> kernel) {
  const ProcText text{without_returns(given.zoneinfo),     without_returns(given.buddyinfo),
                      without_returns(given.pagetypeinfo), without_returns(given.version),
                      without_returns(given.meminfo),      given.page_kb};
  ProcRead out;
  Situation& s = out.situation;
  s.kind = ReportKind::question;
  s.kernel = kernel ? kernel : version_in(text.version);
  if (s.kernel) s.version = fmt::format("{}.{}", s.kernel->major, s.kernel->minor);
  if (s.kernel) {
    s.ages = {rules::age_of(*s.kernel)};
  } else {
    s.ages.assign(rules::kKernelAges.begin(), rules::kKernelAges.end());
    // "managed" came with 3.8.
    if (text.zoneinfo.find(" managed ") == std::string::npos) s.ages = {KernelAge::before_4_4};
    s.notes.push_back("the kernel's version is not known: say --kernel VERSION");
  }
  const kernel::Zoneinfo info = kernel::read_zones_as_far_as_printed(text.zoneinfo);
  if (!info.fault.empty()) {
    out.fault = fmt::format("line {}: {}", info.fault_line, info.fault);
    return out;
  }
  add_zones(info, s);
  add_counters(text.zoneinfo, s);
  add_buddyinfo(text.buddyinfo, s);
  add_types(text.pagetypeinfo, s);
  add_reserved(text.pagetypeinfo, s);
  bound_highatomic(s);
  set_page_size(text, s);
  if (text.buddyinfo.empty()) s.notes.push_back("buddyinfo cannot be read: no free block is known");
  if (text.pagetypeinfo.empty())
    s.notes.push_back("pagetypeinfo cannot be read (only root may): types of blocks are not known");
  s.configs = possible_configs(s.zones, std::nullopt);
  return out;
}

}  // namespace bp::explain
