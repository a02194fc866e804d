// SPDX-License-Identifier: MIT
#include "fuzz/program/surroundings.h"

#include <algorithm>

namespace bp {
namespace {

/// Once the answers have run out, nothing makes progress and nothing changes.
OpAnswer no_progress(Answerer whom) {
  OpAnswer a{.from = whom};
  if (whom == Answerer::compaction) a.result = static_cast<std::uint8_t>(Compacted::complete);
  return a;
}

Step question(const OpAnswer& a) {
  Step s{.action = Action::ask, .nodemask = a.mems, .pages = a.progress, .asked = a.from};
  if (a.from == Answerer::compaction) s.compacted = Compacted{a.result};
  if (a.from == Answerer::node_reclaim) s.node_reclaimed = NodeReclaimed{a.result};
  s.busy = a.busy;
  return s;
}

bool holds_known_values(const bp_step& s) {
  const bool node = s.action == BP_DID_NODE_RECLAIM;
  return s.action <= BP_DID_FAIL && s.mark <= 2 && s.node < BP_NODES_MAX && s.effort <= 2 &&
         s.result < (node ? kNodeReclaimed : kCompacted) && s.why < kWhys;
}

AllocFlags flags_of(std::uint32_t bits) {
  const auto has = [bits](std::uint32_t flag) { return (bits & flag) != 0; };
  return {.high = has(BP_ALLOC_HIGH),
          .harder = has(BP_ALLOC_HARDER),
          .highatomic = has(BP_ALLOC_HIGHATOMIC),
          .oom = has(BP_ALLOC_OOM),
          .cma = has(BP_ALLOC_CMA),
          .no_watermarks = has(BP_ALLOC_NO_WATERMARKS),
          .cpuset = has(BP_ALLOC_CPUSET),
          .fair = has(BP_ALLOC_FAIR),
          .nofragment = has(BP_ALLOC_NOFRAGMENT),
          .kswapd = has(BP_ALLOC_KSWAPD)};
}

/// A number that its type cannot hold becomes a failure without a reason, which the judge refuses.
Step step_of(const bp_step& s, Era era) {
  if (!holds_known_values(s)) return {.action = Action::fail};
  Step out{.action = Action{static_cast<std::uint8_t>(s.action)},
           .mark = Mark{static_cast<std::uint8_t>(s.mark)},
           .flags = flags_of(s.flags),
           .node = s.node,
           .nodemask = s.nodemask,
           .gfp = gfp_decode(s.gfp, era),
           .effort = CompactEffort{static_cast<std::uint8_t>(s.effort)},
           .pages = s.progress,
           .why = Why{static_cast<std::uint8_t>(s.why)}};
  if (out.action == Action::compact) out.compacted = Compacted{static_cast<std::uint8_t>(s.result)};
  if (out.action == Action::node_reclaim)
    out.node_reclaimed = NodeReclaimed{static_cast<std::uint8_t>(s.result)};
  return out;
}

}  // namespace

Surroundings::Surroundings(const bp_machine& m, const bp_subject& s, void* self,
                           std::vector<DrivenHandle>& handles, History& out)
    : machine_(m), subject_(s), self_(self), handles_(handles), out_(out) {
  world(Op::of_world({}));
}

void Surroundings::world(const Op& op) {
  is_plain_ = op.world == OpWorld{} && op.gfp == Gfp{};
  const Era era{static_cast<std::uint8_t>(machine_.era)};
  environment_ = {.context = this,
                  .ask = &Surroundings::ask,
                  .tell = &Surroundings::tell,
                  .flags = op.world.flags,
                  .reclaimable = op.world.reclaimable,
                  .dirty_nodes = op.world.dirty_nodes,
                  .gfp_allowed = gfp_encode(gfp_flags_of(era).without(op.gfp), era)};
}

void Surroundings::enter() { subject_.enter(self_, &environment_); }

void Surroundings::leave() {
  subject_.enter(self_, nullptr);
  answers_.clear();
  out_.trace_end.push_back(out_.steps.size());
}

void Surroundings::ask(void* context, std::uint32_t whom, std::uint32_t peek, bp_reply* reply) {
  *reply = {};
  if (whom >= kAnswerers) return;
  static_cast<Surroundings*>(context)->ask(Answerer{static_cast<std::uint8_t>(whom)}, peek != 0,
                                           *reply);
}

void Surroundings::ask(Answerer whom, bool peek, bp_reply& reply) {
  const auto next =
      std::ranges::find_if(answers_, [&](const Op& op) { return op.answer.from == whom; });
  const bool any = next != answers_.end();
  if (peek && !(any && next->answer.busy)) return;
  const OpAnswer a = any ? next->answer : no_progress(whom);
  reply.result = a.result;
  reply.progress = a.progress;
  reply.busy = a.busy ? 1 : 0;
  reply.mems = a.mems;
  write(question(a));
  if (!any) return;
  give_back(*next, reply);
  answers_.erase(next);
}

void Surroundings::give_back(const Op& op, bp_reply& reply) {
  for (std::uint32_t n = 0; n < op.answer.frees; ++n) {
    DrivenHandle& h = handles_[op.handle + n];
    if (!h.held) continue;
    h.held = false;
    reply.frees[reply.n_frees++] = static_cast<std::uint64_t>(h.head);
    out_.given_back.push_back(h.head);
  }
  if (!out_.given_back_end.empty()) out_.given_back_end.back() = out_.given_back.size();
}

void Surroundings::tell(void* context, const bp_step* step) {
  auto& self = *static_cast<Surroundings*>(context);
  self.write(step_of(*step, Era{static_cast<std::uint8_t>(self.machine_.era)}));
}

void Surroundings::write(const Step& s) {
  const std::size_t begin = out_.trace_end.empty() ? 0 : out_.trace_end.back();
  if (out_.steps.size() - begin == kStepsMax) return;
  out_.steps.push_back(s);
  out_.given_back_end.push_back(out_.given_back.size());
  for (unsigned zone = 0; zone < machine_.n_zones; ++zone) {
    bp_counters c{};
    subject_.counters(self_, zone, &c);
    out_.step_counters.push_back(zone_counters(c));
  }
}

}  // namespace bp
