// SPDX-License-Identifier: MIT
// An obligation as terms of one z3 context: symbols, premises, claim, and how a counterexample is
// run again on the compiled code. Symbols are bit-vectors of up to 64 bits, integers that are not
// negative, and truth values.
#pragma once

#include "proofs/z3.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace bp::proofs {

/// What the compiled code does with the values that a solver found.
struct Replay {
  std::string text;      ///< One line, in the field's words.
  bool is_real = false;  ///< The premises hold and the claim fails, without any solver.
};

struct Premise {
  std::string text;
  z3::expr holds;
};

struct Query {
  std::vector<z3::expr> symbols;  ///< Constants.
  std::vector<Premise> premises;
  z3::expr claim;
  std::function<Replay(std::span<const std::uint64_t>)> replay;  ///< Values in symbols' order.
};

}  // namespace bp::proofs
