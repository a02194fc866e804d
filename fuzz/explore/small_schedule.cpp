// SPDX-License-Identifier: MIT
#include "fuzz/explore/small_schedule.h"

#include <algorithm>

#include "fuzz/sched/scripted_chooser.h"

namespace bp::explore {
namespace {

using Bytes = std::vector<std::uint8_t>;

class Minimiser {
 public:
  Minimiser(Runner& runner, Bytes bytes) : runner_(runner), bytes_(std::move(bytes)) {
    sched::BytesChooser chooser(bytes_);
    rule_ = rule_of(runner_.run(chooser).fault);
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
  const Bytes& bytes() const { return bytes_; }

 private:
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
  Runner& runner_;
  Bytes bytes_;
  std::string rule_;
};

}  // namespace

Found small_schedule(const Scenario& s, Runner& runner, const Plant& plant, const Bytes& choices) {
  Minimiser small(runner, choices);
  small.minimise();
  sched::BytesChooser chooser(small.bytes());
  ScheduleRecorder recorder(chooser);
  const Verdict v = runner.run(recorder);
  Found f;
  f.file.scenario = s;
  f.file.plant = plant;
  f.file.schedule = recorder.chosen();
  f.file.has_schedule = true;
  f.file.hash = v.hash;
  f.file.rule = v.fault;
  f.deviations = deviations(f.file.schedule);
  return f;
}

}  // namespace bp::explore
