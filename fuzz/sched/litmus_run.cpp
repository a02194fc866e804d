// SPDX-License-Identifier: MIT
#include "fuzz/sched/litmus_run.h"

#include <algorithm>
#include <array>

#include "fuzz/sched/axioms.h"
#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/litmus_parse.h"
#include "fuzz/sched/sleep_chooser.h"
#include "model/vocab/check.h"

namespace bp::sched {
namespace {

using Registers = std::array<Number, kLitmusNamesMax>;

Number apply(Operation o, Number old, Number operand) {
  switch (o) {
    case Operation::fetch_add: return old + operand;
    case Operation::fetch_sub: return old - operand;
    case Operation::fetch_and: return old & operand;
    case Operation::fetch_or: return old | operand;
    case Operation::fetch_xor: return old ^ operand;
    default: return operand;
  }
}

/// One thread of one execution.
struct Thread {
  World& world;
  const std::vector<Instruction>& program;
  Registers& registers;

  void operator()() {
    for (const Instruction& i : program) step(i);
  }

 private:
  Number eval(const Sum& s) const {
    Number n = s.constant;
    for (const unsigned r : s.registers) n += registers[r];
    return n;
  }
  static std::uint64_t word(Number n) { return static_cast<std::uint64_t>(n); }

  void step(const Instruction& i) {
    Memory& memory = world.memory;
    const unsigned me = world.task();
    if (i.operation == Operation::fence) {
      if (i.order == std::memory_order_seq_cst) world.point(Pending::kEverywhere, true);
      return memory.fence(me, i.order);
    }
    world.point(i.location, i.operation != Operation::load);
    if (i.operation == Operation::store)
      return memory.store(me, i.location, word(eval(i.operand)), i.order);
    registers[i.result] = static_cast<Number>(read(i, me));
  }

  std::uint64_t read(const Instruction& i, unsigned me) {
    Memory& memory = world.memory;
    if (i.operation == Operation::load) return memory.load(me, i.location, i.order);
    const Number operand = eval(i.operand);
    if (i.operation == Operation::compare_exchange ||
        i.operation == Operation::compare_exchange_weak) {
      std::uint64_t got = 0;
      memory.compare_exchange(me, i.location,
                              {word(eval(i.expected)), word(operand), i.order, i.failure,
                               i.operation == Operation::compare_exchange_weak},
                              got);
      return got;
    }
    return memory.modify(me, i.location, i.order, [&](std::uint64_t old) {
      return word(apply(i.operation, static_cast<Number>(old), operand));
    });
  }
};

Values run_once(const Litmus& program, World& world, Chooser& chooser, const Options& options,
                LitmusRun& run) {
  Registers registers{};
  std::vector<Thread> threads;
  threads.reserve(program.threads.size());
  world.begin(chooser, options);
  for (const Number initial : program.initial)
    world.memory.make_location(kSetup, static_cast<std::uint64_t>(initial));
  for (const auto& t : program.threads) threads.push_back({world, t, registers});
  for (Thread& t : threads) world.spawn(t);
  const Outcome end = world.run();
  check(end.end == End::finished, "a litmus program ends");
  run.steps += end.steps;
  run.load_buffering = run.load_buffering || end.load_buffering;
  Values seen;
  for (const Observed& o : program.observed) {
    seen.push_back(o.location ? static_cast<Number>(world.memory.newest(o.index))
                              : registers[o.index]);
  }
  return seen;
}

LitmusVerdict judge(const Litmus& program, const Values& values, bool produced) {
  if (!program.has_allowed) return LitmusVerdict::unjudged;
  const bool rc11 = std::binary_search(program.rc11.begin(), program.rc11.end(), values);
  const bool cpp20 = std::binary_search(program.cpp20.begin(), program.cpp20.end(), values);
  if (produced) return rc11 && cpp20 ? LitmusVerdict::allowed : LitmusVerdict::forbidden;
  if (rc11 && cpp20) return LitmusVerdict::missing;
  return cpp20 ? LitmusVerdict::load_buffering : LitmusVerdict::seq_cst_rc11;
}

void except_order_of_steps(const Litmus& program, std::vector<LitmusOutcome>& judged) {
  const AxiomOutcomes known = outcomes_by_axioms(program);
  for (LitmusOutcome& o : judged) {
    const bool both = known.rc11.contains(o.values) && known.cpp20.contains(o.values);
    if (o.verdict == LitmusVerdict::missing && both && !known.stepwise.contains(o.values))
      o.verdict = LitmusVerdict::order_of_steps;
  }
}

}  // namespace

namespace {

template <class All>
LitmusRun run_all(const Litmus& program, const Defects& defects, std::uint64_t executions_max,
                  World& world, All& chooser) {
  LitmusRun run;
  Options options;
  options.defects = defects;
  options.watch_load_buffering = true;
  do {
    if (run.executions == executions_max) {
      run.complete = false;
      break;
    }
    run.outcomes.insert(run_once(program, world, chooser, options, run));
    ++run.executions;
  } while (chooser.next());
  return run;
}

}  // namespace

LitmusRun run_litmus(const Litmus& program, const Defects& defects, std::uint64_t executions_max,
                     unsigned deviations_max) {
  World world;
  ExhaustiveChooser chooser(deviations_max);
  return run_all(program, defects, executions_max, world, chooser);
}

LitmusRun run_litmus_asleep(const Litmus& program, const Defects& defects,
                            std::uint64_t executions_max, unsigned deviations_max) {
  World world;
  SleepChooser chooser(world, deviations_max);
  return run_all(program, defects, executions_max, world, chooser);
}

std::vector<LitmusOutcome> judge_litmus(const Litmus& program, const LitmusRun& run) {
  std::set<Values> all = run.outcomes;
  all.insert(program.rc11.begin(), program.rc11.end());
  all.insert(program.cpp20.begin(), program.cpp20.end());
  std::vector<LitmusOutcome> judged;
  for (const Values& v : all) judged.push_back({v, judge(program, v, run.outcomes.contains(v))});
  if (!litmus_holds(judged) && fits_axioms(program)) except_order_of_steps(program, judged);
  return judged;
}

bool litmus_holds(const std::vector<LitmusOutcome>& outcomes) {
  return std::none_of(outcomes.begin(), outcomes.end(), [](const LitmusOutcome& o) {
    return o.verdict == LitmusVerdict::forbidden || o.verdict == LitmusVerdict::missing;
  });
}

const char* verdict_name(LitmusVerdict verdict) {
  switch (verdict) {
    case LitmusVerdict::allowed: return "allowed";
    case LitmusVerdict::forbidden: return "FORBIDDEN";
    case LitmusVerdict::missing: return "MISSING";
    case LitmusVerdict::load_buffering: return "not produced: load buffering, C++20 alone";
    case LitmusVerdict::seq_cst_rc11: return "not produced: seq_cst of RC11 alone";
    case LitmusVerdict::order_of_steps: return "not produced: S against the order of steps";
    case LitmusVerdict::unjudged: return "unjudged";
  }
  return "";
}

const char* verdict_key(LitmusVerdict verdict) {
  switch (verdict) {
    case LitmusVerdict::allowed: return "allowed";
    case LitmusVerdict::forbidden: return "forbidden";
    case LitmusVerdict::missing: return "missing";
    case LitmusVerdict::load_buffering: return "load_buffering";
    case LitmusVerdict::seq_cst_rc11: return "seq_cst_rc11";
    case LitmusVerdict::order_of_steps: return "order_of_steps";
    case LitmusVerdict::unjudged: return "unjudged";
  }
  return "";
}

}  // namespace bp::sched
