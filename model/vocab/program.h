// SPDX-License-Identifier: MIT
// The first of the five values: a machine, operations on it, and every choice of the schedule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/vocab/machine.h"
#include "model/vocab/operation.h"

namespace bp {

inline constexpr std::size_t kOpsMax = std::size_t{1} << 24;       ///< A long trace fits.
inline constexpr std::size_t kScheduleMax = std::size_t{1} << 20;  ///< Choices of one execution.
inline constexpr unsigned kOffsetMax =
    1023;  ///< Largest offset of a free: inside the largest block.

struct Program {
  Machine machine;
  std::vector<Op> ops;
  std::uint64_t execution_hash = 0;    ///< Of the run that the schedule was recorded from; 0: none.
  std::vector<std::uint8_t> schedule;  ///< Choices in order. A sequential run makes none.

  bool operator==(const Program&) const = default;
};

struct ProgramFault {
  std::optional<std::size_t> op;  ///< Which operation; none: the machine or the bounds.
  std::string what;
};

/// Nothing, if the program is legal: a valid machine, CPUs and nodes that exist, orders and offsets
/// in range, flags of the machine's era, handles that an earlier alloc defined, calls with what
/// they take and nothing else.
std::optional<ProgramFault> first_fault(const Program& p);

}  // namespace bp
