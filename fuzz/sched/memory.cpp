// SPDX-License-Identifier: MIT
#include "fuzz/sched/memory.h"

#include "model/vocab/check.h"

namespace bp::sched {
namespace {

constexpr bool acquires(std::memory_order o) {
  return o != std::memory_order_relaxed && o != std::memory_order_release;
}
constexpr bool releases(std::memory_order o) {
  return o == std::memory_order_release || o == std::memory_order_acq_rel ||
         o == std::memory_order_seq_cst;
}

void lower(Clock& mark, Clock to) { mark = to < mark ? to : mark; }

}  // namespace

void Memory::reset(Chooser& chooser, const Defects& defects, bool watch_load_buffering) {
  chooser_ = &chooser;
  defects_ = defects;
  watch_load_buffering_ = watch_load_buffering;
  load_buffering_ = false;
  resting_ = false;
  stores_.clear();
  locations_.clear();
  vars_.clear();
  fences_.assign(1, View{});
  for (Task& t : tasks_) t = Task{};
  for (View& v : cpus_) v = View{};
  hash.clear();
}

LocationId Memory::make_location(unsigned task, std::uint64_t initial) {
  const auto id = static_cast<LocationId>(locations_.size());
  if (resting_) {
    locations_.push_back({static_cast<Index>(stores_.size()), {}});
    Store& s = stores_.emplace_back();
    s.first.lane[kSetup] = 0;
    s.holds = initial;
    return id;
  }
  locations_.emplace_back();
  tick(task);
  put(task, id, kNone, initial, std::memory_order_relaxed);
  return id;
}

VarId Memory::make_var(unsigned task) {
  vars_.emplace_back();
  const auto id = static_cast<VarId>(vars_.size() - 1);
  check(write_var(task, id), "a new variable has no race");
  return id;
}

void Memory::tick(unsigned task) {
  Task& t = tasks_[task];
  t.cause.lane[task] = ++t.now.lane[task];
}

/// What a step of the task must not go below.
View Memory::floor_of(unsigned task, bool seq_cst) const {
  const Task& t = tasks_[task];
  View floor = t.now;
  if (seq_cst) {
    floor.join(fences_.back());
    floor.lane[kFenceLane] = kNever - 1;
  } else {
    floor.join(fences_[static_cast<std::size_t>(t.now.lane[kFenceLane])]);
  }
  return floor;
}

void Memory::visible(LocationId at, const View& floor, Options& options) const {
  for (Index s = locations_[at].newest; s != kNone; s = stores_[s].older) {
    options.add(s);
    if (defects_.newest_only) return;
    if (!defects_.no_coherence_floor && floor.knows(stores_[s].first)) return;
  }
}

/// The stores above which a new one may be placed.
void Memory::placeable(LocationId at, const View& floor, Options& options) const {
  for (Index s = locations_[at].newest; s != kNone; s = stores_[s].older) {
    const Index newer = stores_[s].newer;
    if (newer == kNone || !stores_[newer].from_rmw || defects_.store_splits_rmw) options.add(s);
    if (defects_.append_only) return;
    if (!defects_.store_below_floor && floor.knows(stores_[s].first)) return;
  }
}

Memory::Index Memory::pick_for_load(unsigned task, LocationId at, bool seq_cst) {
  const Index newest = locations_[at].newest;
  const View floor = floor_of(task, seq_cst);
  if (!defects_.no_coherence_floor && floor.knows(stores_[newest].first)) return newest;
  Options options;
  visible(at, floor, options);
  return options.store[chooser_->choose(options.count, Choice::read)];
}

Memory::Index Memory::pick_for_store(unsigned task, LocationId at, bool seq_cst) {
  const Index newest = locations_[at].newest;
  const View floor = floor_of(task, seq_cst);
  if (!defects_.store_below_floor && floor.knows(stores_[newest].first)) return newest;
  Options options;
  placeable(at, floor, options);
  return options.store[chooser_->choose(options.count, Choice::place)];
}

Memory::Index Memory::pick_for_rmw(unsigned task, LocationId at, std::memory_order order) {
  tick(task);
  const Index newest = locations_[at].newest;
  const View floor = floor_of(task, is_seq_cst(order));
  if (!defects_.no_coherence_floor && floor.knows(stores_[newest].first)) return newest;
  Options all;
  visible(at, floor, all);
  Options options;
  for (unsigned i = 0; i < all.count; ++i) {
    if (!stores_[all.store[i]].rmw_read || defects_.rmw_reads_read_store) options.add(all.store[i]);
  }
  return options.store[chooser_->choose(options.count, Choice::read)];
}

void Memory::touch(Store& s, unsigned task, bool seq_cst, bool reads) {
  if (!reads || !defects_.reads_raise_no_floor)
    lower(s.first.lane[task], tasks_[task].now.lane[task]);
  if (seq_cst && !(reads && defects_.seq_cst_reads_raise_no_floor))
    lower(s.first.lane[kFenceLane], static_cast<Clock>(fences_.size()));
}

/// The task has read the store.
void Memory::acquire(unsigned task, LocationId at, Index read, std::memory_order order) {
  Task& t = tasks_[task];
  Store& s = stores_[read];
  touch(s, task, is_seq_cst(order), true);
  if (acquires(order) && !defects_.acquire_is_relaxed) {
    t.now.join(s.release);
  } else {
    t.acquired.join(s.release);
  }
  if (!watch_load_buffering_) return;
  t.cause.join(s.cause);
  t.cause.join(t.now);
  locations_[at].reads.push_back({static_cast<std::uint8_t>(task), t.now.lane[task]});
}

/// A store of the task enters the modification order above `below`.
Memory::Store& Memory::put(unsigned task, LocationId at, Index below, std::uint64_t written,
                           std::memory_order order) {
  const auto index = static_cast<Index>(stores_.size());
  Store& s = stores_.emplace_back();
  Location& l = locations_[at];
  const Task& t = tasks_[task];
  s.task = static_cast<std::uint8_t>(task);
  s.holds = written;
  s.older = below;
  if (below != kNone) {
    s.newer = stores_[below].newer;
    stores_[below].newer = index;
  }
  (s.newer == kNone ? l.newest : stores_[s.newer].older) = index;
  touch(s, task, is_seq_cst(order), false);
  s.release = releases(order) && !defects_.release_is_relaxed ? t.now : t.released;
  s.when = t.now.lane[task];
  if (watch_load_buffering_) {
    s.cause = t.cause;
    watch_store(at, index);
  }
  return s;
}

/// What is stale: something newer than the store that was read, but for the one just made.
void Memory::keep(Event what, unsigned task, std::uint32_t at, Index read, Index wrote,
                  std::uint64_t value) {
  bool stale = false;
  if (wrote != kNone) {
    stale = stores_[wrote].newer != kNone;
  } else if (read != kNone) {
    stale = stores_[read].newer != kNone;
  }
  log->push_back({what, static_cast<std::uint8_t>(task), stale, at, read, wrote, value, site});
}

std::uint64_t Memory::load(unsigned task, LocationId at, std::memory_order order) {
  if (resting_) return newest(at);
  tick(task);
  const Index read = pick_for_load(task, at, is_seq_cst(order));
  acquire(task, at, read, order);
  const std::uint64_t got = stores_[read].holds;
  hash.add(Event::load, task, at, read, got);
  if (log != nullptr) keep(Event::load, task, at, read, kNone, got);
  return got;
}

void Memory::store(unsigned task, LocationId at, std::uint64_t written, std::memory_order order) {
  if (resting_) {
    stores_[locations_[at].newest].holds = written;
    return;
  }
  tick(task);
  const Index below = pick_for_store(task, at, is_seq_cst(order));
  Store& s = put(task, at, below, written, order);
  if (defects_.store_continues_release && stores_[below].task == task)
    s.release.join(stores_[below].release);
  hash.add(Event::store, task, at, below, written);
  if (log != nullptr)
    keep(Event::store, task, at, below, static_cast<Index>(stores_.size() - 1), written);
}

void Memory::finish_rmw(unsigned task, LocationId at, Index read, std::uint64_t written,
                        std::memory_order order) {
  acquire(task, at, read, order);
  Store& s = put(task, at, read, written, order);
  s.from_rmw = true;
  stores_[read].rmw_read = true;
  if (!defects_.rmw_cuts_release) s.release.join(stores_[read].release);
  hash.add(Event::rmw, task, at, read, written);
  if (log != nullptr)
    keep(Event::rmw, task, at, read, static_cast<Index>(stores_.size() - 1), written);
}

/// The stores that a CAS may read, and which of them it may replace. Success and failure have each
/// their own floor, since they have each their own order.
void Memory::ways_of_cas(unsigned task, LocationId at, const Cas& cas, CasOptions& ways) const {
  const View floor_success = floor_of(task, is_seq_cst(cas.success));
  const View floor_failure = floor_of(task, is_seq_cst(cas.failure));
  bool may_succeed = true;
  bool may_fail = true;
  Index s = locations_[at].newest;
  while (s != kNone && (may_succeed || may_fail) && ways.stores.count < kOptionsMax) {
    const Store& read = stores_[s];
    const bool equal = read.holds == cas.expected;
    const bool takes = equal && may_succeed && (!read.rmw_read || defects_.rmw_reads_read_store);
    const bool fails = may_fail && (cas.weak || !equal);
    ways.takes[ways.stores.count] = takes;
    ways.fails[ways.stores.count] = fails;
    if (takes || fails) ways.stores.add(s);
    may_succeed = may_succeed && !floor_success.knows(read.first);
    may_fail = may_fail && !floor_failure.knows(read.first) && !defects_.failure_reads_newest;
    s = read.older;
  }
}

bool Memory::compare_exchange(unsigned task, LocationId at, const Cas& cas, std::uint64_t& read) {
  if (resting_) {
    std::uint64_t& holds = stores_[locations_[at].newest].holds;
    read = holds;
    if (holds == cas.expected) holds = cas.desired;
    return read == cas.expected;
  }
  tick(task);
  CasOptions ways;
  ways_of_cas(task, at, cas, ways);
  const unsigned way = chooser_->choose(ways.stores.count, Choice::read);
  const Index s = ways.stores.store[way];
  read = stores_[s].holds;
  const bool open = ways.takes[way] && ways.fails[way];
  if (open ? chooser_->choose(2, Choice::weak_fail) == 0 : ways.takes[way]) {
    finish_rmw(task, at, s, cas.desired, cas.success);
    return true;
  }
  std::memory_order order = cas.failure;
  if (defects_.failure_takes_success_order) order = cas.success;
  if (defects_.failure_is_relaxed) order = std::memory_order_relaxed;
  acquire(task, at, s, order);
  hash.add(Event::load, task, at, s, read);
  if (log != nullptr) keep(Event::load, task, at, s, kNone, read);
  return false;
}

void Memory::fence(unsigned task, std::memory_order order) {
  if (resting_) return;
  Task& t = tasks_[task];
  hash.add(Event::fence, task, static_cast<std::uint64_t>(order));
  if (defects_.fences_do_nothing) return;
  if (acquires(order) && !defects_.acquire_fence_nothing) t.now.join(t.acquired);
  if (order == std::memory_order_seq_cst && !defects_.seq_cst_fence_is_acq_rel) {
    View before = fences_.back();
    if (defects_.seq_cst_fence_is_local) {
      before.lane[task] = t.now.lane[task];
    } else {
      before.join(t.now);
    }
    t.now.lane[kFenceLane] = static_cast<Clock>(fences_.size());
    fences_.push_back(before);
  }
  if (releases(order) && !defects_.release_fence_nothing) t.released = t.now;
}

/// Load buffering: a load that the store depends on, by program order and reads-from, and that does
/// not happen before it, could read it where loads are performed late; unless the load's own task
/// wrote, after it, something older than the store.
void Memory::watch_store(LocationId at, Index index) {
  const Store& s = stores_[index];
  const View& now = tasks_[s.task].now;
  for (const Read& r : locations_[at].reads) {
    if (r.when > s.cause.lane[r.task] || r.when <= now.lane[r.task]) continue;
    Index below = s.older;
    while (below != kNone && !(stores_[below].task == r.task && stores_[below].when >= r.when))
      below = stores_[below].older;
    if (below == kNone) load_buffering_ = true;
  }
}

// A variable's access lies between two atomic events of its task: it happens before what knows the
// later one.
bool Memory::read_var(unsigned task, VarId at) {
  if (resting_) return true;
  Var& v = vars_[at];
  const View& now = tasks_[task].now;
  hash.add(Event::read_var, task, at);
  if (log != nullptr) keep(Event::read_var, task, at, kNone, kNone, 0);
  v.reads.lane[task] = now.lane[task] + 1;
  return v.writer == task || v.written <= now.lane[v.writer];
}

bool Memory::write_var(unsigned task, VarId at) {
  if (resting_) return true;
  Var& v = vars_[at];
  const View& now = tasks_[task].now;
  hash.add(Event::write_var, task, at);
  if (log != nullptr) keep(Event::write_var, task, at, kNone, kNone, 0);
  bool ordered = v.writer == task || v.written <= now.lane[v.writer];
  for (unsigned t = 0; t < kTasksMax; ++t) {
    if (t != task && v.reads.lane[t] > now.lane[t]) ordered = false;
  }
  v.writer = static_cast<std::uint8_t>(task);
  v.written = now.lane[task] + 1;
  return ordered;
}

void Memory::start(unsigned parent, unsigned child) {
  tick(parent);
  tasks_[child] = Task{};
  tasks_[child].now = tasks_[parent].now;
  tasks_[child].cause = tasks_[parent].now;
  hash.add(Event::start, parent, child);
}

void Memory::join(unsigned parent, unsigned child) {
  tick(child);
  tasks_[parent].now.join(tasks_[child].now);
  hash.add(Event::end, parent, child);
}

}  // namespace bp::sched
