// SPDX-License-Identifier: MIT
#include "fuzz/explore/explore.h"

#include <algorithm>
#include <ctime>
#include <memory>

#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/priority_chooser.h"
#include "fuzz/sched/random_chooser.h"
#include "fuzz/sched/reduced_chooser.h"
#include "fuzz/sched/scripted_chooser.h"
#include "fuzz/sched/sleep_chooser.h"

namespace bp::explore {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// About how long an execution is; the chooser corrects it.
constexpr unsigned kStepsGuess = 100;
/// Between two looks at the clock.
constexpr unsigned kBatch = 64;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class Searcher {
 public:
  Searcher(const Scenario& s, Runner& r, const Plant& plant, const Search& search)
      : s_(s), runner_(r), plant_(plant), search_(search), begin_(cpu_seconds()) {}

  Explored run() {
    if (search_.mode == Mode::exhaustive) {
      exhaustive();
    } else {
      sampled();
    }
    out_.seconds = cpu_seconds() - begin_;
    out_.counts = runner_.counts();
    if (failed_) out_.found = small_schedule(s_, runner_, plant_, bytes_);
    return std::move(out_);
  }

  void (*each)(void*, const Runner&, const Verdict&) = nullptr;
  void* argument = nullptr;

 private:
  /// One execution; true if it broke a rule: then the search is over.
  bool one(sched::RecordingChooser& chooser) {
    const Verdict v = runner_.run(chooser);
    ++out_.executions;
    out_.steps += v.steps;
    if (each != nullptr) each(argument, runner_, v);
    if (v.fault.empty()) return false;
    failed_ = true;
    out_.seconds_to_find = cpu_seconds() - begin_;
    bytes_ = chooser.choices();
    return true;
  }
  bool spent() {
    if (search_.executions != 0 && out_.executions >= search_.executions) return true;
    if (search_.steps != 0 && out_.steps >= search_.steps) return true;
    return search_.seconds > 0 && out_.executions % kBatch == 0 &&
           cpu_seconds() - begin_ >= search_.seconds;
  }

  void sampled() {
    std::vector<std::unique_ptr<sched::Chooser>> ways;
    for (const unsigned one_in : {1U, sched::kSeldom}) {
      if (search_.mode == Mode::random)
        ways.push_back(std::make_unique<sched::RandomChooser>(search_.seed, one_in));
    }
    if (search_.mode == Mode::pos)
      ways.push_back(std::make_unique<sched::PosChooser>(search_.seed));
    for (unsigned d = 1; search_.mode == Mode::pct && d <= sched::kPctDepthMax; ++d)
      ways.push_back(std::make_unique<sched::PctChooser>(search_.seed + d, d, kStepsGuess));
    while (true) {
      for (const auto& way : ways) {
        sched::RecordingChooser recorder(*way);
        if (one(recorder) || spent()) return;
      }
    }
  }

  void exhaustive() {
    for (unsigned k = 0; k <= search_.deviations; ++k) {
      if (!(can_sleep() ? all_asleep(k) : all_awake(k))) return;
      out_.complete_to = k + 1;
    }
  }
  /// See sleep_chooser.h.
  bool can_sleep() const {
    return search_.sleeps && s_.section != SectionKind::rseq && s_.migrations == 0;
  }
  bool all_awake(unsigned k) {
    sched::ExhaustiveChooser all(k);
    return all_of(all);
  }
  bool all_asleep(unsigned k) {
    sched::SleepChooser all(runner_.world(), k);
    const bool done = all_of(all);
    out_.repeated += all.repeated();
    return done;
  }
  /// False: found, or the time is spent.
  template <class All>
  bool all_of(All& all) {
    sched::ReducedChooser reduced(all, runner_.world());
    while (true) {
      sched::RecordingChooser recorder(reduced);
      if (one(recorder)) return false;
      if (reduced.again()) {
        all.restart();
        continue;
      }
      if (!all.next()) return true;
      if (spent()) return false;
    }
  }

  const Scenario& s_;
  Runner& runner_;
  const Plant& plant_;
  const Search& search_;
  double begin_;
  Explored out_;
  Bytes bytes_;
  bool failed_ = false;
};

}  // namespace

Explored explore(const Scenario& s, Runner& runner, const Plant& plant, const Search& search,
                 void (*each)(void*, const Runner&, const Verdict&), void* argument) {
  Searcher searcher(s, runner, plant, search);
  searcher.each = each;
  searcher.argument = argument;
  return searcher.run();
}

}  // namespace bp::explore
