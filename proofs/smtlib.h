// SPDX-License-Identifier: MIT
// A query as an SMT-LIB 2.6 file that any solver reads: two questions, first whether the premises
// can be met (must be sat), then whether the claim can fail under them (unsat: proved).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proofs/prove.h"
#include "proofs/query.h"

namespace bp::proofs {

std::string smtlib_text(const Obligation& o, const Query& q);

/// What a solver printed for such a file, with its models.
struct SmtlibAnswers {
  Answer answer = Answer::unknown;
  std::vector<std::uint64_t> values;  ///< If refuted: of the query's symbols, in their order.
  std::string fault;                  ///< If unknown: the line that was not understood.
};
SmtlibAnswers read_smtlib_answers(std::string_view printed, std::span<const z3::expr> symbols);

}  // namespace bp::proofs
