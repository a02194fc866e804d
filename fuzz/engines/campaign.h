// SPDX-License-Identifier: MIT
// A campaign: engines side by side as child processes, one a core, over one corpus. AFL++ takes
// libFuzzer's corpus as a foreign queue; AFL++'s finds are put where libFuzzer reloads from. Ends
// at the first finding, when the time is up, or on SIGINT and SIGTERM, and leaves no process
// behind.
//
// The folder keeps the corpus: a second campaign in it goes on from the first one's finds. What was
// found before is not found again: files that were there at the start do not count as findings.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "fuzz/engines/execute.h"
#include "fuzz/engines/tally.h"

namespace bp {

struct CampaignOptions {
  unsigned libfuzzer = 1;  ///< Processes of each engine.
  unsigned afl = 1;
  unsigned builtin = 0;
  std::chrono::seconds time{60};
  std::string subject = "lockfree";  ///< A name or an absolute path: what targets are told.
  std::string plant;                 ///< A planted bug to look for instead; empty: none.
  Setup setup;                       ///< The same for the built-in engine.
  std::filesystem::path out;
  std::vector<std::filesystem::path> seeds;                         ///< Files.
  std::filesystem::path libfuzzer_target, afl_target, afl_mutator;  ///< Built programs.
};

/// What can be said of a running campaign.
struct CampaignProgress {
  double seconds = 0;
  double executions_per_second = 0;  ///< Over the last interval, all engines.
  std::uint64_t coverage = 0;        ///< Edges, as libFuzzer counts them; 0: it does not run.
  std::uint64_t features = 0;        ///< libFuzzer's finer count.
  std::size_t corpus = 0;            ///< Inputs kept, libFuzzer's folder and AFL++'s queue.
  Tallies tallies{};                 ///< Of all engines.
};

struct CampaignResult {
  enum class End { clean, finding, infrastructure };
  End end = End::clean;
  std::string engine;             ///< finding, infrastructure: whose.
  std::filesystem::path finding;  ///< The input that an engine saved.
  std::filesystem::path log;      ///< That engine's output.
  std::string fault;              ///< infrastructure: one line.
  CampaignProgress last;
};

using OnProgress = std::function<void(const CampaignProgress&)>;

/// `on_progress` is called about once a second.
CampaignResult run_campaign(const CampaignOptions& options, const OnProgress& on_progress);

}  // namespace bp
