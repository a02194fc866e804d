// SPDX-License-Identifier: MIT
#include "model/reference/oracles.h"

#include <algorithm>

#include "model/reference/allocator.h"
#include "model/reference/release.h"

namespace bp::reference {
namespace {

/// Once the answers have run out.
Reply no_progress(Asked whom) { return {.to = whom, .node_reclaimed = NodeReclaimed::noscan}; }

}  // namespace

Reply Oracles::next_reply(Asked whom) {
  if (environment.live != nullptr) return environment.live->ask(whom);
  std::size_t& next = next_[static_cast<unsigned>(whom)];
  const std::vector<Reply>& replies = environment.replies;
  while (next < replies.size() && replies[next].to != whom) ++next;
  return next == replies.size() ? no_progress(whom) : replies[next++];
}

Reply Oracles::ask(Allocator& a, Asked whom) {
  Reply r = next_reply(whom);
  for (const Pfn head : r.frees) {
    if (!a.frames.holds(head) || a.frames[head].use != FrameUse::allocated) continue;
    drop_reference(a, head, Order{a.frames[head].order}, false);
  }
  return r;
}

bool Oracles::is_killer_busy() const {
  if (environment.live != nullptr) return environment.live->is_killer_busy();
  const std::vector<Reply>& replies = environment.replies;
  std::size_t next = next_[static_cast<unsigned>(Asked::killer)];
  while (next < replies.size() && replies[next].to != Asked::killer) ++next;
  return next < replies.size() && replies[next].busy;
}

bool Oracles::cpuset_changed(Allocator& a, unsigned cookie) {
  if (const Reply r = ask(a, Asked::cpuset); r.mems != 0) {
    mems = r.mems;
    ++sequence_;
  }
  return sequence_ != cookie;
}

ZoneCondition Oracles::condition(ZoneRef z) const {
  const auto it = std::ranges::find(environment.conditions, z, &ZoneCondition::zone);
  return it == environment.conditions.end() ? ZoneCondition{.zone = z} : *it;
}

bool Oracles::is_node_over_dirty_limit(unsigned node) const {
  return std::ranges::any_of(environment.conditions, [&](const ZoneCondition& z) {
    return z.zone.node == node && z.over_dirty_limit;
  });
}

}  // namespace bp::reference
