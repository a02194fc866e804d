// SPDX-License-Identifier: MIT
// A campaign: engines side by side as child processes, one a core, over one corpus. AFL++ takes
// libFuzzer's corpus as a foreign queue; AFL++'s finds are put into the corpus, from which
// libFuzzer reloads. Goes on after a finding, since the next one may be another; an engine that a
// finding ended is started again. Ends when the time is up or on SIGINT and SIGTERM, and leaves no
// process behind. An engine that somebody killed (a machine short of memory does) is started again
// a few times; one that cannot do its work ends the campaign.
//
// Findings are given to the caller one by one. Which were dealt with is written down, so that a
// campaign that was killed and goes on in the same folder gives those again that were not.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "fuzz/engines/execute.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/input_max.h"
#include "fuzz/engines/tally.h"

namespace bp {

struct CampaignOptions {
  unsigned libfuzzer = 1;  ///< Processes of each engine.
  unsigned afl = 1;
  unsigned builtin = 0;
  std::chrono::seconds time{60};
  std::uint64_t seed = 1;
  unsigned shard = 0;                    ///< Of a campaign on many machines: other seeds.
  std::string subject = "lockfree";      ///< A name or an absolute path: what targets are told.
  std::string plant;                     ///< A planted bug to look for instead; empty: none.
  Setup setup;                           ///< The same for the built-in engine.
  std::filesystem::path engines;         ///< Folder of the engines' own files.
  std::filesystem::path corpus;          ///< Inputs kept, shared by the engines.
  std::vector<Bytes> seeds;              ///< Inputs to start from.
  std::size_t input_max = kSeqInputMax;  ///< Bytes of one input.
  bool only_schedules = false;           ///< Of the concurrent mode: scenarios stay as they are.
  /// What processes of the built-in engine do instead of running programs: with a seed, the folder
  /// for what breaks a rule, and the file of live tallies. Returns the exit status.
  std::function<int(const CampaignOptions& o, std::uint64_t seed,
                    const std::filesystem::path& found, const std::filesystem::path& stats)>
      own_engine;
  std::filesystem::path libfuzzer_target, afl_target, afl_mutator;  ///< Built programs.
};

/// What can be said of a running campaign.
struct CampaignProgress {
  double seconds = 0;
  double executions_per_second = 0;  ///< Over the last interval, all engines.
  std::uint64_t coverage = 0;        ///< Edges, as libFuzzer counts them; 0: it does not run.
  std::uint64_t features = 0;        ///< libFuzzer's finer count.
  std::size_t corpus = 0;            ///< Inputs kept.
  Tallies tallies{};                 ///< Of all engines.
};

/// An input that an engine saved because it broke a rule or ended the target.
struct CampaignFinding {
  std::string engine;
  std::filesystem::path input;
  std::filesystem::path log;  ///< That engine's output.
};

/// What becomes of a finding.
enum class Handled : std::uint8_t {
  yes,    ///< It is kept.
  later,  ///< It could not be kept now; it is to be given again.
  stop,   ///< It is kept, and the campaign is to end.
};

struct CampaignHooks {
  std::function<void(const CampaignProgress&)> on_progress;  ///< About once a second.
  /// One that is to be given again is given after some seconds, and at the end.
  std::function<Handled(const CampaignFinding&)> on_finding;
  std::function<void(const std::string&)> on_warning;  ///< One line on what was mended.
};

struct CampaignResult {
  std::string fault;  ///< One line, if an engine cannot do its work; otherwise empty.
  CampaignProgress last;
};

CampaignResult run_campaign(const CampaignOptions& options, const CampaignHooks& hooks);

}  // namespace bp
