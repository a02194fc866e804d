// SPDX-License-Identifier: MIT
// The crashes of campaigns, run again and put into groups: by the
// rule broken now, then by the operations that the program needs for it (after it was made
// smaller), or by the stack if a signal ended it. Folders of shards merge: an input that two of
// them hold counts once.
//
// Crashes that no longer reproduce are kept apart. What an engine alone saw (a sanitizer, a time
// limit) and targets that this build cannot run stay in a group of their own: nothing is known
// against them.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "fuzz/campaign/folder.h"
#include "fuzz/campaign/replayed.h"

namespace bp::campaign {

/// Rules of folder.h that are no rule of the model.
inline constexpr std::string_view kEngineRule = "engine";
/// Saved as "engine-" and a hash of where it happened, so that one bug does not hide another.
std::string engine_rule(std::string_view report, std::string_view reason);
bool is_engine_rule(std::string_view rule);
inline constexpr std::string_view kSignalPrefix = "crash-";
/// Targets: programs without a schedule, and scenarios with one.
inline constexpr std::string_view kSequential = "seq", kConcurrent = "conc";
/// Of a replay that did not end in time.
inline constexpr std::string_view kHangRule = "hang";

/// A folder and what its crashes are run on.
struct TriageSource {
  Folder folder;
  std::string subject;  ///< As --subject takes it.
  Setup setup;
};

struct TriagedCrash {
  Crash crash;                               ///< As the folder has it.
  std::vector<std::filesystem::path> where;  ///< Every .txt (else .bin) with this input.
  std::string subject;
  std::uint64_t bytes = 0;
  std::int64_t unix_time = 0;  ///< When it was saved.
  Replayed replayed;
  std::string text;  ///< The program as saved, comments included; empty: it could not be read.
  /// False: the file is cut short, or it is not run here.
  bool was_run() const { return replayed.end != Replayed::End::not_run; }
};

struct CrashGroup {
  std::string rule;                   ///< "R-WMARK-6", "crash-SIGSEGV", "hang", "engine".
  std::string statement;              ///< What it says, one clause or sentence.
  std::string kinds;                  ///< Operations needed; empty for signals.
  std::vector<std::string> stack;     ///< Innermost frames, kKeyFrames at most.
  std::vector<TriagedCrash> crashes;  ///< Smallest first, then oldest; never empty.
  /// A name that stays the same for the same bug: what results are matched by.
  std::string fingerprint() const;
};

struct RuleSeen {
  std::string rule;        ///< As saved.
  std::uint64_t seen = 0;  ///< How often it was broken, in all folders.
};

struct Triage {
  std::vector<std::filesystem::path> folders;
  std::vector<CrashGroup> groups;    ///< By rule; within it the smallest first.
  std::vector<TriagedCrash> gone;    ///< Run, and nothing was wrong.
  std::vector<TriagedCrash> unread;  ///< Not run: `replayed.fault` says why.
  std::vector<RuleSeen> seen;        ///< Most often first.
};

/// How many different rules the groups break.
std::size_t rules_in(const Triage& t);

Triage triage(std::span<const TriageSource> sources);

/// What a rule's id stands for, from the registry, the invariants, or what the judge said.
std::string sentence_of(const std::string& rule, std::string_view said);

}  // namespace bp::campaign
