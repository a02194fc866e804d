// SPDX-License-Identifier: MIT
// For tests: the reports of the corpus, and the comparison that says that a damaged report invents
// nothing: what is read from it is what the whole one says, or absent.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/explain/failure_report.h"

namespace bp::explain {

struct CorpusReport {
  std::string name;
  std::string text;
};

inline const std::vector<CorpusReport>& corpus_reports() {
  static const std::vector<CorpusReport> all = [] {
    std::vector<CorpusReport> found;
    for (const char* folder : {"corpus/reports", "corpus/reports-made-up"}) {
      const auto path = std::filesystem::path(BP_SOURCE_DIR) / folder;
      for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (entry.path().extension() != ".txt") continue;
        std::ifstream in(entry.path());
        std::stringstream text;
        text << in.rdbuf();
        found.push_back({entry.path().filename(), text.str()});
      }
    }
    std::ranges::sort(found, {}, &CorpusReport::name);
    return found;
  }();
  return all;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string l; std::getline(in, l);) lines.push_back(l);
  return lines;
}

inline std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& l : lines) text += l + "\n";
  return text;
}

using Field = Maybe ZoneLines::*;
inline constexpr Field kFields[] = {&ZoneLines::free,
                                    &ZoneLines::boost,
                                    &ZoneLines::min,
                                    &ZoneLines::low,
                                    &ZoneLines::high,
                                    &ZoneLines::reserved_highatomic,
                                    &ZoneLines::free_highatomic,
                                    &ZoneLines::present,
                                    &ZoneLines::managed,
                                    &ZoneLines::free_pcp,
                                    &ZoneLines::free_cma};

inline bool same_types(const TypeSet& a, const TypeSet& b) {
  return a.known == b.known && a.reserve == b.reserve && a.has == b.has;
}

/// Types that were not read are absent, and so are orders without a block at the end: the sum shows
/// that none is missing.
inline bool is_part_of(const FreeLists& part, const FreeLists& whole) {
  if (part.sum_kb != whole.sum_kb || part.orders.size() > whole.orders.size()) return false;
  for (std::size_t o = 0; o < whole.orders.size(); ++o) {
    const FreeBlocks& w = whole.orders[o];
    if (o >= part.orders.size()) {
      if (w.count != 0) return false;
      continue;
    }
    const FreeBlocks& p = part.orders[o];
    if (p.count != w.count || p.size_kb != w.size_kb) return false;
    if (p.types.known && !same_types(p.types, w.types)) return false;
  }
  return true;
}

/// What is read of a zone is the whole one's, or absent.
inline bool is_part_of(const ZoneLines& part, const ZoneLines& whole) {
  for (const Field f : kFields) {
    if (part.*f && part.*f != whole.*f) return false;
  }
  if (!part.lowmem_reserve.empty() && part.lowmem_reserve != whole.lowmem_reserve) return false;
  if (!part.lists || !part.lists->whole()) return true;
  return whole.lists && is_part_of(*part.lists, *whole.lists);
}

inline const ZoneLines* zone_like(const FailureReport& r, const ZoneLines& z) {
  for (const ZoneLines& other : r.zones) {
    if (other.type == z.type && other.node == z.node) return &other;
  }
  return nullptr;
}

inline bool is_part_of(const Request& part, const Request& whole) {
  return (!part.order || part.order == whole.order) && (!part.mask || part.mask == whole.mask) &&
         (part.symbols.empty() || part.symbols == whole.symbols) &&
         (!part.kernel || part.kernel == whole.kernel) &&
         (part.version.empty() || part.version == whole.version);
}

/// The first thing that is in `part` and not in `whole`; empty: nothing.
inline std::string invented(const FailureReport& part, const FailureReport& whole) {
  if (part.request && (!whole.request || !is_part_of(*part.request, *whole.request)))
    return "the request";
  for (const ZoneLines& z : part.zones) {
    const ZoneLines* w = zone_like(whole, z);
    if (w == nullptr || !is_part_of(z, *w)) return name_of(z);
  }
  const auto is_total = [](const Maybe& p, const Maybe& w) { return !p || p == w; };
  if (!is_total(part.totals.free, whole.totals.free) ||
      !is_total(part.totals.free_cma, whole.totals.free_cma))
    return "a total";
  return "";
}

/// All that a log has, one after the other.
inline std::vector<FailureReport> all_of(const LogReports& log) {
  std::vector<FailureReport> all = log.reports;
  if (log.zones_only) all.push_back(*log.zones_only);
  return all;
}

}  // namespace bp::explain
