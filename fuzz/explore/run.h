// SPDX-License-Identifier: MIT
// One execution of a scenario by the real allocator under the simulated policy, judged.
//   during the run     S1..S4, S7, L1, L2: see ghost.h
//   at its end         S5 conservation: every managed frame in exactly one place, counts exact
//                      S6 merging: after a drain the free blocks are as large as they can be
//                      L3 null: after a drain, alloc succeeds exactly if there is a block
//                      S8 reserves: exact, and within their cap at every answer; what is isolated
//                      is given to nobody
//                      hint: the allocator's hints lead to every free block
//                      P1 lock-freedom: with a task frozen the others end, in their bound of steps
//                      P2 death: a killed task costs at most what it owned and held in flight
//                      P3 no waiting: without a frozen task nobody takes more steps than the bound
//   counted            P4 the most own steps of an operation; L0 nulls although a block was free
// If a task was frozen or killed, S5 asks only that no frame is in two places, and S6 and L3 ask
// nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/explore/ghost.h"
#include "fuzz/explore/scenario.h"
#include "fuzz/explore/schedule.h"
#include "fuzz/sched/sites.h"
#include "fuzz/sched/world.h"
#include "impl/planted.h"

namespace bp::explore {

/// Pages that one operation may hold in flight beside its own block: a row that it carves, merges
/// or moves to the row's bit above. A per-CPU list is counted apart.
inline constexpr std::uint64_t kInFlight = kRowFrames;

/// A fault that is planted for an execution.
struct Plant {
  std::string name;  ///< "none", or for people.
  impl::Bug bug = impl::Bug::none;
  std::string site;  ///< Sites' name; with `change`.
  sched::SiteChange change = sched::SiteChange::none;
  std::memory_order to = std::memory_order_relaxed;
  std::string defect;  ///< Of the simulator, by name.

  bool is_none() const {
    return bug == impl::Bug::none && change == sched::SiteChange::none && defect.empty();
  }
};

struct Verdict {
  sched::End end = sched::End::finished;
  std::string fault;  ///< "S1: ...": the rule and what was seen; empty: none is broken.
  std::uint64_t hash = 0;
  unsigned steps = 0;
};

using OwnSteps = std::array<unsigned, kOpKinds>;  ///< By OpKind.

/// What executions came to, summed.
struct Counts {
  std::uint64_t executions = 0;
  std::uint64_t steps = 0;
  std::uint64_t nulls = 0;
  std::uint64_t nulls_with_free = 0;
  OwnSteps own_steps_max{};  ///< P4.
};

class Runner {
 public:
  /// Keep the scenario alive.
  explicit Runner(const Scenario& s);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// A site change needs the site to have been met: some executions are run to meet it. Empty, or
  /// what is wrong.
  std::string plant(const Plant& p);

  Verdict run(sched::Chooser& chooser);

  const History& history() const;
  const Counts& counts() const { return counts_; }
  /// Of the last execution, the most of each kind.
  const OwnSteps& own_steps() const { return own_steps_; }
  sched::World& world() { return world_; }
  sched::Sites& sites() { return sites_; }
  /// Whether atomic steps are told apart by site: for traces and tables; costs a look-up a step.
  void watch_sites(bool on) { world_.sites = on ? &sites_ : nullptr; }

 private:
  struct Machine;
  static constexpr unsigned kMeetings = 50;

  void meet(const std::string& site);
  void conclude(Verdict& v, bool whole);

  const Scenario& s_;
  sched::World world_;
  sched::Sites sites_;
  sched::Options options_;
  Ghost ghost_;
  Counts counts_;
  OwnSteps own_steps_{};
  Plant plant_;
  Machine* machine_;
};

/// What a rule of the list at the top says: "S1"; empty: there is none.
std::string_view statement_of(std::string_view rule);

/// The letters before the colon: "S1".
std::string rule_of(const std::string& fault);

}  // namespace bp::explore
