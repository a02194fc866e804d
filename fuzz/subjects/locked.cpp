// SPDX-License-Identifier: MIT
// The locked subject: what a zoned buddy allocator with locks does, and the baseline that others
// are measured against. A lock and free lists per zone (locked_zone.h), a list of single pages per
// CPU and zone with batched refill and flush, and no search on the way of a request that finds one.
//
// Promises what the naive subject does but the slow path, and per-CPU lists within pcp_high. What
// kernels have around an allocator is lockfree's (lockfree_calls.h): a call is made one request,
// and references are kept apart. What a task's flags open is decided here. Every function may run
// at any time on any thread; wrong frees are told apart exactly if nothing else runs, and a block
// freed by two threads at once is taken back once. Nulls are exact if nothing else runs.
// Leaves out migratetypes and per-CPU lists of higher orders.
//
// Lock order: a CPU's list, then a zone.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>

#include "fuzz/subjects/abi.h"
#include "fuzz/subjects/locked_mask.h"
#include "fuzz/subjects/locked_pcp.h"
#include "fuzz/subjects/locked_zone.h"
#include "fuzz/subjects/lockfree_calls.h"
#include "fuzz/subjects/registry.h"
#include "model/vocab/check.h"

namespace bp {
namespace {

using locked::Frames;
using locked::kAllocated;
using locked::kHole;
using locked::kInside;
using locked::kNone;
using locked::kOnPcp;
using locked::Link;
using locked::MaskBits;
using locked::Pcp;
using lockfree::Callers;
using lockfree::Left;

/// Uninitialised memory from the beginning of a cache line on, kept when a smaller amount is asked
/// for.
template <class T>
class Buffer {
 public:
  T* at_least(std::size_t n) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (n > capacity_) {
      const std::size_t lines = (n * sizeof(T) + locked::kLine - 1) / locked::kLine;
      lines_ = std::make_unique_for_overwrite<Line[]>(lines);
      items_ = reinterpret_cast<T*>(lines_.get());
      std::uninitialized_default_construct_n(items_, n);
      capacity_ = n;
    }
    return items_;
  }
  std::size_t bytes() const { return capacity_ * sizeof(T); }

 private:
  struct alignas(locked::kLine) Line {
    std::byte bytes[locked::kLine];
  };
  std::unique_ptr<Line[]> lines_;
  T* items_ = nullptr;
  std::size_t capacity_ = 0;
};

/// What a scan needs to know of a zone besides its blocks.
struct ZoneTerms {
  std::uint32_t type, node;
  std::int64_t mark_min, mark_low;
  std::int64_t reserve[BP_ZONE_TYPES];
};

/// One walk over a zonelist.
struct Scan {
  std::uint32_t node;     // Whose zonelist.
  std::uint32_t allowed;  // Bit per node.
  std::uint32_t highest;  // Zone type.
  enum Mark : std::uint8_t { low, min, none } mark;
  bool half;           // HIGH: half of the mark.
  bool three_quarter;  // HARDER: three quarters of what is left.
};

enum class Found : std::uint8_t { block, nothing, no_zone };

class Locked {
 public:
  static Locked* create(const bp_machine& m);
  static void destroy(Locked* self);

  bp_status alloc(const bp_request& r, std::uint64_t& pfn);
  bp_status free(std::uint32_t cpu, std::uint64_t pfn, std::uint32_t order);
  void drain(std::uint32_t cpu);
  bp_counters counters(std::uint32_t zone);

  std::uint32_t call(const bp_call& c, bp_block* blocks);
  void task(std::uint32_t cpu, const bp_task& t) { callers_->set_task(cpu, t); }
  bp_status get(std::uint64_t pfn);
  bp_status split(std::uint64_t pfn, std::uint32_t order);
  bp_status free_address(std::uint32_t cpu, std::uint64_t address, std::uint32_t order);

  /// `visit` runs under locks and must not call back.
  void census(bp_visit visit, void* context);

 private:
  void reset(const bp_machine& m);
  void reset_frames(const bp_machine& m);
  void reset_pcps(const bp_machine& m);
  void reset_zonelists(const bp_machine& m);
  std::size_t bytes() const { return states_.bytes() + links_.bytes() + pages_.bytes(); }

  std::uint32_t allowed_nodes(const bp_request& r, std::uint32_t node) const;
  bp_status serve(const bp_request& r, std::uint32_t task, std::uint64_t& pfn);
  std::uint32_t take_bulk(const bp_request& r, std::uint32_t task, std::uint32_t pages,
                          std::uint64_t* heads);
  bp_status take_back(std::uint32_t cpu, std::uint64_t pfn, std::uint32_t order);
  bp_status put(std::uint32_t cpu, std::uint64_t pfn, std::uint32_t order);
  std::uint32_t zone_of(std::uint64_t pfn) const;
  bp_status status_of(std::uint64_t pfn, std::uint32_t order) const;
  void split_block(std::uint64_t pfn, std::uint32_t order, std::uint32_t into);
  Found scan(const Scan& s, std::uint32_t cpu, std::uint32_t order, std::uint64_t& pfn);
  bool passes(std::uint32_t zone, const Scan& s, std::uint32_t order, std::uint32_t column) const;
  /// `task`: impl::kTask... of who asks.
  bp_status alloc_slowly(const bp_request& r, std::uint32_t task, const Scan& fast,
                         std::uint64_t& pfn);
  bool slow_scans_v4_7(const bp_request& r, std::uint32_t task, Scan s, std::uint64_t& pfn);
  bool slow_scans_v5_15(const bp_request& r, std::uint32_t task, Scan s, std::uint64_t& pfn);

  Pcp& pcp_of(std::uint32_t cpu, std::uint32_t zone) { return pcps_[cpu * n_zones_ + zone]; }

  MaskBits bits_{};
  bool is_v4_7_ = false, is_v5_15_ = false;
  std::uint32_t cpus_ = 0, n_zones_ = 0;
  std::uint8_t node_of_cpu_[BP_CPUS_MAX] = {};
  std::uint8_t zonelist_[BP_NODES_MAX][BP_ZONES_MAX] = {};
  std::uint8_t n_zonelist_[BP_NODES_MAX] = {};
  bool has_memory_[BP_NODES_MAX] = {};
  ZoneTerms terms_[BP_ZONES_MAX] = {};
  locked::Zone zones_[BP_ZONES_MAX];

  lockfree::Watch watch_;
  std::unique_ptr<Callers> callers_;
  std::atomic<std::uint32_t> noted_{0};  ///< Blocks that are compound or held more than once.

  Frames frames_;
  Pcp* pcps_ = nullptr;
  Buffer<std::uint8_t> states_;
  Buffer<Link> links_;
  Buffer<Pcp> pcp_memory_;
  Buffer<std::uint32_t> pages_;
};

// ---- requests -----------------------------------------------------------------------------------

bp_status Locked::alloc(const bp_request& r, std::uint64_t& pfn) {
  if (!watch_.concerns(r)) return serve(r, 0, pfn);
  bp_block block{};
  if (call({r, BP_CALL_ALLOC, 0}, &block) == 0) return BP_NO_MEMORY;
  pfn = block.pfn;
  return BP_OK;
}

bp_status Locked::serve(const bp_request& r, std::uint32_t task, std::uint64_t& pfn) {
  if (r.order > BP_ORDER_MAX) return BP_NO_MEMORY;
  check(r.cpu < cpus_, "a request runs on a CPU of the machine");
  const std::uint32_t node = r.node < 0 ? node_of_cpu_[r.cpu] : static_cast<std::uint32_t>(r.node);
  const Scan fast{.node = node,
                  .allowed = allowed_nodes(r, node),
                  .highest = bits_.highest_zone[r.gfp & 0xf],
                  .mark = Scan::low,
                  .half = false,
                  .three_quarter = false};
  if (scan(fast, r.cpu, r.order, pfn) == Found::block) return BP_OK;
  return alloc_slowly(r, task, fast, pfn);
}

bp_status Locked::free(std::uint32_t cpu, std::uint64_t pfn, std::uint32_t order) {
  // relaxed: who frees a block knows of it from whom it has it, and so of what is noted of it.
  const bool noted = noted_.load(std::memory_order_relaxed) != 0;
  return noted ? put(cpu, pfn, order) : take_back(cpu, pfn, order);
}

std::uint32_t Locked::zone_of(std::uint64_t pfn) const {
  std::uint32_t zone = 0;
  while (zone < n_zones_ && !zones_[zone].spans(pfn)) ++zone;
  return zone;
}

bp_status Locked::take_back(std::uint32_t cpu, std::uint64_t pfn, std::uint32_t order) {
  check(cpu < cpus_, "a free runs on a CPU of the machine");
  const std::uint32_t zone = zone_of(pfn);
  if (zone == n_zones_) return BP_FOREIGN;
  const std::uint32_t frame = zones_[zone].frame_of(pfn);
  Pcp& pcp = pcp_of(cpu, zone);
  const bool to_pcp = order == 0 && pcp.keeps_pages();
  if (order > BP_ORDER_MAX ||
      !frames_.change_state(frame, static_cast<std::uint8_t>(kAllocated + order),
                            to_pcp ? kOnPcp : kInside)) {
    return zones_[zone].why_not_free(pfn);
  }
  if (to_pcp) {
    pcp.give(frame);
  } else {
    zones_[zone].give_block(frame, order);
  }
  return BP_OK;
}

// ---- calls, tasks and references
// ------------------------------------------------------------------

std::uint32_t Locked::call(const bp_call& c, bp_block* blocks) {
  const impl::Request r = callers_->request_of(c);
  const bp_request plain{r.cpu, r.order, r.gfp, r.node, r.nodemask};
  Callers::forget_zeroed();
  std::uint64_t heads[lockfree::kBulkPages];
  std::uint32_t got = 1;
  if (c.interface == BP_CALL_BULK) {
    got = take_bulk(plain, r.task, std::min(c.pages, lockfree::kBulkPages), heads);
  } else if (serve(plain, r.task, heads[0]) != BP_OK) {
    return 0;
  }
  for (std::uint32_t i = 0; i < got; ++i) {
    if ((r.gfp & bits_.zero) != 0) Callers::zero(nullptr, Pfn{heads[i]}, r.order);
    blocks[i] = callers_->handed_out(c, r, Pfn{heads[i]});
  }
  if (c.interface != BP_CALL_EXACT) return got;
  split_block(heads[0], r.order, 0);
  for (std::uint64_t page = c.pages; page < std::uint64_t{1} << r.order; ++page)
    take_back(r.cpu, heads[0] + page, 0);
  return got;
}

/// What the first page's list has: a bulk may stop early, and does before a refill.
std::uint32_t Locked::take_bulk(const bp_request& r, std::uint32_t task, std::uint32_t pages,
                                std::uint64_t* heads) {
  std::uint32_t got = 0;
  while (got < pages && (got == 0 || pcp_of(r.cpu, zone_of(heads[0])).count() != 0)) {
    if (serve(r, task, heads[got]) != BP_OK) break;
    ++got;
  }
  return got;
}

/// BP_OK: a block of the order is held there.
bp_status Locked::status_of(std::uint64_t pfn, std::uint32_t order) const {
  const std::uint32_t zone = zone_of(pfn);
  if (zone == n_zones_) return BP_FOREIGN;
  const bool is =
      order <= BP_ORDER_MAX && frames_.state(zones_[zone].frame_of(pfn)) == kAllocated + order;
  return is ? BP_OK : zones_[zone].why_not_free(pfn);
}

bp_status Locked::get(std::uint64_t pfn) {
  // Of no order at all: what is held has another one.
  const bp_status is = status_of(pfn, BP_ORDER_MAX + 1);
  if (is != BP_BAD_ORDER) return is;
  callers_->get(Pfn{pfn});
  return BP_OK;
}

bp_status Locked::split(std::uint64_t pfn, std::uint32_t order) {
  const bp_status is = status_of(pfn, order);
  if (is != BP_OK) return is;
  if (callers_->is_compound(Pfn{pfn})) return BP_BAD_ORDER;
  split_block(pfn, order, 0);
  return BP_OK;
}

/// A held block becomes several, each of order `into`.
void Locked::split_block(std::uint64_t pfn, std::uint32_t order, std::uint32_t into) {
  const std::uint32_t head = zones_[zone_of(pfn)].frame_of(pfn);
  for (std::uint32_t i = 0; i < 1U << order; i += 1U << into)
    frames_.set_state(head + i, static_cast<std::uint8_t>(kAllocated + into));
}

bp_status Locked::free_address(std::uint32_t cpu, std::uint64_t address, std::uint32_t order) {
  if (address < BP_DIRECT_MAP) return BP_FOREIGN;
  return free(cpu, (address - BP_DIRECT_MAP) >> 12, order);
}

/// A free while some blocks are noted (R-API-11).
bp_status Locked::put(std::uint32_t cpu, std::uint64_t pfn, std::uint32_t order) {
  if (status_of(pfn, order) != BP_OK) return take_back(cpu, pfn, order);
  const Left left = callers_->put(Pfn{pfn});
  if (left == Left::has_all) return BP_OK;
  if (left == Left::nobody) return take_back(cpu, pfn, order);
  // All but the first page, in halves.
  while (order-- > 0) {
    split_block(pfn, order + 1, order);
    take_back(cpu, pfn + (std::uint64_t{1} << order), order);
  }
  return BP_OK;
}

std::uint32_t Locked::allowed_nodes(const bp_request& r, std::uint32_t node) const {
  const std::uint32_t mask = r.nodemask == 0 ? ~std::uint32_t{0} : r.nodemask;
  return (r.gfp & bits_.thisnode) != 0 ? mask & 1U << node : mask;
}

Found Locked::scan(const Scan& s, std::uint32_t cpu, std::uint32_t order, std::uint64_t& pfn) {
  constexpr std::uint32_t kOfFirstZone = BP_ZONE_TYPES;
  std::uint32_t column = is_v4_7_ ? kOfFirstZone : s.highest;  // R-CTX-1.
  Found found = Found::no_zone;
  for (std::uint32_t i = 0; i < n_zonelist_[s.node]; ++i) {
    const std::uint32_t zone = zonelist_[s.node][i];
    const ZoneTerms& terms = terms_[zone];
    if (terms.type > s.highest || (s.allowed >> terms.node & 1) == 0) continue;
    found = Found::nothing;
    if (column == kOfFirstZone) column = terms.type;
    if (s.mark != Scan::none && !passes(zone, s, order, column)) continue;
    const std::uint32_t frame =
        order == 0 ? pcp_of(cpu, zone).take(frames_) : zones_[zone].take_block(order);
    if (frame == kNone) continue;
    pfn = zones_[zone].pfn_of(frame);
    return Found::block;
  }
  return found;
}

bool Locked::passes(std::uint32_t zone, const Scan& s, std::uint32_t order,
                    std::uint32_t column) const {
  const ZoneTerms& terms = terms_[zone];
  std::int64_t floor = s.mark == Scan::low ? terms.mark_low : terms.mark_min;
  if (s.half) floor -= floor / 2;
  if (s.three_quarter) floor -= floor / 4;
  const std::int64_t left = zones_[zone].nr_free() - ((std::int64_t{1} << order) - 1);
  return left > floor + terms.reserve[column] && (order == 0 || zones_[zone].has_block(order));
}

void Locked::drain(std::uint32_t cpu) {
  const bool all = cpu == BP_ON_BUDDY;
  check(all || cpu < cpus_, "a drain is of a CPU of the machine");
  for (std::uint32_t c = all ? 0 : cpu; c < (all ? cpus_ : cpu + 1); ++c) {
    for (std::uint32_t zone = 0; zone < n_zones_; ++zone) pcp_of(c, zone).drain();
  }
}

// ---- the slow path, in which nothing ever frees a page
// --------------------------------------------

bp_status Locked::alloc_slowly(const bp_request& r, std::uint32_t task, const Scan& fast,
                               std::uint64_t& pfn) {
  // R-CTX-6: v4.7 does not come this far with an empty list, which is that of THISNODE on a node
  // without memory.
  if (is_v4_7_ && (r.gfp & bits_.thisnode) != 0 && !has_memory_[fast.node]) return BP_NO_MEMORY;
  const auto slow_scans = [&] {
    return is_v4_7_ ? slow_scans_v4_7(r, task, fast, pfn) : slow_scans_v5_15(r, task, fast, pfn);
  };
  if (slow_scans()) return BP_OK;
  drain(BP_ON_BUDDY);
  if (scan(fast, r.cpu, r.order, pfn) == Found::block || slow_scans()) return BP_OK;
  return BP_NO_MEMORY;
}

bool Locked::slow_scans_v4_7(const bp_request& r, std::uint32_t task, Scan s, std::uint64_t& pfn) {
  const auto wants = [&](std::uint32_t bits) { return (r.gfp & bits) != 0; };
  const auto is = [&](std::uint32_t bits) { return (task & bits) != 0; };
  const bool harder = !wants(bits_.may_block) &&
                      (bits_.waiting_is_a_flag || wants(bits_.atomic));  // R-SLOW-2, F-1.
  const bool reserves = (wants(bits_.memalloc) || is(impl::kTaskFrees | impl::kTaskDies)) &&
                        !wants(bits_.nomemalloc);  // R-AF-2.

  s.mark = Scan::min;
  s.half = wants(bits_.high);
  s.three_quarter = harder ? !wants(bits_.nomemalloc) : is(impl::kTaskRealtime);  // R-AF-1.
  if (harder || reserves) {  // R-SLOW-5: the zonelist of the CPU that runs, the caller's nodes.
    s.node = node_of_cpu_[r.cpu];
    s.allowed = allowed_nodes(r, s.node);
  }
  if (scan(s, r.cpu, r.order, pfn) == Found::block) return true;
  s.mark = Scan::none;
  return reserves && scan(s, r.cpu, r.order, pfn) == Found::block;
}

// From v5.15 on, and for v7.1: its one loop makes the scans of the two before it.
bool Locked::slow_scans_v5_15(const bp_request& r, std::uint32_t task, Scan s, std::uint64_t& pfn) {
  const auto wants = [&](std::uint32_t bits) { return (r.gfp & bits) != 0; };
  const auto is = [&](std::uint32_t bits) { return (task & bits) != 0; };
  const bool blocks = wants(bits_.may_block), high = wants(bits_.high);
  const bool may_all = !wants(bits_.nomemalloc);  // R-AF-5.
  const bool reserves = may_all && (wants(bits_.memalloc) || is(impl::kTaskFrees));
  const bool dies = may_all && !reserves && is(impl::kTaskDies);
  const bool urgent = is(impl::kTaskRealtime);
  const std::uint32_t callers_nodes = s.allowed;
  // v5.15 has a flag for who is in a hurry; later that is who is important and cannot wait.
  const bool flagged = bits_.waiting_is_a_flag || wants(bits_.atomic);
  const bool hurry = !blocks && (is_v5_15_ ? flagged : high);

  s.mark = Scan::min;
  s.half = high || (!is_v5_15_ && blocks && urgent);  // R-AF-4.
  // R-WMARK-15, R-WMARK-18.
  s.three_quarter = hurry ? !wants(bits_.nomemalloc) : is_v5_15_ && urgent;
  const Found found = scan(s, r.cpu, r.order, pfn);
  if (found != Found::nothing) return found == Found::block;  // W-10: no zone, no second try.

  if (reserves || dies || hurry) {  // R-SLOW-33: the caller's nodes are dropped.
    s.allowed = wants(bits_.thisnode) ? 1U << s.node : ~std::uint32_t{0};
    if (reserves) s.mark = Scan::none;
    if (dies) s.half = true, s.three_quarter = false;  // R-AF-5: a victim has half of it.
    if (scan(s, r.cpu, r.order, pfn) == Found::block) return true;
  }
  if (!wants(bits_.nofail) || !blocks) return false;
  s.allowed = callers_nodes;  // R-SLOW-35: a part of the reserve for who must not fail.
  s.mark = Scan::min;
  s.half = !is_v5_15_;
  s.three_quarter = is_v5_15_;
  return scan(s, r.cpu, r.order, pfn) == Found::block;
}

// ---- what is asked between operations
// -------------------------------------------------------------

bp_counters Locked::counters(std::uint32_t zone) {
  check(zone < n_zones_, "counters are of a zone of the machine");
  bp_counters c{static_cast<std::uint64_t>(zones_[zone].nr_free()), 0, 0, 0, 0};
  for (std::uint32_t cpu = 0; cpu < cpus_; ++cpu) c.on_pcp += pcp_of(cpu, zone).count();
  return c;
}

void Locked::census(bp_visit visit, void* context) {
  for (std::uint32_t zone = 0; zone < n_zones_; ++zone) {
    zones_[zone].census(visit, context);
    for (std::uint32_t cpu = 0; cpu < cpus_; ++cpu) {
      pcp_of(cpu, zone).census(visit, context, cpu);
    }
  }
}

// ---- making one
// -----------------------------------------------------------------------------------

/// One instance a thread is kept for the next create(): a fuzzer makes one per input.
constexpr std::size_t kSpareBytesMax = std::size_t{64} << 20;
thread_local std::unique_ptr<Locked> spare;

Locked* Locked::create(const bp_machine& m) {
  std::unique_ptr<Locked> self = spare ? std::move(spare) : std::make_unique<Locked>();
  self->reset(m);
  return self.release();
}

void Locked::destroy(Locked* self) {
  std::unique_ptr<Locked> owner(self);
  if (owner && owner->bytes() <= kSpareBytesMax) spare = std::move(owner);
}

void Locked::reset(const bp_machine& m) {
  is_v4_7_ = m.profile == BP_PROFILE_V4_7;
  is_v5_15_ = m.profile == BP_PROFILE_V5_15;
  bits_ = locked::mask_bits_of(m);
  cpus_ = m.cpus;
  n_zones_ = m.n_zones;
  std::copy(std::begin(m.node_of_cpu), std::end(m.node_of_cpu), std::begin(node_of_cpu_));
  for (std::uint32_t zone = 0; zone < m.n_zones; ++zone) {
    const bp_zone& z = m.zones[zone];
    ZoneTerms& terms = terms_[zone];
    terms = {.type = z.type,
             .node = z.node,
             .mark_min = z.mark_min,
             .mark_low = z.mark_low,
             .reserve = {}};
    std::copy(std::begin(z.lowmem_reserve), std::end(z.lowmem_reserve), std::begin(terms.reserve));
  }
  watch_ = {};
  noted_.store(0, std::memory_order_relaxed);  // relaxed: nobody else has it yet.
  callers_ = std::make_unique<Callers>(m, watch_, this, [](void* self, std::uint32_t blocks) {
    // relaxed: see free().
    static_cast<Locked*>(self)->noted_.store(blocks, std::memory_order_relaxed);
  });
  reset_zonelists(m);
  reset_frames(m);
  reset_pcps(m);
}

void Locked::reset_zonelists(const bp_machine& m) {
  for (std::uint32_t node = 0; node < m.n_nodes; ++node) {
    n_zonelist_[node] = 0;
    for (std::uint32_t i = 0; i < m.n_fallback[node]; ++i) {
      for (std::uint32_t zone = m.n_zones; zone-- > 0;) {
        if (m.zones[zone].node != m.fallback[node][i]) continue;
        zonelist_[node][n_zonelist_[node]++] = static_cast<std::uint8_t>(zone);
      }
    }
    has_memory_[node] = std::find(m.fallback[node], m.fallback[node] + m.n_fallback[node], node) !=
                        m.fallback[node] + m.n_fallback[node];
  }
}

void Locked::reset_frames(const bp_machine& m) {
  std::uint64_t spanned = 0;
  for (std::uint32_t zone = 0; zone < m.n_zones; ++zone) {
    spanned += m.zones[zone].end - m.zones[zone].begin;
  }
  check(spanned < kNone, "the frames of a machine have 32-bit indices");
  std::uint8_t* states = states_.at_least(spanned);
  frames_ = Frames(states, links_.at_least(spanned));
  std::memset(states, kInside, spanned);

  std::uint32_t base = 0;
  for (std::uint32_t zone = 0; zone < m.n_zones; ++zone) {
    const bp_zone& z = m.zones[zone];
    zones_[zone].reset(z, frames_, base);
    std::uint64_t at = z.begin;
    for (std::uint32_t h = 0; h < m.n_holes; ++h) {
      const std::uint64_t begin = std::max(m.holes[h].begin, z.begin);
      const std::uint64_t end = std::min(m.holes[h].end, z.end);
      if (begin >= end) continue;
      zones_[zone].add_free_range(at, begin);
      std::memset(states + zones_[zone].frame_of(begin), kHole, end - begin);
      at = end;
    }
    zones_[zone].add_free_range(at, z.end);
    base += static_cast<std::uint32_t>(z.end - z.begin);
  }
}

void Locked::reset_pcps(const bp_machine& m) {
  // No list can hold more pages than its zone has, however high pcp_high is.
  const auto high_of = [&m](std::uint32_t zone) {
    const bp_zone& z = m.zones[zone];
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(z.pcp_high, z.end - z.begin));
  };
  std::size_t pages_of_a_cpu = 0;
  for (std::uint32_t zone = 0; zone < m.n_zones; ++zone) pages_of_a_cpu += high_of(zone);
  // Two CPUs' pages share no line.
  constexpr std::size_t kOfALine = locked::kLine / sizeof(std::uint32_t);
  pages_of_a_cpu = (pages_of_a_cpu + kOfALine - 1) / kOfALine * kOfALine;

  std::uint32_t* const all_pages = pages_.at_least(pages_of_a_cpu * m.cpus);
  pcps_ = pcp_memory_.at_least(std::size_t{m.cpus} * m.n_zones);
  for (std::uint32_t cpu = 0; cpu < m.cpus; ++cpu) {
    std::uint32_t* pages = all_pages + cpu * pages_of_a_cpu;
    for (std::uint32_t zone = 0; zone < m.n_zones; ++zone) {
      const std::uint32_t high = high_of(zone);
      const std::uint32_t batch = std::clamp(m.zones[zone].pcp_batch, 1U, std::max(high, 1U));
      pcp_of(cpu, zone).reset(zones_[zone], pages, high, batch);
      pages += high;
    }
  }
}

}  // namespace

const bp_subject& locked_subject() {
  static constexpr bp_subject kSubject = SubjectAbi<Locked>::table(
      "locked", BP_CAP_ZONES | BP_CAP_WATERMARKS | BP_CAP_MERGES | BP_CAP_CHECKS_FREE |
                    BP_CAP_NULL_L2 | BP_CAP_PER_CPU | BP_CAP_THREADS | BP_CAP_CALLS);
  return kSubject;
}

}  // namespace bp
