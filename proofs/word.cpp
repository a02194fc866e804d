// SPDX-License-Identifier: MIT
#include "proofs/word.h"

namespace bp::proofs {

SymWord<64> lowest_set(const SymWord<64>& w) {
  check(Explorer::current() != nullptr, "a bit is looked for inside an exploration");
  z3::context& ctx = Explorer::current()->ctx();
  const z3::expr value = w.value(ctx);
  z3::expr number = ctx.bv_val(0, 64);
  for (unsigned bit = 64; bit-- > 0;) {
    number = z3::ite(value.extract(bit, bit) == ctx.bv_val(1, 1), ctx.bv_val(bit, 64), number);
  }
  return SymWord<64>{number};
}

}  // namespace bp::proofs
