// SPDX-License-Identifier: MIT
#include "model/judge/frame_census.h"

#include <algorithm>
#include <cstdlib>

namespace bp {

using namespace reference;

namespace {

Pfn start_of(const ZoneState& z) { return Pfn{static_cast<std::uint64_t>(z.numbers.start)}; }
Pfn end_of(const ZoneState& z) { return start_of(z) + Pages{z.numbers.spanned}; }

std::optional<Migratetype> run_at(const ZoneState& z, Pfn p) {
  if (p < start_of(z) || p >= end_of(z)) return std::nullopt;
  const auto after = std::ranges::upper_bound(z.pageblocks, p, {}, &PageblockRun::begin);
  return after == z.pageblocks.begin() ? std::nullopt : std::prev(after)->type;
}

}  // namespace

FrameCensus::FrameCensus(const KernelState& s, std::span<const HeldBlock> held) : state_(&s) {
  Pfn end{};
  begin_ = kNoPfn;
  for (const ZoneState& z : s.zones) {
    if (z.numbers.spanned == 0) continue;
    begin_ = std::min(begin_, align_down(start_of(z), Order{kOrderMax}));
    end = std::max(end, align_up(end_of(z), Order{kOrderMax}));
  }
  if (begin_ == kNoPfn) begin_ = Pfn{};
  frames_.assign(static_cast<std::size_t>(static_cast<std::int64_t>(end - begin_)), kOthers);
  for (unsigned o = 0; o < kOrders; ++o) blocks_[o].assign(frames_.size() >> o, 0);
  whole_.assign(s.zones.size(), {});
  available_.assign(s.zones.size(), 0);
  for (const ZoneState& z : s.zones) add_free(z);
  for (const HeldBlock& b : held) hold(b.head, b.order);
}

void FrameCensus::add_free(const ZoneState& z) {
  for (unsigned o = 0; o < kOrders; ++o) {
    for (unsigned t = 0; t < kTypes; ++t) {
      for (const Pfn head : z.lists[o][t])
        set(head, Order{o}, static_cast<std::uint8_t>(kListed + t));
    }
  }
  for (const PcpState& p : z.pcp) {
    for (unsigned l = 0; l < kPcpLists; ++l) {
      for (const PcpBlock& b : p.lists[l]) {
        const auto type = run_at(z, b.head);
        const bool by_type =
            type && type_of_pcp_list(state_->config, l) == type && (!b.cached || b.cached == type);
        set(b.head, order_of_pcp_list(state_->config, l), by_type ? kFreed : kOnPcp);
      }
    }
  }
}

std::optional<unsigned> FrameCensus::zone_of(Pfn p) const {
  for (unsigned i = 0; i < state_->zones.size(); ++i) {
    if (run_at(state_->zones[i], p)) return i;
  }
  return std::nullopt;
}

std::optional<Migratetype> FrameCensus::first_type(Pfn p) const {
  const auto zone = zone_of(p);
  return zone ? run_at(state_->zones[*zone], p) : std::nullopt;
}

std::optional<Migratetype> FrameCensus::first_list(Pfn p) const {
  const std::uint8_t v = at(p);
  if (v < kListed) return std::nullopt;
  return Migratetype{static_cast<std::uint8_t>(v - kListed)};
}

bool FrameCensus::is_pageblock_available(Pfn p) const {
  const unsigned o = state_->config.pageblock_order;
  return blocks_[o][index(p) >> o] == 1U << o;
}

std::optional<Order> FrameCensus::held_at(Pfn head) const {
  const auto found = held_.find(static_cast<std::uint64_t>(head));
  return found == held_.end() ? std::nullopt : std::optional(found->second);
}

/// Frames of the block that no array has are passed over: that they are there is refused elsewhere.
void FrameCensus::set(Pfn head, Order o, std::uint8_t to) {
  const auto zone = zone_of(head);
  std::int64_t changed = 0;
  const auto change_of = [&](std::uint8_t frame) {
    return (to >= kOnPcp ? 1 : 0) - (frame >= kOnPcp ? 1 : 0);
  };
  const Pfn end = head + pages_in(o);
  for (Pfn p = head; p < end; ++p) changed += zone && has(p) ? std::abs(change_of(at(p))) : 0;
  const std::int64_t sign = to >= kOnPcp ? 1 : -1;
  if (changed == static_cast<std::int64_t>(pages_in(o)) && is_aligned(head, o)) {
    count_available(head, o, *zone, sign);
  } else {
    for (Pfn p = head; p < end && changed > 0; ++p) {
      if (has(p) && change_of(at(p)) != 0) count_available(p, Order{0}, *zone, sign);
    }
  }
  for (Pfn p = head; p < end; ++p) {
    if (has(p)) frames_[index(p)] = to;
  }
}

/// All frames of the block become available, or cease to be.
void FrameCensus::count_available(Pfn head, Order o, unsigned zone, std::int64_t sign) {
  const auto pages = static_cast<std::int64_t>(pages_in(o));
  available_[zone] += sign * pages;
  for (unsigned k = 0; k < kOrders; ++k) {
    const std::int64_t size = std::int64_t{1} << k;
    const std::size_t first = index(head) >> k;
    const std::size_t blocks = size < pages ? static_cast<std::size_t>(pages / size) : 1;
    for (std::size_t i = first; i < first + blocks; ++i) {
      std::uint16_t& n = blocks_[k][i];
      const bool was_whole = n == size;
      n = static_cast<std::uint16_t>(n + sign * std::min(size, pages));
      whole_[zone][k] += (n == size ? 1 : 0) - (was_whole ? 1 : 0);
    }
  }
}

void FrameCensus::allocate(Pfn head, Order o) { hold(head, o); }

void FrameCensus::release(Pfn head, Order o) {
  held_.erase(static_cast<std::uint64_t>(head));
  set(head, o, kFreed);
}

void FrameCensus::hold(Pfn head, Order o) {
  held_[static_cast<std::uint64_t>(head)] = o;
  set(head, o, kHeld);
}

void FrameCensus::split(Pfn head) {
  const auto order = held_at(head);
  if (!order) return;
  for (Pfn p = head; p < head + pages_in(*order); ++p) hold(p, Order{0});
}

void FrameCensus::forget_lists(Pfn p) {
  const Pfn first = align_down(p, Order{kOrderMax});
  for (Pfn f = first; f < first + pages_in(Order{kOrderMax}); ++f) {
    if (at(f) >= kListed) frames_[index(f)] = kFreed;
  }
}

void FrameCensus::forget_lists() {
  for (std::uint8_t& frame : frames_) frame = frame >= kListed ? kFreed : frame;
}

std::vector<HeldBlock> FrameCensus::held() const {
  std::vector<HeldBlock> out;
  for (const auto& [head, order] : held_) out.push_back({Pfn{head}, order});
  std::ranges::sort(out, {}, &HeldBlock::head);
  return out;
}

}  // namespace bp
