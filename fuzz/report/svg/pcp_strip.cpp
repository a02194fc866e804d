// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/pcp_strip.h"

#include <algorithm>
#include <vector>

#include "fuzz/report/fmt.h"
#include "fuzz/report/proc_text.h"
#include "fuzz/report/svg/draw.h"
#include "fuzz/report/svg/frame_map.h"
#include "fuzz/report/svg/paint.h"

namespace bp::svg {
namespace {

using reference::Config;
using reference::PcpNumbers;
using reference::PcpState;

constexpr double kBarTop = 14;
constexpr double kBarHeight = 6;
constexpr double kCountsAt = 30;  ///< Baseline of the counts.

struct List {
  ListKind kind;
  std::int64_t blocks = 0;
};

/// By type, then by order: as the bar shows them.
std::vector<List> lists_of(const Config& config, const PcpState& pcp) {
  std::vector<List> lists;
  for (unsigned i = 0; i < pcp.lists.size(); ++i) {
    const auto blocks = static_cast<std::int64_t>(pcp.lists[i].size());
    if (blocks > 0) lists.push_back({pcp_list_kind(config, i), blocks});
  }
  std::sort(lists.begin(), lists.end(), [](const List& a, const List& b) {
    return a.kind.type != b.kind.type ? a.kind.type < b.kind.type : a.kind.order < b.kind.order;
  });
  return lists;
}

std::int64_t pages_of(const List& l) {
  return l.blocks * static_cast<std::int64_t>(pages_in(l.kind.order));
}

std::string caption(unsigned cpu, const PcpNumbers& n) {
  std::string line =
      fmt::format("CPU {}   count {}   high {}   batch {}", cpu, n.count, n.high, n.batch);
  const std::int64_t diff = n.diff[static_cast<unsigned>(reference::Stat::free)];
  if (diff != 0) line += fmt::format("   free not folded in {:+}", diff);
  return line;
}

std::string bar(const std::vector<List>& lists, const PcpNumbers& n, double width) {
  std::int64_t pages = 0;
  for (const List& l : lists) pages += pages_of(l);
  const auto all = static_cast<double>(std::max({pages, n.count, n.high, std::int64_t{1}}));
  std::string out = rect("bar", {0, kBarTop, width, kBarHeight});
  double x = 0;
  for (const List& l : lists) {
    const double part = width * static_cast<double>(pages_of(l)) / all;
    out += rect(free_class(l.kind.type, band_of(l.kind.order)), {x, kBarTop, part, kBarHeight},
                fmt::format("{}, order {}: {} blocks, {} pages", proc_type_name(l.kind.type),
                            static_cast<unsigned>(l.kind.order), l.blocks, pages_of(l)));
    x += part;
  }
  const double high = width * static_cast<double>(n.high) / all;
  return out + line("mark", high, kBarTop - 2, high, kBarTop + kBarHeight + 2,
                    fmt::format("high {}", n.high));
}

/// "Movable 0:371 1:3   Unmovable 0:30": blocks by order.
std::string counts(const std::vector<List>& lists) {
  std::string line;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const ListKind& kind = lists[i].kind;
    if (i == 0 || lists[i - 1].kind.type != kind.type) {
      line += fmt::format("{}{}", i == 0 ? "" : "   ", proc_type_name(kind.type));
    }
    line += fmt::format(" {}:{}", static_cast<unsigned>(kind.order), lists[i].blocks);
  }
  return lists.empty() ? "no blocks" : line;
}

}  // namespace

std::string pcp_strip(const Config& config, unsigned cpu, const PcpState& pcp, double width) {
  const std::vector<List> lists = lists_of(config, pcp);
  return text("", 0, 9, caption(cpu, pcp.numbers)) + bar(lists, pcp.numbers, width) +
         text("mono dim", 0, kCountsAt, counts(lists));
}

}  // namespace bp::svg
