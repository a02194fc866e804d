// SPDX-License-Identifier: MIT
// The text of a litmus program. Words are separated by blanks, one statement a line, '#' starts a
// comment that goes to the end of the line:
//
//   litmus SB.sc                    the name: the rest of the line
//   init x 0                        optional: locations hold 0 if nothing is said
//   thread                          what follows is its program, in order
//     store x 1 sc                  orders: rlx acq rel ar sc
//     a = load y sc                 a is a register of this thread
//   thread
//     b = exchange x a+1 ar         no: a belongs to the thread above
//     c = compare_exchange x 0 1 ar rlx     expected, desired, success, failure; c: what was read
//     d = compare_exchange_weak x 0 1 ar rlx
//     e = fetch_add x 1 rlx         fetch_sub, fetch_and, fetch_or, fetch_xor likewise
//     fence sc
//   observe a x                     registers, or locations: their last value
//   rc11: 0 1, 1 0, 1 1             the outcomes that are allowed, in the order of `observe`
//   cpp20: 0 1, 1 0, 1 1            only if C++20 differs
//
// Values are decimal; an operand is a sum of numbers and registers. A name that is assigned is a
// register, a name that is accessed is a location.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/sched/litmus_program.h"

namespace bp::sched {

/// Bounds of a program, so that no text takes for ever to read.
inline constexpr std::size_t kLitmusThreadsMax = 6;
inline constexpr std::size_t kLitmusInstructionsMax = 64;  ///< A thread.
inline constexpr std::size_t kLitmusNamesMax = 64;         ///< Locations, and registers.
inline constexpr Number kLitmusNumberMax = 1'000'000'000;

/// The program, or where and what is wrong: line and column count from 1.
struct LitmusParse {
  std::optional<Litmus> program;
  std::string fault;
  std::size_t line = 0;
  std::size_t column = 0;
};

LitmusParse parse_litmus(std::string_view text);

}  // namespace bp::sched
