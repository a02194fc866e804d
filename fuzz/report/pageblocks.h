// SPDX-License-Identifier: MIT
// The pageblocks of a dumped zone: which type a frame has, where runs begin and end, how many
// blocks of each type there are.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/reference/kernel_state.h"

namespace bp {

/// Frames begin..end, end not included, that have one type; none: a hole or another zone's frames.
struct PageblockSpan {
  Pfn begin, end;
  std::optional<Migratetype> type;
  bool operator==(const PageblockSpan&) const = default;
};

Pfn zone_begin(const reference::ZoneState& zone);
/// Behind the last frame spanned.
Pfn zone_end(const reference::ZoneState& zone);

/// The zone's frames from its start to its end without gap or overlap. What no run tells of is a
/// hole. Runs may begin before the zone does: pageblocks need not start at a zone's start.
std::vector<PageblockSpan> pageblock_spans(const reference::ZoneState& zone);

/// Pageblocks by type as the kernel counts them for pagetypeinfo: the types of the zone's first
/// frame and of every frame whole pageblocks behind it. Holes are in none.
std::array<std::int64_t, reference::kTypes> count_pageblocks(const reference::Config& config,
                                                             const reference::ZoneState& zone);

}  // namespace bp
