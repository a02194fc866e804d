// SPDX-License-Identifier: MIT
// The view that invariants look at a state through: all blocks, by their first frames.
#include <algorithm>

#include "model/reference/invariants.h"
#include "model/reference/rulebook.h"

namespace bp::reference {

StateView::StateView(const KernelState& s, std::span<const HeldBlock> held) : state_(s) {
  const Rulebook& rules = rulebook_of(s.config.profile);
  for (std::size_t n = 0; n < s.zones.size(); ++n) {
    const ZoneState& z = s.zones[n];
    for (unsigned o = 0; o < kOrders; ++o) {
      for (unsigned t = 0; t < kTypes; ++t) {
        for (const Pfn head : z.lists[o][t])
          blocks_.push_back({head, Order{o}, Block::Where::free, Migratetype(t), n});
      }
    }
    for (const PcpState& p : z.pcp) {
      for (unsigned l = 0; l < kPcpLists; ++l) {
        const Order o{rules.pcp_order_of_list(l, s.config)};
        for (const PcpBlock& b : p.lists[l]) {
          blocks_.push_back(
              {b.head, o, Block::Where::pcp, b.cached.value_or(Migratetype::unmovable), n});
        }
      }
    }
  }
  for (const HeldBlock& h : held)
    blocks_.push_back({h.head, h.order, Block::Where::held, {}, s.zones.size()});
  std::ranges::sort(blocks_, {}, &Block::head);
}

const StateView::Block* StateView::block_at(Pfn head) const {
  const auto at = std::ranges::lower_bound(blocks_, head, {}, &Block::head);
  return at != blocks_.end() && at->head == head ? &*at : nullptr;
}

std::optional<Migratetype> StateView::type_of(const ZoneState& z, Pfn p) const {
  const auto after = std::ranges::upper_bound(z.pageblocks, p, {}, &PageblockRun::begin);
  return after == z.pageblocks.begin() ? std::nullopt : std::prev(after)->type;
}

ZoneRef StateView::place(std::size_t zone) const {
  if (zone >= state_.zones.size()) return {};
  const ZoneState& z = state_.zones[zone];
  return {static_cast<std::uint8_t>(z.node), static_cast<std::uint8_t>(z.index)};
}

}  // namespace bp::reference
