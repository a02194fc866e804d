// SPDX-License-Identifier: MIT
#include "model/judge/zone_bounds.h"

#include <algorithm>

#include "model/invariants/state_view.h"

namespace bp {

using namespace reference;

namespace {

std::int64_t size_of(Order o) { return static_cast<std::int64_t>(pages_in(o)); }
const std::int64_t kLargest = size_of(Order{kOrderMax});

/// The most blocks that one refill brings (R-PCP-4, 12; C2, C3).
std::int64_t refill_blocks(const Config& c, const PcpNumbers& n, Order o) {
  const std::int64_t batch = std::max<std::int64_t>(n.batch, 1);
  if (c.profile == Profile::v4_7) return batch;
  const bool grows = c.profile == Profile::v6_12 || c.profile == Profile::v7_1;
  if (grows && o == Order{0}) return std::max({n.high, n.high_max, batch, std::int64_t{2}});
  return std::max(batch >> static_cast<unsigned>(o), std::int64_t{2});
}

std::int64_t refill_blocks(const Config& c, const ZoneState& z, Order o) {
  std::int64_t most = 1;
  for (const PcpState& p : z.pcp) most = std::max(most, refill_blocks(c, p.numbers, o));
  return most;
}

/// Each list is refilled when it is empty, so that it may stand full once above `high`.
std::int64_t most_on(const Config& c, const PcpState& p) {
  std::int64_t listed = 0, refills = 0;
  for (unsigned l = 0; l < pcp_lists_of(c.profile); ++l) {
    const Order o = order_of_pcp_list(c, l);
    listed += static_cast<std::int64_t>(p.lists[l].size()) * size_of(o);
    if (!has_pcp_lists(c, o)) continue;
    const std::int64_t batch = std::max<std::int64_t>(p.numbers.batch, 1);
    refills += c.profile == Profile::v4_7
                   ? batch
                   : std::max(batch >> static_cast<unsigned>(o), std::int64_t{2}) * size_of(o);
  }
  return std::max({listed, p.numbers.high, p.numbers.high_max}) + refills;
}

}  // namespace

bool has_pcp_lists(const Config& c, Order o) {
  if (c.profile == Profile::v4_7) return o == Order{0};
  return o <= Order{3} || (c.thp && o == Order{c.pageblock_order});
}

ZoneBounds::ZoneBounds(const Config& c, const ZoneState& z) : config_(&c), zone_(&z) {
  for (unsigned t = 0; t < kPcpTypes; ++t) {
    Lists& l = lists_[t];
    for (unsigned o = kOrders; o-- > 0;) {
      l.first[o] = static_cast<std::int64_t>(z.lists[o][t].size()) * size_of(Order{o});
      if (o + 1 < kOrders) l.first[o] += l.first[o + 1];
    }
    l.by_draws = l.first;
  }
  for (unsigned o = 0; o < kOrders; ++o) {
    const auto& isolated = z.lists[o][static_cast<unsigned>(Migratetype::isolate)];
    isolated_ += static_cast<std::int64_t>(isolated.size()) * size_of(Order{o});
  }
  for (const PcpState& p : z.pcp) {
    on_pcp_most_ += most_on(c, p);
    drift_ += p.numbers.threshold;
  }
  const bool depleted =
      (z.numbers.flags >> static_cast<unsigned>(ZoneFlag::fair_depleted) & 1) != 0;
  turn_ = depleted ? 0 : z.numbers.stat[static_cast<unsigned>(Stat::fair)] - 2 * drift_;
}

/// A block of order c is broken for a request of a smaller order q only if none of the broken ones
/// has a free part of order q: in each 2^q pages of them one is missing at least.
std::int64_t ZoneBounds::left_by_pages(const Lists& l, unsigned order) const {
  std::int64_t large = 0, small = on_pcp_most_;
  unsigned q = 0;
  for (unsigned o = 0; o < kOrders; ++o) {
    if (o >= order) {
      large += l.out[o];
    } else if (l.out_most[o] > 0) {
      small += l.out_most[o];
      q = o;
    }
  }
  const std::int64_t left = l.first[order] - disturbed_ - l.broken[order] - large - on_pcp_most_;
  return order == 0 ? left : left - (small << q) - size_of(Order{order});
}

bool ZoneBounds::surely_has(Migratetype t, Order o) const {
  const Lists& l = lists_[static_cast<unsigned>(t)];
  if (!known_ || l.ran_out) return false;
  const auto order = static_cast<unsigned>(o);
  return std::max(l.by_draws[order], left_by_pages(l, order)) > 0;
}

void ZoneBounds::draw(Migratetype t, Order o) {
  turn_ -= size_of(o);
  const bool had = surely_has(t, o);
  const std::int64_t blocks = has_pcp_lists(*config_, o) ? refill_blocks(*config_, *zone_, o) : 1;
  Lists& l = of(t);
  const auto order = static_cast<unsigned>(o);
  l.out[order] += size_of(o);
  l.out_ever[order] += size_of(o);
  l.out_most[order] = std::max(l.out_most[order], l.out[order]);
  for (unsigned c = 0; c < kOrders; ++c) {
    // A larger block is split once what was split before is used up.
    l.by_draws[c] -= blocks * size_of(o) + (c > order ? size_of(Order{c}) : 0);
  }
  // What a refill asks for beyond what there is comes from other types.
  const bool enough = had && std::max(l.by_draws[order], left_by_pages(l, order)) >= 0;
  if (!enough || l.ran_out) take_from_others(t, o, blocks);
}

/// Each block that falls back brings at most a largest block to the lists of `t`; the next one does
/// so once that is used up, which for single pages is when all of it is.
void ZoneBounds::take_from_others(Migratetype t, Order o, std::int64_t blocks) {
  Lists& l = of(t);
  const bool first = !l.ran_out;
  l.ran_out = true;
  if (o != Order{0}) return disturb(blocks * kLargest);
  const std::int64_t page = size_of(o);
  disturb(first ? l.out_ever[0] + on_pcp_most_ + 2 * kLargest : page);
  // Which larger blocks were broken for it is not known.
  for (Lists& other : lists_) {
    if (&other == &l) continue;
    for (unsigned c = 1; c < kOrders; ++c) {
      other.by_draws[c] -= blocks * kLargest;
      other.broken[c] += blocks * kLargest;
    }
  }
}

void ZoneBounds::give_back(Migratetype t, Order o) {
  of(t).out[static_cast<unsigned>(o)] -= size_of(o);
}

void ZoneBounds::disturb(std::int64_t pages) {
  disturbed_ += pages;
  for (Lists& l : lists_) {
    for (std::int64_t& n : l.by_draws) n -= pages;
  }
}

void ZoneBounds::isolate_pageblock() {
  isolated_ += std::int64_t{1} << config_->pageblock_order;
  forget();
}

std::int64_t ZoneBounds::boost_most() const {
  const bool may_rise = !known_ || std::ranges::any_of(lists_, &Lists::ran_out);
  if (!may_rise || config_->profile == Profile::v4_7 || config_->boost_factor == 0)
    return zone_->numbers.boost;
  const std::int64_t share = zone_->numbers.high * config_->boost_factor / 10000;
  return std::max({zone_->numbers.boost, share, std::int64_t{1} << config_->pageblock_order});
}

}  // namespace bp
