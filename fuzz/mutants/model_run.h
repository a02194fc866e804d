// SPDX-License-Identifier: MIT
// All planted bugs of the reference against what can kill them: a set of recordings, cases worked
// out by hand (model_vectors.h) and unit tests (unit_kills.h) for those that no recording comes to.
// Where one was killed the last time is tried first: then a run over hundreds of them reads little
// more than each recording once.
//
//     MUTANT RECORDING BATCH      a line of the file of hints
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fuzz/mutants/model_hunt.h"

namespace bp {

struct KillHint {
  std::string recording;  ///< As recording_name() says it.
  std::uint32_t batch = 0;
};
using KillHints = std::map<std::string, KillHint>;  ///< By mutant.

KillHints load_hints(const std::filesystem::path& file);
/// False: it could not be written.
bool save_hints(const KillHints& hints, const std::filesystem::path& file);

/// The last two parts of a path: what tells kernels' recordings of one name apart.
std::string recording_name(const std::filesystem::path& file);

struct ModelOutcome {
  ModelMutant mutant;
  Kill kill;
  std::string recording;    ///< That killed it; empty: a case or a unit test did.
  std::string_view reason;  ///< Stated, should it live.
  bool looked_for = true;   ///< False: a stated reason was taken as given.
  double seconds = 0;       ///< Of its own processes.
};

struct ModelRunOptions {
  std::vector<std::filesystem::path> recordings;
  std::filesystem::path units;  ///< The program unit_kills; empty: unit tests are not asked.
  KillHints hints;
  unsigned jobs = 2;
  bool takes_reasons = false;  ///< Mutants with a stated reason are not looked for.
};

struct ModelRun {
  std::vector<ModelOutcome> outcomes;  ///< In the order of the mutants.
  std::string fault;                   ///< A recording cannot be used.
};

/// `progress` is told what is done next.
ModelRun run_model_mutants(const std::vector<ModelMutant>& mutants, const ModelRunOptions& options,
                           const std::function<void(const std::string&)>& progress);

/// Where each was killed; without those that live.
KillHints hints_of(const ModelRun& run);

}  // namespace bp
