// SPDX-License-Identifier: MIT
// Whether what a subject says it did with answers agrees with the answers that it was given: each
// is used at once, once, and as it was (R-GEN-9). Others decide what an answer is; what follows
// from it is trace_judge.h's.
#pragma once

#include <optional>

#include "model/vocab/gfp.h"
#include "model/vocab/profile.h"
#include "model/vocab/slow_trace.h"
#include "model/vocab/verdict.h"

namespace bp {

class TraceClaims {
 public:
  /// `gfp`: after the first look.
  TraceClaims(Profile p, Gfp gfp) : profile_(p), gfp_(gfp) {}

  std::optional<Refusal> step(const Step& s);
  /// After the last one.
  std::optional<Refusal> end() const;

 private:
  bool is_answered(Answerer a) const { return open_ && open_->asked == a; }
  std::optional<Refusal> of_step(const Step& s) const;

  Profile profile_;
  Gfp gfp_;
  std::optional<Step> open_;  ///< The question whose answer has not been used yet.
  bool moved_ = false;        ///< The cpuset changed, and the request has not restarted since.
  bool ever_moved_ = false;
};

}  // namespace bp
