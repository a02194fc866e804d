// SPDX-License-Identifier: MIT
// The reference: a sequential page allocator that makes exactly Linux's choices, list order
// included, so that it predicts the frame. It is loaded with a kernel's state, runs operations and
// gives its state back; it is right when both agree with the kernel's.
//
// Which kernel it is stands in one table, the Rulebook: mechanics here, decisions there. Nothing
// here asks for the profile. An instance is used by one thread at a time.
//
// Reclaim, compaction and the OOM killer do not run here: a request is told what they answered
// (Environment). Without that it gets the attempts that come before them, and its answer says if
// the kernel would have gone on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/reference/environment.h"
#include "model/reference/kernel_state.h"
#include "model/vocab/gfp.h"

namespace bp::reference {

struct Rulebook;
/// The rules of a profile as they are. Lives as long as the program.
const Rulebook& rulebook_of(Profile p);

/// What the task is when it calls (R-AF-2, R-AF-5, W-18).
struct Task {
  bool memalloc = false;      ///< PF_MEMALLOC: may use every reserve.
  bool pin = false;           ///< PF_MEMALLOC_PIN: no movable pages.
  bool noio = false;          ///< PF_MEMALLOC_NOIO (R-GFP-4).
  bool nofs = false;          ///< PF_MEMALLOC_NOFS; v4.7 has none.
  bool in_interrupt = false;  ///< Bottom halves off counts.
  bool in_softirq = false;    ///< Serving one: in_interrupt too.
  bool oom_victim = false;
  bool realtime = false;
  bool kernel_thread = false;
  bool exiting = false;
  bool dumps_core = false;
  unsigned mems_allowed = 0;   ///< Its cpuset's nodes, bit n: node n; 0: all.
  unsigned mems_ancestor = 0;  ///< Of the nearest hardwalled cpuset above; 0: all.
  bool operator==(const Task&) const = default;
};

struct Request {
  unsigned cpu = 0;
  int node = -1;          ///< -1: alloc_pages, by the task's policy; else alloc_pages_node.
  Gfp gfp;                ///< As the caller wrote it.
  unsigned order = 0;     ///< Any value; above kOrderMax nothing is allocated.
  unsigned nodemask = 0;  ///< With a node: bit n: node n; 0: all.
  Task task;
  /// What it meets in its slow path; none: it ends where it would ask. Outlives the call.
  const Environment* environment = nullptr;
};

struct Answer {
  Pfn head = kNoPfn;        ///< kNoPfn: no memory.
  bool zeroed = false;      ///< Its pages hold zeros; else nobody knows what (R-API-6).
  bool pfmemalloc = false;  ///< Watermarks were ignored for it (R-PREP-4).
  bool blocked = false;     ///< No memory yet: the kernel would reclaim, compact or kill now.
  Trace trace;              ///< What was tried; empty without an environment.
};

/// Why a free block was not isolated.
enum class TakeFault : std::uint8_t { not_free, denied };

class Reference {
 public:
  /// `s` must be consistent: first_contradiction(s) is empty.
  explicit Reference(const KernelState& s);
  Reference(const KernelState& s, const Rulebook& rules);
  ~Reference();
  Reference(Reference&&) noexcept;
  Reference& operator=(Reference&&) noexcept;

  /// Tells that a block is allocated and ours: a dump does not say so. It is neither free nor on a
  /// per-CPU list.
  void adopt(Pfn head, Order o, unsigned references, bool compound);

  /// Everything, in the form it was loaded in. `lru` is given back as loaded.
  KernelState save() const;

  const Rulebook& rules() const;
  unsigned nodes() const;  ///< Their numbers are below this.
  bool is_online(unsigned node) const;
  /// numa_mem_id of a CPU (R-ZONE-14): its own node, if that has memory for the kernel.
  unsigned nearest_node_with_memory(unsigned cpu) const;

  // The interface of the kernel. R-API

  Answer alloc(const Request& r);
  /// __free_pages: gives one reference back. The last one frees the block; another one frees the
  /// block's tail pages if it is not compound (R-API-11; v4.7: nothing). `head` is allocated.
  /// `cold`: v4.7, to the cold end of the list.
  void free(unsigned cpu, Pfn head, Order o, bool cold = false);
  /// Takes one more reference of an allocated block.
  void get(Pfn head);
  /// References of an allocated block.
  unsigned references(Pfn head) const;
  /// split_page: the block's pages become blocks of order 0 (R-BUDDY-17).
  void split(Pfn head, Order o);
  /// alloc_pages_bulk: fills the entries of `pages` that are kNoPfn, in order (W-6). `r.order` is
  /// ignored; node -1 is the CPU's own. Gives back the kernel's result: how many are populated.
  unsigned alloc_bulk(const Request& r, std::span<Pfn> pages, Trace* trace = nullptr);
  /// alloc_pages_exact: `pages` single pages from the head on (W-7).
  Answer alloc_exact(const Request& r, unsigned pages);

  // What the rest of the kernel does to the allocator.

  void drain_all(unsigned cpu);                  ///< drain_all_pages, R-PCP-9
  void drain_zone(unsigned cpu, ZoneRef zone);   ///< drain_all_pages of one zone, all CPUs
  void drain_local(unsigned cpu);                ///< drain_local_pages
  void drain_batch(unsigned cpu, ZoneRef zone);  ///< v4.7: drain_zone_pages
  void tick(unsigned cpu, bool age);             ///< vmstat: folds, decays, ages (C14, W-5)
  /// For the zonelist and type of (node, gfp); whether anything moved. R-HA-4
  bool unreserve_highatomic(unsigned cpu, int node, Gfp gfp, bool force);
  /// Whether start_isolate_page_range refuses for what is known of the pageblock of `p`; nothing:
  /// pages in it are not ours, so only the kernel knows (M-1, W-12).
  std::optional<bool> refuses_isolation(Pfn p) const;
  void isolate(unsigned cpu, Pfn p);                   ///< Of the pageblock of `p`. R-ISO-1
  void unisolate(unsigned cpu, Pfn p, Migratetype t);  ///< R-ISO-2
  /// __isolate_free_page of the free block at `head`. R-ISO-5. It is allocated then.
  std::optional<TakeFault> take_free_block(unsigned cpu, Pfn head);
  /// __putback_isolated_page, by the pageblock's present type.
  void put_back(unsigned cpu, Pfn head, Order o);
  // Whole pageblocks of one zone, isolated, with every frame free.

  /// alloc_contig_range: the range becomes allocated blocks of order `o`, still isolated.
  void take_range(unsigned cpu, PfnRange r, Order o);
  void offline(unsigned cpu, PfnRange r);  ///< It is no memory any more, and no isolation ends.
  /// What was offline, or a hole, is free MOVABLE memory.
  void online(unsigned cpu, PfnRange r);

  void set_reclaim_active(ZoneRef zone, bool active);
  /// setup_per_zone_wmarks; clears boosts (R-CFG-6). min_free_kbytes 0: as it is.
  void recompute_watermarks(std::int64_t min_free_kbytes);
  void set_grouping_disabled(bool disabled);  ///< R-ZONE-15
  void mark_bad(Pfn p);                       ///< Every check of the page fails from now on (M-5).

  /// The task's memory policy from here on (R-API-10); `last`: the node that INTERLEAVE used.
  void set_policy(PolicyMode mode, unsigned nodes, unsigned last);
  unsigned interleaved() const;  ///< That node.

  // What is where.

  struct Count {
    std::int64_t free = 0;      ///< Pages, every CPU's part counted in.
    std::int64_t on_pcp = 0;    ///< Pages.
    std::int64_t reserved = 0;  ///< As marks are checked without (R-WMARK-17).
    std::int64_t free_cma = 0;
    std::int64_t boost = 0;
  };
  Count count(ZoneRef zone) const;
  bool is_compound(Pfn head) const;  ///< A block that alloc gave out.

  std::optional<Order> free_block_at(Pfn head) const;  ///< Order of the free block with this head.
  bool inside_free_block(Pfn p) const;
  bool is_allocated(Pfn head) const;                     ///< Head of a block that alloc gave out.
  std::optional<Order> allocated_order(Pfn head) const;  ///< Of such a block.
  bool is_highmem(Pfn p) const;                          ///< In a zone without addresses.
  std::optional<Pfn> first_free(ZoneRef zone, Order o, Migratetype t) const;
  std::optional<ZoneRef> zone_of(Pfn p) const;
  Migratetype type_of(Pfn p) const;  ///< Of its pageblock; ISOLATE if isolated.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bp::reference
