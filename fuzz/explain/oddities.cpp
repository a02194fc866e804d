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

void lists_against_free(const ZoneFacts& z, Lines& out) {
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
                    "moved between two lines of the report, or lines are of two reports",
                    z.name, std::abs(more), more > 0 ? "more" : "fewer"));
  } else {
    out.push_back(
        fmt::format("{}: its lists hold {} pages {} than are counted free, which moved "
                    "while the report was printed",
                    z.name, std::abs(more), more > 0 ? "more" : "fewer"));
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

void marks(const ZoneFacts& z, Lines& out) {
  if (!z.min || !z.low || !z.high) return;
  if (*z.min > *z.low || *z.low > *z.high)
    out.push_back(fmt::format("{}: its marks are not in order: min {}, low {}, high {}", z.name,
                              *z.min, *z.low, *z.high));
  if (*z.high == 0 && z.managed.value_or(0) > 0)
    out.push_back(fmt::format(
        "{}: its marks are 0: the kernel was starting and had not set them (R-CFG-1)", z.name));
}

/// A column lower than the one before it is no damage (F-4).
void rows(const ZoneFacts& z, Lines& out) {
  for (std::size_t i = 1; i < z.reserve.size(); ++i) {
    if (z.reserve[i] >= z.reserve[i - 1]) continue;
    out.push_back(
        fmt::format("{}: lowmem_reserve falls from {} to {}: some kernels leave HIGHMEM "
                    "out of the last column (F-4)",
                    z.name, z.reserve[i - 1], z.reserve[i]));
    return;
  }
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
  out.push_back(
      fmt::format("{} free pages are in zones that were not printed: kernels of about "
                  "6.x leave out those that the request may not use, or lines are lost",
                  elsewhere));
}

}  // namespace

std::vector<std::string> oddities(const Situation& s) {
  Lines out;
  for (const ZoneFacts& z : s.zones) {
    lists_against_free(z, out);
    reserves_against_free(z, out);
    marks(z, out);
    rows(z, out);
  }
  total(s, out);
  return out;
}

}  // namespace bp::explain
