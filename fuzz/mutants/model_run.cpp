// SPDX-License-Identifier: MIT
#include "fuzz/mutants/model_run.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "fuzz/mutants/model_vectors.h"
#include "fuzz/mutants/unit_kills.h"

namespace bp {

namespace fs = std::filesystem;

KillHints load_hints(const fs::path& file) {
  KillHints hints;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string mutant;
    KillHint hint;
    if (words >> mutant >> hint.recording >> hint.batch) hints[mutant] = hint;
  }
  return hints;
}

bool save_hints(const KillHints& hints, const fs::path& file) {
  std::ofstream out(file);
  for (const auto& [mutant, hint] : hints)
    out << mutant << ' ' << hint.recording << ' ' << hint.batch << '\n';
  return static_cast<bool>(out.flush());
}

std::string recording_name(const fs::path& file) {
  return (fs::absolute(file).parent_path().filename() / file.filename()).string();
}

namespace {

class Run {
 public:
  Run(const ModelRunOptions& options, const std::function<void(const std::string&)>& progress)
      : options_(options), progress_(progress) {}

  ModelRun all(const std::vector<ModelMutant>& mutants) {
    for (const ModelMutant& m : mutants) {
      ModelOutcome& o = run_.outcomes.emplace_back();
      o.mutant = m;
      o.reason = survivor_reason(*m.plant, m.profile);
      o.looked_for = o.reason.empty() || !options_.takes_reasons;
    }
    for (const fs::path& file : options_.recordings) hunt(file, true);
    if (!options_.hints.empty()) try_others(false);
    for (const fs::path& file : options_.recordings) hunt(file, false);
    try_others(true);
    return std::move(run_);
  }

 private:
  /// Where it was killed the last time, or nothing.
  const KillHint* hint_for(const ModelOutcome& o, const std::string& recording) const {
    const auto hint = options_.hints.find(o.mutant.name());
    const bool here = hint != options_.hints.end() && hint->second.recording == recording;
    return here ? &hint->second : nullptr;
  }

  /// A case that is worked out by hand says less than a kernel does: recordings come first, but for
  /// those of which it is known that they kill nobody new.
  void try_others(bool hinted_too) {
    try_vectors(hinted_too);
    try_units(hinted_too);
  }

  void try_vectors(bool hinted_too) {
    for (ModelOutcome& o : run_.outcomes) {
      if (o.kill.killed || !o.looked_for) continue;
      if (!hinted_too && options_.hints.contains(o.mutant.name())) continue;
      const ModelVector* broken = broken_vector(o.mutant.rulebook());
      if (broken != nullptr)
        o.kill = {.killed = true, .how = "case by hand " + std::string(broken->name)};
    }
  }

  void try_units(bool hinted_too) {
    std::vector<std::string> alive;
    for (const ModelOutcome& o : run_.outcomes) {
      const bool is_asked = hinted_too || !options_.hints.contains(o.mutant.name());
      if (!o.kill.killed && o.looked_for && is_asked) alive.push_back(o.mutant.name());
    }
    if (alive.empty() || options_.units.empty()) return;
    progress_("unit tests");
    const UnitKills kills = run_unit_kills(options_.units, alive);
    for (ModelOutcome& o : run_.outcomes) {
      const auto test = kills.find(o.mutant.name());
      if (!o.kill.killed && test != kills.end())
        o.kill = {.killed = true, .how = "unit test " + test->second};
    }
  }

  void hunt(const fs::path& file, bool hinted) {
    const std::string name = recording_name(file);
    std::vector<HuntedMutant> mutants;
    std::vector<ModelOutcome*> outcomes;
    for (ModelOutcome& o : run_.outcomes) {
      const KillHint* hint = hint_for(o, name);
      if (o.kill.killed || !o.looked_for || (hinted && hint == nullptr)) continue;
      mutants.push_back({.mutant = o.mutant, .first_batch = hinted ? hint->batch : 0, .kill = {}});
      outcomes.push_back(&o);
    }
    if (mutants.empty() || !run_.fault.empty()) return;
    progress_(name);
    run_.fault = hunt_in_recording(file, mutants, options_.jobs, false).fault;
    for (std::size_t i = 0; i < mutants.size(); ++i) {
      outcomes[i]->seconds += mutants[i].seconds;
      if (!mutants[i].kill.killed) continue;
      outcomes[i]->kill = mutants[i].kill;
      outcomes[i]->recording = name;
    }
  }

  const ModelRunOptions& options_;
  const std::function<void(const std::string&)>& progress_;
  ModelRun run_;
};

}  // namespace

ModelRun run_model_mutants(const std::vector<ModelMutant>& mutants, const ModelRunOptions& options,
                           const std::function<void(const std::string&)>& progress) {
  return Run(options, progress).all(mutants);
}

KillHints hints_of(const ModelRun& run) {
  KillHints hints;
  for (const ModelOutcome& o : run.outcomes) {
    if (o.kill.killed && !o.recording.empty()) hints[o.mutant.name()] = {o.recording, o.kill.batch};
  }
  return hints;
}

}  // namespace bp
