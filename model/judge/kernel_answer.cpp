// SPDX-License-Identifier: MIT
#include "model/judge/kernel_answer.h"

#include <algorithm>

#include "model/invariants/statements.h"
#include "model/judge/kernel_request.h"
#include "model/judge/kernel_walk.h"
#include "model/judge/refuse.h"

namespace bp {

using namespace reference;

namespace {

using MaybeRefusal = std::optional<Refusal>;

std::string name_of(Migratetype t) {
  constexpr std::string_view kNames[] = {"UNMOVABLE",  "MOVABLE", "RECLAIMABLE",
                                         "HIGHATOMIC", "CMA",     "ISOLATE"};
  return std::string(kNames[static_cast<unsigned>(t)]);
}

bool is_to_5_15(Profile p) { return p == Profile::v4_7 || p == Profile::v5_15; }

/// From v6.1 on UNMOVABLE and RECLAIMABLE blocks of pageblock order share a per-CPU list (C1).
bool share_list(const Config& c, Order o, Migratetype a, Migratetype b) {
  return !is_to_5_15(c.profile) && c.thp && o == Order{c.pageblock_order} &&
         a != Migratetype::movable && b != Migratetype::movable;
}

MaybeRefusal judge_special(const KernelBooks& b, const KernelRequest& r, Pfn head) {
  const auto list = b.sure_list(head);
  if (list == Migratetype::isolate) {
    return refuse("R-ISO-1", "what is isolated is not given out", head,
                  "a block of the list ISOLATE", "blocks of other lists");
  }
  if (list == Migratetype::highatomic && !r.uses_highatomic) {
    const bool old = is_to_5_15(b.history.before.config.profile);
    return refuse(old ? "R-RMQ-2" : "R-RMQ-5", "the reserve serves those it is made for", head,
                  "a block of the list HIGHATOMIC for an ordinary request",
                  "blocks of other lists");
  }
  const bool in_cma = b.census.first_type(head) == Migratetype::cma &&
                      !b.touched.contains(b.pageblock_of(head)) &&
                      !(is_to_5_15(b.history.before.config.profile) && !list);
  if ((list == Migratetype::cma || in_cma) && b.types_known && r.type != Migratetype::movable) {
    return refuse("R-CMA-1", "CMA pageblocks serve MOVABLE requests only", head,
                  "a block of a CMA pageblock for a request of type " + name_of(r.type),
                  "blocks of other pageblocks");
  }
  return std::nullopt;
}

/// Of a block whose list is not surely the request's own.
void doubt_list(const KernelBooks& b, const KernelEvent& e, const KernelRequest& r,
                std::optional<Migratetype> list, Doubts& doubts) {
  if (!b.types_known) doubts.add(Doubt::grouping);
  if (b.unseen > 0) doubts.add(Doubt::unseen);
  if (!b.types_known || b.unseen > 0) return;
  doubts.add(list ? Doubt::own : e.pageblock == r.type ? Doubt::stray : Doubt::list);
}

/// A type's own lists come first.
MaybeRefusal judge_type(const KernelBooks& b, const KernelEvent& e, const KernelRequest& r,
                        unsigned zone, Doubts& doubts) {
  const Pfn head = e.head;
  if (auto refusal = judge_special(b, r, head)) return refusal;
  const auto list = b.sure_list(head);
  const bool has = b.zones[zone].surely_has(r.type, Order{r.order});
  const bool told = b.types_known && list && has;
  if (list != r.type && !told) doubt_list(b, e, r, list, doubts);
  if (!told || *list == r.type || static_cast<unsigned>(*list) >= kPcpTypes) return std::nullopt;
  if (share_list(b.history.before.config, Order{r.order}, *list, r.type)) return std::nullopt;
  return refuse(
      "R-MT-3", "a type's own lists come before those of others", head,
      "a block of the list " + name_of(*list) + " for a request of type " + name_of(r.type),
      "a block of its own lists, which have one of order " + std::to_string(r.order));
}

MaybeRefusal judge_mark(const KernelEvent& e, const KernelRequest& r) {
  if (!e.marked || !*e.marked || r.ignores_marks) return std::nullopt;
  return refuse("R-PREP-4", "a page is marked if watermarks were ignored for it", e.head,
                "a page marked pfmemalloc for a request that keeps to the watermarks", "no mark");
}

MaybeRefusal judge_mask(const KernelEvent& e, const KernelRequest& r) {
  if (!e.zone_of_mask || *e.zone_of_mask == r.zone_of_mask) return std::nullopt;
  return refuse("R-GFP-1", "the zone bits of the mask name the highest zone", e.head,
                "zone " + std::to_string(*e.zone_of_mask), std::to_string(r.zone_of_mask));
}

MaybeRefusal judge_said_zone(const KernelBooks& b, const KernelEvent& e, unsigned zone) {
  const ZoneState& z = b.zone(zone);
  if (!e.zone || (e.zone->node == z.node && e.zone->index == z.index)) return std::nullopt;
  return refuse(
      "R-ZONE-16", "a page's zone is told by node and zone index", e.head,
      "zone " + std::to_string(e.zone->index) + " of node " + std::to_string(e.zone->node),
      "zone " + std::to_string(z.index) + " of node " + std::to_string(z.node));
}

/// The pageblock is of the reserve now: it was, or this request or one before it made it so.
MaybeRefusal judge_reserving(KernelBooks& b, const KernelEvent& e, const KernelRequest& r) {
  const Pfn pageblock = b.pageblock_of(e.head);
  if (r.reserves) {
    const Pfn end = e.head + pages_in(Order{r.order});
    for (Pfn p = pageblock; p < end; p += pages_in(Order{b.history.before.config.pageblock_order}))
      b.may_be_reserved.insert(p);
  }
  if (e.pageblock != Migratetype::highatomic) return std::nullopt;
  if (b.census.first_type(e.head) == Migratetype::highatomic || b.touched.contains(pageblock) ||
      b.may_be_reserved.contains(pageblock))
    return std::nullopt;
  return refuse("R-HA-1", "only requests above order 0 with the right to it make a reserve", e.head,
                "a pageblock of type HIGHATOMIC", "the type that it had");
}

void give(KernelBooks& b, const KernelEvent& e, const KernelRequest& r, unsigned zone) {
  b.census.allocate(e.head, Order{r.order});
  if (e.act == KernelAct::shown) b.unseen = std::max<std::int64_t>(b.unseen - 1, 0);
  b.draw(e.head, Order{r.order}, r.type, zone);
  if (!r.reserves) return;
  // Its pageblock's free blocks may be on the list of the reserve now.
  b.census.forget_lists(e.head);
  b.zones[zone].disturb(static_cast<std::int64_t>(pages_in(Order{kOrderMax})));
}

MaybeRefusal judge_block(KernelBooks& b, const KernelEvent& e, const KernelRequest& r,
                         Doubts& doubts) {
  if (auto refusal = misplaced(b, e.head, Order{r.order})) return refusal;
  const unsigned zone = *b.census.zone_of(e.head);
  if (auto refusal = judge_said_zone(b, e, zone)) return refusal;
  // A single page may have gone bad while it stood on a per-CPU list.
  const bool is_checked = r.order > 0 || b.sure_list(e.head);
  if (is_checked && b.is_bad_in(e.head, Order{r.order})) {
    return refuse("R-PREP-3", "one bad page rejects its whole block", e.head,
                  "a block with a bad page", "blocks whose pages pass their checks");
  }
  if (auto refusal = judge_zone(b, e, r, zone, doubts)) return refusal;
  if (auto refusal = judge_type(b, e, r, zone, doubts)) return refusal;
  if (auto refusal = judge_reserving(b, e, r)) return refusal;
  give(b, e, r, zone);
  return std::nullopt;
}

}  // namespace

MaybeRefusal misplaced(const KernelBooks& b, Pfn head, Order o) {
  if (o > Order{kOrderMax}) {
    return refuse("R-API-15", "a request that cannot be met gives nothing", head,
                  "a block of " + text(o), "nothing above order 10");
  }
  if (!is_aligned(head, o)) {
    return refuse("R-BUDDY-2", "blocks of order o start at multiples of 2^o", head,
                  "a head that is not aligned to " + text(o), "aligned heads");
  }
  const auto zone = b.census.zone_of(head);
  if (!zone || b.census.zone_of(head + (pages_in(o) - Pages{1})) != zone) {
    return refuse("I-7", statement("I-7").sentence, head, "a block that no zone has",
                  "blocks inside one zone");
  }
  for (Pfn p = head; p < head + pages_in(o); ++p) {
    if (b.census.is_available(p)) continue;
    return refuse(
        "I-1", statement("I-1").sentence, p,
        b.census.is_held(p) ? "a frame that is held already" : "a frame that was not free",
        "frames that nobody has");
  }
  return std::nullopt;
}

MaybeRefusal judge_answer(KernelBooks& b, const KernelEvent& e, Doubts& doubts) {
  const KernelRequest r = request_of(b.history.before, e);
  if (auto refusal = judge_mask(e, r)) return refusal;
  if (e.head == kNoPfn) return judge_null(b, e, r, doubts);
  if (auto refusal = judge_mark(e, r)) return refusal;
  return judge_block(b, e, r, doubts);
}

MaybeRefusal judge_reserve(const KernelBooks& b) {
  const Pages step = pages_in(Order{b.history.after.config.pageblock_order});
  for (const ZoneState& z : b.history.after.zones) {
    const Pfn zone_end =
        Pfn{static_cast<std::uint64_t>(z.numbers.start)} + Pages{z.numbers.spanned};
    const Pfn zone_begin{static_cast<std::uint64_t>(z.numbers.start)};
    for (std::size_t i = 0; i < z.pageblocks.size(); ++i) {
      if (z.pageblocks[i].type != Migratetype::highatomic) continue;
      const Pfn end = i + 1 < z.pageblocks.size() ? z.pageblocks[i + 1].begin : zone_end;
      for (Pfn p = std::max(zone_begin, z.pageblocks[i].begin); p < end;
           p = b.pageblock_of(p) + step) {
        const Pfn pageblock = b.pageblock_of(p);
        if (b.census.first_type(p) == Migratetype::highatomic || b.touched.contains(pageblock) ||
            b.may_be_reserved.contains(pageblock))
          continue;
        return refuse("R-HA-1", "only requests above order 0 with the right to it make a reserve",
                      p, "a pageblock that became HIGHATOMIC", "the type that it had");
      }
    }
  }
  return std::nullopt;
}

}  // namespace bp
