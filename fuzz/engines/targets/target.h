// SPDX-License-Identifier: MIT
// What a fuzz target does with one input, for every engine alike. The environment chooses:
//   BUDDYPROOF_SUBJECT  the subject, by name or path (default: lockfree)
//   BUDDYPROOF_PLANT    a planted bug, by name, instead
//   BUDDYPROOF_STATS    a file for the live tallies
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "fuzz/engines/execute.h"
#include "fuzz/engines/live_stats.h"
#include "model/vocab/program.h"

namespace bp {

class Target {
 public:
  /// Ends the program with one line on stderr and status 2 if the environment names nothing known.
  static Target from_environment();

  /// Decodes and runs; reports on stderr and aborts if the run is refused.
  void one(std::span<const std::uint8_t> bytes);

  const Executor& executor() const { return execute_; }

 private:
  Target(Setup setup, std::string subject, LiveStats stats);

  Executor execute_;
  std::string subject_;
  LiveStats stats_;
  Program program_;
};

}  // namespace bp
