// SPDX-License-Identifier: MIT
#include "proofs/truth.h"

namespace bp::proofs {
namespace {

/// For one branch; what is not decided by then is taken both ways.
constexpr unsigned kBranchMilliseconds = 2000;

thread_local Explorer* active = nullptr;

}  // namespace

Explorer::Explorer(z3::context& ctx, const std::vector<z3::expr>& premises)
    : ctx_(&ctx), solver_(ctx), outer_(active) {
  solver_.set("timeout", kBranchMilliseconds);
  for (const z3::expr& p : premises) solver_.add(p);
  active = this;
}

Explorer::~Explorer() { active = outer_; }

Explorer* Explorer::current() { return active; }

bool Explorer::possible(const z3::expr& condition) {
  z3::expr_vector assumed(*ctx_);
  assumed.push_back(condition_of_way());
  assumed.push_back(condition);
  return (solver_.check)(assumed) != z3::unsat;
}

bool Explorer::decide(const z3::expr& asked) {
  const z3::expr condition = asked.simplify();
  if (condition.is_true()) return true;
  if (condition.is_false()) return false;
  const unsigned id = Z3_get_ast_id(*ctx_, condition);
  if (const auto it = known_.find(id); it != known_.end()) return it->second;
  if (at_ == decisions_.size()) {
    const bool can_be_false = possible(!condition);
    const bool can_be_true = !can_be_false || possible(condition);
    const bool answer = !can_be_false;
    const bool forced = can_be_false != can_be_true || !can_be_true;
    if (forced) {
      forced_.push_back(z3::implies(condition_of_way(), answer ? condition : !condition));
    }
    decisions_.push_back({condition, answer, forced});
  }
  const bool answer = decisions_[at_++].answer;
  known_.emplace(id, answer);
  return answer;
}

void Explorer::owe(Duty kind, const z3::expr& condition) { duties_.emplace_back(kind, condition); }

z3::expr Explorer::condition_of_way() const {
  z3::expr_vector taken(*ctx_);
  for (std::size_t i = 0; i < at_; ++i) {
    const Decision& d = decisions_[i];
    if (!d.forced) taken.push_back(d.answer ? d.condition : !d.condition);
  }
  return z3::mk_and(taken);
}

void Explorer::begin_way() {
  check(++ways_ <= kWaysMax, "a statement goes a bounded number of ways");
  at_ = 0;
  known_.clear();
  duties_.clear();
}

bool Explorer::advance() {
  while (!decisions_.empty() && (decisions_.back().forced || decisions_.back().answer)) {
    decisions_.pop_back();
  }
  if (decisions_.empty()) return false;
  decisions_.back().answer = true;
  return true;
}

z3::expr Explorer::explore(const std::function<z3::expr()>& way) {
  decisions_.clear();
  forced_.clear();
  ways_ = 0;
  z3::expr_vector all(*ctx_);
  do {
    begin_way();
    const z3::expr claimed = way();
    check(at_ == decisions_.size(), "a way is the same each time it is gone");
    all.push_back(z3::implies(condition_of_way(), claimed));
  } while (advance());
  for (const z3::expr& f : forced_) all.push_back(f);
  return z3::mk_and(all);
}

z3::expr Explorer::all_ways(const std::function<z3::expr()>& way) { return explore(way); }

z3::expr Explorer::all_duties(Duty kind, const std::function<void()>& way) {
  return explore([&] {
    way();
    z3::expr_vector owed(*ctx_);
    for (const auto& [of, condition] : duties_) {
      if (of == kind) owed.push_back(condition);
    }
    return z3::mk_and(owed);
  });
}

}  // namespace bp::proofs
