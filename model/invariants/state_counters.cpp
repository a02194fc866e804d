// SPDX-License-Identifier: MIT
// I-3, I-4, I-4a, I-5, I-15: what the counters of a zone say is what its lists add up to. A counter
// is its global part and what each CPU has not folded in yet.
#include "model/invariants/state_invariants.h"

namespace bp {

using namespace reference;

namespace {

std::optional<InvariantFault> unequal(const ZoneView& z, std::string_view name, std::int64_t seen,
                                      std::int64_t sum) {
  if (seen == sum) return std::nullopt;
  return InvariantFault{z.frames().begin, std::string(name) + " is " + std::to_string(seen),
                        std::to_string(sum) + ", what the lists hold", seen - sum};
}

bool counts_parts(Profile p) { return p == Profile::v6_12 || p == Profile::v7_1; }

}  // namespace

std::optional<InvariantFault> nr_free_by_order(const ZoneView& z) {
  for (unsigned o = 0; o < kOrders; ++o) {
    std::int64_t blocks = 0;
    for (const auto& list : z.zone().lists[o]) blocks += static_cast<std::int64_t>(list.size());
    const std::string name = "nr_free of order " + std::to_string(o);
    if (auto fault = unequal(z, name, z.zone().nr_free[o], blocks)) return fault;
  }
  return std::nullopt;
}

std::optional<InvariantFault> free_counter(const ZoneView& z) {
  return unequal(z, stat_name(Stat::free), z.total(Stat::free), z.free_pages());
}

std::optional<InvariantFault> free_parts_counters(const ZoneView& z) {
  if (!counts_parts(z.profile())) return std::nullopt;
  const std::int64_t reserve = z.pages_on(Migratetype::highatomic);
  if (auto fault = unequal(z, "nr_free_highatomic", z.numbers().free_highatomic, reserve)) {
    return fault;
  }
  if (z.profile() != Profile::v7_1) return std::nullopt;
  return unequal(z, stat_name(Stat::blocks), z.total(Stat::blocks), z.free_in_pageblocks());
}

std::optional<InvariantFault> cma_counter(const ZoneView& z) {
  if (!z.config().cma) return std::nullopt;
  return unequal(z, stat_name(Stat::cma), z.total(Stat::cma), z.pages_on(Migratetype::cma));
}

std::optional<InvariantFault> counters_ordered(const ZoneView& z) {
  const std::int64_t free = z.total(Stat::free);
  const std::int64_t cma = z.total(Stat::cma);
  if (0 <= cma && cma <= free) return std::nullopt;
  return InvariantFault{
      z.frames().begin,
      "NR_FREE_CMA_PAGES " + std::to_string(cma) + ", NR_FREE_PAGES " + std::to_string(free),
      "0 <= NR_FREE_CMA_PAGES <= NR_FREE_PAGES"};
}

}  // namespace bp
