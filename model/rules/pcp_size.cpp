// SPDX-License-Identifier: MIT
#include "model/rules/pcp_size.h"

#include <algorithm>
#include <bit>

#include "model/rules/config_rules.h"

namespace bp::rules {
namespace {

constexpr std::int64_t kFractionMin = 8;  ///< The least fraction that may be stated.

Pages rounddown_pow2(Pages n) {
  return Pages{static_cast<std::int64_t>(
      std::bit_floor(static_cast<std::uint64_t>(static_cast<std::int64_t>(n))))};
}

/// A thousandth of the zone, within a bound, a quarter of it, one less than a power of two: 0 for a
/// small zone.
Pages raw_batch(Pages managed, const BatchRule& rule) {
  const Pages bound{rule.bound_bytes >> kPageShift};
  const Pages b = std::max(std::min(managed / 1024, bound) / 4, Pages{1});
  return rounddown_pow2(b + b / 2) - Pages{1};
}

/// One CPU's share of `total`, and at least four batches.
Pages high_of(Pages total, Pages batch, unsigned cpus) {
  return std::max(total / std::int64_t{std::max(cpus, 1U)}, batch * 4);
}

PcpSize sized_by_batches(const PcpQuery& q, const ConfigRules& rules) {
  if (q.fraction == 0) {
    const Pages raw = raw_batch(q.managed, rules.batch);
    return {.high = raw * 6, .batch = std::max(raw, Pages{1})};
  }
  const Pages high = q.managed / q.fraction;
  return {.high = high, .batch = std::clamp(high / 4, Pages{1}, Pages{rules.batch.stated_max})};
}

}  // namespace

PcpSize pcp_size(const PcpQuery& q, Profile p) {
  const ConfigRules& rules = config_rules(p);
  if (rules.pcp_high == PcpHighRule::batches) return sized_by_batches(q, rules);
  const Pages batch = std::max(raw_batch(q.managed, rules.batch), Pages{1});
  const Pages high = high_of(q.fraction == 0 ? q.low : q.managed / q.fraction, batch, q.cpus);
  if (rules.pcp_high == PcpHighRule::low) return {.high = high, .batch = batch};
  const Pages high_max = q.fraction == 0 ? high_of(q.managed / kFractionMin, batch, q.cpus) : high;
  return {.batch = batch, .high_min = high, .high_max = high_max};
}

}  // namespace bp::rules
