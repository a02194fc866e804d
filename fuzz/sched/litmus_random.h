// SPDX-License-Identifier: MIT
// For tests: small random litmus programs as text, with every operation and order.
#pragma once

#include <string>
#include <vector>

#include "fuzz/program/rng.h"

namespace bp::sched {

struct RandomLitmus {
  bool seq_cst = true;  ///< Among the orders.
  unsigned threads_max = 3;
  unsigned instructions_max = 3;  ///< A thread.
  unsigned events_max = 7;
};

inline std::string random_order(Rng& rng, const std::vector<std::string>& orders, bool seq_cst) {
  if (seq_cst && rng.one_in(2)) return "sc";
  return rng.pick(orders);
}

inline std::string random_instruction(Rng& rng, bool seq_cst, unsigned& registers,
                                      unsigned& stored) {
  const std::string at = rng.one_in(2) ? "x" : "y";
  const std::string to = std::to_string(++stored);
  const auto load = [&] { return random_order(rng, {"rlx", "acq"}, seq_cst); };
  const auto store = [&] { return random_order(rng, {"rlx", "rel"}, seq_cst); };
  const auto both = [&] { return random_order(rng, {"rlx", "acq", "rel", "ar"}, seq_cst); };
  const auto result = [&] { return "r" + std::to_string(registers++) + " = "; };
  switch (rng.below(8)) {
    case 0:
    case 1:
    case 2: return "store " + at + " " + to + " " + store();
    case 3:
    case 4: return result() + "load " + at + " " + load();
    case 5: return "fence " + random_order(rng, {"acq", "rel", "ar"}, seq_cst);
    case 6: return result() + "exchange " + at + " " + to + " " + both();
    default: break;
  }
  const std::string expected = std::to_string(rng.below(3));
  return result() + "compare_exchange " + at + " " + expected + " " + to + " " + both() + " " +
         load();
}

/// Observes every register and every location.
inline std::string random_litmus(Rng& rng, const RandomLitmus& shape) {
  std::string text = "litmus random\ninit x 0\ninit y 0\n";
  unsigned registers = 0;
  unsigned stored = 0;
  unsigned events = 0;
  const unsigned threads = rng.between(2, shape.threads_max);
  for (unsigned t = 0; t < threads; ++t) {
    text += "thread\n";
    const unsigned n = rng.between(1, shape.instructions_max);
    for (unsigned i = 0; i < n && events < shape.events_max; ++i, ++events)
      text += "  " + random_instruction(rng, shape.seq_cst, registers, stored) + "\n";
  }
  text += "observe x y";
  for (unsigned r = 0; r < registers; ++r) text += " r" + std::to_string(r);
  return text + "\n";
}

}  // namespace bp::sched
