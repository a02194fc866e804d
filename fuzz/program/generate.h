// SPDX-License-Identifier: MIT
// Random programs, legal by construction and within the small bounds of bytes.h. Swarm style: a
// program draws once which kinds of operation, orders, masks and errors it has, so that a run with
// no drain, or with one mask only, is as likely as the average mixture. Leaves out schedules: only
// an execution knows how many choices it makes.
#pragma once

#include "fuzz/program/rng.h"
#include "model/vocab/program.h"

namespace bp {

/// Small: 1..3 nodes, 1..4 CPUs, zones of 8..4096 frames, holes and stated marks now and then.
Machine random_machine(Rng& rng);

/// One zone type's worth of frames, as random_machine draws them; at most `most`.
Pages random_span(Rng& rng, Pages most);

/// A mask of the era: mostly a composite, sometimes a flag or two changed, rarely any bits at all
/// (which includes the zone modifiers that contradict each other).
Gfp random_gfp(Rng& rng, Era era);

/// Low orders more often than high ones; never above kOrderMax.
Order random_order(Rng& rng);

/// An alloc on any CPU, now and then of a stated node or with a node mask.
Op random_alloc(Rng& rng, const Machine& m);

/// The same by one of the kernel's interfaces.
Op random_call(Rng& rng, const Machine& m, Op alloc);
/// Drops from an alloc what its call does not take, and makes up what it needs.
void fit_call(Op& alloc);

Op random_task(Rng& rng, const Machine& m);
/// Nodes with memory, and what goes with what.
void fit_task(OpTask& t, const Machine& m);

/// An answer to the next request, which gives back nothing yet.
/// Mostly of pageblocks that lie inside zones.
Op random_range(Rng& rng, const Machine& m);
Op random_answer(Rng& rng, const Machine& m);
Op random_world(Rng& rng, const Machine& m);
/// Makes an answer one that its answerer can give, of nodes with memory.
void fit_answer(Op& op, const Machine& m);

/// A program of exactly `ops` operations, at most kSmallOpsMax, on random_machine().
Program random_program(Rng& rng, std::size_t ops);

}  // namespace bp
