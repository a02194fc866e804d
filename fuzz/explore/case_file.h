// SPDX-License-Identifier: MIT
// One execution in one file: a scenario, and below it what was planted, the schedule, how it ended.
//   site zone.h:204:20 order relaxed      planted: also "failure order", "torn", "skipped"
//   bug swing_skipped                     planted into the allocator
//   defect append_only                    planted into the simulator
//   schedule .12 T2 .3 R1                 may go on in further lines of the same kind
//   choices 0003000001                    instead of it: two digits a choice, as an engine has them
//   hash 0123456789abcdef                 of all events of the execution
//   rule S1: task 2 is given frame 0 ...  what was broken
// All of these may be missing: then the schedule is the default one. An engine's input
// (vary_choices.h) is a case too: its choices follow a zero byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/explore/run.h"

namespace bp::explore {

struct Case {
  Scenario scenario;
  Plant plant;
  Schedule schedule;
  std::vector<std::uint8_t> choices;  ///< In place of `schedule`: taken modulo the options.
  bool has_schedule = false;          ///< One of the two is given, be it empty.
  std::optional<std::uint64_t> hash;
  std::string rule;
};

/// A case, or what is wrong: "LINE:COLUMN: ...".
struct CaseParse {
  std::optional<Case> one;
  std::string fault;
};
CaseParse parse_case(std::string_view text);
std::string case_text(const Case& c);

/// Whether a file is meant for parse_case(): by its first word.
bool is_case(std::string_view text);

/// "lockfree": nothing is planted; "lockfree-swing-skipped": that bug. False: the simulator has no
/// such subject.
bool plant_of(const std::string& subject, explore::Plant& plant);

/// What a replay came to.
struct Replayed {
  Verdict verdict;
  std::string fault;  ///< The file does not fit this program: what was expected, what came.
  Schedule schedule;  ///< What was chosen.
};
Replayed replay_case(const Case& c, Runner& runner);

/// The choices, a byte each, that a case with a schedule makes when it is replayed.
std::vector<std::uint8_t> choices_of(const Case& c);

/// `c` with the schedule that its choices made in place of these.
Case in_words(Case c, const Replayed& r);

}  // namespace bp::explore
