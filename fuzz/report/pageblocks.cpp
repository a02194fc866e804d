// SPDX-License-Identifier: MIT
#include "fuzz/report/pageblocks.h"

#include <algorithm>

namespace bp {

using reference::ZoneState;

Pfn zone_begin(const ZoneState& zone) {
  return Pfn{static_cast<std::uint64_t>(zone.numbers.start)};
}

Pfn zone_end(const ZoneState& zone) { return zone_begin(zone) + Pages{zone.numbers.spanned}; }

std::vector<PageblockSpan> pageblock_spans(const ZoneState& zone) {
  const Pfn end = zone_end(zone);
  std::vector<PageblockSpan> spans;
  Pfn done = zone_begin(zone);
  const auto add = [&](Pfn until, std::optional<Migratetype> type) {
    until = std::min(until, end);
    if (until <= done) return;
    spans.push_back({done, until, type});
    done = until;
  };
  for (std::size_t i = 0; i < zone.pageblocks.size(); ++i) {
    add(zone.pageblocks[i].begin, std::nullopt);
    const bool last = i + 1 == zone.pageblocks.size();
    add(last ? end : zone.pageblocks[i + 1].begin, zone.pageblocks[i].type);
  }
  add(end, std::nullopt);
  return spans;
}

std::array<std::int64_t, reference::kTypes> count_pageblocks(const reference::Config& config,
                                                             const ZoneState& zone) {
  std::array<std::int64_t, reference::kTypes> counts{};
  const Pages pageblock = pages_in(Order{config.pageblock_order});
  Pfn sample = zone_begin(zone);
  for (const PageblockSpan& span : pageblock_spans(zone)) {
    if (sample >= span.end) continue;
    const std::int64_t blocks = (span.end - sample + pageblock - Pages{1}) / pageblock;
    if (span.type) counts[static_cast<unsigned>(*span.type)] += blocks;
    sample += pageblock * blocks;
  }
  return counts;
}

}  // namespace bp
