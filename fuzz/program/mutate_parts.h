// SPDX-License-Identifier: MIT
// The parts of a mutation. While operations are edited they are *tagged*: an alloc's `handle` is a
// number of its own, and a free names that number. Renumbering makes them a program again; a copied
// alloc keeps its tag, so that frees copied with it name the copy.
#pragma once

#include <vector>

#include "fuzz/program/rng.h"
#include "model/vocab/program.h"

namespace bp {

/// Tags legal operations from `first` on; the next unused tag.
std::uint32_t tag_handles(std::vector<Op>& ops, std::uint32_t first);

/// Back to handles; a free whose alloc is gone or comes later is dropped.
void renumber_handles(std::vector<Op>& ops);

/// One change to tagged operations; `next_tag` is unused and moves on. Fields fit `m`.
void mutate_ops(std::vector<Op>& ops, const Machine& m, std::uint32_t& next_tag, Rng& rng);

/// One change to a valid machine, which stays valid and small; or none, if no try came out so.
void mutate_machine(Machine& m, Rng& rng);

/// One change to the choices.
void mutate_schedule(std::vector<std::uint8_t>& schedule, Rng& rng);

/// Makes CPUs, nodes and masks of all operations ones that the machine has.
void fit_ops(std::vector<Op>& ops, const Machine& m);

}  // namespace bp
