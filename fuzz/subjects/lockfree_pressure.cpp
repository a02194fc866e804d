// SPDX-License-Identifier: MIT
#include "fuzz/subjects/lockfree_pressure.h"

#include <algorithm>
#include <utility>

#include "model/vocab/gfp.h"

namespace bp::lockfree {

Help::Help(const bp_machine& m, void* subject, GiveBack give_back)
    : subject_(subject), give_back_(give_back) {
  const auto bit = [era = static_cast<Era>(m.era)](GfpFlag f) { return gfp_encode(f, era); };
  to_compact_ = bit(GfpFlag::io) | (m.profile == BP_PROFILE_V4_7 ? bit(GfpFlag::fs) : 0);
  nofail_ = bit(GfpFlag::nofail);
  for (unsigned z = 0; z < m.n_zones; ++z)
    node_of_zone_[z] = static_cast<std::uint8_t>(m.zones[z].node);
}

impl::PressureCalls Help::calls() {
  impl::PressureCalls c;
  c.context = this;
  c.wake_kswapd = [](void* self, const impl::Need& n) { static_cast<Help*>(self)->wake(n); };
  c.compact = [](void* self, const impl::Need& n) { return static_cast<Help*>(self)->compact(n); };
  c.reclaim = [](void* self, const impl::Need& n) { return static_cast<Help*>(self)->reclaim(n); };
  c.oom = [](void* self, const impl::Need& n) { return static_cast<Help*>(self)->kill(n); };
  return c;
}

impl::Surroundings Help::surroundings() {
  impl::Surroundings s;
  s.context = this;
  s.mems = [](void* self, const impl::Need& n) { return static_cast<Help*>(self)->mems(n); };
  s.fails = [](void* self, const impl::Need& n) { return static_cast<Help*>(self)->fails(n); };
  s.is_dirty = [](void* self, unsigned z) { return static_cast<Help*>(self)->is_dirty(z); };
  s.reclaim_node = [](void* self, const impl::Need& n) {
    return static_cast<Help*>(self)->reclaim_node(n);
  };
  return s;
}

void Help::begin(std::uint32_t cpu, std::uint32_t mems) {
  cpu_ = cpu;
  mems_ = {};
  if (mems != 0) mems_.nodes = mems;
  is_known_ = false;
}

void Help::enter(const bp_environment* e) {
  around_.reset();
  if (e != nullptr) around_ = *e;
}

bp_reply Help::ask(std::uint32_t whom, bool peek) {
  bp_reply reply{};
  around_->ask(around_->context, whom, peek ? 1 : 0, &reply);
  for (std::uint32_t i = 0; i < std::min(reply.n_frees, BP_FREES_MAX); ++i)
    give_back_(subject_, cpu_, reply.frees[i]);
  return reply;
}

void Help::tell(std::uint32_t action, const impl::Need& n, std::uint32_t result,
                std::int64_t progress, std::uint32_t why) {
  bp_step s{};
  s.action = action;
  s.gfp = n.gfp;
  s.node = n.node;
  s.result = result;
  s.progress = progress;
  s.why = why;
  around_->tell(around_->context, &s);
}

void Help::wake(const impl::Need& n) {
  if (!around_) return;
  (void)ask(BP_ASK_KSWAPD);
  tell(BP_DID_WAKE_KSWAPD, n);
}

/// Compaction writes pages and, in v4.7, calls file systems: some masks do without.
bool Help::compact(const impl::Need& n) {
  if (!around_ || has(BP_WORLD_NO_COMPACTION) || (n.gfp & to_compact_) != to_compact_) return false;
  const bp_reply r = ask(BP_ASK_COMPACTION);
  tell(BP_DID_COMPACT, n, r.result);
  return r.result == BP_COMPACT_SUCCESS || r.n_frees != 0;
}

bool Help::reclaim(const impl::Need& n) {
  if (!around_) return false;
  const bp_reply r = ask(BP_ASK_RECLAIM);
  tell(BP_DID_RECLAIM, n, 0, r.progress);
  return r.progress != 0 || r.n_frees != 0;
}

/// R-OOM-1, 2: one kills at a time, and nobody does while storage is suspended. Who may not fail
/// takes it for done.
bool Help::kill(const impl::Need& n) {
  if (!around_) return false;
  if (const bp_reply busy = ask(BP_ASK_KILLER, true); busy.busy != 0) {
    tell(BP_DID_KILL, n, 0, 1);
    return true;
  }
  if (has(BP_WORLD_SUSPENDED)) return false;
  const bp_reply r = ask(BP_ASK_KILLER);
  const bool somebody = r.busy != 0 || r.progress != 0;
  tell(BP_DID_KILL, n, 0, somebody || (n.gfp & nofail_) != 0 ? 1 : 0);
  return somebody || r.n_frees != 0;
}

/// What the task has at first is known; later they may be others, and then the request starts over.
impl::Mems Help::mems(const impl::Need& n) {
  if (std::exchange(is_known_, true)) {
    const bp_reply r = ask(BP_ASK_CPUSET);
    if (r.mems != 0) {
      mems_.nodes = r.mems;
      ++mems_.sequence;
      tell(BP_DID_RESTART, n, 0, 0, BP_WHY_CPUSET);
    }
  }
  return mems_;
}

bool Help::fails(const impl::Need& n) {
  if (!around_ || ask(BP_ASK_FAULT).progress == 0) return false;
  tell(BP_DID_INJECT, n);
  return true;
}

bool Help::is_dirty(unsigned zone) const {
  return around_ && (around_->dirty_nodes >> node_of_zone_[zone] & 1) != 0;
}

/// All nodes are near each other.
impl::NodeReclaim Help::reclaim_node(const impl::Need& n) {
  if (!around_ || !has(BP_WORLD_ZONE_RECLAIM)) return impl::NodeReclaim::noscan;
  const bp_reply r = ask(BP_ASK_NODE_RECLAIM);
  tell(BP_DID_NODE_RECLAIM, n, r.result);
  return static_cast<impl::NodeReclaim>(std::min(r.result, 3U));
}

}  // namespace bp::lockfree
