// SPDX-License-Identifier: MIT
// Edits of traces: steps that come too early, too often or not at all, and requests whose mask
// does not allow what was tried.
#include <algorithm>

#include "fuzz/mutants/edited_trace.h"

namespace bp {
namespace {

using namespace reference;
using enum GfpFlag;

using Place = Trace::iterator;

constexpr unsigned kCostlyOrder = 3;  // R-SLOW-15

Place first(Trace& t, Action a) { return std::ranges::find(t, a, &Step::action); }

Place first_at_min(Trace& t) {
  return std::ranges::find_if(
      t, [](const Step& s) { return s.action == Action::attempt && s.mark == Mark::min; });
}

bool is_once(const SlowRequest& r, Profile p) {
  const GfpFlag insists = p == Profile::v4_7 ? repeat : retry_mayfail;
  return r.event.gfp.has(noretry) || (r.event.order > kCostlyOrder && !r.event.gfp.has(insists));
}

bool has(SlowRequest& r, Action a) { return first(r.trace, a) != r.trace.end(); }

bool lose_first_attempt(SlowRequest& r, Profile) {
  Trace& t = r.trace;
  const auto min = first_at_min(t);
  if (min == t.end()) return false;
  const auto is_early = [](const Step& s) {
    return s.action != Action::attempt && s.action != Action::wake_kswapd;
  };
  if (std::any_of(t.begin(), min, is_early)) return false;
  t.erase(std::remove_if(t.begin(), min, [](const Step& s) { return s.action == Action::attempt; }),
          min);
  return true;
}

bool reclaim_before_min(SlowRequest& r, Profile) {
  Trace& t = r.trace;
  const auto min = first_at_min(t), reclaim = first(t, Action::reclaim);
  if (min == t.end() || reclaim == t.end() || r.event.task.memalloc) return false;
  std::rotate(min, reclaim, reclaim + 1);
  return true;
}

bool kill_before_reclaim(SlowRequest& r, Profile) {
  Trace& t = r.trace;
  const auto kill = first(t, Action::kill);
  if (kill == t.end()) return false;
  const auto comes_after = [](const Step& s) {
    return s.action == Action::reclaim || s.action == Action::drain ||
           s.action == Action::unreserve || (s.action == Action::attempt && s.mark == Mark::high);
  };
  if (std::any_of(t.begin(), kill, [](const Step& s) { return s.action == Action::restart; }))
    return false;
  t.erase(std::remove_if(t.begin(), kill, comes_after), kill);
  return true;
}

bool try_high_early(SlowRequest& r, Profile) {
  const auto min = first_at_min(r.trace);
  const auto reclaim = first(r.trace, Action::reclaim);
  if (min == r.trace.end() || reclaim < min) return false;
  r.trace.insert(min + 1, {.action = Action::attempt, .mark = Mark::high});
  return true;
}

bool try_low_again(SlowRequest& r, Profile) {
  const auto min = first_at_min(r.trace);
  if (min == r.trace.end()) return false;
  r.trace.insert(min + 1, {.action = Action::attempt, .mark = Mark::low});
  return true;
}

bool forbid_waiting(SlowRequest& r, Profile) {
  if (!has(r, Action::reclaim)) return false;
  r.event.gfp = r.event.gfp.without(direct_reclaim);
  return true;
}

bool reclaim_in_reclaim(SlowRequest& r, Profile) {
  if (!has(r, Action::reclaim)) return false;
  r.event.task.memalloc = true;
  return true;
}

bool wake_unasked(SlowRequest& r, Profile) {
  if (!has(r, Action::wake_kswapd)) return false;
  r.event.gfp = r.event.gfp.without(kswapd_reclaim);
  return true;
}

bool ignore_marks(SlowRequest& r, Profile) {
  const auto at = first_at_min(r.trace);
  const bool may = r.event.gfp.has(memalloc) || r.event.gfp.has(nofail) || r.event.task.memalloc ||
                   r.event.task.oom_victim;
  if (at == r.trace.end() || may) return false;
  at->flags.no_watermarks = true;
  return true;
}

bool reclaim_twice(SlowRequest& r, Profile p) {
  const auto at = first(r.trace, Action::reclaim);
  if (at == r.trace.end() || !is_once(r, p) || r.event.gfp.has(nofail)) return false;
  r.trace.insert(at, *at);
  return true;
}

bool kill_for_noretry(SlowRequest& r, Profile p) {
  const auto at = first(r.trace, Action::reclaim);
  if (at == r.trace.end() || !is_once(r, p)) return false;
  r.trace.insert(at + 1, {.action = Action::kill, .pages = 1});
  return true;
}

bool kill_for_mayfail(SlowRequest& r, Profile p) {
  Trace& t = r.trace;
  const auto kill = first(t, Action::kill);
  if (p == Profile::v4_7 || kill == t.end() || kill == t.begin()) return false;
  const Step& before = *(kill - 1);
  if (before.action != Action::attempt || before.mark != Mark::high) return false;
  r.event.gfp |= retry_mayfail;
  return true;
}

bool go_on_after_failure(SlowRequest& r, Profile) {
  if (r.trace.empty() || r.trace.back().action != Action::fail) return false;
  r.trace.push_back({.action = Action::attempt});
  return true;
}

bool fail_silently(SlowRequest& r, Profile) {
  if (r.trace.size() < 2 || r.trace.back().action != Action::fail) return false;
  r.trace.pop_back();
  return r.event.head == kNoPfn;
}

bool fail_nofail(SlowRequest& r, Profile p) {
  if (p == Profile::v4_7 || p == Profile::v5_15 || r.event.gfp.has(nofail)) return false;
  if (r.trace.empty() || r.trace.back().action != Action::fail) return false;
  r.event.gfp |= nofail;
  return true;
}

bool unreserve_early(SlowRequest& r, Profile) {
  const auto at = first(r.trace, Action::reclaim);
  if (at == r.trace.end()) return false;
  r.trace.insert(at, {.action = Action::unreserve});
  return true;
}

bool reclaim_for_ever(SlowRequest& r, Profile p) {
  constexpr unsigned kMoreThanAnyDoes = 18;
  const auto at = first(r.trace, Action::reclaim);
  if (at == r.trace.end() || is_once(r, p)) return false;
  Step in_vain = *at;
  in_vain.pages = 0;
  r.trace.insert(at, kMoreThanAnyDoes, in_vain);
  return true;
}

constexpr TraceEdit kEdits[] = {
    {"first-attempt-lost", "the first attempt is at min", "R-CTX-2", lose_first_attempt},
    {"reclaim-before-min", "reclaim comes before the attempt at min", "R-SLOW-6 R-SLOW-31",
     reclaim_before_min},
    {"kill-before-reclaim", "the OOM killer comes before reclaim", "R-SLOW-19 R-SLOW-34",
     kill_before_reclaim},
    {"reserve-before-reclaim", "the reserve is given back before reclaim", "R-HA-5",
     unreserve_early},
    {"high-mark-early", "the high mark is tried before reclaim", "R-OOM-1 R-OOM-2", try_high_early},
    {"low-mark-again", "the low mark is tried once more", "R-CTX-2", try_low_again},
    {"reclaim-without-wait", "who may not block reclaims", "R-SLOW-8", forbid_waiting},
    {"reclaim-in-reclaim", "a task that reclaims does so for itself", "R-SLOW-9 R-SLOW-34",
     reclaim_in_reclaim},
    {"wake-unasked", "kswapd is woken for a mask without KSWAPD_RECLAIM", "R-SLOW-3", wake_unasked},
    {"marks-ignored", "an ordinary request ignores the watermarks", "R-AF-2 R-AF-5", ignore_marks},
    {"reclaim-twice", "NORETRY or a costly order reclaims twice", "R-SLOW-15 R-SLOW-34",
     reclaim_twice},
    {"kill-for-noretry", "NORETRY or a costly order kills", "R-SLOW-15 R-SLOW-34",
     kill_for_noretry},
    {"kill-for-mayfail", "RETRY_MAYFAIL kills", "R-OOM-2", kill_for_mayfail},
    {"step-after-failure", "an attempt comes after the failure", "R-SLOW-21", go_on_after_failure},
    {"failure-untold", "nothing is given and no failure told", "R-SLOW-21", fail_silently},
    {"nofail-fails", "NOFAIL fails", "R-SLOW-35", fail_nofail},
    {"reclaim-for-ever", "reclaim in vain goes on for 18 rounds more", "R-SLOW-17 R-SLOW-34",
     reclaim_for_ever},
};

}  // namespace

std::span<const TraceEdit> trace_edits() { return kEdits; }

}  // namespace bp
