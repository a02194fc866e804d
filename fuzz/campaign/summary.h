// SPDX-License-Identifier: MIT
// A campaign in a few figures, from its folder alone: what ran, how long and how fast, what it
// covered, when it last learnt something, and which rules it saw broken. Works on a campaign that
// runs, that ended, and that was killed.
//
// A campaign that was gone on with is several runs, each of which counts its seconds from 0; here
// they are laid end to end, so that time is time spent running and never goes back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fuzz/campaign/folder.h"
#include "fuzz/campaign/streams.h"

namespace bp::campaign {

/// A sample on the campaign's own time line.
struct Point {
  double seconds = 0;            ///< Of running, since the first run's start; never decreases.
  std::int64_t unix_time = 0;    ///< When.
  std::uint64_t executions = 0;  ///< Since the first run's start; never decreases.
  double executions_per_second = 0;
  std::uint64_t coverage = 0, features = 0, corpus = 0, crashes = 0;
};

struct Timeline {
  std::vector<Point> points;
  std::vector<double> resumed;  ///< Seconds at which a further run began.
  Tallies tallies{};            ///< Of all runs.
};
Timeline timeline(std::span<const Sample> samples);
/// Of campaigns that share the work, as though all had begun at one moment: when and where each
/// really ran, and what its clock said, makes no difference. Executions, inputs and crashes are
/// summed, of coverage the best is taken.
Timeline side_by_side(std::span<const Stream> streams);

/// The inputs kept under one rule's name.
struct RuleCount {
  std::string target, rule;
  std::uint64_t inputs = 0;  ///< Kept.
  std::uint64_t seen = 0;    ///< How often the rule was broken.
  std::filesystem::path smallest;
};

enum class Phase : std::uint8_t {
  running,   ///< Somebody holds the folder's lock.
  finished,  ///< The last run spent its budget.
  stopped,   ///< It ended before: interrupted, killed, or asked to stop at a finding.
};
std::string_view phase_name(Phase p);

struct Summary {
  std::filesystem::path path;
  Manifest manifest;
  Phase phase = Phase::stopped;
  Timeline line;
  std::size_t streams = 0;         ///< Campaigns whose samples are here: more than one once merged.
  double last_run_seconds = 0;     ///< Of the last run, for its budget.
  double rate_last_minute = 0;     ///< Executions a second over the last 60 s of running.
  double rate_mean = 0;            ///< Over all of it.
  std::optional<Point> last_news;  ///< The last growth of coverage, features, corpus or crashes.
  std::vector<RuleCount> rules;    ///< Most often broken first.

  bool sampled() const { return !line.points.empty(); }
  double seconds() const { return sampled() ? line.points.back().seconds : 0; }
  double quiet_seconds() const { return last_news ? seconds() - last_news->seconds : seconds(); }
};
Summary summarise(const Folder& folder);

/// An operation that the campaign's programs never had accepted, or never refused, is one that it
/// does not test. One sentence each; none before anything ran.
std::vector<std::string> one_sided(const Tallies& t);

}  // namespace bp::campaign
