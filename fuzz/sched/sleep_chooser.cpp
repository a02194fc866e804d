// SPDX-License-Identifier: MIT
#include "fuzz/sched/sleep_chooser.h"

#include <algorithm>

namespace bp::sched {
namespace {

std::uint8_t cost_of(unsigned option) { return option == 0 ? 0 : 1; }

/// Also if both only read: see sleep_chooser.h.
bool conflict(const Pending& a, const Pending& b) {
  if (a.location == Pending::kNowhere || b.location == Pending::kNowhere) return false;
  return a.location == Pending::kEverywhere || b.location == Pending::kEverywhere ||
         a.location == b.location;
}

}  // namespace

void SleepChooser::begin() {
  at_ = 0;
  last_ = kNone;
  repeats_ = false;
}

void SleepChooser::restart() {
  path_.clear();
  deviations_ = 0;
  begin();
}

bool SleepChooser::sleeps(const Node& n, unsigned option) const {
  return std::ranges::any_of(n.sleepers, [&](const Sleeper& s) {
    return s.task == n.task[option] &&
           (!is_bounded() || s.cost_left + cost_of(option) >= s.cost + 2);
  });
}

/// The first option from `from` on that is not asleep; n.options: none.
unsigned SleepChooser::first_awake(const Node& n, unsigned from) const {
  unsigned option = from;
  while (option < n.options && n.of_tasks && sleeps(n, option)) ++option;
  return option;
}

/// Of the step that the last node of tasks chose, which has now been taken.
void SleepChooser::note_told() {
  if (last_ == kNone) return;
  Node& n = path_[last_];
  n.told[n.taken] = n.told[n.taken] || world_.told() != told_;
}

std::vector<SleepChooser::Sleeper> SleepChooser::still_asleep() const {
  if (last_ == kNone) return {};
  const Node& n = path_[last_];
  std::vector<Sleeper> asleep = n.sleepers;
  for (unsigned o = 0; o < n.taken; ++o) {
    if (!sleeps(n, o))
      asleep.push_back({n.task[o], cost_of(o), cost_of(n.taken), n.told[o], n.step[o]});
  }
  std::erase_if(asleep, [&](const Sleeper& s) {
    return s.task == n.task[n.taken] || conflict(s.step, n.step[n.taken]) ||
           (s.told && n.told[n.taken]);
  });
  return asleep;
}

unsigned SleepChooser::pick(unsigned n, Choice what, const Ready* ready) {
  if (repeats_) return 0;
  if (what == Choice::task) note_told();
  if (at_ == path_.size()) {
    Node node;
    node.options = static_cast<std::uint8_t>(n);
    if (what == Choice::task) {
      node.of_tasks = true;
      node.sleepers = still_asleep();
      for (unsigned o = 0; o < n; ++o) {
        node.task[o] = static_cast<std::uint8_t>(ready->task_of(o));
        node.step[o] = ready->pending[node.task[o]];
      }
    }
    const unsigned first = first_awake(node, 0);
    const bool dear = first != 0 && is_bounded() && deviations_ >= deviations_max_;
    if (first == n || dear) {
      repeats_ = true;
      ++repeated_;
      return 0;
    }
    deviations_ += cost_of(first);
    node.taken = static_cast<std::uint8_t>(first);
    path_.push_back(std::move(node));
  }
  const Node& node = path_[at_];
  check(node.options == n, "an execution depends on its choices alone");
  if (what == Choice::task) {
    last_ = at_;
    told_ = world_.told();
  }
  ++at_;
  return node.taken;
}

bool SleepChooser::next() {
  check(at_ == path_.size(), "an execution depends on its choices alone");
  if (!repeats_) note_told();
  while (!path_.empty()) {
    Node& last = path_.back();
    const unsigned other = first_awake(last, last.taken + 1U);
    const bool affords = last.taken != 0 || deviations_ < deviations_max_;
    if (other < last.options && affords) {
      deviations_ += last.taken == 0 ? 1 : 0;
      last.taken = static_cast<std::uint8_t>(other);
      return true;
    }
    deviations_ -= cost_of(last.taken);
    path_.pop_back();
  }
  return false;
}

}  // namespace bp::sched
