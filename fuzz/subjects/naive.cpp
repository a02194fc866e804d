// SPDX-License-Identifier: MIT
// The naive subject: for each zone and order a set of the heads of its free blocks. Obviously
// right, and slow.
//
// Promises zones, watermarks, merging, checked frees, a null that has tried everything, the
// kernel's interfaces, its slow path, and types of pageblocks. Keeps no per-CPU lists, so that a
// drain has nothing to do. The lowest free block of the smallest order that fits is taken.
//
// A template over its planted bugs: with none, every test of one is a constant false.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fuzz/subjects/abi.h"
#include "fuzz/subjects/naive_attempts.h"
#include "fuzz/subjects/naive_blocks.h"
#include "fuzz/subjects/naive_bugs.h"
#include "fuzz/subjects/naive_calls.h"
#include "fuzz/subjects/naive_slow.h"
#include "fuzz/subjects/registry.h"
#include "model/vocab/check.h"
#include "model/vocab/zone.h"

namespace bp {
namespace {

using naive::Attempt;
using naive::FreeBlocks;
using naive::size_of;
using naive::Wanted;

struct NoBug {
  static constexpr bool has(NaiveBug) { return false; }
  static constexpr NaiveSlowBug kSlow = NaiveSlowBug::none;
};
template <NaiveBug kBug>
struct Planted : NoBug {
  static constexpr bool has(NaiveBug b) { return b == kBug; }
};
template <NaiveSlowBug kBug>
struct SlowPlanted : NoBug {
  static constexpr NaiveSlowBug kSlow = kBug;
};

template <class Bugs>
class Naive {
 public:
  static Naive* create(const bp_machine& m) { return new Naive(m); }
  static void destroy(Naive* self) { delete self; }

  bp_status alloc(const bp_request& plain, std::uint64_t& pfn) {
    bp_block block{};
    const bp_call call{plain, BP_CALL_ALLOC, 0};
    if (this->call(call, &block) == 0) return BP_NO_MEMORY;
    pfn = block.pfn;
    return BP_OK;
  }

  std::uint32_t call(const bp_call& c, bp_block* blocks) {
    check(c.request.cpu < machine_.cpus, "a request runs on a CPU of the machine");
    if (environment_ && c.interface != BP_CALL_BULK) return call_in_environment(c, blocks[0]);
    const bp_request r = naive::request_of(machine_, c, tasks_[c.request.cpu]);
    const std::uint32_t wanted = c.interface == BP_CALL_BULK ? c.pages : 1;
    std::uint32_t got = 0;
    while (got < wanted && take_for(r, blocks[got].pfn) == BP_OK) hand_out(c, r, blocks[got++]);
    if (c.interface == BP_CALL_EXACT && got != 0) keep_first(blocks[0].pfn, c.pages);
    return got;
  }

  void enter(const bp_environment* e) {
    environment_.reset();
    if (e != nullptr) environment_ = *e;
  }

  void task(std::uint32_t cpu, const bp_task& t) { tasks_[cpu] = {.task = t}; }

  bp_status get(std::uint64_t pfn) {
    const auto block = allocated_block_of(pfn);
    if (block == allocated_.end()) return BP_NOT_ALLOCATED;
    if (block->first != pfn) return BP_NOT_HEAD;
    ++allocated_[pfn].references;
    return BP_OK;
  }

  bp_status split(std::uint64_t pfn, std::uint32_t order) {
    const auto block = allocated_.find(pfn);
    if (block == allocated_.end()) return BP_NOT_ALLOCATED;
    if (block->second.order != order || block->second.compound) return BP_BAD_ORDER;
    make_single(pfn);
    return BP_OK;
  }

  bp_status free_address(std::uint32_t cpu, std::uint64_t address, std::uint32_t order) {
    if (address < BP_DIRECT_MAP) return BP_FOREIGN;
    return free(cpu, (address - BP_DIRECT_MAP) / kPageBytes, order);
  }

  bp_status free(std::uint32_t /*cpu*/, std::uint64_t pfn, std::uint32_t order) {
    const auto zone = zone_that_manages(pfn);
    if (!zone) return BP_FOREIGN;
    if constexpr (!Bugs::has(NaiveBug::free_unchecked)) {
      const auto block = allocated_block_of(pfn);
      if (block == allocated_.end()) return BP_NOT_ALLOCATED;
      if (block->first != pfn) return BP_NOT_HEAD;
      if (block->second.order != order) return BP_BAD_ORDER;
      if (block->second.references > 1) {
        keep_head(*zone, pfn, allocated_[pfn]);
        return BP_OK;
      }
    }
    allocated_.erase(pfn);
    give(*zone, pfn, order);
    return BP_OK;
  }

  void drain(std::uint32_t /*cpu*/) {}

  bp_counters counters(std::uint32_t zone) const {
    return {blocks_[zone].nr_free, 0, 0, free_cma(zone), 0};
  }

  void census(bp_visit visit, void* context) const {
    for (const FreeBlocks& b : blocks_) {
      for (std::uint32_t order = 0; order <= BP_ORDER_MAX; ++order) {
        for (const std::uint64_t head : b.heads[order]) show(b, head, order, visit, context);
      }
    }
  }

  bp_status range(std::uint32_t action, std::uint64_t begin, std::uint64_t end) {
    const auto zone = zone_of_range(begin, end);
    if (!zone) return BP_BAD_RANGE;
    for (std::uint64_t p = begin; p < end; p += kPageblock)
      if (!can(action, *zone, p)) return BP_BUSY;
    for (std::uint64_t p = begin; p < end; p += kPageblock) change(action, *zone, p);
    return BP_OK;
  }

  std::uint32_t type_at(std::uint64_t pfn) const {
    const auto zone = zone_of_range(pfn, pfn + 1);
    if (!zone || blocks_[*zone].state(pfn) != State::there) return BP_TYPE_ISOLATE;
    return blocks_[*zone].type(pfn);
  }

 private:
  using State = FreeBlocks::State;
  static constexpr std::uint64_t kPageBytes = 4096;
  static constexpr std::uint64_t kPageblock = size_of(naive::kPageblockOrder);
  struct Held {
    std::uint32_t order = 0;
    bool compound = false;
    std::uint32_t references = 1;
  };
  using Allocated = std::map<std::uint64_t, Held>;  // By head.

  explicit Naive(const bp_machine& m) : machine_(m) {
    for (std::uint32_t zone = 0; zone < m.n_zones; ++zone) {
      blocks_.emplace_back(m, zone);
      std::uint64_t at = m.zones[zone].begin;
      for (std::uint32_t h = 0; h < m.n_holes; ++h) {
        const bp_range& hole = m.holes[h];
        if (hole.end <= at || hole.begin >= m.zones[zone].end) continue;
        if (hole.begin > at) free_range(zone, at, hole.begin);
        at = hole.end;
      }
      if (at < m.zones[zone].end) free_range(zone, at, m.zones[zone].end);
    }
  }

  /// The zones as the slow path sees them.
  class Shelves final : public naive::Shelves {
   public:
    explicit Shelves(Naive& n) : naive_(n) {}
    bool above_mark(const naive::Demand& d) const override { return naive_.above_mark(d, wanted); }
    bool take(std::uint32_t zone, std::uint32_t order) override {
      const auto head = naive_.take(zone, order, wanted);
      if (head) taken = *head;
      return head.has_value();
    }
    void give_back(std::uint64_t head) override {
      const auto block = naive_.allocated_.find(head);
      if (block != naive_.allocated_.end()) naive_.free(0, head, block->second.order);
    }
    std::vector<std::uint32_t> zonelist(std::uint32_t node, bool own_zones_only,
                                        std::uint32_t nodes, std::uint32_t highest) const override {
      return naive_.zonelist_of({.node = node, .own_zones_only = own_zones_only, .nodes = nodes},
                                highest);
    }
    Wanted wanted;
    std::uint64_t taken = 0;

   private:
    Naive& naive_;
  };

  /// One request, which may wait for others and begin anew.
  std::uint32_t call_in_environment(const bp_call& c, bp_block& out) {
    naive::TaskState& task = tasks_[c.request.cpu];
    Shelves shelves(*this);
    naive::SlowPath path(machine_, *environment_, task.task, shelves, Bugs::kSlow);
    for (;;) {
      const bp_request r = naive::request_of(machine_, c, task);
      shelves.wanted = naive::wanted_of(machine_, r.gfp);
      if (path.serve(r)) {
        out.pfn = shelves.taken;
        keep(out.pfn, r);
        hand_out(c, r, out);
        if (c.interface == BP_CALL_EXACT) keep_first(out.pfn, c.pages);
        return 1;
      }
      if (!naive::is_by_policy(c) || !path.begins_anew()) return 0;
    }
  }

  /// What the caller gets beside the frame.
  void hand_out(const bp_call& c, const bp_request& r, bp_block& out) const {
    const bool by_address = c.interface >= BP_CALL_GET_FREE_PAGES && c.interface <= BP_CALL_EXACT;
    out.address = by_address ? address_of(out.pfn) : 0;
    out.zeroed = naive::asks_for_zeros(machine_, r.gfp) ? 1 : 0;
  }

  void keep(std::uint64_t head, const bp_request& r) {
    const bool compound = r.order > 0 && naive::asks_for_compound(machine_, r.gfp);
    allocated_[head] = {r.order, compound, 1};
  }

  bp_status take_for(const bp_request& r, std::uint64_t& pfn) {
    if (r.order > BP_ORDER_MAX) return BP_NO_MEMORY;
    const std::uint32_t highest = naive::highest_zone(machine_, r.gfp);
    const Wanted wanted = naive::wanted_of(machine_, r.gfp);
    for (const Attempt& a : naive::attempts_of(machine_, r, tasks_[r.cpu])) {
      if (Bugs::has(NaiveBug::null_too_early) && !a.mark_low) break;
      const std::vector<std::uint32_t> zonelist = zonelist_of(a, highest);
      if (zonelist.empty()) {
        if (machine_.profile != BP_PROFILE_V4_7) break;  // W-10: fails at once.
        continue;
      }
      // R-CTX-1: v4.7 reads the reserve in the column of the first zone of the list.
      const std::uint32_t column =
          machine_.profile == BP_PROFILE_V4_7 ? machine_.zones[zonelist[0]].type : highest;
      for (const std::uint32_t zone : zonelist) {
        if (!a.ignore_the_mark && !above_mark(zone, r.order, wanted, a, column)) continue;
        if (const auto head = take(zone, r.order, wanted)) {
          pfn = *head;
          keep(pfn, r);
          return BP_OK;
        }
      }
    }
    return BP_NO_MEMORY;
  }

  std::uint64_t address_of(std::uint64_t pfn) const {
    const auto zone = zone_that_manages(pfn);
    const bool high = machine_.zones[*zone].type == static_cast<std::uint32_t>(ZoneType::highmem);
    return high ? 0 : BP_DIRECT_MAP + pfn * kPageBytes;
  }

  /// Each page of the block is a block.
  void make_single(std::uint64_t head) {
    const Held block = allocated_[head];
    for (std::uint64_t i = 1; i < size_of(block.order); ++i) allocated_[head + i] = {0, false, 1};
    allocated_[head] = {0, false, block.references};
  }

  /// And those behind the first so many are free again.
  void keep_first(std::uint64_t head, std::uint64_t pages) {
    const std::uint64_t all = size_of(allocated_[head].order);
    make_single(head);
    for (std::uint64_t i = pages; i < all; ++i) free(0, head + i, 0);
  }

  /// The block stays with somebody else, and with v4.7 whole.
  void keep_head(std::uint32_t zone, std::uint64_t head, Held& block) {
    --block.references;
    if (machine_.profile == BP_PROFILE_V4_7 || block.compound) return;
    for (std::uint32_t half = block.order; half-- > 0;) give(zone, head + size_of(half), half);
    block.order = 0;
  }

  /// Covers the frames with the largest aligned blocks that fit: what merging would make of them.
  void free_range(std::uint32_t zone, std::uint64_t begin, std::uint64_t end) {
    while (begin < end) {
      std::uint32_t order = BP_ORDER_MAX;
      while (begin % size_of(order) != 0 || size_of(order) > end - begin) --order;
      blocks_[zone].heads[order].insert(begin);
      blocks_[zone].nr_free += size_of(order);
      begin += size_of(order);
    }
  }

  /// Nodes in the order of the list; within a node the zones downwards from the highest allowed.
  std::vector<std::uint32_t> zonelist_of(const Attempt& a, std::uint32_t highest) const {
    std::vector<std::uint32_t> list;
    for (std::uint32_t i = 0; i < machine_.n_fallback[a.node]; ++i) {
      const std::uint32_t node = machine_.fallback[a.node][i];
      if (a.own_zones_only && node != a.node) continue;
      if (!Bugs::has(NaiveBug::nodemask_forgotten) && a.nodes != 0 && (a.nodes >> node & 1) == 0)
        continue;
      for (std::uint32_t zone = machine_.n_zones; zone-- > 0;) {
        const bp_zone& z = machine_.zones[zone];
        if (z.node == node && z.type <= highest) list.push_back(zone);
      }
    }
    return list;
  }

  /// R-WMARK-1..9 and 17, without highatomic pages, where all profiles agree. The quick check
  /// before it accepts nothing that this one refuses.
  bool above_mark(std::uint32_t zone, std::uint32_t order, const Wanted& w, const Attempt& a,
                  std::uint32_t column) const {
    const bp_zone& z = machine_.zones[zone];
    std::int64_t mark = a.mark_low ? z.mark_low : z.mark_min;
    if (a.halve_mark) mark -= mark / 2;
    if (a.quarter_off) mark -= mark / 4;
    if (a.victims_half) mark -= mark / 2;
    if constexpr (!Bugs::has(NaiveBug::reserve_forgotten)) mark += z.lowmem_reserve[column];
    return leaves(zone, order, w, mark, 0);
  }

  /// Whether more than `mark` pages are left once the block is taken, and there is one.
  bool leaves(std::uint32_t zone, std::uint32_t order, const Wanted& w, std::int64_t mark,
              std::int64_t more) const {
    std::int64_t spare = static_cast<std::int64_t>(blocks_[zone].nr_free) + more;
    if (!w.may_use_cma()) spare -= static_cast<std::int64_t>(free_cma(zone));
    spare -= static_cast<std::int64_t>(size_of(order)) - 1;
    if (Bugs::has(NaiveBug::watermark_off_by_one) && spare == mark) ++spare;
    if (spare <= mark) return false;
    return order == 0 || blocks_[zone].has(order, w);
  }
  std::uint64_t free_cma(std::uint32_t zone) const {
    return machine_.n_cma == 0 ? 0 : blocks_[zone].free_cma();
  }

  /// The same by the kernel's flags (R-WMARK-3, 4, 15, 17, 18).
  bool above_mark(const naive::Demand& d, const Wanted& w) const {
    const bp_zone& z = machine_.zones[d.zone];
    const auto has = [&](std::uint32_t flag) { return (d.flags & flag) != 0; };
    const bool later = machine_.profile != BP_PROFILE_V4_7 && machine_.profile != BP_PROFILE_V5_15;
    std::int64_t mark = d.mark == 0 ? z.mark_min : d.mark == 1 ? z.mark_low : z.mark_high;
    if (has(BP_ALLOC_HIGH)) mark -= mark / 2;
    const bool harder = has(BP_ALLOC_HARDER) && (!later || has(BP_ALLOC_HIGH));
    if (harder && !has(BP_ALLOC_OOM)) mark -= mark / 4;
    if (has(BP_ALLOC_OOM)) mark -= mark / 2;
    if constexpr (!Bugs::has(NaiveBug::reserve_forgotten)) mark += z.lowmem_reserve[d.column];
    return leaves(d.zone, d.order, w, mark, d.more);
  }

  /// Takes a block off and gives back the upper half until it is small enough.
  std::optional<std::uint64_t> take(std::uint32_t zone, std::uint32_t order, const Wanted& w) {
    FreeBlocks& b = blocks_[zone];
    const auto found = b.take_off(order, w);
    if (!found) return std::nullopt;
    for (std::uint32_t half = found->order; half-- > order;) {
      const bool wrong = Bugs::has(NaiveBug::split_puts_wrong_half);
      b.heads[half].insert(wrong ? found->head : found->head + size_of(half));
    }
    b.nr_free -= size_of(order);
    return found->head;
  }

  /// What is isolated stays nobody's, until that ends.
  void give(std::uint32_t zone, std::uint64_t head, std::uint32_t order) {
    const std::uint32_t part = std::min(order, naive::kPageblockOrder);
    for (std::uint64_t p = head; p < head + size_of(order); p += size_of(part))
      if (!blocks_[zone].is_isolated(p)) merge(zone, p, part);
  }

  /// Merges with the other half of the parent as long as that is free as a whole.
  void merge(std::uint32_t zone, std::uint64_t head, std::uint32_t order) {
    constexpr std::uint32_t kLast =
        Bugs::has(NaiveBug::merge_forgets_last_order) ? BP_ORDER_MAX - 1 : BP_ORDER_MAX;
    blocks_[zone].nr_free += size_of(order);
    while (order < kLast) {
      const std::uint64_t parent = head / size_of(order + 1) * size_of(order + 1);
      const std::uint64_t other_half = head == parent ? parent + size_of(order) : parent;
      if (!remove(zone, other_half, order)) break;
      head = parent;
      ++order;
    }
    blocks_[zone].heads[order].insert(head);
  }

  bool remove(std::uint32_t zone, std::uint64_t head, std::uint32_t order) {
    if (blocks_[zone].heads[order].erase(head) != 0) return true;
    if constexpr (Bugs::has(NaiveBug::merge_crosses_zones)) {
      for (FreeBlocks& b : blocks_) {
        if (b.heads[order].erase(head) != 0) return true;
      }
    }
    return false;
  }

  /// CMA is shown apart from what it lies beside.
  static void show(const FreeBlocks& b, std::uint64_t head, std::uint32_t order, bp_visit visit,
                   void* context) {
    const bool whole = order < BP_ORDER_MAX || b.is_of_one_kind(head);
    const std::uint32_t part = whole ? order : naive::kPageblockOrder;
    for (std::uint64_t p = head; p < head + size_of(order); p += size_of(part))
      visit(context, p, part, BP_ON_BUDDY);
  }

  bool can(std::uint32_t action, std::uint32_t zone, std::uint64_t pageblock) const {
    const State state = blocks_[zone].state(pageblock);
    switch (action) {
      case BP_RANGE_ISOLATE: return state == State::there;
      case BP_RANGE_UNISOLATE: return state == State::isolated;
      case BP_RANGE_ONLINE: return state == State::offline;
      default: return state == State::there && is_all_free(pageblock);
    }
  }

  void change(std::uint32_t action, std::uint32_t zone, std::uint64_t pageblock) {
    FreeBlocks& b = blocks_[zone];
    if (action == BP_RANGE_ONLINE) {
      b.join(pageblock);
      return give(zone, pageblock, naive::kPageblockOrder);
    }
    if (action == BP_RANGE_UNISOLATE) {
      b.set_state(pageblock, State::there);
      for (std::uint64_t p = pageblock; p < pageblock + kPageblock; ++p)
        if (is_nobodys(p)) give(zone, p, 0);
      return;
    }
    b.nr_free -= b.take_off_all(pageblock);
    if (action == BP_RANGE_ISOLATE) b.set_state(pageblock, State::isolated);
    if (action == BP_RANGE_OFFLINE) b.set_state(pageblock, State::offline);
    if (action == BP_RANGE_ALLOC) allocated_[pageblock] = {naive::kPageblockOrder, false, 1};
  }

  bool is_nobodys(std::uint64_t pfn) const {
    return zone_that_manages(pfn) && allocated_block_of(pfn) == allocated_.end();
  }
  bool is_all_free(std::uint64_t pageblock) const {
    for (std::uint64_t p = pageblock; p < pageblock + kPageblock; ++p)
      if (!is_nobodys(p)) return false;
    return true;
  }

  std::optional<std::uint32_t> zone_of_range(std::uint64_t begin, std::uint64_t end) const {
    for (std::uint32_t zone = 0; zone < machine_.n_zones; ++zone) {
      const bp_zone& z = machine_.zones[zone];
      if (z.begin <= begin && begin < z.end && end <= z.end) return zone;
    }
    return std::nullopt;
  }

  std::optional<std::uint32_t> zone_that_manages(std::uint64_t pfn) const {
    const auto zone = zone_of_range(pfn, pfn + 1);
    if (!zone || blocks_[*zone].state(pfn) == State::offline) return std::nullopt;
    if (blocks_[*zone].has_joined(pfn)) return zone;
    for (std::uint32_t h = 0; h < machine_.n_holes; ++h) {
      if (machine_.holes[h].begin <= pfn && pfn < machine_.holes[h].end) return std::nullopt;
    }
    return zone;
  }

  Allocated::const_iterator allocated_block_of(std::uint64_t pfn) const {
    const auto above = allocated_.upper_bound(pfn);
    if (above == allocated_.begin()) return allocated_.end();
    const auto block = std::prev(above);
    return pfn < block->first + size_of(block->second.order) ? block : allocated_.end();
  }

  bp_machine machine_;
  std::vector<FreeBlocks> blocks_;  // By zone.
  Allocated allocated_;
  naive::TaskState tasks_[BP_CPUS_MAX];
  std::optional<bp_environment> environment_;
};

constexpr std::uint32_t kCaps = BP_CAP_ZONES | BP_CAP_WATERMARKS | BP_CAP_MERGES |
                                BP_CAP_CHECKS_FREE | BP_CAP_NULL_L2 | BP_CAP_CALLS |
                                BP_CAP_ENVIRONMENT | BP_CAP_COUNTS | BP_CAP_TYPES;

// A planted bug promises what the sound one does, or nobody would have to find it.
template <NaiveBug kBug>
const bp_subject& planted() {
  static const std::string name = "naive-" + std::string(naive_bug_name(kBug));
  static const bp_subject subject = SubjectAbi<Naive<Planted<kBug>>>::table(name.c_str(), kCaps);
  return subject;
}

template <NaiveSlowBug kBug>
const bp_subject& slow_planted() {
  static const std::string name = "naive-slow-" + std::string(naive_slow_bug_name(kBug));
  static const bp_subject subject =
      SubjectAbi<Naive<SlowPlanted<kBug>>>::table(name.c_str(), kCaps);
  return subject;
}

}  // namespace

const bp_subject& naive_subject() {
  static constexpr bp_subject kSubject = SubjectAbi<Naive<NoBug>>::table("naive", kCaps);
  return kSubject;
}

std::string_view naive_bug_name(NaiveBug bug) {
  switch (bug) {
    case NaiveBug::merge_forgets_last_order: return "merge-forgets-last-order";
    case NaiveBug::split_puts_wrong_half: return "split-puts-wrong-half";
    case NaiveBug::merge_crosses_zones: return "merge-crosses-zones";
    case NaiveBug::watermark_off_by_one: return "watermark-off-by-one";
    case NaiveBug::reserve_forgotten: return "reserve-forgotten";
    case NaiveBug::free_unchecked: return "free-unchecked";
    case NaiveBug::nodemask_forgotten: return "nodemask-forgotten";
    case NaiveBug::null_too_early: return "null-too-early";
  }
  check(false, "a planted bug has a name");
  return {};
}

const bp_subject& naive_subject_with(NaiveBug bug) {
  switch (bug) {
    case NaiveBug::merge_forgets_last_order: return planted<NaiveBug::merge_forgets_last_order>();
    case NaiveBug::split_puts_wrong_half: return planted<NaiveBug::split_puts_wrong_half>();
    case NaiveBug::merge_crosses_zones: return planted<NaiveBug::merge_crosses_zones>();
    case NaiveBug::watermark_off_by_one: return planted<NaiveBug::watermark_off_by_one>();
    case NaiveBug::reserve_forgotten: return planted<NaiveBug::reserve_forgotten>();
    case NaiveBug::free_unchecked: return planted<NaiveBug::free_unchecked>();
    case NaiveBug::nodemask_forgotten: return planted<NaiveBug::nodemask_forgotten>();
    case NaiveBug::null_too_early: return planted<NaiveBug::null_too_early>();
  }
  check(false, "a planted bug has a subject");
  return naive_subject();
}

std::string_view naive_slow_bug_name(NaiveSlowBug bug) {
  switch (bug) {
    case NaiveSlowBug::none: break;
    case NaiveSlowBug::cpuset_left: return "cpuset-left";
    case NaiveSlowBug::dirty_ignored: return "dirty-ignored";
    case NaiveSlowBug::fault_ignored: return "fault-ignored";
    case NaiveSlowBug::wakes_unasked: return "wakes-unasked";
    case NaiveSlowBug::answer_misheard: return "answer-misheard";
    case NaiveSlowBug::waits_in_atomic: return "waits-in-atomic";
    case NaiveSlowBug::noretry_forgotten: return "noretry-forgotten";
    case NaiveSlowBug::restart_forgotten: return "restart-forgotten";
    case NaiveSlowBug::low_mark_kept: return "low-mark-kept";
    case NaiveSlowBug::reserve_for_all: return "reserve-for-all";
  }
  check(false, "a planted bug has a name");
  return {};
}

const bp_subject& naive_slow_subject_with(NaiveSlowBug bug) {
  using enum NaiveSlowBug;
  switch (bug) {
    case none: break;
    case cpuset_left: return slow_planted<cpuset_left>();
    case dirty_ignored: return slow_planted<dirty_ignored>();
    case fault_ignored: return slow_planted<fault_ignored>();
    case wakes_unasked: return slow_planted<wakes_unasked>();
    case answer_misheard: return slow_planted<answer_misheard>();
    case waits_in_atomic: return slow_planted<waits_in_atomic>();
    case noretry_forgotten: return slow_planted<noretry_forgotten>();
    case restart_forgotten: return slow_planted<restart_forgotten>();
    case low_mark_kept: return slow_planted<low_mark_kept>();
    case reserve_for_all: return slow_planted<reserve_for_all>();
  }
  check(false, "a planted bug has a subject");
  return naive_subject();
}

}  // namespace bp
