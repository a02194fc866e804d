// SPDX-License-Identifier: MIT
// A subject's machine in the reference's words: as freshly booted, with every block free.
#pragma once

#include "fuzz/subject.h"
#include "model/reference/environment.h"
#include "model/reference/kernel_state.h"
#include "model/reference/rulebook.h"
#include "model/vocab/gfp.h"

namespace bp {

reference::KernelState booted(const bp_machine& m);
/// Its kernel's; without the reserve if the machine has none.
reference::Rulebook rules_of(const bp_machine& m);

/// Where zone number `zone` of the machine stands in it.
reference::ZoneRef zone_ref(const bp_machine& m, std::uint32_t zone);

/// What the environment says, its functions apart.
reference::Environment environment_of(const bp_machine& m, const bp_environment& e);

/// A raw mask in the words that kernels since 4.4 have: the oldest layout says in two flags what
/// they say in more (R-GFP-7, F-1), and what `e` forbids of it has to go before that.
Gfp mask_of(const bp_machine& m, std::uint32_t raw, const bp_environment* e);

}  // namespace bp
