// SPDX-License-Identifier: MIT
#include "fuzz/sched/world.h"

#include <bit>
#include <utility>

#include "model/vocab/check.h"

namespace bp::sched {

World::~World() {
  if (current_ == this) current_ = nullptr;
}

void World::begin(Chooser& chooser, const Options& options) {
  check(options.cpus >= 1 && options.cpus <= kCpusMax, "a machine has one to eight CPUs");
  current_ = this;
  chooser_ = &chooser;
  options_ = options;
  outcome_ = {};
  running_ = kSetup;
  tasks_used_ = 1;
  ready_ = in_section_ = 0;
  freezes_ = options.freezes_max;
  kills_ = options.kills_max;
  migrations_ = options.cpus > 1 ? options.migrations_max : 0;
  aborts_ = options.aborts_max;
  disturbed_ = freezes_ + kills_ + migrations_ + aborts_ > 0;
  for (Task& t : tasks_) t = {};
  memory.reset(chooser, options.defects, options.watch_load_buffering);
  chooser.begin();
}

unsigned World::spawn(void (*work)(void*), void* argument, unsigned cpu) {
  check(running_ == kSetup && tasks_used_ < kTasksMax, "a world has few tasks, of its set-up");
  const unsigned id = tasks_used_++;
  Task& t = tasks_[id];
  t.work = work;
  t.argument = argument;
  t.cpu = cpu % options_.cpus;
  t.state = TaskState::ready;
  ready_ |= 1U << id;
  pending_[id] = {Pending::kNowhere, false};
  fibers_[id].prepare(&run_task);
  memory.start(kSetup, id);
  return id;
}

Outcome World::run() {
  check(running_ == kSetup, "the set-up runs the tasks");
  if (ready_ != 0) change_to(next_task());
  for (unsigned t = 1; t < tasks_used_; ++t) {
    if (tasks_[t].state == TaskState::ended) memory.join(kSetup, t);
  }
  outcome_.hash = memory.hash.sum();
  outcome_.load_buffering = memory.load_buffering();
  return std::move(outcome_);
}

/// The life of a fiber.
void World::run_task() {
  World& w = current();
  w.fibers_[w.running_].arrive();
  Task& me = w.tasks_[w.running_];
  me.work(me.argument);
  me.state = TaskState::ended;
  w.leave_for_good();
}

/// The running task takes no more steps.
void World::leave_for_good() {
  const unsigned me = running_;
  ready_ &= ~(1U << me);
  in_section_ &= ~(1U << me);
  running_ = ready_ == 0 ? kSetup : next_task();
  if (in_section_ != 0) preempt_others();
  Fiber::change_for_good(fibers_[me], fibers_[running_]);
}

void World::end_execution(End how) {
  outcome_.end = how;
  if (running_ == kSetup) return;
  Fiber& me = fibers_[running_];
  ready_ = 0;
  running_ = kSetup;
  Fiber::change(me, fibers_[kSetup]);
}

void World::stop(std::string fault) {
  if (outcome_.end == End::finished) outcome_.fault = std::move(fault);
  end_execution(End::fault);
}

unsigned World::next_task() {
  const auto n = static_cast<unsigned>(std::popcount(ready_));
  const Ready ready{ready_, running_, pending_};
  return ready.task_of(chooser_->choose(n, Choice::task, &ready));
}

void World::yield(Pending next) {
  pending_[running_] = next;
  if (footprint != nullptr) footprint->add(running_, next);
  ++tasks_[running_].steps;
  if (++outcome_.steps > options_.steps_max) end_execution(End::step_bound);
  if (disturbed_) disturb();
  const unsigned task = next_task();
  if (task != running_) change_to(task);
  Restart* const section = tasks_[running_].section;
  if (section != nullptr && section->aborted) {
    memory.hash.add(Event::aborted, running_, 0);
    leave_section();
    std::longjmp(section->at, 1);
  }
}

void World::change_to(unsigned task) {
  const unsigned me = running_;
  running_ = task;
  if (in_section_ != 0) preempt_others();
  Fiber::change(fibers_[me], fibers_[task]);
}

/// The running task has its CPU to itself: sections of others on it start anew when they go on, and
/// what they did so far comes before what is done there now.
void World::preempt_others() {
  for (std::uint32_t left = in_section_ & ~(1U << running_); left != 0; left &= left - 1) {
    const auto task = static_cast<unsigned>(std::countr_zero(left));
    const Task& other = tasks_[task];
    if (other.cpu != tasks_[running_].cpu) continue;
    other.section->aborted = true;
    memory.leave_cpu(task, other.section->cpu);
  }
}

/// What may befall the running task before its step.
void World::disturb() {
  const unsigned ways = 1U + (freezes_ > 0 ? 1U : 0U) + (kills_ > 0 ? 1U : 0U);
  const unsigned way = chooser_->choose(ways, Choice::halt);
  if (way != 0) halt(way == 1 && freezes_ > 0 ? TaskState::frozen : TaskState::killed);
  move_or_abort();
  disturbed_ = freezes_ + kills_ + migrations_ + aborts_ > 0;
}

void World::halt(TaskState how) {
  --(how == TaskState::frozen ? freezes_ : kills_);
  memory.hash.add(how == TaskState::frozen ? Event::frozen : Event::killed, running_, 0);
  Task& me = tasks_[running_];
  me.state = how;
  if (me.section != nullptr) memory.leave_cpu(running_, me.section->cpu);
  leave_for_good();
}

void World::move_or_abort() {
  Task& me = tasks_[running_];
  const unsigned by = migrations_ > 0 ? chooser_->choose(options_.cpus, Choice::migrate) : 0;
  if (by != 0) {
    --migrations_;
    if (me.section != nullptr) memory.leave_cpu(running_, me.section->cpu);
    me.cpu = (me.cpu + by) % options_.cpus;
    memory.hash.add(Event::migrated, running_, me.cpu);
    preempt_others();
  }
  if (me.section == nullptr) return;
  const bool hit = aborts_ > 0 && chooser_->choose(2, Choice::abort) != 0;
  if (hit) --aborts_;
  me.section->aborted = me.section->aborted || by != 0 || hit;
}

void World::enter_section(Restart& restart) {
  check(tasks_[running_].section == nullptr, "per-CPU sections do not nest");
  restart.aborted = false;
  restart.cpu = tasks_[running_].cpu;
  memory.enter_cpu(running_, restart.cpu);
  tasks_[running_].section = &restart;
  in_section_ |= 1U << running_;
}

void World::restart_sections() {
  point(Pending::kEverywhere, false);
  for (unsigned t = 1; t < tasks_used_; ++t) {
    if (t == running_) continue;
    memory.leave_cpu(t, tasks_[t].cpu);
    if (tasks_[t].section != nullptr) tasks_[t].section->aborted = true;
  }
  for (unsigned cpu = 0; cpu < options_.cpus; ++cpu) {
    memory.enter_cpu(running_, cpu);
    memory.leave_cpu(running_, cpu);
  }
}

void World::leave_section() {
  memory.leave_cpu(running_, tasks_[running_].section->cpu);
  tasks_[running_].section = nullptr;
  in_section_ &= ~(1U << running_);
}

}  // namespace bp::sched
