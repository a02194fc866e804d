// SPDX-License-Identifier: MIT
#include "model/invariants/state_view.h"

#include <algorithm>
#include <utility>

#include "model/rules/buddy.h"

namespace bp {

using namespace reference;

namespace {

constexpr unsigned kSmallLists = 12;  // Orders 0..3 times three types.

std::int64_t size_of(Order o) { return static_cast<std::int64_t>(pages_in(o)); }

}  // namespace

Order order_of_pcp_list(const Config& c, unsigned list) {
  if (c.profile == Profile::v4_7) return Order{0};
  return Order{list < kSmallLists ? list / kPcpTypes : c.pageblock_order};
}

std::optional<Migratetype> type_of_pcp_list(const Config& c, unsigned list) {
  if (list < kSmallLists || c.profile == Profile::v5_15) {
    return static_cast<Migratetype>(list % kPcpTypes);
  }
  if (list > kSmallLists) return Migratetype::movable;
  return std::nullopt;  // UNMOVABLE and RECLAIMABLE.
}

unsigned pcp_lists_of(Profile p) {
  if (p == Profile::v4_7) return kPcpTypes;
  return p == Profile::v5_15 ? kSmallLists + kPcpTypes : kSmallLists + 2;
}

ZoneView::ZoneView(const KernelState& s, const ZoneState& z, const Known& known)
    : config_(&s.config), zone_(&z), known_(&known) {
  add_free();
  add_pcp();
  add_held();
  sort_blocks();
  look_up_pageblocks();
}

PfnRange ZoneView::frames() const {
  const Pfn begin{static_cast<std::uint64_t>(numbers().start)};
  return {begin, begin + Pages{numbers().spanned}};
}

void ZoneView::add_free() {
  for (unsigned o = 0; o < kOrders; ++o) {
    for (unsigned t = 0; t < kTypes; ++t) {
      const auto type = static_cast<Migratetype>(t);
      for (const Pfn head : zone_->lists[o][t]) {
        blocks_.push_back({head, Order{o}, Place::free, static_cast<std::uint8_t>(t), 0, type});
      }
      const std::int64_t pages =
          static_cast<std::int64_t>(zone_->lists[o][t].size()) * size_of(Order{o});
      pages_on_[t] += pages;
      if (Order{o} >= pageblock_order()) in_pageblocks_[t] += pages;
    }
  }
}

void ZoneView::add_pcp() {
  for (unsigned cpu = 0; cpu < zone_->pcp.size(); ++cpu) {
    std::int64_t pages = 0;
    for (unsigned l = 0; l < kPcpLists; ++l) {
      const Order o = order_of_pcp_list(config(), l);
      for (const PcpBlock& b : zone_->pcp[cpu].lists[l]) {
        blocks_.push_back({b.head, o, Place::pcp, static_cast<std::uint8_t>(l),
                           static_cast<std::uint8_t>(cpu), b.cached});
        pages += size_of(o);
      }
    }
    listed_.push_back(pages);
  }
}

void ZoneView::add_held() {
  for (const HeldBlock& b : known().held) {
    if (frames().holds(b.head)) blocks_.push_back({b.head, b.order, Place::held});
  }
}

/// By head, by counting digits: states are many and large. Blocks with one head keep their places'
/// order, in which they were added.
void ZoneView::sort_blocks() {
  constexpr unsigned kDigit = 11;
  constexpr std::size_t kDigits = std::size_t{1} << kDigit;
  std::uint64_t highest = 0;
  for (const StateBlock& b : blocks_) highest |= static_cast<std::uint64_t>(b.head);
  std::vector<StateBlock> sorted(blocks_.size());
  std::vector<std::size_t> at(kDigits);
  for (unsigned shift = 0; shift < 64 && highest >> shift != 0; shift += kDigit) {
    const auto digit = [&](const StateBlock& b) {
      return (static_cast<std::uint64_t>(b.head) >> shift) % kDigits;
    };
    std::ranges::fill(at, 0);
    for (const StateBlock& b : blocks_) ++at[digit(b)];
    std::size_t sum = 0;
    for (std::size_t& begin : at) begin = std::exchange(sum, sum + begin);
    for (const StateBlock& b : blocks_) sorted[at[digit(b)]++] = b;
    blocks_.swap(sorted);
  }
}

/// Zones may span each other's frames: a held block is of the zone that its pageblock is of.
void ZoneView::look_up_pageblocks() {
  auto run = zone_->pageblocks.begin();
  const auto end = zone_->pageblocks.end();
  for (StateBlock& b : blocks_) {
    while (run != end && run->begin <= b.head) ++run;
    if (run != zone_->pageblocks.begin()) b.pageblock = std::prev(run)->type;
  }
  std::erase_if(blocks_,
                [](const StateBlock& b) { return b.place == Place::held && !b.pageblock; });
}

/// Blocks that do not overlap have nothing between them and their buddy.
const StateBlock* ZoneView::free_buddy(std::size_t i) const {
  const Pfn buddy = rules::buddy_of(head(i), order(i));
  const std::size_t at = buddy > head(i) ? i + 1 : i - 1;
  if (at >= size() || head(at) != buddy || !is_free(at) || order(at) != order(i)) return nullptr;
  return &blocks_[at];
}

std::optional<Migratetype> ZoneView::type_at(Pfn p) const {
  const auto after = std::ranges::upper_bound(zone_->pageblocks, p, {}, &PageblockRun::begin);
  return after == zone_->pageblocks.begin() ? std::nullopt : std::prev(after)->type;
}

std::int64_t ZoneView::pageblocks_of(Migratetype t) const {
  Pages pages;
  for (std::size_t i = 0; i < zone_->pageblocks.size(); ++i) {
    if (zone_->pageblocks[i].type != t) continue;
    const bool last = i + 1 == zone_->pageblocks.size();
    const Pfn end = last ? frames().end : zone_->pageblocks[i + 1].begin;
    pages += align_up(end, pageblock_order()) -
             align_down(zone_->pageblocks[i].begin, pageblock_order());
  }
  return pages / pages_in(pageblock_order());
}

std::int64_t ZoneView::free_pages() const {
  std::int64_t sum = 0;
  for (const std::int64_t pages : pages_on_) sum += pages;
  return sum - pages_on(Migratetype::isolate);
}

std::int64_t ZoneView::free_in_pageblocks() const {
  std::int64_t sum = 0;
  for (const std::int64_t pages : in_pageblocks_) sum += pages;
  return sum - in_pageblocks_[at(Migratetype::isolate)];
}

std::int64_t ZoneView::total(Stat s) const {
  const auto i = static_cast<std::size_t>(s);
  std::int64_t sum = numbers().stat[i];
  for (const PcpState& p : zone_->pcp) sum += p.numbers.diff[i];
  return sum;
}

}  // namespace bp
