// SPDX-License-Identifier: MIT
// The machinery on questions made up for it: each of the four answers, by both solvers, and each
// way in which a solver gives none.
#include "proofs/prove.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "proofs/process.h"
#include "proofs/query.h"
#include "proofs/smtlib.h"

namespace bp::proofs {
namespace {

using std::chrono::milliseconds;

/// A claim about one 8-bit x; `is_false` is its compiled negation.
Obligation about_x(std::string id, Answer expected, z3::expr (*claim)(const z3::expr&),
                   bool (*is_false)(std::uint64_t), z3::expr (*given)(const z3::expr&)) {
  const auto state = [=](z3::context& ctx) -> Query {
    const z3::expr x = ctx.bv_const("x", 8);
    const auto replay = [=](std::span<const std::uint64_t> values) -> Replay {
      return {"x = " + std::to_string(values[0]), is_false(values[0])};
    };
    return {{x}, {{"x is as given", given(x)}}, claim(x), replay};
  };
  return {std::move(id), "x", "none", "proofs/prove_test.cpp", 1, expected, false, state};
}

z3::expr anything(const z3::expr& x) { return x.ctx().bool_val(true); }
z3::expr below_5(const z3::expr& x) { return z3::ult(x, x.ctx().bv_val(5, 8)); }
z3::expr not_itself(const z3::expr& x) { return x != x; }
bool is_not_below_5(std::uint64_t x) { return x >= 5; }

void expect_answer(const Result& r, Answer expected) {
  ASSERT_TRUE(r.z3 && r.cvc5);
  EXPECT_EQ(r.z3->answer, expected) << table({&r, 1});
  EXPECT_EQ(r.cvc5->answer, expected) << table({&r, 1});
}

TEST(Prove, ProvesWhatHoldsUnderItsPremises) {
  const Result r = prove(about_x("T-1", Answer::proved, below_5, is_not_below_5, below_5), {});
  expect_answer(r, Answer::proved);
  EXPECT_TRUE(as_expected(r));
}

TEST(Prove, RefutesWithTheSmallestCounterexample) {
  const Result r = prove(about_x("T-2", Answer::refuted, below_5, is_not_below_5, anything), {});
  expect_answer(r, Answer::refuted);
  EXPECT_TRUE(as_expected(r));
  EXPECT_EQ(r.z3->counterexample, "x = 5");
  EXPECT_TRUE(r.cvc5->counterexample.starts_with("x = ")) << r.cvc5->counterexample;
}

// Premises that nothing meets would prove anything: that is an answer of its own, never a proof.
TEST(Prove, CallsUnmetPremisesVacuous) {
  for (Answer expected : {Answer::proved, Answer::refuted}) {
    const Result r = prove(about_x("T-3", expected, below_5, is_not_below_5, not_itself), {});
    expect_answer(r, Answer::vacuous);
    EXPECT_FALSE(as_expected(r));
    EXPECT_NE(table({&r, 1}).find("cannot be met"), std::string::npos);
  }
}

TEST(Prove, RefutationThatWasNotExpectedIsReported) {
  const Result r = prove(about_x("T-4", Answer::proved, below_5, is_not_below_5, anything), {});
  EXPECT_FALSE(as_expected(r));
  EXPECT_NE(table({&r, 1}).find("proofs/prove_test.cpp:1: T-4 is NOT proved as expected"),
            std::string::npos)
      << table({&r, 1});
  EXPECT_EQ(to_json(r)["as_expected"], false);
  EXPECT_EQ(to_json(r)["z3"]["counterexample"], "x = 5");
}

// A symbolic reading that means something else than the compiled code must not refute anything.
TEST(Prove, CounterexampleThatTheCodeDoesNotShowIsUnknown) {
  const auto never = [](std::uint64_t) { return false; };
  const Result r = prove(about_x("T-5", Answer::refuted, below_5, never, anything), {});
  expect_answer(r, Answer::unknown);
  EXPECT_EQ(r.z3->note, "the compiled code does not show this counterexample: x = 5");
}

// Two 32-bit factors of a product of two primes: more than either solver does in the time.
TEST(Prove, NoAnswerInTimeIsUnknown) {
  const auto state = [](z3::context& ctx) -> Query {
    const z3::expr a = ctx.bv_const("a", 32);
    const z3::expr b = ctx.bv_const("b", 32);
    const z3::expr product = z3::zext(a, 32) * z3::zext(b, 32);
    const std::uint64_t primes = std::uint64_t{4294967291} * 4294967279;
    return {{a, b}, {}, product != ctx.bv_val(primes, 64), nullptr};
  };
  Options options;
  options.limit = milliseconds(100);
  const Result r = prove({"T-6", "x", "none", "f", 1, Answer::proved, false, state}, options);
  expect_answer(r, Answer::unknown);
  EXPECT_FALSE(as_expected(r));
  EXPECT_FALSE(r.z3->note.empty());
  EXPECT_FALSE(r.cvc5->note.empty());
}

TEST(Prove, MissingSolverIsSaidPlainly) {
  Options options;
  options.cvc5 = "no-such-solver";
  const Result r = prove(about_x("T-7", Answer::proved, below_5, is_not_below_5, below_5), options);
  EXPECT_EQ(r.z3->answer, Answer::proved);
  EXPECT_EQ(r.cvc5->answer, Answer::unknown);
  EXPECT_EQ(r.cvc5->note,
            "no-such-solver is not installed: apt-get install cvc5, or ask for z3 only");
  EXPECT_FALSE(as_expected(r));
}

TEST(Prove, AsksOnlyTheSolverThatWasNamed) {
  const Obligation o = about_x("T-8", Answer::proved, below_5, is_not_below_5, below_5);
  Options options;
  options.solver = Solver::z3;
  EXPECT_FALSE(prove(o, options).cvc5);
  options.solver = Solver::cvc5;
  EXPECT_FALSE(prove(o, options).z3);
  EXPECT_TRUE(as_expected(prove(o, options)));
}

TEST(Prove, LeavesItsFileWhereItWasTold) {
  namespace fs = std::filesystem;
  const fs::path folder =
      fs::path(testing::TempDir()) / ("buddyproof-prove-" + std::to_string(::getpid()));
  Options options;
  options.smt2_dir = folder.string();
  const Result r = prove(about_x("T-9", Answer::proved, below_5, is_not_below_5, below_5), options);
  std::ifstream file(r.smt2);
  std::string first;
  std::getline(file, first);
  EXPECT_EQ(first, "; T-9: x");
  EXPECT_EQ(r.smt2, (folder / "T-9.smt2").string());
  fs::remove_all(folder);
  options.smt2_dir = "/dev/null/folder";
  const Result none =
      prove(about_x("T-9", Answer::proved, below_5, is_not_below_5, below_5), options);
  expect_answer(none, Answer::unknown);
  EXPECT_NE(none.z3->note.find("/dev/null/folder"), std::string::npos) << none.z3->note;
}

TEST(Prove, OnlySelectsAnIdAndItsParts) {
  Obligation o;
  Options options;
  options.only = "P-GFP-1";
  const auto is_selected = [&](const char* id) { return o.id = id, selected(o, options); };
  EXPECT_TRUE(is_selected("P-GFP-1"));
  EXPECT_TRUE(is_selected("P-GFP-1.edited-row"));
  EXPECT_FALSE(is_selected("P-GFP-10.zone-bits"));
}

TEST(Smtlib, AnythingButSatAndUnsatIsUnknown) {
  z3::context ctx;
  const z3::expr x = ctx.bv_const("x", 8);
  const auto read = [&](const char* text) { return read_smtlib_answers(text, {&x, 1}); };
  const char* model = "(\n(define-fun x () (_ BitVec 8) #b00000101)\n)\n";
  EXPECT_EQ(read("unsat\nunsat\n").answer, Answer::vacuous);
  EXPECT_EQ(read("sat\nunsat\n").answer, Answer::proved);
  EXPECT_EQ(read((std::string("sat\n") + model + "sat\n" + model).c_str()).values,
            std::vector<std::uint64_t>{5});
  EXPECT_EQ(read("").fault, "premises: no answer");
  EXPECT_EQ(read("sat\n").fault, "claim: no answer");
  EXPECT_EQ(read("sat\nunknown\n").fault, "claim: unknown");
  EXPECT_EQ(read("(error \"no\")\nunsat\n").fault, "premises: (error \"no\")");
  EXPECT_EQ(read("sat\nsat\n(\n)\n").fault, "no value for x in its model");
  EXPECT_EQ(read("sat\nsat\n(define-fun x () (_ BitVec 8) five)\n").answer, Answer::unknown);
}

TEST(Process, EndsAProgramThatDoesNotEnd) {
  const Finished done = run_program({"sleep", "60"}, milliseconds(50));
  EXPECT_EQ(done.fault, "sleep gave no answer in 50 ms");
  EXPECT_LT(done.milliseconds, 10'000);
}

TEST(Process, GivesBothOutputsAndTheStatus) {
  const Finished done =
      run_program({"sh", "-c", "echo one; echo two >&2; exit 3"}, milliseconds(5'000));
  EXPECT_EQ(done.printed, "one\ntwo\n");
  EXPECT_EQ(done.status, 3);
  EXPECT_EQ(done.fault, "");
}

}  // namespace
}  // namespace bp::proofs
