// SPDX-License-Identifier: MIT
// The slow path of the naive subject: what a request does, and whom it asks, from the first look at
// the free blocks to its end, in each of the five kernels. Told step by step to whom it may
// concern.
//
// The zones are the subject's, and so is what of them a request may have. What it leaves out has no
// pages here: highatomic reserves, per-CPU lists. Nodes are all near each other, as a subject is
// not told their distances.
#pragma once

#include <cstdint>
#include <vector>

#include "fuzz/subject.h"
#include "fuzz/subjects/naive_bugs.h"
#include "fuzz/subjects/naive_calls.h"

namespace bp::naive {

/// What one zone is asked for.
struct Demand {
  std::uint32_t zone = 0;
  std::uint32_t order = 0;
  std::uint32_t mark = 0;    ///< 0 min, 1 low, 2 high.
  std::uint32_t flags = 0;   ///< BP_ALLOC_...
  std::uint32_t column = 0;  ///< Of lowmem_reserve: a zone type.
  std::int64_t more = 0;     ///< Pages that count as free beside those that are.
};

/// The subject's zones.
class Shelves {
 public:
  virtual bool above_mark(const Demand& d) const = 0;
  /// Takes a block, which is the request's then. False: there is none.
  virtual bool take(std::uint32_t zone, std::uint32_t order) = 0;
  /// Frees the allocated block that begins here, if there is one.
  virtual void give_back(std::uint64_t head) = 0;
  virtual std::vector<std::uint32_t> zonelist(std::uint32_t node, bool own_zones_only,
                                              std::uint32_t nodes, std::uint32_t highest) const = 0;

 protected:
  ~Shelves() = default;
};

/// What a mask says, whichever the era.
struct Mask {
  bool waits, wakes, io, fs, high, atomic, memalloc, no_memalloc, no_fail, no_retry, insists,
      this_node, hardwall, writes, movable, huge_page;
};

/// One request; lives as long as it runs.
class SlowPath {
 public:
  SlowPath(const bp_machine& m, const bp_environment& e, const bp_task& t, Shelves& shelves,
           NaiveSlowBug bug = NaiveSlowBug::none);

  /// Whether the request was served, by the last Shelves::take.
  bool serve(const bp_request& r);
  /// v4.7: who asked by policy begins anew if the cpuset changed meanwhile (R-API-10).
  bool begins_anew();

 private:
  enum class Next : std::uint8_t { goes_on, served, failed, restart, again };

  bool serve_v4_7();
  bool round_v4_7(bool& over);
  bool compact_at_last(std::uint32_t why);
  bool may_compact_again_v4_7();

  bool serve_later();
  Next begin_later();
  Next first_round_later();
  Next one_round_later();
  Next one_round_v7_1();
  Next wait_and_decide(bool reclaims);
  Next after_first_compaction();
  Next decide_later();
  Next fail_later(std::uint32_t why);
  bool open_reserves();
  bool may_compact_again_later();
  bool compacts_first() const;
  bool may_compact() const;

  // Steps.
  bool fast();
  bool look(std::uint32_t mark, std::uint32_t flags);
  bool look_twice_outside(std::uint32_t flags);
  bool may_have(std::uint32_t zone, const Demand& d);
  bool reclaims_node(std::uint32_t node);
  bool is_kept_out(std::uint32_t node, std::uint32_t flags) const;
  void wake();
  bool compact();
  bool reclaim();
  bool may_reclaim_again();
  struct Kill {
    bool served, progress;
  };
  Kill kill();
  bool cpuset_changed();
  bool restarts();
  bool next_round() { return rounds_++ < BP_ROUNDS_MAX; }
  bool fail(std::uint32_t why);
  void retry(std::uint32_t why) { tell({.action = BP_DID_RETRY, .why = why}); }

  std::vector<std::uint32_t> zones() const;
  std::uint32_t column(const std::vector<std::uint32_t>& zones) const;
  std::uint32_t slow_flags() const;
  std::uint32_t reserve_flags() const;
  bool has(std::uint32_t task_flag) const { return (task_.flags & task_flag) != 0; }
  bool world(std::uint32_t flag) const { return (env_.flags & flag) != 0; }
  bool costly() const { return request_.order > 3; }
  bool is_4_7() const { return machine_.profile == BP_PROFILE_V4_7; }
  bool is_5_15() const { return machine_.profile == BP_PROFILE_V5_15; }
  void tell(const bp_step& s) { env_.tell(env_.context, &s); }
  bp_reply ask(std::uint32_t whom, bool peek = false);
  void set_mask(std::uint32_t gfp);

  bool may_wait() const { return mask_.waits || is_broken(NaiveSlowBug::waits_in_atomic); }
  bool is_broken(NaiveSlowBug b) const { return bug_ == b; }

  const bp_machine& machine_;
  const bp_environment& env_;
  const bp_task& task_;
  Shelves& shelves_;
  NaiveSlowBug bug_;

  bp_request request_{};
  std::uint32_t gfp_ = 0;      ///< Of this moment.
  Mask mask_{};                ///< The same, read.
  std::uint32_t highest_ = 0;  ///< Zone type.
  std::uint32_t node_ = 0;     ///< Whose zonelist.
  std::uint32_t nodes_ = 0;    ///< Bit n allows node n; 0: all.
  bool own_zones_only_ = false;
  bool avoids_dirty_ = false;
  std::uint32_t mems_;
  std::uint32_t changes_ = 0;         ///< Of the cpuset, so far.
  std::uint32_t seen_ = 0;            ///< Of those, when the rounds began.
  std::uint32_t seen_by_policy_ = 0;  ///< And when the policy was asked last.
  std::uint32_t rounds_ = 0;

  std::uint32_t flags_ = 0;      ///< Of this round's looks.
  std::uint32_t effort_ = 0;     ///< Of the next compaction.
  std::uint32_t compacted_ = 0;  ///< What the last one said.
  std::uint32_t successes_ = 0;  ///< Of compactions, that were of no use.
  std::uint32_t in_vain_ = 0;    ///< Rounds without progress.
  std::uint32_t progress_ = 0;   ///< Of the last reclaim.
  bool opens_reserves_ = true;   ///< v7.1: not yet done.
  bool compacts_now_ = false;    ///< v7.1: before reclaim.
};

}  // namespace bp::naive
