// SPDX-License-Identifier: MIT
#include "model/judge/pageblock_types.h"

#include <algorithm>

#include "model/judge/fallback_order.h"
#include "model/judge/refuse.h"
#include "model/rules/buddy.h"
#include "model/vocab/check.h"

namespace bp {
namespace {

using enum Migratetype;

constexpr Pages kPageblock = pages_in(kRangeOrder);
constexpr std::string_view kTypeNames[] = {"UNMOVABLE",  "MOVABLE", "RECLAIMABLE",
                                           "HIGHATOMIC", "CMA",     "ISOLATE"};

std::string text(Migratetype t) { return std::string(kTypeNames[static_cast<unsigned>(t)]); }
bool is_requestable(Migratetype t) { return static_cast<unsigned>(t) < kPcpTypes; }

}  // namespace

void PageblockTypes::begin(const Machine& m, const rules::Layout& l, const History& h, bool mixed) {
  machine_ = &m;
  layout_ = &l;
  seen_ = !h.types.empty();
  mixed_ = mixed;
  next_ = 0;
  changes_.clear();
  first_.clear();
  std::uint32_t n = 0;
  for (const rules::ZoneLayout& z : l.zones) {
    first_.push_back(n);
    const Pages span =
        align_up(z.frames.end, kRangeOrder) - align_down(z.frames.begin, kRangeOrder);
    n += static_cast<std::uint32_t>(std::int64_t{span} / std::int64_t{kPageblock});
  }
  if (!seen_) return;
  check(h.types.size() == n, "a history has the types of all pageblocks or of none");
  before_ = after_ = under_ = h.types;
  once_reserved_.assign(n, false);
}

void PageblockTypes::look(const History& h, std::size_t event) {
  changes_.clear();
  for (; next_ < h.type_changes.size() && h.type_changes[next_].event == event; ++next_) {
    const TypeChange& c = h.type_changes[next_];
    changes_.push_back({c.pageblock, before_[c.pageblock], c.to});
    after_[c.pageblock] = c.to;
    if (c.to == highatomic) once_reserved_[c.pageblock] = true;
  }
}

void PageblockTypes::settle() {
  for (const Change& c : changes_) before_[c.pageblock] = c.to;
}

void PageblockTypes::pair_up() {
  apart_.clear();
  const auto kind = [](Migratetype t) { return is_requestable(t) ? unmovable : t; };
  for (std::uint32_t n = 0; seen_ && n < before_.size(); ++n) {
    const Pfn p = align_down(frame(n), kRangeOrder);
    const Pfn buddy = rules::buddy_of(p, kRangeOrder);
    const unsigned zone = zone_of(n);
    if (!layout_->zones[zone].frames.holds(buddy)) continue;
    if (kind(before_[n]) != kind(before_[number(zone, buddy)])) apart_.push_back(p);
  }
  std::ranges::sort(apart_);
}

std::uint32_t PageblockTypes::number(unsigned zone, Pfn p) const {
  const Pages above = p - align_down(layout_->zones[zone].frames.begin, kRangeOrder);
  return first_[zone] + static_cast<std::uint32_t>(std::int64_t{above} / std::int64_t{kPageblock});
}

std::uint32_t PageblockTypes::end_of(unsigned zone) const {
  return zone + 1 < first_.size() ? first_[zone + 1] : static_cast<std::uint32_t>(before_.size());
}

unsigned PageblockTypes::zone_of(std::uint32_t pageblock) const {
  const auto above = std::ranges::upper_bound(first_, pageblock);
  return static_cast<unsigned>(above - first_.begin()) - 1;
}

Pfn PageblockTypes::frame(std::uint32_t pageblock) const {
  const unsigned zone = zone_of(pageblock);
  const PfnRange& frames = layout_->zones[zone].frames;
  return std::max(frames.begin,
                  align_down(frames.begin, kRangeOrder) + kPageblock * (pageblock - first_[zone]));
}

bool PageblockTypes::is_cut(std::uint32_t pageblock) const {
  const Pfn p = frame(pageblock);
  return !is_aligned(p, kRangeOrder) ||
         p + kPageblock > layout_->zones[zone_of(pageblock)].frames.end;
}

/// A kernel knows one type of a pageblock that two zones share, and reserves it for one of them.
bool PageblockTypes::is_shared(std::uint32_t pageblock) const {
  return mixed_ && is_cut(pageblock);
}

/// It was reserved once: at an edge of its zone a kernel moves no free blocks as it changes the
/// type, and what was on the reserve's lists stays there (R-HA-3, R-HA-4).
bool PageblockTypes::is_stuck(std::uint32_t pageblock) const {
  return once_reserved_[pageblock] && is_shared(pageblock);
}

std::optional<Refusal> PageblockTypes::of_start(const Ownership& owners) const {
  if (!seen_) return std::nullopt;
  for (std::uint32_t n = 0; n < before_.size(); ++n) {
    const Pfn p = frame(n);
    const unsigned zone = zone_of(n);
    if (is_cut(n)) continue;
    const bool in_area =
        std::ranges::any_of(machine_->cma, [&](const PfnRange& area) { return area.holds(p); });
    const bool offline = owners.is_offline(zone, p);
    const bool right = offline   ? before_[n] == isolate
                       : in_area ? before_[n] == cma
                                 : is_requestable(before_[n]);
    if (right) continue;
    return refuse(in_area ? "R-CMA-4" : "R-MT-1", "pageblocks have the types of a machine at boot",
                  p, "a pageblock of type " + text(before_[n]),
                  offline   ? "none: it is a hole"
                  : in_area ? "CMA"
                            : "a type that can be requested");
  }
  return std::nullopt;
}

/// Aligned blocks with no frame in `shut`, all of whose pageblocks are to be kept.
template <class Keep>
Pages PageblockTypes::blocks_where(unsigned zone, Order o, const FrameSet& shut, Pages enough,
                                   Keep&& keep) const {
  static thread_local FrameSet closed;
  closed = shut;
  const PfnRange& frames = layout_->zones[zone].frames;
  for (Pfn p = frames.begin; p < frames.end;) {
    const Pfn end = std::min(align_down(p, kRangeOrder) + kPageblock, frames.end);
    if (!keep(number(zone, p))) closed.add_range(zone, {p, end});
    p = end;
  }
  return closed.clear_blocks(zone, o, enough);
}

/// Its own pageblocks have a block. The largest order may lie across two.
bool PageblockTypes::has_own(const TypedRequest& r, unsigned zone, const Ownership& owners) const {
  return blocks_where(zone, r.order, owners.shut(), Pages{1},
                      [&](std::uint32_t n) { return before_[n] == r.type; }) >= Pages{1};
}

std::optional<Refusal> PageblockTypes::of_block(const TypedRequest& r, unsigned zone, Pfn head,
                                                const Ownership& owners, Pages listed) const {
  if (!seen_ || !r.type) return std::nullopt;
  const std::uint32_t n = number(zone, head);
  const std::uint32_t last = number(zone, head + pages_in(r.order) - Pages{1});
  if (!r.may_use_cma() && (before_[n] == cma || before_[last] == cma)) {
    return refuse("R-CMA-1", "CMA pageblocks serve MOVABLE requests only", head,
                  "a block of a CMA area for a request of type " + text(*r.type), "other frames");
  }
  // What stands on a per-CPU list was sorted when it came there.
  if (listed != Pages{0} || mixed_) return std::nullopt;
  if (before_[n] == highatomic && after_[n] == highatomic && !r.entitled) {
    const bool old = machine_->profile == Profile::v4_7 || machine_->profile == Profile::v5_15;
    return refuse(old ? "R-RMQ-2" : "R-RMQ-5", "the reserve serves those it is made for", head,
                  "a block of a HIGHATOMIC pageblock for an ordinary request",
                  "pageblocks of other types");
  }
  if (auto refusal = of_cma_turn(r, zone, head, owners)) return refusal;
  const bool others = is_requestable(before_[n]) && before_[n] != *r.type;
  if (!others && !claims_in(zone, *r.type)) return std::nullopt;
  if (!has_own(r, zone, owners)) return others ? of_fallback(r, zone, head, owners) : std::nullopt;
  if (!others) {
    return refuse(
        "R-MT-6", "a pageblock changes hands when a type has nothing left", head,
        "a pageblock of " + bp::text(layout_->zones[zone]) + " that became " + text(*r.type),
        "no change: its own pageblocks have a block of " + bp::text(r.order));
  }
  return refuse(
      "R-MT-3", "a type's own pageblocks come first", head,
      "a block of " + bp::text(r.order) + " of a pageblock of type " + text(before_[n]) +
          " for a request of type " + text(*r.type),
      "one of those that its own pageblocks of " + bp::text(layout_->zones[zone]) + " have free");
}

bool PageblockTypes::has_isolated(unsigned zone, const Ownership& owners) const {
  for (std::uint32_t n = first_[zone]; n < end_of(zone); ++n)
    if (before_[n] == isolate && owners.is_isolated(zone, frame(n))) return true;
  return false;
}

/// CMA areas serve after a MOVABLE request's own pageblocks and before all others; from 5.15 on
/// before its own, too, while most of what is free is theirs (R-MT-3, R-MT-4).
std::optional<Refusal> PageblockTypes::of_cma_turn(const TypedRequest& r, unsigned zone, Pfn head,
                                                   const Ownership& owners) const {
  if (machine_->cma.empty() || !r.surely_uses_cma() || r.order > kRangeOrder) return std::nullopt;
  const Migratetype from = before_[number(zone, head)];
  // While something is isolated an allocator may compare with it or without.
  if (from == highatomic || has_isolated(zone, owners)) return std::nullopt;
  const bool most =
      machine_->profile != Profile::v4_7 && free_cma(zone, owners) > owners.not_allocated(zone) / 2;
  const bool first = most || !has_own(r, zone, owners);
  if (first == (from == cma)) return std::nullopt;
  if (!first)
    return refuse("R-MT-3", "a type's own pageblocks come first", head, "a block of a CMA area",
                  "one of those that pageblocks of type MOVABLE have free");
  const auto areas = [&](std::uint32_t n) { return before_[n] == cma; };
  if (blocks_where(zone, r.order, owners.shut(), Pages{1}, areas) < Pages{1}) return std::nullopt;
  return refuse("R-MT-4", "CMA areas serve MOVABLE requests before others' pageblocks", head,
                "a block of a pageblock of type " + text(from),
                most ? "one of a CMA area: most of what is free is theirs" : "one of a CMA area");
}

std::optional<Refusal> PageblockTypes::of_fallback(const TypedRequest& r, unsigned zone, Pfn head,
                                                   const Ownership& owners) const {
  static thread_local std::vector<SeenPageblock> pageblocks;
  pageblocks.clear();
  const Pfn end = layout_->zones[zone].frames.end;
  for (std::uint32_t n = first_[zone]; n < end_of(zone); ++n) {
    const Pfn next = align_down(frame(n), kRangeOrder) + kPageblock;
    pageblocks.push_back({{frame(n), std::min(next, end)}, before_[n], after_[n]});
  }
  const Fallback f{machine_->profile, *r.type, r.order, pageblocks, zone, owners.shut()};
  return f.first_fault(head);
}

/// A pageblock of the zone was made one of `t`.
bool PageblockTypes::claims_in(unsigned zone, Migratetype t) const {
  return std::ranges::any_of(changes_, [&](const Change& c) {
    return zone_of(c.pageblock) == zone && is_requestable(c.from) && c.to == t;
  });
}

/// R-HA-2.
std::int64_t PageblockTypes::reserve_cap(unsigned zone) const {
  const std::int64_t hundredth = std::int64_t{layout_->zones[zone].managed} / 100;
  const std::int64_t pageblock{kPageblock};
  if (machine_->profile != Profile::v6_12 && machine_->profile != Profile::v7_1)
    return hundredth + pageblock;
  return hundredth < pageblock ? 0 : (hundredth + pageblock - 1) / pageblock * pageblock;
}

std::optional<Refusal> PageblockTypes::of_changes(const TypedRequest* r) const {
  for (const Change& c : changes_)
    if (auto refusal = of_change(c, r)) return refusal;
  return std::nullopt;
}

std::optional<Refusal> PageblockTypes::of_change(const Change& c, const TypedRequest* r) const {
  const Pfn p = frame(c.pageblock);
  const std::string became = "a pageblock of type " + text(c.from) + " became " + text(c.to);
  if (c.from == cma || c.to == cma)
    return refuse("R-CMA-3", "no CMA pageblock is retyped by itself", p, became, "CMA as it was");
  if (c.from == isolate || c.to == isolate)
    return refuse("R-ISO-1", "pageblocks are isolated by who asks for it", p, became, "no change");
  if (may_merge(c.from, c.to)) return std::nullopt;
  if (r == nullptr)
    return refuse("R-MT-6", "a pageblock changes hands when a request needs it", p,
                  became + " without one", "no change");
  if (c.to != highatomic) {
    if (!r->type || c.to == *r->type) return std::nullopt;
    return refuse("R-MT-6", "a pageblock becomes of the type that was asked for", p, became,
                  text(*r->type));
  }
  if (!machine_->highatomic || !r->entitled || r->order == Order{0})
    return refuse("R-HA-1", "pageblocks are reserved for high-order atomic requests", p, became,
                  "no change: the request was no such one");
  if (is_shared(c.pageblock)) return std::nullopt;
  // One request reserves one pageblock, so the others were there before.
  const unsigned zone = zone_of(c.pageblock);
  const std::int64_t others = std::int64_t{reserved_least(zone)};
  if (others >= reserve_cap(zone))
    return refuse("R-HA-2", "the reserve has a bound", p,
                  became + " while " + std::to_string(others) + " pages were reserved",
                  "no more from " + std::to_string(reserve_cap(zone)) + " on");
  return std::nullopt;
}

/// What a drain or a range gives back merges with what is beside it, and a kernel's block has one
/// type then (R-BUDDY-9).
bool PageblockTypes::may_merge(Migratetype from, Migratetype to) const {
  return mixed_ && is_requestable(from) && is_requestable(to);
}

std::optional<Refusal> PageblockTypes::of_range(unsigned zone, const OpRange& range,
                                                const Ownership& owners) {
  if (!seen_) return std::nullopt;
  for (const Change& c : changes_) {
    const Pfn p = frame(c.pageblock);
    if (PfnRange{range.begin, range.end()}.holds(p)) continue;
    if (may_merge(c.from, c.to)) continue;
    return refuse("R-ISO-1", "a range leaves all other pageblocks alone", p,
                  "a pageblock of type " + text(c.from) + " became " + text(c.to), "no change");
  }
  for (Pfn p = range.begin; p < range.end(); p += kPageblock) {
    const std::uint32_t n = number(zone, p);
    const bool was = owners.is_isolated(zone, p);
    Migratetype expected = before_[n];
    switch (range.action) {
      case RangeAction::isolate:
        under_[n] = before_[n];
        expected = isolate;
        break;
      case RangeAction::offline:
        under_[n] = unmovable;
        expected = isolate;
        break;
      case RangeAction::unisolate:
        if (was) expected = under_[n];
        break;
      case RangeAction::online:
        if (!is_requestable(after_[n]))
          return refuse("R-MT-1", "what joins the machine has a type that can be requested", p,
                        "a pageblock of type " + text(after_[n]), "one of the first three");
        expected = after_[n];
        break;
      case RangeAction::alloc: break;
    }
    if (after_[n] == expected || may_merge(expected, after_[n])) continue;
    const bool ends = range.action == RangeAction::unisolate;
    return refuse(ends ? "R-ISO-2" : "R-ISO-1",
                  ends ? "the end of isolation gives a pageblock its type back"
                       : "what is isolated or offline is of no other type, what is taken keeps its",
                  p, "a pageblock of type " + text(after_[n]), text(expected));
  }
  return std::nullopt;
}

std::optional<Refusal> PageblockTypes::of_census(std::span<const CensusBlock> blocks,
                                                 std::span<const ZoneCounters> counters) const {
  if (!seen_) return std::nullopt;
  std::vector<Pages> shown(counters.size()), reserved(counters.size());
  for (const CensusBlock& b : blocks) {
    const auto zone = rules::zone_of(*layout_, b.head);
    if (!zone || b.cpu != kOnBuddy) continue;
    // A block of the largest order is of one type: CMA stays apart, and so does the reserve.
    const Migratetype type = before_[number(*zone, b.head)];
    if (type == cma) shown[*zone] += pages_in(b.order);
    if (type == highatomic) reserved[*zone] += pages_in(b.order);
  }
  for (unsigned zone = 0; zone < counters.size(); ++zone) {
    if (shown[zone] == counters[zone].free_cma) continue;
    return refuse("R-CMA-2", "what is free of CMA areas is part of what is free", kNoPfn,
                  bp::text(counters[zone].free_cma) + " pages of CMA counted in " +
                      bp::text(layout_->zones[zone]),
                  bp::text(shown[zone]) + ", which the census shows");
  }
  return of_reserve(reserved, counters);
}

/// Where lists agree with the pageblocks: else a pageblock may be counted whose type did not change
/// (R-HA-3).
std::optional<Refusal> PageblockTypes::of_reserve(std::span<const Pages> free,
                                                  std::span<const ZoneCounters> counters) const {
  if (mixed_) return std::nullopt;
  const bool free_part = machine_->profile == Profile::v6_12 || machine_->profile == Profile::v7_1;
  for (unsigned zone = 0; zone < counters.size(); ++zone) {
    const Pages is = free_part ? free[zone] : reserved_most(zone);
    if (is == counters[zone].reserved) continue;
    return refuse(
        free_part ? "R-WMARK-17" : "R-HA-7", "the reserve is counted as it is", kNoPfn,
        bp::text(counters[zone].reserved) + " pages reserved in " + bp::text(layout_->zones[zone]),
        bp::text(is) + ", which the pageblocks show");
  }
  return std::nullopt;
}

Pages PageblockTypes::free_cma(unsigned zone, const Ownership& owners) const {
  Pages n;
  if (!seen_ || machine_->cma.empty()) return n;
  for (std::uint32_t i = first_[zone]; i < end_of(zone); ++i) {
    if (before_[i] != cma) continue;
    n += owners.shut().clear_frames(zone, {frame(i), frame(i) + kPageblock});
  }
  return n;
}

Pages PageblockTypes::reserved_least(unsigned zone) const {
  Pages n;
  if (!seen_ || !machine_->highatomic) return n;
  for (std::uint32_t i = first_[zone]; i < end_of(zone); ++i)
    if (before_[i] == highatomic && after_[i] == highatomic && !is_shared(i)) n += kPageblock;
  return n;
}

/// It was reserved and is isolated, which kernels do not take off the reserve.
bool PageblockTypes::is_set_apart(std::uint32_t pageblock) const {
  return before_[pageblock] == isolate && under_[pageblock] == highatomic;
}

Pages PageblockTypes::reserved_most(unsigned zone) const {
  Pages n;
  if (!seen_ || !machine_->highatomic) return n;
  for (std::uint32_t i = first_[zone]; i < end_of(zone); ++i)
    if (before_[i] == highatomic || after_[i] == highatomic || is_set_apart(i)) n += kPageblock;
  return n;
}

Pages PageblockTypes::open_pages(unsigned zone, bool with_cma, const Ownership& owners) const {
  const Pages closed = with_cma ? Pages{0} : free_cma(zone, owners);
  return owners.not_allocated(zone) - closed - free_reserved(zone, owners);
}

/// At most: what was reserved before the event or after it.
Pages PageblockTypes::free_reserved(unsigned zone, const Ownership& owners) const {
  Pages n;
  if (!seen_ || !machine_->highatomic) return n;
  const Pfn end = layout_->zones[zone].frames.end;
  for (std::uint32_t i = first_[zone]; i < end_of(zone); ++i) {
    if (before_[i] != highatomic && after_[i] != highatomic && !is_stuck(i)) continue;
    const Pfn last = std::min(align_down(frame(i), kRangeOrder) + kPageblock, end);
    n += owners.shut().clear_frames(zone, {frame(i), last});
  }
  return n;
}

Pages PageblockTypes::open_blocks(unsigned zone, Order o, bool with_cma, const Ownership& owners,
                                  Pages enough) const {
  if (!seen_) return owners.shut().clear_blocks(zone, o, enough);
  return blocks_where(zone, o, owners.shut(), enough, [&](std::uint32_t n) {
    const Migratetype t = before_[n];
    return t != highatomic && !is_stuck(n) && (with_cma || t != cma);
  });
}

}  // namespace bp
