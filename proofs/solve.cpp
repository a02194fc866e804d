// SPDX-License-Identifier: MIT
#include "proofs/solve.h"

#include "proofs/fmt.h"

#include "proofs/process.h"
#include "proofs/smtlib.h"

namespace bp::proofs {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

Run unknown(std::string note, double milliseconds = 0) {
  Run run;
  run.milliseconds = milliseconds;
  run.note = std::move(note);
  return run;
}

/// Refuted, if the compiled code agrees.
Run refuted(const Query& q, std::span<const std::uint64_t> values, double milliseconds) {
  const Replay replay = q.replay(values);
  if (!replay.is_real) {
    return unknown("the compiled code does not show this counterexample: " + replay.text,
                   milliseconds);
  }
  Run run;
  run.answer = Answer::refuted;
  run.milliseconds = milliseconds;
  run.counterexample = replay.text;
  return run;
}

bool can_be(z3::solver& solver, const z3::expr& condition) {
  z3::expr_vector assumed(solver.ctx());
  assumed.push_back(condition);
  return (solver.check)(assumed) == z3::sat;
}

/// Bit by bit from the top.
std::uint64_t smallest_word(z3::solver& solver, const z3::expr& symbol) {
  std::uint64_t value = 0;
  for (unsigned bit = symbol.get_sort().bv_size(); bit-- > 0;) {
    const z3::expr is_set = symbol.extract(bit, bit) == 1;
    const bool can_be_clear = can_be(solver, !is_set);
    solver.add(can_be_clear ? !is_set : is_set);
    if (!can_be_clear) value |= std::uint64_t{1} << bit;
  }
  return value;
}

std::uint64_t smallest_truth(z3::solver& solver, const z3::expr& symbol) {
  const bool can_be_false = can_be(solver, !symbol);
  solver.add(can_be_false ? !symbol : symbol);
  return can_be_false ? 0 : 1;
}

/// By halving; numbers here are not negative and fit 64 bits.
std::uint64_t smallest_number(z3::solver& solver, const z3::expr& symbol) {
  std::int64_t low = 0;
  std::int64_t high = std::int64_t{1} << 62;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const bool is_possible = can_be(solver, symbol <= symbol.ctx().int_val(middle));
    if (is_possible) high = middle;
    if (!is_possible) low = middle + 1;
  }
  solver.add(symbol == symbol.ctx().int_val(low));
  return static_cast<std::uint64_t>(low);
}

/// The smallest values under which the solver's assertions hold. The solver has just answered sat.
std::vector<std::uint64_t> smallest_values(z3::solver& solver, const Query& q) {
  std::vector<std::uint64_t> values;
  for (const z3::expr& symbol : q.symbols) {
    if (symbol.is_bv()) values.push_back(smallest_word(solver, symbol));
    if (symbol.is_int()) values.push_back(smallest_number(solver, symbol));
    if (symbol.is_bool()) values.push_back(smallest_truth(solver, symbol));
  }
  return values;
}

}  // namespace

Run ask_z3(const Query& q, const Options& options) {
  const auto begin = Clock::now();
  z3::solver solver(q.claim.ctx());
  solver.set("timeout", static_cast<unsigned>(options.limit.count()));
  for (const Premise& p : q.premises) solver.add(p.holds);
  const z3::check_result premises = (solver.check)();
  if (premises == z3::unknown) {
    return unknown("z3, premises: " + solver.reason_unknown(), milliseconds_since(begin));
  }
  Run run;
  run.answer = Answer::vacuous;
  if (premises == z3::sat) {
    solver.add(!q.claim);
    const z3::check_result failure = (solver.check)();
    const double milliseconds = milliseconds_since(begin);
    if (failure == z3::unknown) {
      return unknown("z3, claim: " + solver.reason_unknown(), milliseconds);
    }
    if (failure == z3::sat) return refuted(q, smallest_values(solver, q), milliseconds);
    run.answer = Answer::proved;
  }
  run.milliseconds = milliseconds_since(begin);
  return run;
}

Run ask_cvc5(const Query& q, const std::string& file, const Options& options) {
  // Two questions share the limit that the process is held to, so it gets twice the time of one.
  const auto limit = 2 * options.limit;
  const Finished done =
      run_program({options.cvc5, "--incremental", "--produce-models", "--dump-models",
                   fmt::format("--tlimit-per={}", options.limit.count()), file},
                  limit);
  if (done.is_missing) {
    return unknown(options.cvc5 + " is not installed: apt-get install cvc5, or ask for z3 only");
  }
  if (!done.fault.empty()) return unknown(done.fault, done.milliseconds);
  const SmtlibAnswers read = read_smtlib_answers(done.printed, q.symbols);
  if (read.answer == Answer::unknown) return unknown("cvc5, " + read.fault, done.milliseconds);
  if (read.answer == Answer::refuted) return refuted(q, read.values, done.milliseconds);
  Run run;
  run.answer = read.answer;
  run.milliseconds = done.milliseconds;
  return run;
}

}  // namespace bp::proofs
