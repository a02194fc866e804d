// SPDX-License-Identifier: MIT
// What the target of schedules does with one input (fuzz/explore/vary_choices.h): runs the
// scenario under the choices, judges, and counts what the execution showed. The environment
// chooses:
//   BUDDYPROOF_SUBJECT  lockfree, or lockfree with a planted bug (default: lockfree)
//   BUDDYPROOF_PLANT    a planted bug of `buddyproof mutants --layer conc` instead
//   BUDDYPROOF_STATS    a file for the live tallies
//   BUDDYPROOF_FOUND    a folder for cases that break a rule, as `repro` replays them: then the
//                       target goes on; without it, it prints the case and aborts
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "fuzz/engines/found_rules.h"
#include "fuzz/engines/live_stats.h"
#include "fuzz/explore/feedback.h"
#include "fuzz/mutants/conc_plants.h"

namespace bp {

class ConcTarget {
 public:
  /// Ends the program with one line on stderr and status 2 if the environment names nothing known.
  static ConcTarget from_environment();

  /// False: the input has no legal scenario, or none in which the bug has a place.
  bool one(std::span<const std::uint8_t> bytes);

 private:
  /// A scenario that was met, and what runs it.
  struct Slot {
    explore::Scenario scenario;
    explore::Runner runner{scenario};
    explore::Feedback feedback{runner};
    explore::Plant plant;
    bool able = true;
    explicit Slot(explore::Scenario s) : scenario(std::move(s)) {}
  };

  ConcTarget(explore::Plant plant, const ConcPlant* named, LiveStats stats, FoundRules found);
  Slot* slot_of(std::string_view text);
  void plant_into(Slot& slot) const;
  void report(Slot& slot, std::span<const std::uint8_t> choices, const explore::Verdict& v);

  explore::Plant plant_;
  const ConcPlant* named_;
  LiveStats stats_;
  FoundRules found_;
  Tallies tallies_{};
  std::map<std::string, std::unique_ptr<Slot>, std::less<>> slots_;  ///< Null: not legal.
};

}  // namespace bp
