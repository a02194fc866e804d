// SPDX-License-Identifier: MIT
// The judge of who was asked for help, of a subject that tells no more than that
// (Promises::pressure): whether the mask and the task allow it, whether it came in the order in
// which kernels escalate, within bounds, whether faults and changes of the cpuset were heard, and
// whether a null came too early. What is done about an answer is trace_claims.h's. Not seen:
// attempts, drains, the reserve, and whether a kernel would have gone round once more.
#pragma once

#include <optional>

#include "model/judge/kernel_event.h"
#include "model/vocab/environment.h"
#include "model/vocab/profile.h"
#include "model/vocab/slow_trace.h"
#include "model/vocab/verdict.h"
#include "model/vocab/zone.h"

namespace bp {

/// A request that asks, as the judge sees it.
struct Pressed {
  Profile profile = Profile::v6_1_lts192;
  KernelEvent event;  ///< The mask in words that all eras share.
  ZoneType highest = ZoneType::normal;
  bool wakes_nobody = false;   ///< The first era's way to say so.
  bool ignores_marks = false;  ///< All of memory is open to it.
  bool has_zone = true;        ///< Some zone may serve it.
  unsigned nodes = ~0U;        ///< Those that it may look at, marks kept.
  OpWorld world;
};

class PressureJudge {
 public:
  explicit PressureJudge(const Pressed& p) : p_(p) {}

  /// A question, or what was done, in order.
  std::optional<Refusal> step(const Step& s);
  /// After the last one; `served`: the request was given something.
  std::optional<Refusal> end(bool served) const;
  bool is_made_to_fail() const { return made_to_fail_; }

 private:
  bool is_old() const { return p_.profile == Profile::v4_7; }
  bool has(GfpFlag f) const { return p_.event.gfp.has(f); }
  bool is_costly() const;
  bool is_alone() const;
  bool may_wake() const;
  bool may_compact() const;
  bool may_kill() const;
  bool persists() const;
  bool is_once() const;
  bool compacts_first() const;
  std::optional<Refusal> question(const Step& s);
  std::optional<Refusal> null() const;
  std::optional<Refusal> by_mask(const Step& s) const;
  std::optional<Refusal> by_mask_of_near(const Step& s) const;
  std::optional<Refusal> by_order(const Step& s) const;
  std::optional<Refusal> of_compaction(const Step& s) const;
  std::optional<Refusal> of_reclaim(const Step& s) const;
  std::optional<Refusal> of_kill(const Step& s) const;
  void note(const Step& s);

  Pressed p_;
  bool asked_fault_ = false;  ///< The first thing that it did.
  bool made_to_fail_ = false;
  bool same_cpuset_ = false;  ///< The last question was whether it changed, and it had not.
  unsigned restarts_ = 0;
  // Since it began, or began anew.
  unsigned near_ = 0;  ///< Nodes reclaimed from.
  bool busy_ = false;  ///< The killer's last answer.
  bool woken_ = false;
  bool compacted_ = false;  ///< Since the last reclaim.
  unsigned compactions_ = 0, reclaims_ = 0, kills_ = 0;
  unsigned reclaims_since_ = 0;  ///< The last kill.
};

}  // namespace bp
