// SPDX-License-Identifier: MIT
// `buddyproof prove`: every obligation, what each solver answered, and how long it took.
#include <algorithm>
#include <cstdio>
#include <map>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "proofs/prove.h"

namespace bp::cli {
namespace {

struct Flags {
  std::string only, solver = "both", smt2;
  double seconds = 10;
  bool list = false, json = false;
};

const std::map<std::string, proofs::Solver> kSolvers{
    {"z3", proofs::Solver::z3}, {"cvc5", proofs::Solver::cvc5}, {"both", proofs::Solver::both}};

int list(const Flags& f, const proofs::Options& options) {
  for (const proofs::Obligation& o : proofs::obligations()) {
    if (!proofs::selected(o, options)) continue;
    if (f.json) {
      const nlohmann::json j{{"id", o.id},           {"statement", o.statement},
                             {"subject", o.subject}, {"file", o.file},
                             {"line", o.line},       {"expected", proofs::answer_name(o.expected)}};
      std::printf("%s\n", j.dump().c_str());
    } else {
      std::printf("%-24s %-8s %s\n", o.id.c_str(), proofs::answer_name(o.expected),
                  o.statement.c_str());
    }
  }
  return kFine;
}

/// A wrong answer is a violation; no answer at all is a budget that was too small.
int status_of(const std::vector<proofs::Result>& results) {
  bool undecided = false;
  for (const proofs::Result& r : results) {
    if (proofs::as_expected(r)) continue;
    const auto wrong = [](const std::optional<proofs::Run>& run) {
      return run && run->answer != proofs::Answer::unknown;
    };
    const auto other = [&](const std::optional<proofs::Run>& run) {
      return wrong(run) && run->answer != r.expected;
    };
    if (other(r.z3) || other(r.cvc5)) return kViolation;
    undecided = true;
  }
  return undecided ? kUndecided : kFine;
}

int prove(const Flags& f) {
  proofs::Options options;
  options.only = f.only;
  options.smt2_dir = f.smt2;
  options.limit = std::chrono::milliseconds(static_cast<std::int64_t>(f.seconds * 1000));
  options.solver = kSolvers.at(f.solver);
  const auto all = proofs::obligations();
  if (std::none_of(all.begin(), all.end(),
                   [&](const auto& o) { return proofs::selected(o, options); }))
    return fail(
        kUsage,
        fmt::format("--only {}: no obligation of this id; see 'buddyproof prove --list'", f.only));
  if (f.list) return list(f, options);
  const std::vector<proofs::Result> results = proofs::prove_all(all, options);
  if (f.json) {
    for (const auto& r : results) std::printf("%s\n", proofs::to_json(r).dump().c_str());
  } else {
    std::printf("%s", proofs::table(results).c_str());
  }
  return status_of(results);
}

}  // namespace

void add_prove(CLI::App& app, Action& action) {
  const auto f = std::make_shared<Flags>();
  CLI::App* verb =
      app.add_subcommand("prove", "Prove what holds for all inputs of the shipped code");
  verb->add_flag("--list", f->list, "Name the obligations and stop");
  verb->add_option("--only", f->only, "One obligation and its parts, by id");
  verb->add_option("--solver", f->solver, "z3, cvc5 or both (the default)")
      ->transform(CLI::IsMember({"z3", "cvc5", "both"}));
  verb->add_option("--smt2", f->smt2, "Leave the SMT-LIB files in this folder");
  verb->add_option("--seconds", f->seconds, "For one answer of one solver")
      ->transform(CLI::Range(0.001, 86400.0));
  verb->add_flag("--json", f->json, "One JSON object an obligation");
  verb->footer(
      "Every obligation is shown not to be vacuous, and some are edited and must be refuted.\n\n"
      "  buddyproof prove --only P-GFP-1 --smt2 /tmp/smt2");
  verb->callback([f, &action] { action = [f] { return prove(*f); }; });
}

}  // namespace bp::cli
