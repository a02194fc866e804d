// SPDX-License-Identifier: MIT
#include "fuzz/explain/oddities.h"

#include <algorithm>

#include "fuzz/report/fmt.h"

namespace bp::explain {
namespace {

using Lines = std::vector<std::string>;

bool lists_have(const ZoneFacts& z, Migratetype t) {
  return std::ranges::any_of(z.orders,
                             [&](const OrderFacts& o) { return o.count > 0 && o.types.of(t); });
}

/// A pageblock or less moves between two lines of a report all the time.
constexpr std::int64_t kDrift = 1024;

void lists_against_free(const ZoneFacts& z, const Situation& s, Lines& out) {
  const bool is_report = s.kind != ReportKind::question;
  if (!z.free || !z.listed || *z.free == *z.listed) return;
  const std::int64_t more = *z.listed - *z.free;
  if (more > 0 && lists_have(z, Migratetype::isolate)) {
    out.push_back(
        fmt::format("{}: its lists hold {} pages more than are counted free: isolated "
                    "blocks stand on lists and are not counted (R-ISO-1)",
                    z.name, more));
  } else if (std::abs(more) > std::max(kDrift, *z.free / 20)) {
    out.push_back(
        fmt::format("{}: its lists hold {} pages {} than are counted free: that much "
                    "moved {}",
                    z.name, std::abs(more), more > 0 ? "more" : "fewer",
                    is_report ? "between two lines of the report, or lines are of two reports"
                              : "in between, or files are of two times"));
  } else {
    out.push_back(fmt::format(
        "{}: its lists hold {} {} {} than are counted free, which moved "
        "{}",
        z.name, std::abs(more), std::abs(more) == 1 ? "page" : "pages", more > 0 ? "more" : "fewer",
        is_report ? "while the report was printed" : "in between"));
  }
}

void reserves_against_free(const ZoneFacts& z, Lines& out) {
  if (z.free && z.highatomic && z.highatomic->known() && z.highatomic->lo > *z.free) {
    out.push_back(
        fmt::format("{}: {} pages are reserved for highatomic, {} are free: most of the "
                    "reserve is in use, and is charged all the same (R-WMARK-4)",
                    z.name, z.highatomic->lo, *z.free));
  }
  if (z.free && z.free_cma && z.free_cma->known() && z.free_cma->lo > *z.free)
    out.push_back(fmt::format("{}: more CMA pages are free than pages (R-WMARK-12)", z.name));
  const bool has_cma = z.free_cma && z.free_cma->lo > 0;
  if (has_cma && !z.orders.empty() && !lists_have(z, Migratetype::cma)) {
    const bool typed = std::ranges::any_of(
        z.orders, [](const OrderFacts& o) { return o.count > 0 && o.types.known; });
    if (typed)
      out.push_back(fmt::format("{}: {} CMA pages are counted free, and no list has one", z.name,
                                z.free_cma->lo));
  }
}

/// A mark or a reserve of more pages than the machine has was never reckoned from its memory.
void beyond_memory(const ZoneFacts& z, const Situation& s, Lines& out) {
  if (!s.ram) return;
  const std::int64_t reserve =
      z.reserve.empty() ? 0 : *std::max_element(z.reserve.begin(), z.reserve.end());
  const std::int64_t most = std::max(z.high.value_or(0), std::max(z.min.value_or(0), reserve));
  if (most <= *s.ram) return;
  out.push_back(
      fmt::format("{}: {} pages are asked of it and the machine has {}: the kernel's own numbers "
                  "are damaged, and what follows from them is no advice",
                  z.name, most, *s.ram));
}

void marks(const ZoneFacts& z, Lines& out) {
  if (!z.min || !z.low || !z.high) return;
  if (*z.min > *z.low || *z.low > *z.high)
    out.push_back(fmt::format("{}: its marks are not in order: min {}, low {}, high {}", z.name,
                              *z.min, *z.low, *z.high));
  if (*z.high == 0 && z.managed.value_or(0) > 0)
    out.push_back(fmt::format(
        "{}: its marks are 0: the kernel was starting and had not set them (R-CFG-1)", z.name));
}

/// A column lower than the one before it is no damage (F-4). [K] 6.10 to 6.13 keep nothing back for
/// a zone that has no memory.
void rows(const ZoneFacts& z, const Situation& s, Lines& out) {
  using rules::KernelVersion;
  const bool skips_empty =
      s.kernel && *s.kernel >= KernelVersion{6, 10} && *s.kernel < KernelVersion{6, 14};
  const bool has_highmem =
      std::ranges::any_of(s.configs, [](const ZoneConfig& c) { return c.highmem; });
  const std::string_view why =
      skips_empty   ? "some kernels of 6.10 to 6.13 keep nothing back for a zone without memory"
      : has_highmem ? "some kernels leave HIGHMEM out of the last column (F-4)"
                    : "no kernel is known to make it so, its numbers may be damaged";
  for (std::size_t i = 1; i < z.reserve.size(); ++i) {
    if (z.reserve[i] >= z.reserve[i - 1]) continue;
    out.push_back(fmt::format("{}: lowmem_reserve falls from {} to {}: {}", z.name,
                              z.reserve[i - 1], z.reserve[i], why));
    return;
  }
}

/// [K] Reports leave out the nodes that a policy or cpuset excludes, and from 6.1 on the zones
/// above the mask's.
std::string_view why_elsewhere(const Situation& s) {
  constexpr rules::KernelVersion kLeavesOutZones{6, 1};
  if (!s.kernel || *s.kernel >= kLeavesOutZones)
    return "kernels from about 6.1 on leave out zones that the request may not use, or lines are "
           "lost";
  if (s.nodes || s.mems)
    return "nodes that the request may not use are left out, or lines are lost";
  return "lines are lost, or they moved while the report was printed";
}

void total(const Situation& s, Lines& out) {
  if (!s.total_free || s.zones.empty()) return;
  std::int64_t sum = 0;
  for (const ZoneFacts& z : s.zones) {
    if (!z.free) return;
    sum += *z.free;
  }
  const std::int64_t elsewhere = *s.total_free - sum;
  if (elsewhere <= std::max(kDrift, sum / 20)) return;
  out.push_back(fmt::format("{} free pages of the total are in no zone that was printed: {}",
                            elsewhere, why_elsewhere(s)));
}

}  // namespace

std::vector<std::string> oddities(const Situation& s) {
  Lines out;
  for (const ZoneFacts& z : s.zones) {
    lists_against_free(z, s, out);
    reserves_against_free(z, out);
    marks(z, out);
    beyond_memory(z, s, out);
    rows(z, s, out);
  }
  total(s, out);
  return out;
}

}  // namespace bp::explain
