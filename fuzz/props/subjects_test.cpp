// SPDX-License-Identifier: MIT
// Properties of sound subjects and of the judge, over random programs. RapidCheck chooses the seed
// and the length; a failing case shrinks to a short program, which the report then shows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "fuzz/engines/execute.h"
#include "fuzz/engines/replay.h"
#include "fuzz/mutants/edited_history.h"
#include "fuzz/program/bytes.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/subject_machine.h"
#include "fuzz/program/text.h"
#include "fuzz/props/rapidcheck.h"
#include "fuzz/subjects/registry.h"
#include "model/rules/gfp_zone.h"

namespace bp {
namespace {

constexpr std::size_t kOps = 96;

/// The same cases on every run, and enough of them; RC_PARAMS in the environment asks for others.
[[maybe_unused]] const int kParams = ::setenv("RC_PARAMS", "seed=20240229 max_success=1000", 0);

/// A random legal program; shrinks in its length.
Program any_program() {
  Rng rng(*rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()));
  const auto ops = *rc::gen::inRange<std::size_t>(1, kOps);
  return random_program(rng, ops);
}

/// What a subject has not given out, by zone, at the end.
std::vector<Pages> left(const History& h) {
  std::vector<Pages> all;
  for (const ZoneCounters& c : h.counters_before(h.outcomes.size()))
    all.push_back(c.free + c.on_pcp);
  return all;
}

/// Allocated and not given back at the end, over all zones.
Pages held(const Program& p, const History& h) {
  Pages sum;
  for (std::size_t i = 0; i < p.ops.size(); ++i) {
    if (h.outcomes[i].status != Status::ok) continue;
    if (p.ops[i].kind == OpKind::alloc) sum += pages_in(p.ops[i].order);
    if (p.ops[i].kind == OpKind::free) sum -= pages_in(p.ops[i].order);
  }
  return sum;
}

RC_GTEST_PROP(Subjects, SoundOnesAreAccepted, ()) {
  const Program p = any_program();
  for (const bp_subject* s : subjects()) {
    const Replay r = replay(p, {.subject = s}, {.file = {}, .subject = s->name});
    if (!r.accepted()) RC_FAIL(r.report);
  }
}

// Which block is given out is the subject's choice; that no page is lost or made is not. What
// calls, references and ranges come to is the judge's to count.
RC_GTEST_PROP(Subjects, EachKeepsEveryPage, ()) {
  const Program p = any_program();
  RC_PRE(std::ranges::none_of(p.ops, [](const Op& op) { return op.is_call() || op.is_range(); }));
  for (const bp_subject* s : subjects()) {
    Executor execute({.subject = s});
    RC_ASSERT(execute.run(p));
    Pages all;
    for (const auto& z : execute.layout().zones) all += z.managed;
    Pages sum = held(p, execute.history());
    for (const Pages n : left(execute.history())) sum += n;
    RC_ASSERT(sum == all);
  }
}

// On a fresh machine of one zone the answer to the first alloc is forced: marks and blocks are the
// same for all, and no list holds a page yet. Types of pageblocks not all subjects have.
RC_GTEST_PROP(Subjects, AgreeWhereTheAnswerIsForced, ()) {
  Program p = any_program();
  RC_PRE(p.ops[0].kind == OpKind::alloc && !p.ops[0].is_call() && !p.machine.is_typed());
  p.ops.resize(1);
  std::vector<Status> answers;
  for (const bp_subject* s : subjects()) {
    Executor execute({.subject = s});
    RC_ASSERT(execute.run(p));
    answers.push_back(execute.history().outcomes[0].status);
  }
  for (const Status s : answers) RC_ASSERT(s == answers[0]);
}

// The judge refuses a sound history that was made wrong in one place, whichever the place.
RC_GTEST_PROP(Judge, RefusesEveryEdit, ()) {
  const Program p = any_program();
  Executor execute({.subject = &lockfree_subject()});
  RC_ASSERT(execute.run(p) && execute.verdict().accepted());
  Rng rng(*rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()));
  Judge judge;
  for (unsigned e = 0; e < kEdits; ++e) {
    const auto edit = Edit{static_cast<std::uint8_t>(e)};
    History h = execute.history();
    if (!edit_history(edit, p, execute.layout(), rng, h)) continue;
    if (judge(p.machine, execute.layout(), p.ops, h, promises_of(execute.subject())).accepted())
      RC_FAIL("accepted: " + std::string(edit_name(edit)) + "\n" + print_text(p));
  }
}

RC_GTEST_PROP(Judge, RefusesNullWhereAFreshMachineServes, ()) {
  Program p = any_program();
  RC_PRE(p.ops[0].kind == OpKind::alloc);
  p.ops.resize(1);
  // The history to be refused shows no types.
  p.machine.highatomic = false;
  p.machine.cma.clear();
  Executor execute({.subject = &naive_subject()});
  RC_ASSERT(execute.run(p));
  Judge judge;
  const Verdict v = judge(p.machine, execute.layout(), p.ops, null_history(execute.layout()));
  RC_ASSERT(v.accepted() == (execute.history().outcomes[0].status == Status::no_memory));
}

// An edit that finds no place would make its property empty: each finds one.
TEST(Judge, EveryEditIsMadeSomewhere) {
  Rng rng(7);
  std::vector<unsigned> made(kEdits);
  Executor execute({.subject = &lockfree_subject()});
  for (unsigned i = 0; i < 300; ++i) {
    const Program p = random_program(rng, kOps);
    ASSERT_TRUE(execute.run(p));
    for (unsigned e = 0; e < kEdits; ++e) {
      History h = execute.history();
      if (edit_history(Edit{static_cast<std::uint8_t>(e)}, p, execute.layout(), rng, h)) ++made[e];
    }
  }
  for (unsigned e = 0; e < kEdits; ++e)
    EXPECT_GT(made[e], 10U) << edit_name(Edit{static_cast<std::uint8_t>(e)});
}

}  // namespace
}  // namespace bp
