// SPDX-License-Identifier: MIT
// What happens to counters and per-CPU lists as time passes: the vmstat tick (C14, W-5).
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// On the allocator's CPU. `age`: lists of other nodes' zones too.
void tick(Allocator& a, bool age);

/// For Rulebook::age: a list of another node's zone that was left alone for long enough is drained,
/// by a batch.
void age_list(Allocator& a, Zone& z, Pcp& p);

/// v4.7's drain_zone_pages: a batch at most.
void drain_batch(Allocator& a, Zone& z, Pcp& p);

}  // namespace bp::reference
