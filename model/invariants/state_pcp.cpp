// SPDX-License-Identifier: MIT
// I-10, I-10a, I-11: per-CPU lists are counted, bounded, and of types that they may have.
#include <algorithm>

#include "model/invariants/state_invariants.h"
#include "model/rules/fallback.h"

namespace bp {

using namespace reference;

namespace {

std::string on_cpu(std::size_t cpu) { return " on CPU " + std::to_string(cpu) + "'s lists"; }

/// The most pages that a refill of this list brings (R-PCP-4, 12; C2, C3).
std::int64_t refill_pages(const Config& c, const PcpNumbers& n, unsigned list) {
  if (c.profile == Profile::v4_7) return n.batch;
  const auto order = static_cast<unsigned>(order_of_pcp_list(c, list));
  const std::int64_t blocks = n.batch > 1 ? std::max<std::int64_t>(n.batch >> order, 2)
                                          : std::max<std::int64_t>(n.batch, 1);
  return blocks << order;
}

/// A list is refilled when it is empty, so that each may stand full once above `high`.
std::int64_t bound_of(const ZoneView& z, const PcpNumbers& n) {
  const bool floats = z.profile() == Profile::v6_12 || z.profile() == Profile::v7_1;
  std::int64_t bound = floats ? std::max(n.high, n.high_max) : n.high;
  for (unsigned l = 0; l < pcp_lists_of(z.profile()); ++l) {
    bound += refill_pages(z.config(), n, l);
  }
  return bound;
}

bool goes_on_list(const ZoneView& z, const StateBlock& b) {
  if (b.list >= pcp_lists_of(z.profile())) return false;
  if (!b.type) return true;  // Nothing is cached: the pageblock is asked when it goes back.
  if (*b.type == Migratetype::isolate) return false;
  const Migratetype stands_as = rules::is_mergeable(*b.type) ? *b.type : Migratetype::movable;
  if (const auto type = type_of_pcp_list(z.config(), b.list)) return stands_as == *type;
  return stands_as != Migratetype::movable;
}

}  // namespace

std::optional<InvariantFault> pcp_bound(const ZoneView& z) {
  if (z.known().high_lowered) return std::nullopt;
  for (std::size_t cpu = 0; cpu < z.zone().pcp.size(); ++cpu) {
    const std::int64_t bound = bound_of(z, z.zone().pcp[cpu].numbers);
    const std::int64_t pages = z.listed(static_cast<unsigned>(cpu));
    if (pages <= bound) continue;
    return InvariantFault{z.frames().begin, std::to_string(pages) + " pages" + on_cpu(cpu),
                          "at most " + std::to_string(bound), pages - bound};
  }
  return std::nullopt;
}

std::optional<InvariantFault> pcp_count(const ZoneView& z) {
  for (std::size_t cpu = 0; cpu < z.zone().pcp.size(); ++cpu) {
    const std::int64_t count = z.zone().pcp[cpu].numbers.count;
    const std::int64_t pages = z.listed(static_cast<unsigned>(cpu));
    if (count == pages) continue;
    return InvariantFault{z.frames().begin, "a count of " + std::to_string(count) + on_cpu(cpu),
                          std::to_string(pages) + " pages, what they hold", count - pages};
  }
  return std::nullopt;
}

std::optional<InvariantFault> pcp_lists_by_type(const ZoneView& z) {
  const auto at = std::ranges::find_if(z.blocks(), [&](const StateBlock& b) {
    return b.place == Place::pcp && !goes_on_list(z, b);
  });
  if (at == z.blocks().end()) return std::nullopt;
  return InvariantFault{at->head,
                        "a block on list " + std::to_string(at->list) + " of CPU " +
                            std::to_string(at->cpu) + " with a cached type of " +
                            std::to_string(static_cast<unsigned>(*at->type)),
                        "lists of the cached type, MOVABLE for HIGHATOMIC and CMA"};
}

}  // namespace bp
