// SPDX-License-Identifier: MIT
#include "fuzz/sched/axioms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/litmus_corpus.h"
#include "fuzz/sched/litmus_random.h"
#include "fuzz/sched/litmus_run.h"

namespace bp::sched {
namespace {

using Outcomes = std::set<Values>;

Outcomes common(const Outcomes& a, const Outcomes& b) {
  Outcomes both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(both, both.end()));
  return both;
}

std::string text_of(const Outcomes& outcomes) {
  std::string text;
  for (const Values& v : outcomes) {
    for (const Number n : v) text += std::to_string(n) + " ";
    text += "| ";
  }
  return text;
}

/// Two descriptions by two hands: what the corpus says and what the axioms say.
TEST(Axioms, AgreeWithTheCorpus) {
  for (const LitmusFile& f : litmus_corpus(BP_SOURCE_DIR)) {
    const Litmus& p = *f.parsed.program;
    if (!fits_axioms(p)) continue;
    const AxiomOutcomes by_axioms = outcomes_by_axioms(p);
    const Outcomes rc11(p.rc11.begin(), p.rc11.end());
    const Outcomes cpp20(p.cpp20.begin(), p.cpp20.end());
    EXPECT_EQ(text_of(by_axioms.rc11), text_of(rc11)) << p.name;
    // The axioms leave load buffering out, which C++20 allows.
    EXPECT_EQ(text_of(common(by_axioms.cpp20, rc11)), text_of(common(cpp20, rc11))) << p.name;
  }
}

struct Differences {
  unsigned from_models = 0;    ///< Programs of which the simulator does not produce all.
  unsigned from_stepwise = 0;  ///< Programs where the one extra axiom does not explain it.
  std::string first;
};

Differences compare(const RandomLitmus& shape, std::uint64_t seed, unsigned programs) {
  Differences d;
  Rng rng(seed);
  for (unsigned i = 0; i < programs; ++i) {
    const std::string text = random_litmus(rng, shape);
    const LitmusParse parsed = parse_litmus(text);
    EXPECT_TRUE(parsed.program) << text << parsed.line << ": " << parsed.fault;
    if (!parsed.program) return d;
    const AxiomOutcomes known = outcomes_by_axioms(*parsed.program);
    const Outcomes got = run_litmus(*parsed.program, {}, ~0U, kAnyDeviations).outcomes;
    if (got != common(known.rc11, known.cpp20)) ++d.from_models;
    if (got == known.stepwise) continue;
    ++d.from_stepwise;
    if (d.first.empty())
      d.first = text + "simulated " + text_of(got) + "\nby axioms " + text_of(known.stepwise);
  }
  return d;
}

TEST(Axioms, WithoutSeqCstTheSimulatorProducesExactlyWhatBothModelsAllow) {
  const Differences d = compare({.seq_cst = false, .events_max = 6}, 1, 1000);
  EXPECT_EQ(d.from_stepwise, 0U) << d.first;
  EXPECT_EQ(d.from_models, 0U);
}

/// The one exception is exactly the one that is named, and it is rare.
TEST(Axioms, WithSeqCstTheOrderOfStepsIsTheOnlyException) {
  const Differences d = compare({.seq_cst = true}, 2, 1000);
  EXPECT_EQ(d.from_stepwise, 0U) << d.first;
  EXPECT_GT(d.from_models, 0U);
  EXPECT_LT(d.from_models, 20U);
}

}  // namespace
}  // namespace bp::sched
