// SPDX-License-Identifier: MIT
// The memory of C++20: RC11 with the seq_cst rule of C++20 ([atomics.order]/4), one execution at a
// time, in an order of steps that agrees with program order and reads-from.
//   modification order  a list of stores by location; a store may enter it below newer ones, never
//                       between a store and the RMW that read it.
//   happens-before      vector clocks (View): a task's current view, what an acquire fence would
//                       add, what a release fence left; a store carries its release view.
//   floor               a step sees no store older than one that it knows: that was written or read
//                       by an event in its view. Seq_cst accesses also know what earlier ones
//                       touched and what happened before earlier seq_cst fences; a seq_cst fence
//                       gives that to all that happens after it, without happening-before.
//   S                   the order of the seq_cst operations is that of their steps.
// Leaves out: consume (taken as acquire); load buffering, which is reported and not produced; an S
// that contradicts reads-from between relaxed accesses (see litmus_run.h for both).
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fuzz/sched/chooser.h"
#include "fuzz/sched/defects.h"
#include "fuzz/sched/event_hash.h"
#include "fuzz/sched/view.h"

namespace bp::sched {

/// Locations and variables are numbered in the order of their making.
using LocationId = std::uint32_t;
using VarId = std::uint32_t;

inline constexpr unsigned kCpusMax = 8;

/// A compare-exchange. A weak one may fail although it read what it expected.
struct Cas {
  std::uint64_t expected = 0;
  std::uint64_t desired = 0;
  std::memory_order success = std::memory_order_seq_cst;
  std::memory_order failure = std::memory_order_seq_cst;
  bool weak = false;
};

/// One step as a trace keeps it. Stores are numbered through the execution, in the order made.
struct Logged {
  static constexpr std::uint32_t kNone = ~0U;
  Event what;
  std::uint8_t task;
  bool stale;           ///< It read a store that was not the newest, or was placed below one.
  std::uint32_t at;     ///< LocationId or VarId.
  std::uint32_t read;   ///< The store that it read, or was placed above.
  std::uint32_t wrote;  ///< The store that it made.
  std::uint64_t holds;  ///< Read by a load, written by others.
  std::uint32_t site;   ///< Of the world's table.
};

class Memory {
 public:
  /// Everything is forgotten but the storage. `chooser` must outlive the execution.
  void reset(Chooser& chooser, const Defects& defects, bool watch_load_buffering);

  LocationId make_location(unsigned task, std::uint64_t initial);
  VarId make_var(unsigned task);

  std::uint64_t load(unsigned task, LocationId at, std::memory_order order);
  void store(unsigned task, LocationId at, std::uint64_t written, std::memory_order order);
  /// Atomically replaces what is read by `update(read)`; what was read.
  template <class Update>
  std::uint64_t modify(unsigned task, LocationId at, std::memory_order order, Update&& update) {
    if (resting_) {
      std::uint64_t& holds = stores_[locations_[at].newest].holds;
      const std::uint64_t old = holds;
      holds = update(old);
      return old;
    }
    const Index read = pick_for_rmw(task, at, order);
    const std::uint64_t old = stores_[read].holds;
    finish_rmw(task, at, read, update(old), order);
    return old;
  }
  /// True if it replaced what it read. Otherwise it was a load with the failure order.
  bool compare_exchange(unsigned task, LocationId at, const Cas& cas, std::uint64_t& read);
  void fence(unsigned task, std::memory_order order);

  /// False: a race, with an access that does not happen before this one.
  [[nodiscard]] bool read_var(unsigned task, VarId at);
  [[nodiscard]] bool write_var(unsigned task, VarId at);

  /// `child` starts: what `parent` did happens before it. Its clock starts anew.
  void start(unsigned parent, unsigned child);
  /// `child` has ended: what it did happens before what `parent` does now.
  void join(unsigned parent, unsigned child);

  /// What is done on one CPU by one task after the other is ordered, as a context switch does: who
  /// enters knows what those knew who left it. `cpu` is below kCpusMax.
  void enter_cpu(unsigned task, unsigned cpu) { tasks_[task].now.join(cpus_[cpu]); }
  void leave_cpu(unsigned task, unsigned cpu) {
    tick(task);
    cpus_[cpu].join(tasks_[task].now);
  }

  /// While nobody else runs, before the tasks or after them, and who runs knows all that was done:
  /// it reads what is newest, what it writes takes that one's place, and nothing is hashed, logged
  /// or raced with. reset() ends it.
  void rest(bool on) { resting_ = on; }
  bool resting() const { return resting_; }

  /// The last store in modification order.
  std::uint64_t newest(LocationId at) const { return stores_[locations_[at].newest].holds; }
  /// A store was made that an earlier load, which it depends on, could read on hardware.
  bool load_buffering() const { return load_buffering_; }
  std::size_t locations() const { return locations_.size(); }

  EventHash hash;
  /// Null: no trace is kept. Not cleared here.
  std::vector<Logged>* log = nullptr;
  /// Of the step that is being taken, for the trace.
  std::uint32_t site = Logged::kNone;

 private:
  using Index = std::uint32_t;
  static constexpr Index kNone = ~Index{0};

  struct Store {
    View first =
        kUntouched;  ///< By lane: the first event that wrote or read it, or the first seq_cst one.
    View release;    ///< What who acquires it learns.
    View cause;      ///< What it depends on by program order and reads-from.
    std::uint64_t holds = 0;
    Index older = kNone;
    Index newer = kNone;
    Clock when = 0;  ///< Of its task.
    std::uint8_t task = 0;
    bool from_rmw = false;  ///< The RMW that wrote it read `older`.
    bool rmw_read = false;  ///< An RMW has read it.
  };
  struct Read {
    std::uint8_t task;
    Clock when;
  };
  struct Location {
    Index newest = kNone;
    std::vector<Read> reads;  ///< Kept while load buffering is watched.
  };
  struct Var {
    View reads;
    Clock written = 0;
    std::uint8_t writer = 0;
  };
  struct Task {
    View now;       ///< What has happened before; own lane: own events.
    View acquired;  ///< What an acquire fence adds.
    View released;  ///< `now` at the last release fence.
    View cause;     ///< `now`, if every read synchronised.
  };
  /// Ways to go on, newest first.
  struct Options {
    unsigned count = 0;
    Index store[kOptionsMax];
    void add(Index s) {
      if (count < kOptionsMax) store[count++] = s;
    }
  };

  struct CasOptions {
    Options stores;
    bool takes[kOptionsMax + 1];
    bool fails[kOptionsMax + 1];
  };

  View floor_of(unsigned task, bool seq_cst) const;
  Index pick_for_load(unsigned task, LocationId at, bool seq_cst);
  Index pick_for_rmw(unsigned task, LocationId at, std::memory_order order);
  Index pick_for_store(unsigned task, LocationId at, bool seq_cst);
  void visible(LocationId at, const View& floor, Options& options) const;
  void placeable(LocationId at, const View& floor, Options& options) const;
  void ways_of_cas(unsigned task, LocationId at, const Cas& cas, CasOptions& ways) const;
  void acquire(unsigned task, LocationId at, Index read, std::memory_order order);
  void finish_rmw(unsigned task, LocationId at, Index read, std::uint64_t written,
                  std::memory_order order);
  Store& put(unsigned task, LocationId at, Index below, std::uint64_t written,
             std::memory_order order);
  void touch(Store& s, unsigned task, bool seq_cst, bool reads);
  void tick(unsigned task);
  void keep(Event what, unsigned task, std::uint32_t at, Index read, Index wrote,
            std::uint64_t value);
  void watch_store(LocationId at, Index index);
  bool is_seq_cst(std::memory_order order) const {
    return order == std::memory_order_seq_cst && !defects_.seq_cst_is_acq_rel;
  }

  Chooser* chooser_ = nullptr;
  Defects defects_;
  bool watch_load_buffering_ = false;
  bool load_buffering_ = false;
  bool resting_ = false;
  std::vector<Store> stores_;
  std::vector<Location> locations_;
  std::vector<Var> vars_;
  std::vector<View> fences_;  ///< [n]: what happened before the first n seq_cst fences.
  Task tasks_[kTasksMax];
  View cpus_[kCpusMax];  ///< What was known when the CPU was left.
};

}  // namespace bp::sched
