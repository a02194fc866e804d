// SPDX-License-Identifier: MIT
// Every invariant by id: what it says, for which kernels, which exceptions are part of it, and who
// checks it. Two kinds of state are checked, what a census shows the judge (invariants.h) and the
// whole state of a kernel (state_invariants.h); both say the same sentence because it stands here,
// and where they ask the same question of a block it is asked in block_rules.h.
//
// A letter behind a number is a part of that invariant. Exceptions to I-8 and I-9:
//   E1  the largest order has no parent
//   E2  the buddy is of another zone, or in a hole
//   E3  a barrier: pageblocks of types that this kernel keeps apart (R-BUDDY-9)
//   E4  a barrier is gone: its pairs stand until one of them is freed again
//   E5  the buddy is on a per-CPU list, allocated or lost: not free
//   E6  the buddy's head is a free block of a smaller order
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/rules/registry/registry.h"
#include "model/vocab/units.h"

namespace bp {

/// The first thing wrong with a state.
struct InvariantFault {
  Pfn frame = kNoPfn;
  std::string seen;
  std::string allowed;
  std::int64_t excess = 0;  ///< Where both are numbers: seen less allowed.
};

/// Who can see whether an invariant holds.
enum class Witness : std::uint8_t {
  state,     ///< A kernel's state alone.
  held,      ///< A kernel's state and the blocks that are held; without them, as far as it goes.
  replayer,  ///< Only who ran the operations: references and requests are not in a state.
};

struct Statement {
  std::string_view id;
  std::string_view sentence;    ///< A clause, in the present tense.
  std::string_view exceptions;  ///< Part of the statement; empty: none.
  registry::Profiles holds;     ///< Elsewhere it is broken in the ordinary course of things.
  Witness witness = Witness::state;
};

std::span<const Statement> statements();

/// The one with this id; there is one.
const Statement& statement(std::string_view id);

}  // namespace bp
