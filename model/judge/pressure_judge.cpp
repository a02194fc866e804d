// SPDX-License-Identifier: MIT
#include "model/judge/pressure_judge.h"

#include "model/judge/refuse.h"

namespace bp {

using enum GfpFlag;

namespace {

using MaybeRefusal = std::optional<Refusal>;

constexpr unsigned kCostlyOrder = 3;   // Orders above it are (R-SLOW-15).
constexpr unsigned kReclaimsMax = 16;  // Between two kills (R-SLOW-17).
constexpr unsigned kKillsMax = 16;     // Of a request, where kernels know no bound.
/// Rounds after which who must not fail may, for a kernel would go on for ever (R-SLOW-35).
constexpr unsigned kRoundsOfNofail = 16;
constexpr unsigned kRestartsMax = 64;  // As the rounds of a trace, where kernels know no bound.

Refusal wrong(std::string_view rule, std::string_view statement, const Step& s,
              std::string allowed) {
  return refuse(rule, statement, kNoPfn, text(s), std::move(allowed));
}

}  // namespace

bool PressureJudge::is_costly() const { return p_.event.order > kCostlyOrder; }

/// R-SLOW-9, R-SLOW-10, R-SLOW-34.
bool PressureJudge::is_alone() const {
  return p_.event.task.memalloc || (is_old() && p_.event.task.oom_victim && !has(nofail));
}

bool PressureJudge::may_wake() const { return has(kswapd_reclaim) && !p_.wakes_nobody; }

bool PressureJudge::may_compact() const {
  return p_.event.order > 0 && !p_.world.is(WorldFlag::no_compaction) && has(io) &&
         (has(fs) || !is_old());
}

/// R-OOM-1, R-OOM-2.
bool PressureJudge::may_kill() const {
  if (is_old() && has(nofail)) return true;
  const bool in_vain = is_costly() || p_.highest < ZoneType::normal || has(thisnode);
  return !in_vain && (is_old() || !has(retry_mayfail));
}

bool PressureJudge::persists() const { return !is_old() && has(nofail); }

bool PressureJudge::is_once() const {
  if (persists()) return false;
  // Both words for it exist in some eras, and either is heard.
  return has(noretry) || (is_costly() && !has(repeat) && !has(retry_mayfail));
}

/// R-SLOW-32.
bool PressureJudge::compacts_first() const {
  const bool is_movable = has(movable) && !has(reclaimable);  // Both are no type (L-2).
  return !is_old() && may_compact() && (is_costly() || !is_movable);
}

MaybeRefusal PressureJudge::step(const Step& s) {
  if (made_to_fail_) return wrong("R-CTX-5", "an injected fault ends a request", s, "null");
  same_cpuset_ = false;
  if (s.action == Action::ask) return question(s);
  if (auto refusal = by_mask(s)) return refusal;
  if (auto refusal = by_order(s)) return refusal;
  note(s);
  return std::nullopt;
}

MaybeRefusal PressureJudge::question(const Step& s) {
  busy_ = s.asked == Answerer::killer && s.busy;
  same_cpuset_ = s.asked == Answerer::cpuset && s.nodemask == 0;
  const bool of_fault = s.asked == Answerer::fault;
  if (of_fault && has(nofail))
    return wrong("R-CTX-5", "no fault is injected into who must not fail", s, "no question of it");
  if (of_fault == asked_fault_ && !has(nofail))
    return wrong("R-CTX-5", "faults are injected before all else, once", s,
                 of_fault ? "one question" : "a question of a fault");
  asked_fault_ = true;
  return std::nullopt;
}

/// R-LIST-6: who may not wait, or reclaims, goes by.
MaybeRefusal PressureJudge::by_mask_of_near(const Step& s) const {
  const bool may =
      p_.world.is(WorldFlag::zone_reclaim) && has(direct_reclaim) && !p_.event.task.memalloc;
  if (!may)
    return wrong("R-LIST-6", "a node is reclaimed from where that is set, for who may wait", s,
                 "the next zone");
  if ((p_.nodes >> s.node & 1) != 0) return std::nullopt;
  return wrong("R-LIST-1", "a node that the request may not use is left alone", s,
               "a node of its own");
}

MaybeRefusal PressureJudge::by_mask(const Step& s) const {
  switch (s.action) {
    case Action::inject:
    case Action::restart: return std::nullopt;
    case Action::node_reclaim: return by_mask_of_near(s);
    case Action::wake_kswapd:
      if (may_wake()) return std::nullopt;
      return wrong("R-SLOW-3", "only KSWAPD_RECLAIM wakes kswapd", s, "nothing");
    case Action::compact:
    case Action::reclaim:
    case Action::kill: break;
    default:
      return wrong("R-GEN-9", "a subject under pressure tells whom it asked, and nothing else", s,
                   "a fault, a restart, kswapd, compaction, reclaim or the killer");
  }
  if (!has(direct_reclaim))
    return wrong("R-SLOW-8", "who may not block neither reclaims nor waits", s, "kswapd woken");
  if (!is_alone()) return std::nullopt;
  const std::string_view rule = !is_old()                ? "R-SLOW-34"
                                : p_.event.task.memalloc ? "R-SLOW-9"
                                                         : "R-SLOW-10";
  return wrong(rule, "a task that reclaims, or is a victim, is helped by nobody", s, "null");
}

MaybeRefusal PressureJudge::by_order(const Step& s) const {
  switch (s.action) {
    case Action::wake_kswapd:
    case Action::node_reclaim:
    case Action::inject:
    case Action::restart: return std::nullopt;
    default: break;
  }
  if (may_wake() && p_.has_zone && !woken_)
    return wrong(is_old() ? "R-SLOW-3" : "R-SLOW-31",
                 "kswapd is woken before anybody else is asked for help", s, "kswapd woken");
  switch (s.action) {
    case Action::compact: return of_compaction(s);
    case Action::reclaim: return of_reclaim(s);
    default: return of_kill(s);
  }
}

MaybeRefusal PressureJudge::of_compaction(const Step& s) const {
  const std::string_view rule = is_old() ? "R-SLOW-11" : "R-SLOW-34";
  if (p_.event.order == 0 || p_.world.is(WorldFlag::no_compaction))
    return wrong(rule, "memory is compacted above order 0, where that is built in", s, "reclaim");
  if (compacted_) return wrong(rule, "reclaim comes between two compactions", s, "reclaim");
  if (!is_old() && reclaims_ == 0 && !compacts_first())
    return wrong("R-SLOW-32", "costly orders, and others that are not MOVABLE, are compacted first",
                 s, "reclaim");
  return std::nullopt;
}

MaybeRefusal PressureJudge::of_reclaim(const Step& s) const {
  const std::string_view bound = is_old() ? "R-SLOW-17" : "R-SLOW-34";
  if (is_once() && reclaims_ > 0)
    return wrong(is_old() ? "R-SLOW-15" : "R-SLOW-34", "NORETRY and costly orders reclaim once", s,
                 "null");
  if (is_old() && may_compact() && !compacted_)
    return wrong("R-SLOW-11", "above order 0 compaction comes before reclaim", s, "compaction");
  // With reserves a kernel does not, and one more compaction does no harm.
  if (reclaims_ == 0 && compacts_first() && !compacted_ && !p_.ignores_marks)
    return wrong("R-SLOW-32", "costly orders, and others that are not MOVABLE, are compacted first",
                 s, "compaction");
  if (!is_old() && reclaims_ > 0 && may_compact() && !compacted_)
    return wrong("R-SLOW-34", "compaction follows reclaim", s, "compaction");
  if (reclaims_since_ >= kReclaimsMax && !persists())
    return wrong(bound, "reclaim goes on for 16 rounds at most", s, "the OOM killer or null");
  return std::nullopt;
}

MaybeRefusal PressureJudge::of_kill(const Step& s) const {
  const std::string_view order = is_old() ? "R-SLOW-19" : "R-SLOW-34";
  if (is_once())
    return wrong(is_old() ? "R-SLOW-15" : "R-SLOW-34",
                 "NORETRY and costly orders end before the OOM killer", s, "null");
  if (reclaims_since_ == 0) return wrong(order, "the OOM killer comes after reclaim", s, "reclaim");
  const bool suspended = p_.world.is(WorldFlag::suspended) && !busy_ && !(is_old() && has(nofail));
  if (!may_kill() || suspended)
    return wrong(is_old() ? "R-OOM-1" : "R-OOM-2",
                 "nobody is killed for a request that it would not help, nor during suspend", s,
                 "null");
  if (kills_ >= kKillsMax) return wrong(order, "killing goes on for 16 rounds at most", s, "null");
  return std::nullopt;
}

void PressureJudge::note(const Step& s) {
  switch (s.action) {
    case Action::wake_kswapd: woken_ = true; break;
    case Action::node_reclaim: ++near_; break;
    case Action::inject: made_to_fail_ = true; break;
    case Action::restart: {
      PressureJudge anew(p_);
      anew.asked_fault_ = asked_fault_;
      anew.restarts_ = restarts_ + 1;
      *this = anew;
      break;
    }
    case Action::compact:
      compacted_ = true;
      ++compactions_;
      break;
    case Action::reclaim:
      compacted_ = false;
      ++reclaims_;
      ++reclaims_since_;
      break;
    default:
      ++kills_;
      reclaims_since_ = 0;
      break;
  }
}

MaybeRefusal PressureJudge::end(bool served) const {
  if (!asked_fault_ && !has(nofail))
    return refuse("R-CTX-5", "a fault may be injected into a request", kNoPfn, "nobody was asked",
                  "a question of a fault");
  if (!served) return made_to_fail_ ? std::nullopt : null();
  if (!made_to_fail_) return std::nullopt;
  return refuse("R-CTX-5", "an injected fault ends a request", kNoPfn, "a block", "null");
}

MaybeRefusal PressureJudge::null() const {
  if (p_.world.is(WorldFlag::cpusets) && !same_cpuset_ && restarts_ < kRestartsMax)
    return refuse(is_old() ? "R-CTX-14" : "R-SLOW-35",
                  "who may have other nodes by now starts over instead of failing", kNoPfn,
                  "null, and not asked whether the cpuset changed", "a question at the end");
  if (!p_.has_zone || !has(direct_reclaim) || is_alone()) return std::nullopt;
  const auto early = [&](std::string_view rule, std::string_view statement, std::string allowed) {
    return refuse(rule, statement, kNoPfn,
                  "null after " + std::to_string(compactions_) + " compactions, " +
                      std::to_string(reclaims_) + " reclaims, " + std::to_string(kills_) + " kills",
                  std::move(allowed));
  };
  if (p_.world.is(WorldFlag::zone_reclaim) && near_ == 0)
    return refuse("R-LIST-6", "a near node that has too little is reclaimed from", kNoPfn,
                  "null, and no node reclaimed from", "node reclaim");
  if (reclaims_ == 0)
    return early(is_old() ? "R-SLOW-14" : "R-SLOW-34", "who may block reclaims before it fails",
                 "reclaim");
  if (may_compact() && compactions_ == 0)
    return early(is_old() ? "R-SLOW-11" : "R-SLOW-34", "above order 0 memory is compacted",
                 "compaction");
  if (persists() && p_.profile != Profile::v5_15 && reclaims_ < kRoundsOfNofail)
    return early("R-SLOW-35", "NOFAIL starts over instead of failing", "16 rounds at least");
  const bool spares = !is_old() && has(repeat);  // As RETRY_MAYFAIL, which it is called later.
  if (!is_once() && may_kill() && !spares && kills_ == 0 && !p_.world.is(WorldFlag::suspended))
    return early(is_old() ? "R-SLOW-19" : "R-SLOW-34", "the OOM killer is asked before it fails",
                 "a kill");
  return std::nullopt;
}

}  // namespace bp
