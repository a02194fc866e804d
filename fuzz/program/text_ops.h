// SPDX-License-Identifier: MIT
// The operation lines of program text.
#pragma once

#include "fuzz/program/text_machine.h"
#include "model/vocab/program.h"

namespace bp::text {

/// Reads one operation whose first word is `first`. `orders` holds what each alloc so far asked for
/// and grows with each alloc.
MaybeFault read_op(const Word& first, Words& words, const Machine& m, std::vector<Order>& orders,
                   Op& out);

}  // namespace bp::text
