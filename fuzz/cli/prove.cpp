// SPDX-License-Identifier: MIT
// `buddyproof prove`: every obligation, what each solver answered, and how long it took.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <span>
#include <thread>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "proofs/edits.h"
#include "proofs/headers.h"
#include "proofs/prove.h"

namespace bp::cli {
namespace {

struct ProveFlags {
  std::string only, solver = "both", smt2, html, headers, compiler = "clang-19";
  double seconds = 60;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  bool list = false, json = false, with_long = false, no_cache = false, soundness = false;
};

const std::map<std::string, proofs::Solver> kSolvers{
    {"z3", proofs::Solver::z3}, {"cvc5", proofs::Solver::cvc5}, {"both", proofs::Solver::both}};

using Obligations = std::span<const proofs::Obligation>;

int list(const ProveFlags& f, const proofs::Options& options, Obligations all) {
  for (const proofs::Obligation& o : all) {
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

/// A wrong answer is a violation; no answer, in time or at all, a fault of the machine.
int status_of(const std::vector<proofs::Result>& results) {
  int status = kFine;
  for (const proofs::Result& r : results) {
    if (proofs::as_expected(r)) continue;
    const auto is_wrong = [&](const std::optional<proofs::Run>& run) {
      return run && run->answer != proofs::Answer::unknown && run->answer != r.expected;
    };
    if (is_wrong(r.z3) || is_wrong(r.cvc5)) return kViolation;
    status = kInfrastructure;
  }
  return status;
}

void show_progress(std::size_t done, std::size_t all) {
  std::fprintf(stderr, "\r%zu of %zu%s", done, all, done == all ? "\r\033[K" : "");
}

void summarise(const std::vector<proofs::Result>& results) {
  const auto count = [&](auto holds) {
    return static_cast<std::size_t>(std::count_if(results.begin(), results.end(), holds));
  };
  const std::size_t fine = count(proofs::as_expected);
  const std::size_t cached = count([](const proofs::Result& r) { return r.is_cached; });
  std::printf("%zu obligations: %zu as expected, %zu not; %zu from the cache\n", results.size(),
              fine, results.size() - fine, cached);
}

proofs::Options options_of(const ProveFlags& f) {
  proofs::Options options;
  options.only = f.only;
  options.smt2_dir = f.smt2;
  options.limit = std::chrono::milliseconds(static_cast<std::int64_t>(f.seconds * 1000));
  options.solver = kSolvers.at(f.solver);
  options.with_long = f.with_long;
  options.jobs = f.jobs;
  if (!f.no_cache) options.cache_dir = (source_tree() / "build/proofs").string();
  if (!f.json && ::isatty(STDERR_FILENO) != 0) options.progress = show_progress;
  return options;
}

int ask(const ProveFlags& f, Obligations all) {
  const proofs::Options options = options_of(f);
  if (std::none_of(all.begin(), all.end(),
                   [&](const auto& o) { return proofs::selected(o, options); }))
    return fail(
        kUsage,
        fmt::format("--only {}: no obligation of this id; see 'buddyproof prove --list'", f.only));
  if (f.list) return list(f, options, all);
  const std::vector<proofs::Result> results = proofs::prove_all(all, options);
  if (f.json) {
    for (const auto& r : results) std::printf("%s\n", proofs::to_json(r).dump().c_str());
  } else {
    std::printf("%s", proofs::table(results).c_str());
  }
  if (!f.html.empty()) {
    std::ofstream page(f.html);
    page << proofs::html(results, proofs::read_edits(source_tree() / "proofs/edits.txt"))
         << std::flush;
    if (!page) return fail(kInfrastructure, fmt::format("{}: cannot be written", f.html));
  }
  if (!f.json) summarise(results);
  return status_of(results);
}

/// The configuration of an unpacked header package instead of the obligations of what ships.
int ask_of_headers(const ProveFlags& f) {
  const proofs::HeaderProbe probe = proofs::probe_headers(f.headers, f.compiler);
  if (!probe.fault.empty()) {
    return fail(probe.is_infrastructure ? kInfrastructure : kUsage, "--headers " + probe.fault);
  }
  if (!f.json) std::printf("%s\n", proofs::headers_text(probe.facts).c_str());
  return ask(f, proofs::header_obligations(probe.facts));
}

int prove(const ProveFlags& f) {
  if (f.soundness) return std::printf("%s", proofs::soundness_text().c_str()), kFine;
  return f.headers.empty() ? ask(f, proofs::obligations()) : ask_of_headers(f);
}

}  // namespace

void add_prove(CLI::App& app, Action& action) {
  const auto f = std::make_shared<ProveFlags>();
  CLI::App* verb =
      app.add_subcommand("prove", "Prove what holds for all inputs of the shipped code");
  verb->add_flag("--list", f->list, "Name the obligations and stop");
  verb->add_option("--only", f->only, "One obligation and its parts, by id");
  verb->add_option("--solver", f->solver, "z3, cvc5 or both (the default)")
      ->transform(CLI::IsMember({"z3", "cvc5", "both"}));
  verb->add_option("--smt2", f->smt2, "Leave the SMT-LIB files in this folder");
  verb->add_flag("--long", f->with_long, "Those too that take minutes");
  verb->add_option("--jobs", f->jobs, "How many at a time; all cores unless said")
      ->transform(CLI::Range(1U, 256U));
  verb->add_flag("--soundness", f->soundness, "Print the generated part of proofs/SOUNDNESS.md");
  verb->add_flag("--no-cache", f->no_cache, "Ask again what an earlier run has answered");
  verb->add_option("--html", f->html, "Write the results as one page to this file");
  verb->add_option("--timeout,--seconds", f->seconds, "Seconds for one answer of one solver")
      ->transform(CLI::Range(0.001, 86400.0));
  verb->add_option("--headers", f->headers,
                   "Prove the configuration of the Debian kernel header packages unpacked here");
  verb->add_option("--compiler", f->compiler, "The clang that compiles them; clang-19 unless said");
  verb->add_flag("--json", f->json, "One JSON object an obligation");
  verb->footer(
      "Every obligation is shown not to be vacuous, and some are edited and must be refuted.\n\n"
      "  buddyproof prove --only P-GFP-1 --smt2 /tmp/smt2");
  verb->callback([f, &action] { action = [f] { return prove(*f); }; });
}

}  // namespace bp::cli
