// SPDX-License-Identifier: MIT
// What the statements about impl/row.h are written in: their symbols, and what a run and the two
// levels are by definition.
#pragma once

#include "impl/row.h"
#include "proofs/statement.h"

namespace bp::proofs {

using impl::kFullRow;
using impl::kRowBits;
using impl::kRowOrder;
enum RowSymbol : unsigned { kWord, kBit, kSecond };

inline std::vector<Symbol> word_and_bit() {
  return {word("w"), word("bit", 0, kRowBits - 1), word("second")};
}

inline Statement about_row(std::string id, std::string text, Claim c, std::string subject,
                           std::source_location at = std::source_location::current()) {
  return statement_of(std::move(id), std::move(text), "impl/row.h " + subject, word_and_bit(),
                      std::move(c), at);
}

/// A run of order k starts at `bit`: aligned, and no bit of it is clear. By definition.
template <class W>
auto run_starts_at(const W& w, const W& bit, unsigned k) {
  auto all = (bit & W((std::uint64_t{1} << k) - 1)) == W(0);
  const W moved = w >> bit;
  const std::uint64_t ones = k == kRowOrder ? kFullRow : (std::uint64_t{1} << (1U << k)) - 1;
  return all && (moved & W(ones)) == W(ones);
}

/// Of one frame: it is free in L0, or through its row in L1, never in both.
template <class W>
auto levels_are_apart(const impl::RowPair<W>& p, const W& bit) {
  return p.row == W(0) || !bit_set(p.group, bit);
}

}  // namespace bp::proofs
