// SPDX-License-Identifier: MIT
#include "fuzz/cli/mutants_model.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/mutants/model_run.h"
#include "fuzz/mutants/rule_edits.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "model/vocab/machine.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;

/// Beside the repository's recordings.
constexpr std::string_view kHintsFile = "kills.txt";

bool is_chosen(const ModelMutantFlags& f, const ModelMutant& m) {
  if (f.only.empty()) return true;
  return std::ranges::any_of(
      f.only, [&](const std::string& n) { return n == m.plant->name || n == m.name(); });
}

std::vector<ModelMutant> chosen(const ModelMutantFlags& f) {
  std::vector<ModelMutant> some = bp::model_mutants();
  std::erase_if(some, [&](const ModelMutant& m) { return !is_chosen(f, m); });
  return some;
}

nlohmann::json json_of(const ModelMutant& m) {
  return {{"name", m.plant->name},   {"layer", "model"},    {"profile", profile_name(m.profile)},
          {"rules", m.plant->rules}, {"bug", m.plant->bug}, {"what", m.plant->what}};
}

int list(const ModelMutantFlags& f) {
  for (const ModelMutant& m : chosen(f)) {
    if (f.json) {
      std::printf("%s\n", json_of(m).dump().c_str());
    } else {
      std::printf("%s\n", m.name().c_str());
    }
  }
  return kFine;
}

std::string killer_of(const ModelOutcome& o) {
  if (o.kill.killed && o.recording.empty()) return o.kill.how;
  if (o.kill.killed) return fmt::format("{}: {}", o.recording, o.kill.how);
  return o.reason.empty() ? alarming("SURVIVED") : "lives";
}

void print_outcome(const ModelMutantFlags& f, const ModelOutcome& o) {
  const ModelPlant& p = *o.mutant.plant;
  if (f.json) {
    nlohmann::json j = json_of(o.mutant);
    j["found"] = o.kill.killed, j["recording"] = o.recording, j["how"] = o.kill.how;
    j["operations"] = o.kill.operations, j["seconds"] = o.seconds, j["reason"] = o.reason;
    std::printf("%s\n", j.dump().c_str());
    return;
  }
  std::printf("%s\n", fmt::format("{:<36} {:<11} {:<22} {:>9} {:>7.2f} s  {}", p.name,
                                  profile_name(o.mutant.profile), p.rules, o.kill.operations,
                                  o.seconds, killer_of(o))
                          .c_str());
}

/// Rules that no entry of a Rulebook decides are broken by edits of the sources, which takes a
/// build each: here stands what ci/rule-edits saw the last time.
void print_edits(const ModelMutantFlags& f, const std::vector<RuleEdit>& edits) {
  for (const RuleEdit& e : edits) {
    if (f.json) {
      const nlohmann::json j{{"name", fmt::format("{}: {} -> {}", e.file, e.from, e.to)},
                             {"layer", "model"},
                             {"rules", e.rules},
                             {"remembered", e.test}};
      std::printf("%s\n", j.dump().c_str());
    } else {
      std::printf("%s\n", fmt::format("{:<48} {:<22} unit test {}: {} -> {}", e.file, e.rules,
                                      e.test, e.from, e.to)
                              .c_str());
    }
  }
}

/// Survivors one by one, with what is said of them.
void print_survivors(const ModelRun& run) {
  for (const ModelOutcome& o : run.outcomes) {
    if (o.kill.killed) continue;
    std::printf(
        "lives: %s (%s): %s\n", o.mutant.name().c_str(), std::string(o.mutant.plant->what).c_str(),
        o.reason.empty() ? alarming("NO REASON STATED").c_str() : std::string(o.reason).c_str());
  }
}

/// All recordings of a folder, whatever else lies in it.
std::vector<fs::path> recordings_in(const FileList& list) {
  std::vector<fs::path> some;
  std::ranges::copy_if(list.files, std::back_inserter(some),
                       [](const fs::path& p) { return p.string().ends_with(".txt.xz"); });
  return some;
}

/// A reason to live, of one that was killed: it is not true.
std::size_t print_refuted_reasons(const ModelRun& run) {
  std::size_t n = 0;
  for (const ModelOutcome& o : run.outcomes) {
    if (!o.kill.killed || o.reason.empty()) continue;
    ++n;
    std::fprintf(stderr, "mutants: %s: is killed by %s, so its reason to live is none: %s\n",
                 o.mutant.name().c_str(), killer_of(o).c_str(), std::string(o.reason).c_str());
  }
  return n;
}

struct Tally {
  std::size_t killed = 0, reasoned = 0, unexplained = 0;
};

Tally tally_of(const ModelRun& run) {
  Tally t;
  for (const ModelOutcome& o : run.outcomes) {
    if (o.kill.killed)
      ++t.killed;
    else if (!o.reason.empty())
      ++t.reasoned;
    else
      ++t.unexplained;
  }
  return t;
}

int run(const ModelMutantFlags& f) {
  const fs::path corpus = source_tree() / "corpus" / "kernel";
  const FileList list = expand(f.recordings.empty() ? std::vector{corpus.string()} : f.recordings);
  if (!list.fault.empty()) return fail(kUsage, list.fault);
  ModelRunOptions options{.recordings = f.recordings.empty() ? recordings_in(list) : list.files,
                          .units = built("release", "unit_kills"),
                          .hints = load_hints(corpus / kHintsFile),
                          .jobs = f.jobs,
                          .takes_reasons = f.takes_reasons};
  const auto began = std::chrono::steady_clock::now();
  const ModelRun all = run_model_mutants(chosen(f), options, [](const std::string& name) {
    std::fprintf(stderr, "mutants: %s\n", name.c_str());
  });
  if (!all.fault.empty()) return fail(kUsage, all.fault);
  if (!f.json)
    std::printf("%-36s %-11s %-22s %9s %9s  %s\n", "planted bug", "profile", "rules", "ops", "time",
                "killed by");
  for (const ModelOutcome& o : all.outcomes) print_outcome(f, o);
  std::vector<RuleEdit> edits;
  if (f.only.empty()) edits = load_rule_edits(source_tree() / kRuleEditsFile);
  print_edits(f, edits);
  const Tally t = tally_of(all);
  if (!f.json) {
    print_survivors(all);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("model: %zu of %zu killed in %.1f s; %zu live for a stated reason, %zu without\n",
                t.killed, all.outcomes.size(), took.count(), t.reasoned, t.unexplained);
    if (!edits.empty())
      std::printf("edits of the sources: %zu, by what ci/rule-edits saw\n", edits.size());
  }
  if (f.remembers && !save_hints(hints_of(all), corpus / kHintsFile))
    return fail(kInfrastructure, (corpus / kHintsFile).string() + ": cannot be written");
  const std::size_t refuted = print_refuted_reasons(all);
  return t.unexplained + refuted == 0 ? kFine : kViolation;
}

}  // namespace

bool is_model_mutant(const std::string& name) {
  return std::ranges::any_of(bp::model_mutants(), [&](const ModelMutant& m) {
    return name == m.plant->name || name == m.name();
  });
}

int model_mutants(const ModelMutantFlags& f) { return f.run ? run(f) : list(f); }

}  // namespace bp::cli
