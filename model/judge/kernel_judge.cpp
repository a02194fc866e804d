// SPDX-License-Identifier: MIT
#include "model/judge/kernel_judge.h"

#include <algorithm>

#include "model/invariants/known_defects.h"
#include "model/judge/kernel_answer.h"
#include "model/judge/kernel_books.h"
#include "model/judge/refuse.h"

namespace bp {

using namespace reference;

namespace {

using MaybeRefusal = std::optional<Refusal>;

MaybeRefusal judge_free(KernelBooks& b, const KernelEvent& e) {
  const auto held = b.census.held_at(e.head);
  const Order o{e.order};
  if (!held && (e.act != KernelAct::free_any || b.census.is_available(e.head))) {
    return refuse("R-BUDDY-18", "only an allocated block is freed", e.head,
                  "a free of a block that nobody holds", "heads of blocks that are held");
  }
  if (held && *held != o) {
    return refuse("R-API-13", "a block is freed with the order it was allocated with", e.head,
                  text(o) + " of a block of " + text(*held), text(*held));
  }
  b.release(e.head, o);
  if (e.act == KernelAct::free_tails) b.census.hold(e.head, Order{0});
  return std::nullopt;
}

MaybeRefusal judge_take(KernelBooks& b, const KernelEvent& e) {
  const Order o{e.order};
  if (auto wrong = misplaced(b, e.head, o)) return wrong;
  const auto zone = *b.census.zone_of(e.head);
  b.census.allocate(e.head, o);
  b.zones[zone].disturb(static_cast<std::int64_t>(pages_in(Order{kOrderMax})));
  if (e.order + 1 >= b.history.before.config.pageblock_order) b.zones[zone].forget();
  return std::nullopt;
}

void follow(KernelBooks& b, const KernelEvent& e) {
  switch (e.act) {
    case KernelAct::isolate:
    case KernelAct::unisolate: return b.isolation(e.head, e.act == KernelAct::isolate);
    case KernelAct::unreserve: return b.unreserved();
    case KernelAct::grouping: return b.grouping();
    case KernelAct::watermarks: b.marks_known = false; return;
    case KernelAct::go_bad: return b.go_bad(e.head);
    case KernelAct::split: return b.census.split(e.head);
    default: return;
  }
}

MaybeRefusal judge_event(KernelBooks& b, const KernelEvent& e, KernelVerdict& out) {
  ++out.events;
  switch (e.act) {
    case KernelAct::alloc:
    case KernelAct::shown: {
      ++out.allocations;
      Doubts doubts;
      if (auto refusal = judge_answer(b, e, doubts)) return refusal;
      out.decided += doubts.none() ? 1U : 0U;
      out.doubts.count(doubts);
      return std::nullopt;
    }
    case KernelAct::bulk: b.bulk(e); return std::nullopt;
    case KernelAct::free:
    case KernelAct::free_any:
    case KernelAct::free_tails: return judge_free(b, e);
    case KernelAct::take: return judge_take(b, e);
    default: follow(b, e); return std::nullopt;
  }
}

// The last state.

bool did(const KernelHistory& h, auto... acts) {
  return std::ranges::any_of(h.events,
                             [&](const KernelEvent& e) { return ((e.act == acts) || ...); });
}

/// A defect is of use to explain a breach only where the operation that its program ends with was
/// done.
bool may_have_struck(const KernelHistory& h, const KnownDefect& d) {
  switch (last_op(d)) {
    case 'a':
    case 'A': return did(h, KernelAct::alloc, KernelAct::bulk);
    case 'f': return did(h, KernelAct::free, KernelAct::free_any, KernelAct::free_tails);
    case 'I': return did(h, KernelAct::isolate);
    case 'J': return did(h, KernelAct::unisolate);
    case 'T': return did(h, KernelAct::take);
    case 'U': return did(h, KernelAct::unreserve);
    default: return true;
  }
}

/// Pageblocks of CMA and of another type that could be one free block.
bool has_mixed_neighbours(const KernelHistory& h) {
  return std::ranges::any_of(h.before.zones, [](const ZoneState& z) {
    return std::ranges::any_of(z.pageblocks, [&](const PageblockRun& r) {
      const std::size_t i = static_cast<std::size_t>(&r - z.pageblocks.data());
      if (i == 0 || is_aligned(r.begin, Order{kOrderMax})) return false;
      return (r.type == Migratetype::cma) != (z.pageblocks[i - 1].type == Migratetype::cma);
    });
  });
}

/// What most defects need beside their last operation: a pageblock that was isolated or reserved,
/// or a page that went bad, at any time.
bool has_cause(const KernelHistory& h, const KnownDefect& d) {
  const auto has = [&](Migratetype t) {
    return std::ranges::any_of(h.before.zones, [&](const ZoneState& z) {
      return std::ranges::any_of(z.pageblocks, [&](const PageblockRun& r) { return r.type == t; });
    });
  };
  const std::string_view p = d.program;
  if (d.id == "B-07" && !has_mixed_neighbours(h)) return false;
  if (p.find('I') != p.npos && !has(Migratetype::isolate) &&
      !did(h, KernelAct::isolate, KernelAct::unisolate))
    return false;
  if (p.find('b') != p.npos && h.bad.empty() && !did(h, KernelAct::go_bad)) return false;
  if (p.find('A') != p.npos && !has(Migratetype::highatomic) &&
      std::ranges::none_of(h.after.zones,
                           [](const ZoneState& z) { return z.numbers.highatomic > 0; }))
    return false;
  return true;
}

Refusal refusal_of(const Violation& v) {
  return refuse(v.id, statement(v.id).sentence, v.fault.frame, v.fault.seen, v.fault.allowed);
}

/// What was wrong before the first event: some defect of this kernel must explain it.
MaybeRefusal judge_first_state(const KernelHistory& h, const std::vector<Violation>& at_first) {
  for (const Finding& f : new_findings({}, at_first, h.before.config.profile)) {
    if (!f.is_known()) return refusal_of(f.violation);
  }
  return std::nullopt;
}

/// What is wrong since: a defect that these events can have met.
MaybeRefusal judge_invariants(const KernelHistory& h, const KernelBooks& b,
                              const std::vector<Violation>& at_first) {
  const auto held = b.census.held();
  const bool had_barriers =
      !b.touched.empty() || !b.may_be_reserved.empty() || !b.reserve_grows_only;
  const auto now = violations(h.after, {.held = held,
                                        .before = had_barriers ? nullptr : &h.before,
                                        .high_lowered = h.settings_written});
  const auto explains = [&](const KnownDefect* d) {
    return may_have_struck(h, *d) && has_cause(h, *d);
  };
  for (const Finding& f : new_findings(at_first, now, h.before.config.profile)) {
    if (std::ranges::none_of(f.defects, explains)) return refusal_of(f.violation);
  }
  return std::nullopt;
}

/// Where a page that went bad may have taken others with it (R-PREP-6).
bool may_be_lost(const KernelBooks& b, Pfn p) {
  return std::ranges::any_of(b.bad, [&](Pfn bad) {
    return align_down(bad, Order{kOrderMax}) == align_down(p, Order{kOrderMax});
  });
}

/// I-1 and I-2, frame by frame.
MaybeRefusal judge_frames(const KernelHistory& h, const KernelBooks& b) {
  const FrameCensus shown(h.after, {});
  std::int64_t unseen = b.unseen;
  const PfnRange all = b.census.frames();
  for (Pfn p = all.begin; p < all.end; ++p) {
    const bool expected = b.census.is_available(p), seen = shown.is_available(p);
    if (expected == seen) continue;
    if (expected && (may_be_lost(b, p) || unseen-- > 0)) continue;
    if (expected) {
      return refuse("I-2", statement("I-2").sentence, p, "a free frame that is on no list",
                    "on a free list or a per-CPU list");
    }
    if (b.census.is_held(p)) {
      return refuse("I-1", statement("I-1").sentence, p, "a frame on a list that is held too",
                    "one owner");
    }
    return refuse("I-2", statement("I-2").sentence, p, "a frame on a list that nobody gave back",
                  "frames that were free or were freed");
  }
  return std::nullopt;
}

MaybeRefusal judge_last_state(const KernelHistory& h, const KernelBooks& b,
                              const std::vector<Violation>& at_first) {
  if (auto refusal = judge_invariants(h, b, at_first)) return refusal;
  if (auto refusal = judge_frames(h, b)) return refusal;
  if (auto refusal = unlawful_change(h)) return refusal;
  return judge_reserve(b);
}

}  // namespace

KernelVerdict judge_kernel(const KernelHistory& h) {
  KernelVerdict out;
  const auto at_first = violations(h.before, {.held = h.held, .high_lowered = h.settings_written});
  out.verdict.refusal = judge_first_state(h, at_first);
  if (out.verdict.refusal) return out;
  KernelBooks books(h);
  for (std::size_t i = 0; i < h.events.size(); ++i) {
    if (auto refusal = judge_event(books, h.events[i], out)) {
      refusal->event = i;
      out.verdict.refusal = std::move(refusal);
      return out;
    }
  }
  out.verdict.refusal = judge_last_state(h, books, at_first);
  if (out.verdict.refusal) out.verdict.refusal->event = h.events.size();
  return out;
}

}  // namespace bp
