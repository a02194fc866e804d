// SPDX-License-Identifier: MIT
#include "fuzz/subjects/lockfree_calls.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "impl/policy.h"

namespace bp::lockfree {
namespace {

struct Zeroed {
  Pfn heads[kBulkPages];
  unsigned count = 0;
  bool holds(Pfn head) const { return std::find(heads, heads + count, head) != heads + count; }
};
thread_local Zeroed zeroed;

std::uint64_t in_both(const bp_range& hole, const bp_zone& z) {
  const std::uint64_t begin = std::max(hole.begin, z.begin), end = std::min(hole.end, z.end);
  return begin < end ? end - begin : 0;
}

ZoneType highest_with_pages(const bp_machine& m) {
  ZoneType top = ZoneType::dma;
  for (unsigned i = 0; i < m.n_zones; ++i) {
    const bp_zone& z = m.zones[i];
    std::uint64_t pages = z.end - z.begin;
    for (unsigned h = 0; h < m.n_holes; ++h) pages -= in_both(m.holes[h], z);
    const auto type = static_cast<ZoneType>(z.type);
    if (pages != 0 && type != ZoneType::movable) top = std::max(top, type);
  }
  return top;
}

/// Bit n: node n has a zone for requests without zone modifiers.
std::uint32_t nodes_for_kernel(const bp_machine& m) {
  std::uint32_t nodes = 0;
  for (unsigned i = 0; i < m.n_zones; ++i) {
    if (static_cast<ZoneType>(m.zones[i].type) <= ZoneType::normal) nodes |= 1U << m.zones[i].node;
  }
  return nodes;
}

}  // namespace

Callers::Callers(const bp_machine& m, Watch& watch, void* subject, Note note)
    : watch_(watch),
      subject_(subject),
      note_(note),
      is_v4_7_(m.profile == BP_PROFILE_V4_7),
      top_(highest_with_pages(m)) {
  const auto bit = [era = static_cast<Era>(m.era)](GfpFlag f) { return gfp_encode(f, era); };
  zero_ = bit(GfpFlag::zero);
  comp_ = bit(GfpFlag::comp);
  highmem_ = bit(GfpFlag::highmem);
  dma_ = bit(GfpFlag::dma);
  io_ = bit(GfpFlag::io);
  fs_ = bit(GfpFlag::fs);
  movable_ = bit(GfpFlag::movable);
  thisnode_ = bit(GfpFlag::thisnode);
  nofail_ = bit(GfpFlag::nofail);
  highest_ = impl::zone_of_mask<impl::StdPolicy>(ZoneConfig::from_bits(m.zone_config));
  name_interfaces();
  std::copy(std::begin(m.node_of_cpu), std::end(m.node_of_cpu), std::begin(node_of_cpu_));
  const std::uint32_t good = nodes_for_kernel(m);
  for (unsigned n = 0; n < m.n_nodes; ++n) {
    const std::uint8_t* const end = m.fallback[n] + m.n_fallback[n];
    const std::uint8_t* const first =
        std::find_if(m.fallback[n], end, [&](unsigned k) { return (good >> k & 1) != 0; });
    nearest_[n] = static_cast<std::int8_t>(first == end ? n : *first);
  }
  for (unsigned i = 0; i < m.n_zones; ++i) {
    if (static_cast<ZoneType>(m.zones[i].type) == ZoneType::highmem)
      high_.push_back({Pfn{m.zones[i].begin}, Pfn{m.zones[i].end}});
  }
  watch_.masks = comp_;
}

/// R-API-3..10, W-7: v4.7 leaves HIGHMEM in the masks of those that give an address.
void Callers::name_interfaces() {
  const std::uint32_t high = is_v4_7_ ? 0 : highmem_;
  const Interface by_policy{.by_policy = true};
  const Interface by_address{.clears = high, .by_policy = true, .by_address = true};
  for (const unsigned i : {BP_CALL_ALLOC_PAGES, BP_CALL_ALLOC_PAGE, BP_CALL_CURRENT})
    interfaces_[i] = by_policy;
  for (const unsigned i : {BP_CALL_GET_FREE_PAGES, BP_CALL_GET_FREE_PAGE, BP_CALL_GET_ZEROED_PAGE,
                           BP_CALL_GET_DMA_PAGES, BP_CALL_EXACT})
    interfaces_[i] = by_address;
  interfaces_[BP_CALL_GET_ZEROED_PAGE].sets = zero_;
  interfaces_[BP_CALL_GET_DMA_PAGES].sets = dma_;
  interfaces_[BP_CALL_EXACT].clears = highmem_ | comp_;
}

void Callers::enter(const Place& p) {
  place_ = p;
  watch_.requests = p.somewhere || has_tasks();
}

void Callers::set_task(std::uint32_t cpu, const bp_task& t) {
  if (tasks_.empty()) tasks_.resize(BP_CPUS_MAX);
  tasks_[cpu] = {t};
  watch_.requests = true;
}

impl::Request Callers::request_of(const bp_call& c) {
  const Interface& by = interfaces_[c.interface];
  const bp_request& q = c.request;
  impl::Request r{q.cpu, q.order, (q.gfp & ~by.clears) | by.sets, q.node, q.nodemask};
  if (c.interface == BP_CALL_EXACT)
    r.order = static_cast<unsigned>(std::bit_width(std::max(c.pages, 1U) - 1));
  if (c.interface == BP_CALL_NODE && r.node < 0) r.node = nearest_[node_of_cpu_[r.cpu]];
  Task ordinary;
  Task& t = tasks_.empty() ? ordinary : tasks_[r.cpu];
  if (by.by_policy) apply_policy(r, t);
  r.gfp &= ~scope_of(t) & place_.allowed;
  r.task = bits_of(t, r.gfp);
  return r;
}

/// R-API-10, W-9.
void Callers::apply_policy(impl::Request& r, Task& t) const {
  r.node = node_of_cpu_[r.cpu];
  const std::uint32_t nodes = t.is.policy_nodes;
  if (nodes == 0 || t.has(BP_TASK_INTERRUPT) || (r.gfp & thisnode_) != 0) return;
  if (t.is.policy == BP_POLICY_PREFERRED) r.node = std::countr_zero(nodes);
  if (t.is.policy == BP_POLICY_BIND && highest_(r.gfp) >= top_) r.nodemask = nodes;
  if (t.is.policy != BP_POLICY_INTERLEAVE) return;
  if (t.turn == 0) t.turn = nodes;
  r.node = std::countr_zero(t.turn);
  t.turn &= t.turn - 1;
}

/// The bits that the task's scope takes away (R-GFP-4, R-CTX-13). v4.7 knows one scope, which has
/// no say in where pages come from, so that it does not matter when it is applied.
std::uint32_t Callers::scope_of(const Task& t) const {
  std::uint32_t bits = t.has(BP_TASK_NOIO) ? io_ | fs_ : 0;
  if (is_v4_7_) return bits;
  if (t.has(BP_TASK_NOFS)) bits |= fs_;
  if (t.has(BP_TASK_PIN)) bits |= movable_;
  return bits;
}

/// R-AF-1, 2, 4, 5: an interrupt interrupts somebody who has nothing to do with it; a softirq may
/// serve whoever frees memory. R-SLOW-9, R-SLOW-10, R-SLOW-34: they ask for nothing for all that.
std::uint32_t Callers::bits_of(const Task& t, std::uint32_t gfp) const {
  std::uint32_t bits = 0;
  const bool in_task = !t.has(BP_TASK_INTERRUPT);
  if (t.has(BP_TASK_MEMALLOC) && (in_task || t.has(BP_TASK_SOFTIRQ))) bits |= impl::kTaskFrees;
  if (t.has(BP_TASK_OOM_VICTIM) && in_task) bits |= impl::kTaskDies;
  if (t.has(BP_TASK_REALTIME) && in_task) bits |= impl::kTaskRealtime;
  const bool dies = is_v4_7_ && t.has(BP_TASK_OOM_VICTIM) && (gfp & nofail_) == 0;
  if (t.has(BP_TASK_MEMALLOC) || dies) bits |= impl::kTaskAlone;
  if (place_.somewhere) bits |= impl::kTaskWatched;
  if (place_.cpusets) bits |= impl::kTaskBound | (in_task ? 0 : impl::kTaskInterrupted);
  return bits;
}

bp_block Callers::handed_out(const bp_call& c, const impl::Request& r, Pfn head) {
  if (r.order > 0 && (r.gfp & comp_) != 0) {
    const std::lock_guard lock(guard_);
    held_[static_cast<std::uint64_t>(head)].compound = true;
    note_blocks();
  }
  bp_block out{.pfn = static_cast<std::uint64_t>(head), .address = 0, .zeroed = 0};
  if (interfaces_[c.interface].by_address && !is_high(head))
    out.address = BP_DIRECT_MAP + (out.pfn << 12);
  out.zeroed = zeroed.holds(head) ? 1 : 0;
  return out;
}

bool Callers::is_high(Pfn p) const {
  return std::any_of(high_.begin(), high_.end(),
                     [p](const impl::FrameRange& f) { return f.begin <= p && p < f.end; });
}

bool Callers::is_compound(Pfn head) {
  const std::lock_guard lock(guard_);
  const auto at = held_.find(static_cast<std::uint64_t>(head));
  return at != held_.end() && at->second.compound;
}

void Callers::get(Pfn head) {
  const std::lock_guard lock(guard_);
  ++held_[static_cast<std::uint64_t>(head)].more;
  note_blocks();
}

/// R-API-11.
Left Callers::put(Pfn head) {
  const std::lock_guard lock(guard_);
  const auto at = held_.find(static_cast<std::uint64_t>(head));
  if (at == held_.end()) return Left::nobody;
  Held& h = at->second;
  const bool last = h.more == 0;
  const Left left = last                     ? Left::nobody
                    : is_v4_7_ || h.compound ? Left::has_all
                                             : Left::has_first_page;
  if (!last) --h.more;
  if (last || (h.more == 0 && !h.compound)) {
    held_.erase(at);
    note_blocks();
  }
  return left;
}

void Callers::note_blocks() { note_(subject_, static_cast<std::uint32_t>(held_.size())); }

void Callers::zero(void*, Pfn head, unsigned /*order*/) {
  if (zeroed.count < kBulkPages) zeroed.heads[zeroed.count++] = head;
}
void Callers::forget_zeroed() { zeroed.count = 0; }

}  // namespace bp::lockfree
