// SPDX-License-Identifier: MIT
// The proof obligations of the shipped code, and two solvers that answer them. Z3 answers in this
// process; cvc5 answers in one of its own, from an SMT-LIB file that can be kept and given to any
// other solver.
//
// Four honest answers. Only the expected one counts as fine: a refutation that was expected shows
// that the obligation can fail at all, and a vacuous or unknown answer is never expected of what
// ships. Trusted: z3's term construction, which both solvers' questions go through; the compiler,
// which compiles the shipped templates for their real words. Not claimed: checked proof objects.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace z3 {
class context;
}

namespace bp::proofs {

struct EditTable;
struct Query;

enum class Answer {
  proved,   ///< Holds for every value of the symbols that meets the premises.
  refuted,  ///< A counterexample was found, and the compiled code shows it too.
  vacuous,  ///< Nothing meets the premises: the statement says nothing.
  unknown,  ///< No answer: time is up, a solver is missing, or it contradicts itself. See the note.
};
const char* answer_name(Answer a);

struct Obligation {
  std::string id;         ///< "P-GFP-1"; a part or an edited copy of it is "P-GFP-1.name".
  std::string statement;  ///< One line, for any value of what it does not mention.
  std::string subject;    ///< The shipped expression that is instantiated, as "file function()".
  std::string file;       ///< Where it is stated, from the top of the tree.
  unsigned line = 0;
  Answer expected = Answer::proved;
  bool is_long = false;                           ///< Left out unless asked for: it takes minutes.
  std::function<Query(z3::context&)> state = {};  ///< Builds the question; "proofs/query.h".
};

/// All obligations, in the order in which they are reported; ids are unique.
std::span<const Obligation> obligations();

enum class Solver { z3, cvc5, both };

struct Options {
  std::string only;  ///< An id: it and its parts. Empty: all.
  Solver solver = Solver::both;
  std::string smt2_dir;  ///< Files are left here; empty: in a temporary folder that is removed.
  std::chrono::milliseconds limit{10'000};  ///< For one answer of one solver.
  std::string cvc5 = "cvc5";                ///< The program, by name or path.
  bool with_long = false;  ///< Those too that take minutes; one that `only` names always.
  unsigned jobs = 1;       ///< How many are asked at a time, each in a thread of its own.
  std::string cache_dir;   ///< Answers as expected are kept here by query; empty: nowhere.
  std::function<void(std::size_t done, std::size_t all)> progress = {};  ///< One call at a time.
};

/// One solver's answer.
struct Run {
  Answer answer = Answer::unknown;
  double milliseconds = 0;     ///< Premises and claim; cvc5: with the start of its process.
  std::string counterexample;  ///< If refuted: in words, one line.
  std::string note;            ///< If unknown: why, and what to do.
};

struct Result {
  std::string id, statement, subject, file;
  unsigned line = 0;
  Answer expected = Answer::proved;
  std::vector<std::string> premises;
  std::optional<Run> z3, cvc5;  ///< Of the solvers asked.
  std::string smt2;             ///< The file's name if it was kept.
  bool is_cached = false;       ///< The answers are those of an earlier run of the same query.
};

/// Whether `options.only` selects it.
bool selected(const Obligation& o, const Options& options);

/// Whatever `options.only` says. Never throws for what a solver or the disk does: that becomes an
/// unknown with a note.
Result prove(const Obligation& o, const Options& options);

/// Those of `all` that are selected, in order; `options.jobs` at a time.
std::vector<Result> prove_all(std::span<const Obligation> all, const Options& options);

/// Every solver asked gave the expected answer, and at least one was asked.
bool as_expected(const Result& r);

/// For people: a table, then each counterexample, each note and each surprise on a line of its own.
std::string table(std::span<const Result> results);

nlohmann::json to_json(const Result& r);

/// The generated part of SOUNDNESS.md: what is stated where, and which properties are left out.
std::string soundness_text();

/// One page without links to anything outside of it.
std::string html(std::span<const Result> results, const EditTable& edits);

}  // namespace bp::proofs
