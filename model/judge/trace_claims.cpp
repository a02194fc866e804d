// SPDX-License-Identifier: MIT
#include "model/judge/trace_claims.h"

#include "model/judge/refuse.h"

namespace bp {
namespace {

using enum GfpFlag;

Refusal not_as_told(std::string_view rule, const Step& s, std::string allowed) {
  return refuse(rule, "what is done about an answer is what was answered", kNoPfn, text(s),
                std::move(allowed));
}

std::string_view rule_of(Action a, Profile p) {
  switch (a) {
    case Action::wake_kswapd: return "R-SLOW-3";
    case Action::compact: return p == Profile::v4_7 ? "R-SLOW-11" : "R-SLOW-34";
    case Action::reclaim: return p == Profile::v4_7 ? "R-SLOW-14" : "R-SLOW-34";
    case Action::kill: return p == Profile::v4_7 ? "R-OOM-1" : "R-OOM-2";
    case Action::node_reclaim: return "R-LIST-6";
    case Action::inject: return "R-CTX-5";
    case Action::restart: return p == Profile::v4_7 ? "R-CTX-14" : "R-SLOW-33";
    default: return "R-GEN-9";
  }
}

}  // namespace

/// Nothing if the step says what the open answer says, or needs none.
std::optional<Refusal> TraceClaims::of_step(const Step& s) const {
  const auto told = [&](bool as_answered) -> std::optional<Refusal> {
    if (as_answered) return std::nullopt;
    return not_as_told(rule_of(s.action, profile_), s, open_ ? text(*open_) : "a question first");
  };
  const bool compacts = gfp_.has(io) && (gfp_.has(fs) || profile_ != Profile::v4_7);
  switch (s.action) {
    case Action::wake_kswapd: return told(is_answered(Answerer::kswapd));
    case Action::compact:
      if (!compacts) return told(!open_ && s.compacted == Compacted::skipped);
      return told(is_answered(Answerer::compaction) && s.compacted == open_->compacted);
    case Action::reclaim: return told(is_answered(Answerer::reclaim) && s.pages == open_->pages);
    case Action::kill: {
      if (!is_answered(Answerer::killer)) return told(false);
      const bool somebody = open_->busy || open_->pages != 0 || gfp_.has(nofail);
      return told((s.pages != 0) == somebody);
    }
    case Action::node_reclaim:
      if (!open_) return told(s.node_reclaimed == NodeReclaimed::noscan);
      return told(is_answered(Answerer::node_reclaim) && s.node_reclaimed == open_->node_reclaimed);
    case Action::inject: return told(is_answered(Answerer::fault) && open_->pages != 0);
    case Action::restart: return told(profile_ == Profile::v4_7 ? ever_moved_ : moved_);
    default: return told(!open_);
  }
}

std::optional<Refusal> TraceClaims::step(const Step& s) {
  if (s.action != Action::ask) {
    if (moved_ && s.action != Action::restart && profile_ != Profile::v4_7) {
      return not_as_told("R-SLOW-33", s, "a restart: the cpuset changed");
    }
    auto refusal = of_step(s);
    open_.reset();
    if (s.action == Action::restart) moved_ = false;
    return refusal;
  }
  if (open_) return not_as_told("R-GEN-9", s, "the use of the answer before: " + text(*open_));
  if (s.asked == Answerer::cpuset) {
    moved_ = moved_ || s.nodemask != 0;
    ever_moved_ = ever_moved_ || moved_;
  } else if (s.asked != Answerer::fault || s.pages != 0) {
    open_ = s;
  }
  return std::nullopt;
}

std::optional<Refusal> TraceClaims::end() const {
  if (!open_) return std::nullopt;
  return not_as_told("R-GEN-9", *open_, "the use of the answer");
}

}  // namespace bp
