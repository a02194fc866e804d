// SPDX-License-Identifier: MIT
// Results as a table for people and as JSON for programs.
#include "proofs/fmt.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proofs/prove.h"

namespace bp::proofs {
namespace {

constexpr std::size_t kColumns = 6;
using Row = std::vector<std::string>;

std::string cell(const std::optional<Run>& run) {
  return run ? fmt::format("{} ({:.0f})", answer_name(run->answer), run->milliseconds) : "-";
}

bool answered(const std::optional<Run>& run, Answer a) { return run && run->answer == a; }

std::string premises_cell(const Result& r) {
  if (r.premises.empty()) return "none";
  if (answered(r.z3, Answer::vacuous) || answered(r.cvc5, Answer::vacuous)) return "cannot be met";
  const bool is_met =
      (r.z3 && r.z3->answer != Answer::unknown) || (r.cvc5 && r.cvc5->answer != Answer::unknown);
  return fmt::format("{}, {}", r.premises.size(), is_met ? "can be met" : "undecided");
}

Row row_of(const Result& r) {
  return {r.id, r.statement, cell(r.z3), cell(r.cvc5), answer_name(r.expected), premises_cell(r)};
}

/// The first counterexample there is: z3's is the smallest.
std::string counterexample_of(const Result& r) {
  if (r.z3 && !r.z3->counterexample.empty()) return r.z3->counterexample;
  return r.cvc5 ? r.cvc5->counterexample : "";
}

std::string lines_below(const Result& r) {
  std::string text;
  if (const std::string found = counterexample_of(r); !found.empty()) {
    text += fmt::format("{}: counterexample: {}\n", r.id, found);
  }
  for (const auto* run : {&r.z3, &r.cvc5}) {
    if (*run && !(*run)->note.empty()) text += fmt::format("{}: {}\n", r.id, (*run)->note);
  }
  if (!as_expected(r)) {
    text += fmt::format("{}:{}: {} is NOT {} as expected: {}\n", r.file, r.line, r.id,
                        answer_name(r.expected), r.subject);
  }
  return text;
}

nlohmann::json run_json(const Run& run) {
  nlohmann::json j{{"answer", answer_name(run.answer)}, {"ms", run.milliseconds}};
  if (!run.counterexample.empty()) j["counterexample"] = run.counterexample;
  if (!run.note.empty()) j["note"] = run.note;
  return j;
}

}  // namespace

std::string table(std::span<const Result> results) {
  std::vector<Row> rows{{"id", "statement", "z3 (ms)", "cvc5 (ms)", "expected", "premises"}};
  for (const Result& r : results) rows.push_back(row_of(r));
  std::size_t widths[kColumns] = {};
  for (const Row& row : rows) {
    for (std::size_t c = 0; c < kColumns; ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < kColumns; ++c) line += fmt::format("{:<{}}  ", row[c], widths[c]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  for (const Result& r : results) text += lines_below(r);
  return text;
}

nlohmann::json to_json(const Result& r) {
  nlohmann::json j{{"id", r.id},
                   {"statement", r.statement},
                   {"subject", r.subject},
                   {"file", r.file},
                   {"line", r.line},
                   {"expected", answer_name(r.expected)},
                   {"as_expected", as_expected(r)},
                   {"premises", r.premises}};
  if (r.z3) j["z3"] = run_json(*r.z3);
  if (r.cvc5) j["cvc5"] = run_json(*r.cvc5);
  if (!r.smt2.empty()) j["smt2"] = r.smt2;
  return j;
}

}  // namespace bp::proofs
