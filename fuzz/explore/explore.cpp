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
    if (!bytes_.empty() || failed_) out_.found = written();
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
    bytes_ = chooser.choices();
    rule_ = rule_of(v.fault);
    return true;
  }
  bool spent() {
    if (search_.executions != 0 && out_.executions >= search_.executions) return true;
    return search_.seconds > 0 && out_.executions % kBatch == 0 &&
           cpu_seconds() - begin_ >= search_.seconds;
  }

  void sampled() {
    std::vector<std::unique_ptr<sched::Chooser>> ways;
    if (search_.mode == Mode::random)
      ways.push_back(std::make_unique<sched::RandomChooser>(search_.seed));
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
      if (!all_with(k)) return;
      out_.complete_to = k + 1;
    }
  }
  /// False: found, or the time is spent.
  bool all_with(unsigned k) {
    sched::ExhaustiveChooser all(k);
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

  bool still(const Bytes& bytes) {
    sched::BytesChooser chooser(bytes);
    return rule_of(runner_.run(chooser).fault) == rule_;
  }
  /// Takes `fewer` if the same rule stays broken.
  bool take(Bytes fewer) {
    if (!still(fewer)) return false;
    bytes_ = std::move(fewer);
    return true;
  }
  bool set_default(std::size_t begin, std::size_t end) {
    const auto first = bytes_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = bytes_.begin() + static_cast<std::ptrdiff_t>(end);
    if (std::all_of(first, last, [](std::uint8_t b) { return b == 0; })) return false;
    Bytes fewer = bytes_;
    std::fill_n(fewer.begin() + static_cast<std::ptrdiff_t>(begin), end - begin, 0);
    return take(std::move(fewer));
  }
  /// What follows moves up, so that a detour goes as a whole.
  bool leave_out(std::size_t begin, std::size_t end) {
    Bytes fewer(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin));
    fewer.insert(fewer.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(end), bytes_.end());
    return take(std::move(fewer));
  }
  void drop_trailing_defaults() {
    while (!bytes_.empty() && bytes_.back() == 0) bytes_.pop_back();
  }
  /// Defaults wherever the same rule stays broken, in long stretches before single choices, and
  /// from the end, since what comes first decides what the rest means.
  void minimise() {
    for (bool better = true; better;) {
      better = false;
      for (std::size_t stretch = bytes_.size(); stretch > 0; stretch /= 2) {
        for (std::size_t end = bytes_.size(); end > 0; end -= std::min(end, stretch)) {
          if (end > bytes_.size()) continue;
          const std::size_t begin = end - std::min(end, stretch);
          better = set_default(begin, end) || leave_out(begin, end) || better;
        }
        drop_trailing_defaults();
      }
    }
  }
  Found written() {
    minimise();
    sched::BytesChooser chooser(bytes_);
    ScheduleRecorder recorder(chooser);
    const Verdict v = runner_.run(recorder);
    Found f;
    f.file.scenario = s_;
    f.file.plant = plant_;
    f.file.schedule = recorder.chosen();
    f.file.has_schedule = true;
    f.file.hash = v.hash;
    f.file.rule = v.fault;
    f.deviations = deviations(f.file.schedule);
    return f;
  }

  const Scenario& s_;
  Runner& runner_;
  const Plant& plant_;
  const Search& search_;
  double begin_;
  Explored out_;
  Bytes bytes_;
  bool failed_ = false;
  std::string rule_;
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
