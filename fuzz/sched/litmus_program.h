// SPDX-License-Identifier: MIT
// A litmus program as a value: a few threads of a few atomic operations, what is observed at the
// end, and the outcomes that the memory models allow. The text form is in litmus_parse.h.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bp::sched {

using Number = std::int64_t;

/// A sum of registers and a constant.
struct Sum {
  Number constant = 0;
  std::vector<unsigned> registers;
};

enum class Operation : std::uint8_t {
  load,
  store,
  exchange,
  fetch_add,
  fetch_sub,
  fetch_and,
  fetch_or,
  fetch_xor,
  compare_exchange,
  compare_exchange_weak,
  fence,
};

struct Instruction {
  Operation operation = Operation::fence;
  unsigned location = 0;  ///< Index into Litmus::locations; not for fences.
  unsigned result = 0;    ///< The register that gets what was read; not for stores and fences.
  Sum operand;            ///< What is stored, added, ...; the desired value of a CAS.
  Sum expected;           ///< Of a CAS.
  std::memory_order order = std::memory_order_seq_cst;    ///< Of a CAS: on success.
  std::memory_order failure = std::memory_order_seq_cst;  ///< Of a CAS.
};

/// What an outcome shows of the end: a register, or the last value of a location.
struct Observed {
  std::string name;
  bool location = false;
  unsigned index = 0;
};

/// One number for each Observed.
using Values = std::vector<Number>;

struct Litmus {
  std::string name;
  std::vector<std::string> locations;
  std::vector<Number> initial;  ///< By location.
  std::vector<std::string> registers;
  std::vector<std::vector<Instruction>> threads;
  std::vector<Observed> observed;
  bool has_allowed = false;
  std::vector<Values> rc11;   ///< Allowed by RC11; ascending.
  std::vector<Values> cpp20;  ///< Allowed by C++20; the same where the file does not say.
};

}  // namespace bp::sched
