// SPDX-License-Identifier: MIT
// A request in an environment as the judge sees it: which looks at the free lists its mask, its
// task and its cpuset allow, and which zones they may pass over. What happens in what order is
// trace_judge.h's, and what is claimed of answers trace_claims.h's.
#pragma once

#include <optional>
#include <vector>

#include "model/judge/admission.h"
#include "model/judge/kernel_event.h"
#include "model/judge/rulebook.h"
#include "model/vocab/slow_trace.h"
#include "model/vocab/verdict.h"

namespace bp {

/// What holds around requests, as the last `world` said.
struct Surrounding {
  OpWorld world;
  Gfp forbidden;  ///< By gfp_allowed_mask.
};

class TracedRequest {
 public:
  /// `op` is an alloc of a legal program, by any call; `task` makes it. All outlive this.
  TracedRequest(const Rulebook& rules, const Machine& m, const rules::Layout& l, const Op& op,
                rules::RunningTask& task, const Surrounding& around);

  /// A question, or what was done, in order. A refusal if it is a look that this request may not
  /// make.
  std::optional<Refusal> step(const Step& s);

  const Asked& asked() const { return asked_; }
  rules::Attempt attempt_of(const Step& look) const;
  /// Why the look may not take from a zone of the node: R-LIST-1, R-LIST-3, or nothing.
  std::string_view passes_over(const Step& look, unsigned node) const;
  /// Whether the look may have begun behind the zones of the node.
  bool may_begin_behind(const Step& look, unsigned node) const;
  /// For judge_trace.
  KernelEvent event(Pfn head) const;
  bool ignores_marks() const { return ignores_marks_; }

 private:
  struct List {
    unsigned node, nodemask;
    bool operator==(const List&) const = default;
  };
  void resolve();
  void add_slow_looks();
  Gfp later() const;
  bool has(WorldFlag f) const { return around_.world.is(f); }
  bool is_slow_list(const Step& look) const;
  bool is_first_list(const Step& look) const;
  bool must_keep_to_cpuset(const Step& look) const;
  std::optional<Refusal> look(const Step& s) const;
  void restart();

  const Rulebook& rules_;
  const Machine& machine_;
  const rules::Layout& layout_;
  const Op& op_;
  rules::RunningTask& task_;
  const Surrounding& around_;

  Asked asked_;
  Gfp gfp_;  ///< After the first look, in words that every era shares.
  ZoneType highest_ = ZoneType::normal;
  unsigned mems_ = 0;
  bool restarted_ = false;
  bool repeats_softly_ = false;    ///< v4.7 looks again, without HARDWALL (R-CTX-14).
  bool failed_ = false;            ///< The last thing done was to fail.
  unsigned cpuset_questions_ = 0;  ///< Since then.
  bool keeps_cpuset_ = true;       ///< The looks of the slow path do.
  bool ignores_marks_ = false;
  rules::AllocFlags slow_;  ///< Of its first looks.
  std::vector<rules::AllocFlags> flags_;
  std::vector<List> lists_;
};

/// The flags that lower a mark.
rules::AllocFlags mark_flags(const rules::AllocFlags& f);

}  // namespace bp
