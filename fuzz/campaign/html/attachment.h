// SPDX-License-Identifier: MIT
// Results of other verbs that a report may carry, read from the files they wrote: proofs, planted
// bugs, code coverage. Each is read whole and checked; what is missing or of another kind is a
// fault with the file and the line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bp::campaign::html {

/// One line of `prove --json`.
struct ProofRow {
  std::string id, statement, expected;
  bool as_expected = false;
  std::string z3, cvc5;  ///< Answers; empty: not asked.
};

/// One line of `mutants --run --json`.
struct MutantRow {
  std::string name, kind, engine, rule;
  bool found = false;
  std::uint64_t executions = 0;
  double seconds = 0;
};

/// One file of `llvm-cov export --summary-only`.
struct CoverageRow {
  std::string file;  ///< Less the folder that all share.
  std::uint64_t lines = 0, lines_covered = 0, branches = 0, branches_covered = 0;
};

/// One line of ci/coverage's uncovered.jsonl: lines of code that no replay of the corpus runs.
struct UncoveredRow {
  std::string file, text;  ///< From the top of the tree; the first of the lines.
  std::uint64_t line = 0, lines = 0;
  std::string test;    ///< The test program that runs them, or
  std::string reason;  ///< why none can; both empty: nothing explains them.
};

struct Attachments {
  std::optional<std::vector<ProofRow>> proofs;
  std::optional<std::vector<MutantRow>> mutants;
  std::optional<std::vector<CoverageRow>> coverage;
  std::optional<std::vector<UncoveredRow>> uncovered;
};

/// Of each: nothing and a fault if the file cannot be read as one.
std::optional<std::vector<ProofRow>> read_proofs(const std::filesystem::path& f,
                                                 std::string& fault);
std::optional<std::vector<MutantRow>> read_mutants(const std::filesystem::path& f,
                                                   std::string& fault);
std::optional<std::vector<CoverageRow>> read_coverage(const std::filesystem::path& f,
                                                      std::string& fault);
std::optional<std::vector<UncoveredRow>> read_uncovered(const std::filesystem::path& f,
                                                        std::string& fault);

}  // namespace bp::campaign::html
