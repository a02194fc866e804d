// SPDX-License-Identifier: MIT
#include "fuzz/mutants/conc_hunt.h"

#include <ctime>
#include <memory>

#include "fuzz/explore/explore.h"
#include "fuzz/explore/greybox.h"
#include "fuzz/mutants/edited_recording.h"

namespace bp {
namespace {

using explore::Mode;
using explore::NamedScenario;
using explore::Plant;

constexpr std::uint64_t kTurn = 256;        ///< Executions of a scenario at a time.
constexpr std::uint64_t kFirstRound = 512;  ///< Of the exhaustive mode.
constexpr std::uint64_t kGrowth = 4;
constexpr unsigned kDeviationsMax = 8;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class Hunter {
 public:
  Hunter(const Plant& plant, const std::vector<NamedScenario>& all, const ConcHuntOptions& options)
      : plant_(plant), options_(options), begin_(cpu_seconds()) {
    for (const NamedScenario& n : all) {
      auto r = std::make_unique<Able>(n);
      if (r->runner.plant(plant).empty()) able_.push_back(std::move(r));
    }
  }

  ConcKill run(ConcMode mode) {
    if (able_.empty()) return kill_;
    if (mode == ConcMode::fuzz) {
      fuzz();
    } else {
      in_turns(mode);
    }
    return std::move(kill_);
  }

 private:
  /// A scenario that comes to where the bug is planted.
  struct Able {
    const NamedScenario& named;
    explore::Runner runner;
    explicit Able(const NamedScenario& n) : named(n), runner(n.scenario) {}
  };

  double left() const { return options_.seconds - (cpu_seconds() - begin_); }

  void killed(const explore::Found& f, double seconds, std::string scenario) {
    kill_.killed = true;
    kill_.rule = f.file.rule;
    kill_.scenario = std::move(scenario);
    kill_.seconds = seconds;
    kill_.deviations = f.deviations;
    kill_.one = f.file;
  }

  void in_turns(ConcMode mode) {
    const bool all = mode == ConcMode::exhaustive;
    std::uint64_t budget = all ? kFirstRound : kTurn;
    for (std::uint64_t round = 0; left() > 0; ++round) {
      for (const auto& a : able_) {
        if (left() <= 0 || turn(*a, mode, budget, round)) return;
      }
      if (all) budget *= kGrowth;
    }
  }
  bool turn(Able& a, ConcMode mode, std::uint64_t budget, std::uint64_t round) {
    const explore::Search search{.mode = explore_mode(mode),
                                 .deviations = kDeviationsMax,
                                 .seconds = left(),
                                 .executions = budget,
                                 .seed = options_.seed * 1'000'003 + round};
    const double before = cpu_seconds();
    const explore::Explored e = explore::explore(a.named.scenario, a.runner, plant_, search);
    kill_.executions += e.executions;
    if (!e.found) return false;
    killed(*e.found, before + e.seconds_to_find - begin_, a.named.name);
    if (mode == ConcMode::exhaustive) kill_.deviations = e.complete_to;
    return true;
  }
  static Mode explore_mode(ConcMode m) {
    switch (m) {
      case ConcMode::pct: return Mode::pct;
      case ConcMode::pos: return Mode::pos;
      case ConcMode::exhaustive: return Mode::exhaustive;
      default: return Mode::random;
    }
  }

  void fuzz() {
    std::vector<explore::Scenario> from;
    for (const auto& a : able_) from.push_back(a->named.scenario);
    explore::Greybox fuzzer(from, plant_, options_.seed);
    while (fuzzer.able() && (kill_.executions % kTurn != 0 || left() > 0)) {
      const auto step = fuzzer.one();
      ++kill_.executions;
      if (step.verdict.fault.empty()) continue;
      const double at = cpu_seconds() - begin_;
      killed(fuzzer.found(), at, {});
      return;
    }
  }

  const Plant& plant_;
  const ConcHuntOptions& options_;
  double begin_;
  std::vector<std::unique_ptr<Able>> able_;
  ConcKill kill_;
};

}  // namespace

ConcKill hunt_conc(const Plant& plant, const std::vector<NamedScenario>& all, ConcMode mode,
                   const ConcHuntOptions& options) {
  return Hunter(plant, all, options).run(mode);
}

bool is_named(const ConcPlant& p, const ConcKill& k) {
  return is_right(p.rules, explore::rule_of(k.rule));
}

}  // namespace bp
