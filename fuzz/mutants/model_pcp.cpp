// SPDX-License-Identifier: MIT
// Planted bugs of per-CPU lists (R-PCP; C1..C4, C14).
#include <algorithm>

#include "fuzz/mutants/model_subjects.h"
#include "model/reference/pcp.h"

namespace bp::reference::plants {
namespace {

const Rulebook& sound(const Allocator& a) { return rulebook_of(a.rules.profile); }

/// Frees list by list from `list` on, going `step` lists further each time; one block a visit if
/// `in_turn`.
void free_lists(Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned list, unsigned step,
                bool in_turn) {
  pages = std::min(pages, p.n.count);
  while (pages > 0) {
    while (p.lists[list].empty()) list = (list + step) % a.rules.pcp_lists;
    do {
      pages -= free_last(a, z, p, list);
    } while (!in_turn && pages > 0 && !p.lists[list].empty());
    list = (list + step) % a.rules.pcp_lists;
  }
}

constexpr ModelPlant kPlants[] = {
    {"pcp-order-1-too", "R-FREE-2 R-PCP-1", "", kV4_7, "per-CPU lists hold order 1 too",
     [](Rulebook& r) { r.pcp_takes = [](Order o, const Config&) { return o <= Order{1}; }; }},
    {"pcp-order-0-only", "R-FREE-2 R-PCP-11", "", kSince5_15,
     "per-CPU lists hold single pages only", [](Rulebook& r) { r.pcp_takes = pcp_takes_v4_7; }},
    {"pcp-up-to-order-2", "R-FREE-2 R-PCP-11", "", kSince5_15, "order 3 has no per-CPU list",
     [](Rulebook& r) {
       r.pcp_takes = [](Order o, const Config& c) { return o != Order{3} && pcp_takes(o, c); };
     }},
    {"pcp-without-huge", "R-FREE-2 R-PCP-11", "", kSince5_15,
     "blocks of pageblock order have no per-CPU list",
     [](Rulebook& r) { r.pcp_takes = [](Order o, const Config&) { return o <= Order{3}; }; }},
    {"pcp-lists-of-single-pages", "R-PCP-11", "", kSince5_15,
     "every list is taken for one of order 0",
     [](Rulebook& r) { r.pcp_order_of_list = pcp_order_of_list_v4_7; }},
    {"pcp-type-not-as-it-was", "R-PCP-21", "", kUntil6_1,
     "a block goes back by its pageblock's type, not by the one it had when it was freed",
     [](Rulebook& r) { r.caches_type = false; }},
    {"pcp-type-as-it-was", "R-PCP-21", "", kV7_1,
     "a block goes back by the type its pageblock had when it was freed",
     [](Rulebook& r) { r.caches_type = true; }},
    {"pcp-one-list-for-all-types", "R-PCP-1", "B-36", kAll, "types share a per-CPU list",
     [](Rulebook& r) {
       r.pcp_list = [](Order o, Migratetype, const Config& c) {
         return rulebook_of(c.profile).pcp_list(o, Migratetype::unmovable, c);
       };
     }},
    {"pcp-huge-lists-by-type", "R-PCP-11 C1", "", kSince6_1,
     "huge blocks have a list for each type, as in 5.15",
     [](Rulebook& r) {
       r.pcp_list = pcp_list_v5_15;
       r.pcp_lists = 15;
     }},
    {"pcp-huge-lists-shared", "C1", "", kV5_15,
     "huge blocks that are not movable share a list, as since 6.1",
     [](Rulebook& r) { r.pcp_list = pcp_list_v6_1; }},
    {"pcp-types-beyond-on-unmovable", "R-PCP-6 R-PCP-15 R-HA-6", "mutant 14", kAll,
     "pages of HIGHATOMIC and CMA pageblocks go to the UNMOVABLE list",
     [](Rulebook& r) {
       r.pcp_type = [](Migratetype t) -> std::optional<Migratetype> {
         const auto type = pcp_type(t);
         return type && t >= Migratetype::highatomic ? Migratetype::unmovable : type;
       };
     }},
    {"pcp-isolated-on-movable", "R-PCP-6 R-PCP-15 R-ISO-3", "", kAll,
     "pages of isolated pageblocks go to a per-CPU list",
     [](Rulebook& r) {
       r.pcp_type = [](Migratetype t) -> std::optional<Migratetype> {
         return t < Migratetype::highatomic ? t : Migratetype::movable;
       };
     }},
    {"pcp-reserve-straight-to-buddy", "R-HA-6 R-PCP-15", "", kAll,
     "pages of HIGHATOMIC pageblocks go straight to the free lists",
     [](Rulebook& r) {
       r.pcp_type = [](Migratetype t) -> std::optional<Migratetype> {
         if (t == Migratetype::highatomic) return std::nullopt;
         return pcp_type(t);
       };
     }},
    {"pcp-gives-last", "R-PCP-3 R-PCP-12", "", kAll, "a request gets the coldest block",
     [](Rulebook& r) { r.pcp_takes_first = false; }},
    {"pcp-refills-in-reverse", "R-PCP-4 R-PCP-12", "", kAll, "a refill lists blocks in reverse",
     [](Rulebook& r) { r.pcp_refills_at_tail = false; }},
    {"pcp-frees-hottest", "R-PCP-7 R-PCP-14", "", kAll, "the hottest blocks go back first",
     [](Rulebook& r) { r.pcp_frees_last = false; }},
    {"pcp-freed-to-tail", "R-PCP-6 R-PCP-13", "", kAll, "a freed block goes to the cold end",
     [](Rulebook& r) {
       r.pcp_free = [](Allocator& a, Zone& z, Pfn head, Order o, bool cold) {
         pcp_free(a, z, head, o, !cold);
       };
     }},
    {"pcp-cold-free-ignored", "R-PCP-6", "", kV4_7, "a cold page is freed to the hot end",
     [](Rulebook& r) {
       r.pcp_free = [](Allocator& a, Zone& z, Pfn head, Order o, bool) {
         pcp_free(a, z, head, o, false);
       };
     }},
    {"pcp-cold-alloc-ignored", "R-RMQ-1 R-PCP-3", "", kV4_7,
     "a request for a cold page gets a hot one",
     [](Rulebook& r) {
       r.pcp_alloc = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool) {
         return pcp_alloc_v4_7(a, z, o, t, f, false);
       };
     }},
    {"pcp-freed-beyond-high", "R-PCP-6 R-PCP-13", "", kAll,
     "blocks go back beyond the high mark of the list, not at it",
     [](Rulebook& r) {
       r.pcp_is_full = [](std::int64_t count, std::int64_t high) { return count > high; };
     }},
    {"pcp-never-full", "R-PCP-6 R-PCP-13", "", kAll, "nothing goes back",
     [](Rulebook& r) { r.pcp_is_full = [](std::int64_t, std::int64_t) { return false; }; }},
    {"pcp-clamp-lower-wins", "C4", "", k5_15And6_1, "of crossed bounds the lower one wins",
     [](Rulebook& r) {
       r.clamp = [](std::int64_t v, std::int64_t low, std::int64_t high) {
         return std::max(std::min(v, high), low);
       };
     }},
    {"pcp-clamp-lower-first", "C4", "", kV7_1, "of crossed bounds the lower one is looked at first",
     [](Rulebook& r) {
       r.clamp = [](std::int64_t v, std::int64_t low, std::int64_t high) {
         if (v <= low) return low;
         return v >= high ? high : v;
       };
     }},
    {"pcp-clamp-as-6.1", "C4", "", kV7_1, "of crossed bounds the upper one always wins",
     [](Rulebook& r) { r.clamp = clamp_to_upper; }},
    {"pcp-clamp-as-7.1", "C4", "", k5_15And6_1,
     "of crossed bounds the upper one is looked at first",
     [](Rulebook& r) { r.clamp = clamp_upper_first; }},
    {"pcp-reclaim-ignored", "R-PCP-13 W-1", "", kSince5_15,
     "lists keep their size while somebody reclaims",
     [](Rulebook& r) { r.reclaim_batches = std::int64_t{1} << 20; }},
    {"pcp-reclaim-keeps-eight", "R-PCP-13 W-1", "", kSince5_15,
     "eight batches stay while somebody reclaims", [](Rulebook& r) { r.reclaim_batches = 8; }},
    {"pcp-factor-bound-4", "R-PCP-13", "", kV6_1,
     "the share that goes back doubles four times at most",
     [](Rulebook& r) { r.free_factor_max = 4; }},
    {"pcp-factor-unbound", "R-PCP-13", "", kV6_1,
     "the share that goes back doubles without a bound, as in 5.15",
     [](Rulebook& r) { r.free_factor_max = 62; }},
    {"pcp-factor-bound-5", "C2", "", kV5_15,
     "the share that goes back doubles five times at most, as in 6.1",
     [](Rulebook& r) { r.free_factor_max = 5; }},
    {"pcp-factor-bound-2", "C2 R-PCP-13", "", k5_15And6_1,
     "the share that goes back doubles twice at most", [](Rulebook& r) { r.free_factor_max = 2; }},
    {"pcp-factor-kept", "R-PCP-12 C2", "", k5_15And6_1,
     "an allocation does not halve the free factor",
     [](Rulebook& r) {
       r.pcp_alloc = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool) {
         return pcp_take(a, z, own_pcp(a, z), o, t, f);
       };
     }},
    {"pcp-burst-of-order-0", "R-PCP-13", "", kV6_1, "no burst of higher orders goes through",
     [](Rulebook& r) { r.burst_order_max = Order{0}; }},
    {"pcp-burst-up-to-order-2", "R-PCP-13 C3", "", kSince6_1, "order 3 is no part of a burst",
     [](Rulebook& r) { r.burst_order_max = Order{2}; }},
    {"pcp-burst-of-huge", "R-PCP-13 C3", "", kSince6_1, "a huge block is part of a burst",
     [](Rulebook& r) { r.burst_order_max = Order{kOrderMax}; }},
    {"pcp-burst-in-5.15", "C2", "", kV5_15, "a burst of higher orders goes through, as in 6.1",
     [](Rulebook& r) { r.pcp_shrink = pcp_shrink_v6_1; }},
    {"pcp-shares-as-5.15", "R-PCP-13", "", kV6_1, "lists shrink as in 5.15",
     [](Rulebook& r) {
       r.pcp_shrink = [](Allocator& a, Zone& z, Pcp& p, Order o, unsigned) {
         pcp_shrink_v5_15(a, z, p, o, 0);
       };
     }},
    {"pcp-batch-not-by-order", "R-PCP-12", "", k5_15And6_1,
     "a refill is as many blocks for every order",
     [](Rulebook& r) {
       r.refill_blocks = [](Allocator&, Zone&, Pcp& p, Order) { return p.n.batch; };
     }},
    {"pcp-refill-one-at-least", "R-PCP-12", "", k5_15And6_1,
     "a refill of a high order may be one block",
     [](Rulebook& r) {
       r.refill_blocks = [](Allocator&, Zone&, Pcp& p, Order o) {
         return std::max(p.n.batch >> static_cast<unsigned>(o), std::int64_t{1});
       };
     }},
    {"pcp-batch-one-less", "R-PCP-4", "", kV4_7, "a refill is a page short",
     [](Rulebook& r) {
       r.pcp_alloc = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool cold) {
         PcpNumbers& n = own_pcp(a, z).n;
         const std::int64_t batch = n.batch;
         n.batch = std::max(batch - 1, std::int64_t{1});
         const Pfn p = pcp_alloc_v4_7(a, z, o, t, f, cold);
         n.batch = batch;
         return p;
       };
     }},
    {"pcp-counts-what-it-listed", "R-PCP-4", "B-02", kBadPages,
     "bad pages dropped at a refill are not counted, which was the mend",
     [](Rulebook& r) { r.counts_bad_pages = false; }},
    {"bulk-unclamped", "R-PCP-7", "B-14", kV5_15, "more is freed than the lists hold",
     [](Rulebook& r) { r.clamps_bulk = false; }},
    {"bulk-starts-at-0", "R-PCP-7 R-PCP-8", "", kUntil5_15,
     "freeing in turn starts at the first list",
     [](Rulebook& r) {
       r.bulk_free = [](Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned) {
         free_lists(a, z, p, pages, 0, 1, true);
       };
     }},
    {"bulk-strictly-in-turn", "R-PCP-7 R-PCP-8", "", kUntil5_15, "each list gives one block a turn",
     [](Rulebook& r) {
       r.bulk_free = [](Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned) {
         free_lists(a, z, p, pages, 1 % a.rules.pcp_lists, 1, true);
       };
     }},
    {"bulk-empties-lists", "R-PCP-7 C2", "", kUntil5_15,
     "a list is emptied before the next, as since 6.1",
     [](Rulebook& r) { r.bulk_free = bulk_free_v6_1; }},
    {"bulk-in-turn", "R-PCP-14 C3", "", kSince6_1, "lists give in turn, as up to 5.15",
     [](Rulebook& r) { r.bulk_free = bulk_free_v4_7; }},
    {"bulk-from-list-0", "R-PCP-14 C3", "", kSince6_1,
     "freeing does not start at the list just freed to",
     [](Rulebook& r) {
       r.bulk_free = [](Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned) {
         bulk_free_v6_1(a, z, p, pages, 0);
       };
     }},
    {"bulk-downwards", "R-PCP-14 C3", "", kSince6_1, "lists are emptied downwards",
     [](Rulebook& r) {
       r.bulk_free = [](Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned list) {
         free_lists(a, z, p, pages, list, a.rules.pcp_lists - 1, false);
       };
     }},
    {"bulk-one-of-each", "R-PCP-14", "", kSince6_1, "each list visited gives one block",
     [](Rulebook& r) {
       r.bulk_free = [](Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned list) {
         free_lists(a, z, p, pages, list, 1, true);
       };
     }},
    {"bulk-by-stale-type", "R-PCP-7 R-ISO-3 W-14", "B-08", kUntil6_1,
     "pages go back by the type they came with though a pageblock is isolated",
     [](Rulebook& r) { r.rereads_if_isolated = false; }},
    {"bulk-by-present-type", "R-PCP-7 R-PCP-21", "", kUntil6_1,
     "pages go back by the present type of their pageblock, as since 6.12",
     [](Rulebook& r) {
       r.bulk_free = [](Allocator& a, Zone& z, Pcp& p, std::int64_t pages, unsigned list) {
         for (const BlockList& l : p.lists) {
           for (Pfn b = l.empty() ? kNoPfn : l.front(a.frames); b != kNoPfn;
                b = BlockList::next(a.frames, b))
             a.frames[b].type = a.type_of(b);
         }
         sound(a).bulk_free(a, z, p, pages, list);
       };
     }},
    {"tuning-factor-bound-4", "R-PCP-20 C3", "", kV7_1, "a refill doubles four times at most",
     [](Rulebook& r) { r.alloc_factor_max = 4; }},
    {"tuning-factor-unbound", "R-PCP-20 C3", "", kV7_1, "a refill doubles without a bound",
     [](Rulebook& r) { r.alloc_factor_max = 62; }},
    {"tuning-factor-kept-on-free", "R-PCP-20 C3", "", kV7_1,
     "a free does not halve the alloc factor",
     [](Rulebook& r) {
       r.pcp_shrink = [](Allocator& a, Zone& z, Pcp& p, Order o, unsigned list) {
         const std::int64_t before = p.n.alloc_factor;
         pcp_shrink_v7_1(a, z, p, o, list);
         p.n.alloc_factor = before;
       };
     }},
    {"tuning-count-kept-on-alloc", "R-PCP-20 C3", "", kV7_1,
     "an allocation does not halve the count of frees",
     [](Rulebook& r) {
       r.pcp_alloc = [](Allocator& a, Zone& z, Order o, Migratetype t, AllocFlags f, bool cold) {
         const std::int64_t before = own_pcp(a, z).n.free_count;
         const Pfn p = pcp_alloc_v7_1(a, z, o, t, f, cold);
         own_pcp(a, z).n.free_count = before;
         return p;
       };
     }},
    {"tuning-scale-4", "C3 C14", "", kV7_1, "counts of frees are bounded by sixteen batches",
     [](Rulebook& r) { r.batch_scale_max = 4; }},
    {"tuning-high-fixed", "R-PCP-20 C3", "", kV7_1, "a list's size does not follow allocations",
     [](Rulebook& r) {
       r.refill_blocks = [](Allocator& a, Zone& z, Pcp& p, Order o) {
         const std::int64_t high = a.rules.clamp(p.n.high, p.n.high_min, p.n.high_max);
         const std::int64_t blocks = refill_blocks_v7_1(a, z, p, o);
         p.n.high = high;
         return blocks;
       };
     }},
    {"tuning-while-below-high", "R-PCP-20 R-LIST-13", "", kV7_1,
     "lists grow though the zone is below its high mark",
     [](Rulebook& r) {
       r.refill_blocks = [](Allocator& a, Zone& z, Pcp& p, Order o) {
         const bool below = z.has(ZoneFlag::below_high);
         z.set(ZoneFlag::below_high, false);
         const std::int64_t blocks = refill_blocks_v7_1(a, z, p, o);
         z.set(ZoneFlag::below_high, below);
         return blocks;
       };
     }},
    {"tuning-refill-as-6.1", "R-PCP-20 C3", "", kV7_1, "a refill is a batch by order, as in 6.1",
     [](Rulebook& r) { r.refill_blocks = refill_blocks_v5_15; }},
    {"tuning-refills-highatomic", "C3", "", kV7_1, "an atomic request may refill a list",
     [](Rulebook& r) { r.refuses_refill_to_highatomic = false; }},
    {"tuning-refuses-highatomic", "C3", "", kV6_12,
     "an atomic request may not refill a list, as in 7.1",
     [](Rulebook& r) { r.refuses_refill_to_highatomic = true; }},
    {"tuning-burst-kept-a-batch", "C3", "", kV7_1,
     "a burst goes through after a batch of frees, as in 6.12",
     [](Rulebook& r) { r.high_orders_kept = a_batch; }},
    {"tuning-burst-kept-more", "C3", "", kV6_12, "a burst goes through later, as in 7.1",
     [](Rulebook& r) { r.high_orders_kept = a_batch_and_half_of_high_min; }},
    {"tuning-burst-never", "C3", "", kV7_1, "no burst of higher orders goes through",
     [](Rulebook& r) { r.burst_order_max = Order{0}; }},
    {"tuning-frees-at-once", "C3", "", kV7_1, "the surplus goes back in one go",
     [](Rulebook& r) { r.frees_in_batches = false; }},
    {"tuning-frees-in-batches", "C3", "", kV6_12, "the surplus goes back in batches, as in 7.1",
     [](Rulebook& r) { r.frees_in_batches = true; }},
    {"tuning-drains-at-once", "C3", "", kV7_1, "a drain is one go, as up to 6.1",
     [](Rulebook& r) { r.drain = drain_at_once; }},
    {"tuning-never-decays", "C14", "", kV7_1, "a tick leaves a list's size as it is",
     [](Rulebook& r) { r.decay = decay_none; }},
    {"tuning-decays-faster", "C14", "", kV7_1, "a tick takes a quarter of a list's size",
     [](Rulebook& r) { r.high_decay = 2; }},
    {"tuning-decay-frees-nothing", "C14", "", kV7_1,
     "a list that a tick made smaller keeps its blocks",
     [](Rulebook& r) {
       r.decay = [](Allocator& a, Zone& z, Pcp& p) {
         const std::int64_t count = p.n.count;
         p.n.count = 0;
         decay_v7_1(a, z, p);
         p.n.count = count;
       };
     }},
    {"tuning-below-high-kept", "C3 R-LIST-13", "", kV7_1,
     "the mark of a zone below its high mark stays",
     [](Rulebook& r) {
       r.pcp_shrink = [](Allocator& a, Zone& z, Pcp& p, Order o, unsigned list) {
         const bool below = z.has(ZoneFlag::below_high);
         pcp_shrink_v7_1(a, z, p, o, list);
         if (below) z.set(ZoneFlag::below_high, true);
       };
     }},
};

}  // namespace

std::span<const ModelPlant> pcp_plants() { return kPlants; }

}  // namespace bp::reference::plants
