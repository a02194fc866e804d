// SPDX-License-Identifier: MIT
#include "model/reference/reference.h"

#include <algorithm>
#include <utility>

#include "model/reference/allocator.h"
#include "model/reference/buddy.h"
#include "model/reference/bulk.h"
#include "model/reference/isolation.h"
#include "model/reference/oracles.h"
#include "model/reference/pcp.h"
#include "model/reference/ranges.h"
#include "model/reference/release.h"
#include "model/reference/rulebook.h"
#include "model/reference/setup.h"
#include "model/reference/tick.h"
#include "model/vocab/check.h"

namespace bp::reference {
namespace {

Zone* zone_spanning(Allocator& a, Pfn p) {
  const auto covers = [&](const Zone& z) {
    const auto after = std::ranges::upper_bound(z.pageblocks, p, {}, &PageblockRun::begin);
    return after != z.pageblocks.begin() && std::prev(after)->type.has_value();
  };
  for (Zone& z : a.zones) {
    if (z.spans(p) && covers(z)) return &z;
  }
  return nullptr;
}

/// A request while it runs: on its CPU, in its environment.
class Surrounded {
 public:
  Surrounded(Allocator& a, const Request& r) : a_(a) {
    a.cpu = r.cpu;
    if (r.environment == nullptr) return;
    oracles_.emplace(*r.environment);
    oracles_->mems = r.task.mems_allowed;
    a.oracles = &*oracles_;
  }
  ~Surrounded() { a_.oracles = nullptr; }
  Surrounded(const Surrounded&) = delete;
  Surrounded& operator=(const Surrounded&) = delete;
  Trace trace() { return oracles_ ? std::move(oracles_->trace) : Trace{}; }

 private:
  Allocator& a_;
  std::optional<Oracles> oracles_;
};

}  // namespace

struct Reference::Impl {
  Allocator a;
};

Reference::Reference(const KernelState& s) : Reference(s, rulebook_of(s.config.profile)) {}
Reference::Reference(const KernelState& s, const Rulebook& rules)
    : impl_(new Impl{Allocator(s, rules)}) {}
Reference::~Reference() = default;
Reference::Reference(Reference&&) noexcept = default;
Reference& Reference::operator=(Reference&&) noexcept = default;

void Reference::adopt(Pfn head, Order o, unsigned references, bool compound) {
  Allocator& a = impl_->a;
  Zone* z = zone_spanning(a, head);
  check(z != nullptr, "an adopted block lies in a zone");
  a.frames[head].zone = static_cast<std::uint8_t>(z->id);
  hand_out(a, head, o, compound);
  a.frames[head].references = static_cast<std::uint16_t>(references);
}

KernelState Reference::save() const { return state_of(impl_->a); }

const Rulebook& Reference::rules() const { return impl_->a.rules; }
unsigned Reference::nodes() const { return static_cast<unsigned>(impl_->a.nodes.size()); }
bool Reference::is_online(unsigned node) const { return impl_->a.nodes[node].present; }

unsigned Reference::nearest_node_with_memory(unsigned cpu) const {
  const Allocator& a = impl_->a;
  const unsigned own = a.config.cpu_node[cpu];
  const Context c = context_of(a, {}, 0, {}, own, 0);
  return c.empty() ? own : c.preferred_zone().node;
}

Answer Reference::alloc(const Request& r) {
  Allocator& a = impl_->a;
  Surrounded in(a, r);
  Answer got = alloc_plain(a, r);
  got.trace = in.trace();
  if (got.head != kNoPfn) hand_out(a, got.head, Order{r.order}, r.gfp.has(GfpFlag::comp));
  return got;
}

void Reference::free(unsigned cpu, Pfn head, Order o, bool cold) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  drop_reference(a, head, o, cold);
}

void Reference::get(Pfn head) { ++impl_->a.frames[head].references; }
unsigned Reference::references(Pfn head) const { return impl_->a.frames[head].references; }

void Reference::split(Pfn head, Order o) {
  Allocator& a = impl_->a;
  Zone& z = a.zone_of_block(head);
  const std::uint16_t references = a.frames[head].references;
  for (Pfn p = head; p < head + pages_in(o); ++p) {
    become_block(a, z, p, Order{0});
    a.frames[p].references = p == head ? references : std::uint16_t{1};
  }
}

unsigned Reference::alloc_bulk(const Request& r, std::span<Pfn> pages, Trace* trace) {
  Surrounded in(impl_->a, r);
  const unsigned populated = reference::alloc_bulk(impl_->a, r, pages);
  if (trace != nullptr) *trace = in.trace();
  return populated;
}

Answer Reference::alloc_exact(const Request& r, unsigned pages) {
  Surrounded in(impl_->a, r);
  Answer got = reference::alloc_exact(impl_->a, r, pages);
  got.trace = in.trace();
  return got;
}

void Reference::drain_all(unsigned cpu) {
  impl_->a.cpu = cpu;
  reference::drain_all(impl_->a);
}

void Reference::drain_zone(unsigned cpu, ZoneRef zone) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  Zone& z = a.zone(zone);
  for (Pcp& p : z.pcp) a.rules.drain(a, z, p);
}

void Reference::drain_local(unsigned cpu) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  for (Zone& z : a.zones) {
    if (z.populated()) a.rules.drain(a, z, z.pcp[cpu]);
  }
}

void Reference::drain_batch(unsigned cpu, ZoneRef zone) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  Zone& z = a.zone(zone);
  if (z.populated()) reference::drain_batch(a, z, own_pcp(a, z));
}

void Reference::tick(unsigned cpu, bool age) {
  impl_->a.cpu = cpu;
  reference::tick(impl_->a, age);
}

bool Reference::unreserve_highatomic(unsigned cpu, int node, Gfp gfp, bool force) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  const unsigned from = node < 0 ? a.config.cpu_node[cpu] : static_cast<unsigned>(node);
  Context c = context_of(a, gfp, 0, {}, from, 0);
  return a.rules.unreserve_highatomic(a, c, force);
}

std::optional<bool> Reference::refuses_isolation(Pfn p) const {
  const Allocator& a = impl_->a;
  const Migratetype t = a.type_of(p);
  const Zone* z = zone_spanning(impl_->a, p);
  return z == nullptr ? std::nullopt : a.rules.refuses_isolation(a, *z, p, t);
}

void Reference::isolate(unsigned cpu, Pfn p) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  a.rules.isolate(a, *zone_spanning(a, p), align_down(p, a.pageblock_order()));
}

void Reference::unisolate(unsigned cpu, Pfn p, Migratetype t) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  a.rules.unisolate(a, *zone_spanning(a, p), align_down(p, a.pageblock_order()), t);
}

std::optional<TakeFault> Reference::take_free_block(unsigned cpu, Pfn head) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  if (a.frames[head].use != FrameUse::free) return TakeFault::not_free;
  Zone& z = a.zone_of_block(head);
  const Order o{a.frames[head].order};
  if (a.type_of(head) != Migratetype::isolate && !a.rules.may_take_free_block(a, z, o))
    return TakeFault::denied;
  take_out(a, z, head);
  hand_out(a, head, o, false);
  return std::nullopt;
}

void Reference::put_back(unsigned cpu, Pfn head, Order o) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  free_block(a, a.zone_of_block(head), head, o, a.type_of(head), Placement::tail);
}

void Reference::take_range(unsigned cpu, PfnRange r, Order o) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  Zone& z = *zone_spanning(a, r.begin);
  reference::take_range(a, z, r);
  hand_out_range(a, z, r, o);
}

void Reference::offline(unsigned cpu, PfnRange r) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  Zone& z = *zone_spanning(a, r.begin);
  reference::take_range(a, z, r);
  leave(a, z, r);
}

void Reference::online(unsigned cpu, PfnRange r) {
  Allocator& a = impl_->a;
  a.cpu = cpu;
  join(a, *zone_spanning(a, r.begin), r);
}

void Reference::set_reclaim_active(ZoneRef zone, bool active) {
  impl_->a.zone(zone).set(ZoneFlag::reclaim_active, active);
}

void Reference::recompute_watermarks(std::int64_t min_free_kbytes) {
  reference::recompute_watermarks(impl_->a, min_free_kbytes);
}

void Reference::set_grouping_disabled(bool disabled) {
  impl_->a.config.grouping_disabled = disabled;
}

void Reference::mark_bad(Pfn p) {
  impl_->a.any_bad = true;
  impl_->a.frames[p].bad = true;
}

void Reference::set_policy(PolicyMode mode, unsigned nodes, unsigned last) {
  Config& c = impl_->a.config;
  c.policy = mode;
  c.policy_nodes = nodes;
  c.interleave_last = last;
}
unsigned Reference::interleaved() const { return impl_->a.config.interleave_last; }

Reference::Count Reference::count(ZoneRef zone) const {
  const Zone& z = impl_->a.zone(zone);
  constexpr auto kFree = static_cast<unsigned>(Stat::free);
  constexpr auto kCma = static_cast<unsigned>(Stat::cma);
  Count n{.free = z.n.stat[kFree],
          .reserved = impl_->a.rules.highatomic_pages(z),
          .free_cma = z.n.stat[kCma],
          .boost = z.n.boost};
  for (const Pcp& p : z.pcp) {
    n.free += p.n.diff[kFree];
    n.free_cma += p.n.diff[kCma];
    n.on_pcp += p.n.count;
  }
  return n;
}

bool Reference::is_compound(Pfn head) const { return impl_->a.frames[head].compound; }

std::optional<Order> Reference::free_block_at(Pfn head) const {
  const Frame& f = impl_->a.frames[head];
  return f.use == FrameUse::free ? std::optional{Order{f.order}} : std::nullopt;
}

bool Reference::inside_free_block(Pfn p) const {
  return free_block_over(impl_->a, p).head != kNoPfn;
}

bool Reference::is_allocated(Pfn head) const {
  return impl_->a.frames[head].use == FrameUse::allocated;
}

std::optional<Order> Reference::allocated_order(Pfn head) const {
  const Allocator& a = impl_->a;
  if (!a.frames.holds(head) || !is_allocated(head)) return std::nullopt;
  return Order{a.frames[head].order};
}

bool Reference::is_highmem(Pfn p) const {
  const Zone* z = zone_spanning(impl_->a, p);
  return z != nullptr && z->type == ZoneType::highmem;
}

std::optional<Pfn> Reference::first_free(ZoneRef zone, Order o, Migratetype t) const {
  const BlockList& l =
      impl_->a.zone(zone).areas[static_cast<unsigned>(o)].lists[static_cast<unsigned>(t)];
  return l.empty() ? std::nullopt : std::optional{l.front(impl_->a.frames)};
}

std::optional<ZoneRef> Reference::zone_of(Pfn p) const {
  const Zone* z = zone_spanning(impl_->a, p);
  if (z == nullptr) return std::nullopt;
  return ZoneRef{static_cast<std::uint8_t>(z->node), static_cast<std::uint8_t>(z->index)};
}

Migratetype Reference::type_of(Pfn p) const { return impl_->a.type_of(p); }

}  // namespace bp::reference
