// SPDX-License-Identifier: MIT
// One execution of a few tasks over one memory: the world in which the code under test runs. Tasks
// are fibers; before each atomic step a task asks the chooser who goes on. Between two atomic steps
// a task runs alone, so that plain data behaves as in one thread; Var tells if that was a race.
//
//   World world;
//   world.begin(chooser, options);     // now the set-up runs, as task 0
//   Atomic<int> x{0};
//   auto f = [&] { x.store(1, std::memory_order_release); };
//   world.spawn(f);
//   const Outcome o = world.run();     // and here the set-up goes on, after all that ended
//
// Contract: one World an OS thread at a time; what tasks use must outlive run(). A task that is
// frozen, killed or abandoned is not unwound: what its locals own is lost.
#pragma once

#include <csetjmp>
#include <cstdint>
#include <string>

#include "fuzz/sched/fiber.h"
#include "fuzz/sched/memory.h"
#include "fuzz/sched/sites.h"
#include "model/vocab/check.h"

namespace bp::sched {

struct Options {
  unsigned cpus = 1;             ///< 1..kCpusMax; tasks start on the CPU they name, modulo this.
  unsigned steps_max = 100'000;  ///< Atomic steps of all tasks, a bound on what spins.
  unsigned freezes_max = 0;      ///< Tasks that may stop for ever at an atomic step.
  unsigned kills_max = 0;        ///< Likewise, and the scenario may clean up after them.
  unsigned migrations_max = 0;
  unsigned aborts_max = 0;  ///< Restarts of per-CPU sections beside those by preemption.
  bool watch_load_buffering = false;
  Defects defects;  ///< Of the simulator.
};

enum class End : std::uint8_t {
  finished,    ///< Every task ended, or was frozen or killed.
  fault,       ///< A rule was broken: Outcome::fault.
  step_bound,  ///< Somebody spins, or the bound is too low.
};

struct Outcome {
  End end = End::finished;
  std::string fault;            ///< One line; empty unless End::fault.
  std::uint64_t hash = 0;       ///< Of all events.
  unsigned steps = 0;           ///< Atomic steps of tasks.
  bool load_buffering = false;  ///< Seen, if it was watched for.
};

enum class TaskState : std::uint8_t { unused, ready, ended, frozen, killed };

class World {
 public:
  World() = default;
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Forgets the last execution and becomes this thread's world.
  void begin(Chooser& chooser, const Options& options);
  /// A task that calls `work()`; its number, from 1 and below kTasksMax.
  template <class Work>
  unsigned spawn(Work& work, unsigned cpu = 0) {
    return spawn([](void* w) { (*static_cast<Work*>(w))(); }, &work, cpu);
  }
  unsigned spawn(void (*work)(void*), void* argument, unsigned cpu);
  /// Runs the tasks until all have ended or the execution is over. Call it once.
  Outcome run();

  /// The world in which the caller runs.
  static World& current() {
    check(current_ != nullptr, "simulated atomics are used within a World");
    return *current_;
  }
  unsigned task() const { return running_; }
  TaskState state(unsigned task) const { return tasks_[task].state; }
  /// Where the running task is, until its next atomic step.
  unsigned cpu() const { return tasks_[running_].cpu; }
  /// Own atomic steps that a task has taken.
  unsigned steps(unsigned task) const { return tasks_[task].steps; }

  /// A step is about to be taken: others may come first, unless the memory rests.
  void point(std::uint32_t location, bool writes) {
    if (running_ != kSetup && !memory.resting()) yield({location, writes});
  }
  /// An observer takes note of the running task's last step: its place among others that are told
  /// matters. For choosers that leave out what differs only in the order of steps.
  void tell() { ++told_; }
  std::uint64_t told() const { return told_; }
  /// The execution breaks a rule and is over. Does not return to a task.
  void stop(std::string fault);

  Memory memory;
  /// Null: sites are neither told apart nor changed. Must outlive the executions.
  Sites* sites = nullptr;

  /// Who has used a location, over all executions since it was cleared. Null: nobody asks.
  struct Use {
    std::uint8_t tasks = 0;    ///< Bit t: task t.
    std::uint8_t writers = 0;  ///< Of them.
    bool shared() const { return writers != 0 && (tasks & (tasks - 1)) != 0; }
  };
  struct Footprint {
    std::vector<Use> uses;  ///< By location.
    bool grew = false;      ///< A location came to be shared.
    void add(unsigned task, const Pending& p) {
      if (p.location == Pending::kEverywhere) return;
      if (p.location >= uses.size()) uses.resize(p.location + 1);
      Use& u = uses[p.location];
      const bool before = u.shared();
      u.tasks = static_cast<std::uint8_t>(u.tasks | 1U << task);
      if (p.writes) u.writers = static_cast<std::uint8_t>(u.writers | 1U << task);
      grew = grew || (!before && u.shared());
    }
  };
  Footprint* footprint = nullptr;

  /// For section.h: a restartable section of the running task.
  struct Restart {
    std::jmp_buf at;
    unsigned cpu = 0;  ///< On which it was entered.
    bool aborted = false;
  };
  void enter_section(Restart& restart);
  void leave_section();
  /// membarrier's restart command: a step of the running task, after which every section that
  /// another task had begun starts anew, and each task is ordered with the others' past.
  void restart_sections();

 private:
  struct Task {
    void (*work)(void*) = nullptr;
    void* argument = nullptr;
    Restart* section = nullptr;  ///< Null outside of one.
    unsigned cpu = 0;
    unsigned steps = 0;
    TaskState state = TaskState::unused;
  };

  void yield(Pending next);
  void disturb();
  void halt(TaskState how);
  void move_or_abort();
  void preempt_others();
  void change_to(unsigned task);
  void leave_for_good();
  void end_execution(End how);
  unsigned next_task();
  static void run_task();

  static constinit inline thread_local World* current_ = nullptr;

  Chooser* chooser_ = nullptr;
  Options options_;
  Outcome outcome_;
  unsigned running_ = kSetup;
  unsigned tasks_used_ = 1;
  std::uint32_t ready_ = 0;       ///< Bit t: task t can run.
  std::uint32_t in_section_ = 0;  ///< Bit t: task t is in a section.
  std::uint64_t told_ = 0;
  bool disturbed_ = false;  ///< Some disturbance may still come.
  unsigned freezes_ = 0, kills_ = 0, migrations_ = 0, aborts_ = 0;  ///< Left.
  Pending pending_[kTasksMax];
  Task tasks_[kTasksMax];
  Fiber fibers_[kTasksMax];  ///< [kSetup]: the thread's own.
};

}  // namespace bp::sched
