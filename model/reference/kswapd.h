// SPDX-License-Identifier: MIT
// When the kernel wakes kswapd, as far as the allocator sees it: a node whose kswapd runs is passed
// over at first (C11, R-LIST-12).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// For Rulebook::wake_kswapd: of the zone's node, for blocks of order `o` in zones up to `highest`.
void wake_kswapd(Allocator& a, Zone& z, Order o, unsigned highest);
void wake_nobody(Allocator& a, Zone& z, Order o, unsigned highest);

// For Rulebook::needs_kswapd, ::order_to_wake_for.
bool needs_kswapd(const Allocator& a, unsigned node, Order o, unsigned highest);
Order order_to_wake_for(const Config& c, Order o);

/// Once for each node of the zonelist (R-SLOW-3).
void wake_all_kswapds(Allocator& a, const Context& c);

}  // namespace bp::reference
