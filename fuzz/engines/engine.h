// SPDX-License-Identifier: MIT
// How each engine is started and how it is read: the only place that knows their options, folders
// and words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/engines/campaign.h"
#include "fuzz/engines/child.h"

namespace bp {

/// Where the engines of a campaign keep what.
struct CampaignFolders {
  std::filesystem::path seeds;   ///< Bytes, as given.
  std::filesystem::path corpus;  ///< libFuzzer's, shared.
  std::filesystem::path afl;     ///< AFL++'s output.
  std::filesystem::path found;   ///< What breaks a rule or ends a target.
  std::filesystem::path logs, stats;
};

/// `corpus`: shared by all; everything else is inside `engines`.
CampaignFolders folders_of(const std::filesystem::path& engines,
                           const std::filesystem::path& corpus);

/// One process of an engine, ready to start.
struct EnginePlan {
  std::string name;  ///< "libfuzzer-0", "afl-main", "builtin-0".
  ChildPlan child;
  std::filesystem::path stats;    ///< Live tallies.
  std::filesystem::path found;    ///< Inputs that broke a rule, saved by the target.
  std::filesystem::path crashed;  ///< Inputs that ended the target, saved by the engine.
  std::filesystem::path queue;    ///< AFL++: what it keeps; empty for others.
  bool libfuzzer = false;         ///< Its log tells coverage.
};

/// What process `number` of the built-in engine or of libFuzzer starts from: another for each
/// process of each shard, and the same in each run.
std::uint64_t seed_of(const CampaignOptions& o, unsigned number);

EnginePlan libfuzzer_plan(const CampaignOptions& o, const CampaignFolders& f, unsigned number);
EnginePlan afl_plan(const CampaignOptions& o, const CampaignFolders& f, unsigned number);
EnginePlan builtin_plan(const CampaignOptions& o, const CampaignFolders& f, unsigned number);

/// Whether a file in a folder of findings is one: engines leave notes there too.
bool is_finding(const std::filesystem::path& file);

/// libFuzzer's latest counts, from the end of its log.
struct Coverage {
  std::uint64_t edges = 0;
  std::uint64_t features = 0;
};
Coverage coverage_of(std::string_view log);

/// The last `max` bytes of a file; empty if there is none.
std::string tail_of(const std::filesystem::path& file, std::size_t max = 65536);

/// Why an engine stopped, from its log: its most telling line.
std::string reason_of(std::string_view log);

/// The last report of a sanitizer or of libFuzzer in a log, with its stack: from its first line to
/// its summary, at most kReportBytes. Empty: there is none.
std::string report_of(std::string_view log);
inline constexpr std::size_t kReportBytes = 8192;

}  // namespace bp
