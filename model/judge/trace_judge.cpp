// SPDX-License-Identifier: MIT
#include "model/judge/trace_judge.h"

#include <algorithm>

#include "model/judge/kernel_request.h"
#include "model/judge/refuse.h"

namespace bp {

using namespace reference;

namespace {

using MaybeRefusal = std::optional<Refusal>;

constexpr unsigned kCostlyOrder = 3;       // Orders above it are (R-SLOW-15).
constexpr unsigned kRoundsInVainMax = 16;  // R-SLOW-17

Refusal out_of_order(std::string_view rule, std::string_view statement, const Step& s,
                     std::string allowed) {
  return refuse(rule, statement, kNoPfn, text(s), std::move(allowed));
}

class TraceJudge {
 public:
  TraceJudge(Profile p, const KernelEvent& e, bool ignores_marks)
      : profile_(p), event_(e), ignores_marks_(ignores_marks) {}

  MaybeRefusal step(const Step& s) {
    // v4.7 looks at the cpuset when all is over (R-CTX-14).
    const bool once_more = is_old() && s.action == Action::restart;
    if (ended_ && !once_more) {
      return out_of_order("R-SLOW-21", "a request that failed does nothing more", s, "the end");
    }
    if (auto refusal = by_mask(s)) return refusal;
    if (auto refusal = by_order(s)) return refusal;
    return note(s);
  }
  /// After the last step.
  MaybeRefusal end(const Trace& t) const {
    if (event_.head != kNoPfn || t.empty() || ended_ || t.back().action == Action::inject)
      return std::nullopt;
    // v4.7 begins anew and, where THISNODE has no memory, ends without a look or a word (R-CTX-6).
    const bool anew = is_old() && t.back().action == Action::restart;
    if (anew && event_.gfp.has(GfpFlag::thisnode)) return std::nullopt;
    return out_of_order("R-SLOW-21", "a request that is given nothing has failed, and why is told",
                        t.back(), "a last step that says so");
  }

 private:
  bool is_old() const { return profile_ == Profile::v4_7; }
  bool waits() const { return event_.gfp.has(GfpFlag::direct_reclaim); }
  bool is_once() const {
    const GfpFlag insists = is_old() ? GfpFlag::repeat : GfpFlag::retry_mayfail;
    return event_.gfp.has(GfpFlag::noretry) ||
           (event_.order > kCostlyOrder && !event_.gfp.has(insists));
  }

  /// What the mask and the task allow, whenever it is.
  MaybeRefusal by_mask(const Step& s) const {
    const Action a = s.action;
    const bool needs_wait = a == Action::compact || a == Action::reclaim || a == Action::kill ||
                            a == Action::wait || a == Action::drain || a == Action::unreserve;
    if (needs_wait && !waits()) {
      return out_of_order("R-SLOW-8", "who may not block neither reclaims nor waits", s,
                          "attempts, and kswapd woken");
    }
    if (a == Action::reclaim && event_.task.memalloc) {
      return out_of_order(is_old() ? "R-SLOW-9" : "R-SLOW-34",
                          "a task that reclaims does not reclaim for itself", s, "a failure");
    }
    if (a == Action::wake_kswapd && !event_.gfp.has(GfpFlag::kswapd_reclaim)) {
      return out_of_order("R-SLOW-3", "only KSWAPD_RECLAIM wakes kswapd", s, "an attempt");
    }
    const bool after_kill = killed_ && event_.gfp.has(GfpFlag::nofail);
    if (a == Action::attempt && s.flags.no_watermarks && !ignores_marks_ && !after_kill) {
      return out_of_order(is_old() ? "R-AF-2" : "R-AF-5",
                          "all of memory is open to those that free some", s,
                          "an attempt that keeps to the watermarks");
    }
    if (a == Action::kill) return by_mask_of_kill(s);
    return std::nullopt;
  }

  MaybeRefusal by_mask_of_kill(const Step& s) const {
    if (is_once()) {
      return out_of_order(is_old() ? "R-SLOW-15" : "R-SLOW-34",
                          "NORETRY and costly orders end before the OOM killer", s, "a failure");
    }
    // Without the attempt at high before it somebody else was killing already.
    if (!is_old() && event_.gfp.has(GfpFlag::retry_mayfail) && tried_high_last_) {
      return out_of_order("R-OOM-2", "RETRY_MAYFAIL kills nobody", s, "a failure");
    }
    return std::nullopt;
  }

  /// What must have come before.
  MaybeRefusal by_order(const Step& s) const {
    const Action a = s.action;
    if (a == Action::attempt && !tried_low_) {
      if (s.mark == rules::Mark::low && !s.flags.no_watermarks) return std::nullopt;
      return out_of_order("R-CTX-2", "the first attempt is made at the low watermark", s,
                          "an attempt at low");
    }
    if (a == Action::attempt && s.mark == rules::Mark::low) {
      return out_of_order("R-CTX-2", "the low watermark is for the first attempt", s,
                          "an attempt at min");
    }
    if (a == Action::attempt && s.mark == rules::Mark::high && reclaims_ == 0) {
      return out_of_order(is_old() ? "R-OOM-1" : "R-OOM-2",
                          "the high watermark is tried before somebody is killed", s, "reclaim");
    }
    const bool gives_way = a == Action::compact || a == Action::reclaim || a == Action::kill;
    if (gives_way && !tried_min_) {
      return out_of_order(is_old() ? "R-SLOW-6" : "R-SLOW-31",
                          "an attempt at the min mark comes before compaction and reclaim", s,
                          "an attempt at min");
    }
    if (a == Action::kill && reclaims_ == 0) {
      return out_of_order(is_old() ? "R-SLOW-19" : "R-SLOW-34",
                          "the OOM killer comes after reclaim", s, "reclaim");
    }
    if ((a == Action::unreserve || a == Action::drain) && reclaims_ == 0) {
      return out_of_order("R-HA-5", "the reserve is given back after direct reclaim", s, "reclaim");
    }
    if (a != Action::reclaim) return std::nullopt;
    if (is_once() && reclaims_ > 0) {
      return out_of_order(is_old() ? "R-SLOW-15" : "R-SLOW-34",
                          "NORETRY and costly orders reclaim once", s, "a failure");
    }
    if (in_vain_ > kRoundsInVainMax + 1) {
      return out_of_order(is_old() ? "R-SLOW-17" : "R-SLOW-34",
                          "reclaim without progress goes on for 16 rounds at most", s,
                          "the OOM killer or a failure");
    }
    return std::nullopt;
  }

  MaybeRefusal note(const Step& s) {
    tried_high_last_ = s.action == Action::attempt && s.mark == rules::Mark::high;
    switch (s.action) {
      case Action::attempt:
        tried_min_ = tried_min_ || (tried_low_ && s.mark == rules::Mark::min);
        tried_low_ = true;
        break;
      case Action::reclaim:
        ++reclaims_;
        in_vain_ = s.pages > 0 ? 0 : in_vain_ + 1;
        break;
      case Action::kill:
        killed_ = true;
        in_vain_ = 0;
        break;
      case Action::restart:
        // From the beginning, by the fast path again in v4.7.
        tried_low_ = tried_low_ && !is_old();
        tried_min_ = ended_ = false;
        reclaims_ = in_vain_ = 0;
        break;
      case Action::retry:
        // Whoever may not fail goes on for ever (R-SLOW-35).
        if (s.why == Why::nofail) reclaims_ = in_vain_ = 0;
        if (s.why == Why::compaction) in_vain_ = 0;
        break;
      case Action::fail: return note_failure(s);
      default: break;
    }
    return std::nullopt;
  }

  MaybeRefusal note_failure(const Step& s) {
    ended_ = true;
    const bool may_not_fail =
        !is_old() && waits() && event_.gfp.has(GfpFlag::nofail) && s.why != Why::endless;
    if (may_not_fail && profile_ != Profile::v5_15) {
      return out_of_order("R-SLOW-35", "NOFAIL starts over instead of failing", s, "a retry");
    }
    return std::nullopt;
  }

  Profile profile_;
  const KernelEvent& event_;
  bool ignores_marks_;
  bool tried_low_ = false, tried_min_ = false, tried_high_last_ = false, killed_ = false,
       ended_ = false;
  unsigned reclaims_ = 0, in_vain_ = 0;
};

}  // namespace

MaybeRefusal judge_trace(const KernelState& s, const KernelEvent& request, const Trace& trace) {
  return judge_trace(s.config.profile, request, request_of(s, request).ignores_marks, trace);
}

MaybeRefusal judge_trace(Profile p, const KernelEvent& request, bool ignores_marks,
                         const Trace& trace) {
  TraceJudge judge(p, request, ignores_marks);
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (auto refusal = judge.step(trace[i])) {
      refusal->event = i;
      return refusal;
    }
  }
  auto refusal = judge.end(trace);
  if (refusal) refusal->event = trace.size();
  return refusal;
}

}  // namespace bp
