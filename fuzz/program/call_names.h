// SPDX-License-Identifier: MIT
// What calls, ranges, tasks, policies and the environment are called in a program's text: the
// kernel's own names where it has any.
#pragma once

#include <array>
#include <string_view>

#include "model/vocab/operation.h"

namespace bp {

/// By Call. "alloc" is the allocator itself.
inline constexpr std::array<std::string_view, kCalls> kCallNames = {"alloc",
                                                                    "alloc_pages",
                                                                    "alloc_page",
                                                                    "alloc_pages_current",
                                                                    "alloc_pages_node",
                                                                    "__alloc_pages_node",
                                                                    "__get_free_pages",
                                                                    "__get_free_page",
                                                                    "get_zeroed_page",
                                                                    "__get_dma_pages",
                                                                    "alloc_pages_exact",
                                                                    "alloc_pages_bulk"};

/// By RangeAction: the first word of a range's line, or behind its handles.
inline constexpr std::array<std::string_view, kRangeActions> kRangeNames = {
    "isolate", "unisolate", "offline", "online", "range"};

/// By TaskFlag.
inline constexpr std::array<std::string_view, kTaskFlags> kTaskNames = {
    "memalloc", "noio", "nofs", "pin", "interrupt", "softirq", "oom_victim", "realtime"};

/// By Policy.
inline constexpr std::array<std::string_view, kPolicies> kPolicyNames = {"none", "preferred",
                                                                         "bind", "interleave"};

/// By WorldFlag.
inline constexpr std::array<std::string_view, kWorldFlags> kWorldNames = {
    "cpusets", "zone_reclaim", "no_compaction", "compaction_helps", "suspended", "writeback"};

/// Where `name` stands in `names`; their number if it does not.
template <std::size_t N>
constexpr unsigned place_of(const std::array<std::string_view, N>& names, std::string_view name) {
  unsigned i = 0;
  while (i < N && names[i] != name) ++i;
  return i;
}

}  // namespace bp
