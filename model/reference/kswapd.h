// SPDX-License-Identifier: MIT
// When the kernel wakes kswapd, as far as the allocator sees it: a node whose kswapd runs is passed
// over at first (C11, R-LIST-12).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// For Rulebook::wake_kswapd: of the zone's node, for blocks of order `o` in zones up to `highest`.
void wake_kswapd(Allocator& a, Zone& z, Order o, unsigned highest);
void wake_nobody(Allocator& a, Zone& z, Order o, unsigned highest);

/// Once for each node of the zonelist (R-SLOW-3).
void wake_all_kswapds(Allocator& a, const Context& c);

}  // namespace bp::reference
