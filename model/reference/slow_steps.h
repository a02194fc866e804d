// SPDX-License-Identifier: MIT
// The steps that every kernel's slow path consists of (R-SLOW, R-OOM). Each leaves its trace. They
// run in an environment only, but for attempts and wakes: those every request makes.
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// One pass over the zonelist.
Pfn attempt(Allocator& a, Context& c, Mark m, AllocFlags f);
/// Of all nodes of the zonelist, and what that frees (R-SLOW-3).
void wake(Allocator& a, const Context& c);

Answer given(Pfn head, AllocFlags f);
Answer failed(Allocator& a, Why why);

/// Goes round once more. False: the environment has no more rounds.
bool begin_round(Allocator& a);
void retry(Allocator& a, Why why);
/// Whether the cpuset changed since the rounds began: then they begin again.
bool must_restart(Allocator& a, const Rounds& r);

/// Compacts, and looks again unless that did nothing (R-SLOW-11).
Pfn compact(Allocator& a, Context& c, Rounds& r, AllocFlags f);
/// Reclaims and looks again, at last with the reserve given up and per-CPU lists drained
/// (R-SLOW-14).
Pfn reclaim(Allocator& a, Context& c, Rounds& r, AllocFlags f);
/// Whether reclaiming everything would do (R-SLOW-16, 17).
bool may_reclaim_again(Allocator& a, Context& c, Rounds& r);

// For SlowRules::may_compact_again.
bool may_compact_again_v4_7(Allocator& a, const Context& c, Rounds& r);
bool may_compact_again_v5_15(Allocator& a, const Context& c, Rounds& r);

/// R-OOM. Memory, or whether somebody died or is dying.
struct Killed {
  Answer answer;
  bool progress = false;
};
Killed kill(Allocator& a, Context& c);

/// Within the cpuset, then outside of it.
Answer attempt_without_cpuset(Allocator& a, Context& c, AllocFlags f);

constexpr bool is_costly(unsigned order) { return order > 3; }  // R-GEN-4

}  // namespace bp::reference
