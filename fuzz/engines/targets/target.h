// SPDX-License-Identifier: MIT
// What a fuzz target does with one input, for every engine alike. The environment chooses:
//   BUDDYPROOF_SUBJECT  the subject, by name or path (default: lockfree)
//   BUDDYPROOF_PLANT    a planted bug, by name, instead
//   BUDDYPROOF_STATS    a file for the live tallies
//   BUDDYPROOF_FOUND    a folder for inputs that break a rule: then the target goes on; without it,
//                       it reports on stderr and aborts, as engines on their own expect
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "fuzz/engines/execute.h"
#include "fuzz/engines/found_rules.h"
#include "fuzz/engines/live_stats.h"
#include "model/vocab/program.h"

namespace bp {

class Target {
 public:
  /// Ends the program with one line on stderr and status 2 if the environment names nothing known.
  static Target from_environment();

  /// Decodes, runs and judges.
  void one(std::span<const std::uint8_t> bytes);

  const Executor& executor() const { return execute_; }

 private:
  Target(Setup setup, std::string subject, LiveStats stats, FoundRules found);

  Executor execute_;
  std::string subject_;
  LiveStats stats_;
  FoundRules found_;
  Program program_;
};

}  // namespace bp
