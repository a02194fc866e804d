// SPDX-License-Identifier: MIT
// A program and one of its allocations as a situation to explain: the operations before it are run,
// and what the zones hold then is what the request finds.
#pragma once

#include <string>
#include <string_view>

#include "fuzz/explain/situation.h"

namespace bp::cli {

struct ProgramSituation {
  explain::Situation situation;
  std::string fault;  ///< One line; empty: it was read.
};

/// `op`: from 1; it must be an alloc. `subject`: whose choices are made before it.
ProgramSituation situation_of_program(std::string_view bytes, const std::string& file,
                                      std::size_t op, const std::string& subject);

/// Text that starts as a program does, comments aside.
bool is_program(std::string_view bytes);

}  // namespace bp::cli
