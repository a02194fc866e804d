// SPDX-License-Identifier: MIT
// What a subject's requests run in while a program is driven: the answers that its operations wrote
// down, given in order to whoever asks, and the trace of what was asked and done, written into the
// history. Decides nothing.
#pragma once

#include <vector>

#include "fuzz/subject.h"
#include "model/vocab/history.h"
#include "model/vocab/machine.h"
#include "model/vocab/operation.h"

namespace bp {

/// What a handle stands for while a program runs.
struct DrivenHandle {
  Pfn head = kNoPfn;  ///< kNoPfn: its alloc said null.
  Order order;
  bool held = false;  ///< Allocated and not given back through this handle.
};

inline ZoneCounters zone_counters(const bp_counters& c) {
  const auto pages = [](std::uint64_t n) { return Pages{static_cast<std::int64_t>(n)}; };
  return {pages(c.free), pages(c.on_pcp), pages(c.reserved), pages(c.free_cma), pages(c.boost)};
}

/// Steps that one trace has at most; more are not written down, and the judge refuses it. Who must
/// not fail looks some six times in each of BP_ROUNDS_MAX rounds, and a near zone that refuses is
/// two steps.
inline constexpr std::size_t kStepsMax = std::size_t{BP_ROUNDS_MAX} * 8 * 2 * BP_ZONES_MAX;

class Surroundings {
 public:
  /// All of them outlive it.
  Surroundings(const bp_machine& m, const bp_subject& s, void* self,
               std::vector<DrivenHandle>& handles, History& out);

  void answer(const Op& op) { answers_.push_back(op); }
  void world(const Op& op);

  /// Whether the next request that is no bulk runs in an environment.
  bool in_force() const { return !answers_.empty() || !is_plain_; }
  /// Around such a request.
  void enter();
  void leave();

 private:
  static void ask(void* context, std::uint32_t whom, std::uint32_t peek, bp_reply* reply);
  static void tell(void* context, const bp_step* step);
  void ask(Answerer whom, bool peek, bp_reply& reply);
  void give_back(const Op& op, bp_reply& reply);
  void write(const Step& s);

  const bp_machine& machine_;
  const bp_subject& subject_;
  void* self_;
  std::vector<DrivenHandle>& handles_;
  History& out_;
  std::vector<Op> answers_;  ///< For the next request.
  bool is_plain_ = true;     ///< Nothing was said of the world.
  bp_environment environment_{};
};

}  // namespace bp
