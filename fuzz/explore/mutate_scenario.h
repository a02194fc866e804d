// SPDX-License-Identifier: MIT
// Scenarios made from scenarios, for the concurrent mode of a campaign: operations added, removed
// and changed, other list sizes, marks, CPUs and allowances. What comes out is a legal scenario.
#pragma once

#include "fuzz/explore/scenario.h"
#include "fuzz/program/rng.h"

namespace bp::explore {

/// One to four steps from `s`; `s` itself if none of them was legal.
Scenario mutated(const Scenario& s, Rng& rng);

/// Without this operation, and without the frees of its block if it is an alloc. `task`: 0 is the
/// set-up. Nothing if what is left is no scenario.
std::optional<Scenario> without_op(const Scenario& s, std::size_t task, std::size_t op);
/// Without this task, from 1.
std::optional<Scenario> without_task(const Scenario& s, std::size_t task);
/// As the text says it again; nothing if it is not legal.
std::optional<Scenario> if_legal(const Scenario& s);

std::size_t operations(const Scenario& s);

}  // namespace bp::explore
