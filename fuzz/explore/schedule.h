// SPDX-License-Identifier: MIT
// The choices of an execution as words that say what was chosen, so that a schedule can be read,
// edited and held against the execution that replays it:
//   .12   twelve times the default      T2    task 2 takes the next step
//   R1    reads one store older         P1    places a store one lower
//   W     a weak CAS fails              A     a per-CPU section is aborted
//   M1    moves to the next CPU         H1    the task is frozen, or killed (H2)
// Defaults at the end are left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/sched/chooser.h"

namespace bp::explore {

/// `number` is that of a task for Choice::task, of an option for others.
struct Chosen {
  sched::Choice what;
  std::uint8_t number;
  bool is_default;
};
using Schedule = std::vector<Chosen>;

std::string schedule_text(const Schedule& s);

/// Choices that are not the default.
unsigned deviations(const Schedule& s);

/// A schedule from its words; `fault` names the first word that is none, or a task that the
/// scenario does not have.
struct ScheduleParse {
  Schedule schedule;
  std::string fault;
};
ScheduleParse parse_schedule(std::string_view words, std::size_t tasks);

/// Passes on another chooser's choices and keeps those of the current execution.
class ScheduleRecorder final : public sched::Chooser {
 public:
  explicit ScheduleRecorder(sched::Chooser& inner) : inner_(inner) {}
  void begin() override { chosen_.clear(), inner_.begin(); }
  unsigned pick(unsigned n, sched::Choice what, const sched::Ready* ready) override {
    const unsigned got = inner_.pick(n, what, ready);
    const unsigned value = ready != nullptr ? ready->task_of(got) : got;
    chosen_.push_back({what, static_cast<std::uint8_t>(value), got == 0});
    return got;
  }
  const Schedule& chosen() const { return chosen_; }

 private:
  sched::Chooser& inner_;
  Schedule chosen_;
};

/// Repeats a schedule; says at which choice the execution asked for something else.
class ScheduleReplay final : public sched::Chooser {
 public:
  explicit ScheduleReplay(const Schedule& s) : schedule_(s) {}
  void begin() override { at_ = 0, fault_.clear(); }
  unsigned pick(unsigned n, sched::Choice what, const sched::Ready* ready) override;
  /// Empty: it was followed to its end.
  std::string fault() const;

 private:
  const Schedule& schedule_;
  std::size_t at_ = 0;
  std::string fault_;
};

}  // namespace bp::explore
