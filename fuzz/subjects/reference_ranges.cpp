// SPDX-License-Identifier: MIT
#include "fuzz/subjects/reference_ranges.h"

#include <algorithm>
#include <span>

#include "model/vocab/operation.h"

namespace bp {

namespace {

constexpr Pages kRangeBlock = pages_in(kRangeOrder);
/// Isolating and draining are done there.
constexpr unsigned kCpu = 0;

std::uint64_t number(Pfn p) { return static_cast<std::uint64_t>(p); }

/// `keep(pageblock)` of all of them.
template <class Keep>
bool all_of(const PfnRange& frames, Pages step, Keep&& keep) {
  for (Pfn p = frames.begin; p < frames.end; p += step)
    if (!keep(p)) return false;
  return true;
}

}  // namespace

Pages ReferenceRanges::pageblock() const {
  const bool typed = machine_.n_cma != 0 || machine_.highatomic != 0;
  return typed ? kRangeBlock : pages_in(Order{machine_.pageblock_order});
}

bool ReferenceRanges::is_one_zones(const PfnRange& frames) const {
  const auto zones = std::span(machine_.zones, machine_.n_zones);
  return std::ranges::any_of(zones, [&](const bp_zone& z) {
    return PfnRange{Pfn{z.begin}, Pfn{z.end}}.holds(frames.begin) && frames.end <= Pfn{z.end};
  });
}

bool ReferenceRanges::is_hole(const PfnRange& frames) const {
  const auto holes = std::span(machine_.holes, machine_.n_holes);
  return std::ranges::any_of(holes, [&](const bp_range& h) {
    return Pfn{h.begin} <= frames.begin && frames.end <= Pfn{h.end};
  });
}

bool ReferenceRanges::is_offline(Pfn pageblock) const {
  const auto moved = there_.find(number(pageblock));
  return moved != there_.end() ? !moved->second : is_hole({pageblock, pageblock + kRangeBlock});
}

bool ReferenceRanges::is_memory(Pfn p) const {
  const PfnRange frame{p, p + Pages{1}};
  const auto moved = there_.find(number(align_down(p, kRangeOrder)));
  return is_one_zones(frame) && (moved != there_.end() ? moved->second : !is_hole(frame));
}

std::uint32_t ReferenceRanges::type_at(Pfn p) const {
  if (!is_one_zones({p, p + Pages{1}}) || is_offline(align_down(p, kRangeOrder)))
    return BP_TYPE_ISOLATE;
  return static_cast<std::uint32_t>(kernel_.type_of(p));
}

/// A kernel isolates pageblocks, no parts of them.
bool ReferenceRanges::is_whole(const PfnRange& frames) const {
  const auto pages = static_cast<std::uint64_t>(std::int64_t{pageblock()});
  return number(frames.begin) % pages == 0 && number(frames.end) % pages == 0;
}

bool ReferenceRanges::is_free(const PfnRange& frames) const {
  for (Pfn p = frames.begin; p < frames.end;) {
    const auto order = kernel_.free_block_at(p);
    if (!order && !kernel_.inside_free_block(p)) return false;
    p += order ? pages_in(*order) : Pages{1};
  }
  return true;
}

/// Only a block of the largest order can hold an edge between pageblocks of 512 frames.
ReferenceRanges::Straddling ReferenceRanges::straddling(Pfn edge) const {
  const Pfn head = align_down(edge, Order{kOrderMax});
  if (head == edge || !is_one_zones({head, head + Pages{1}})) return {};
  const auto reaches = [&](std::optional<Order> o) { return o && head + pages_in(*o) > edge; };
  return {.free = reaches(kernel_.free_block_at(head)),
          .allocated = reaches(kernel_.allocated_order(head))};
}

ReferenceRanges::Straddling ReferenceRanges::straddling(const PfnRange& frames) const {
  const Straddling begin = straddling(frames.begin), end = straddling(frames.end);
  return {.free = begin.free || end.free, .allocated = begin.allocated || end.allocated};
}

bool ReferenceRanges::splits_free_blocks() const {
  return machine_.profile != BP_PROFILE_V4_7 && machine_.profile != BP_PROFILE_V5_15;
}

bool ReferenceRanges::frees_by_pageblock() const {
  return machine_.profile == BP_PROFILE_V6_12 || machine_.profile == BP_PROFILE_V7_1;
}

/// Where no free block is taken apart at an edge, who takes a range isolates all of the block
/// (R-ISO-4).
PfnRange ReferenceRanges::isolated_for(const PfnRange& frames) const {
  if (splits_free_blocks()) return frames;
  const Order largest{kOrderMax};
  return {straddling(frames.begin).free ? align_down(frames.begin, largest) : frames.begin,
          straddling(frames.end).free ? align_up(frames.end, largest) : frames.end};
}

bool ReferenceRanges::can(std::uint32_t action, const PfnRange& frames) const {
  if (!is_whole(frames)) return false;
  switch (action) {
    case BP_RANGE_ISOLATE: return can_isolate(frames);
    case BP_RANGE_UNISOLATE: return can_unisolate(frames);
    case BP_RANGE_ONLINE: return all_of(frames, kRangeBlock, [&](Pfn p) { return is_offline(p); });
    default: return can_isolate(isolated_for(frames)) && is_free(frames);
  }
}

/// An edge inside a block is isolated wrongly, up to 5.15 if the block is free (R-ISO-4), up to 6.1
/// once it is freed (W-15): callers see to it that it does not happen.
bool ReferenceRanges::can_isolate(const PfnRange& frames) const {
  const Straddling across = straddling(frames);
  if (across.free && !splits_free_blocks()) return false;
  if (across.allocated && !frees_by_pageblock()) return false;
  if (!all_of(frames, kRangeBlock, [&](Pfn p) { return !is_offline(p); })) return false;
  return all_of(frames, pageblock(), [&](Pfn p) {
    return kernel_.type_of(p) != Migratetype::isolate && kernel_.refuses_isolation(p) != true;
  });
}

/// Two ranges that were isolated one by one can have merged.
bool ReferenceRanges::can_unisolate(const PfnRange& frames) const {
  const Straddling across = straddling(frames);
  if ((across.free || across.allocated) && !frees_by_pageblock()) return false;
  return all_of(frames, pageblock(), [&](Pfn p) { return types_.contains(number(p)); });
}

void ReferenceRanges::isolate(const PfnRange& frames) {
  for (Pfn p = frames.begin; p < frames.end; p += pageblock()) {
    types_[number(p)] = kernel_.type_of(p);
    kernel_.isolate(kCpu, p);
  }
}

void ReferenceRanges::unisolate(const PfnRange& frames) {
  for (Pfn p = frames.begin; p < frames.end; p += pageblock()) {
    const auto was = types_.find(number(p));
    kernel_.unisolate(kCpu, p, was->second);
    types_.erase(was);
  }
}

void ReferenceRanges::offline(const PfnRange& frames) {
  const PfnRange around = isolated_for(frames);
  isolate(around);
  kernel_.offline(kCpu, frames);
  unisolate({around.begin, frames.begin});
  unisolate({frames.end, around.end});
  for (Pfn p = frames.begin; p < frames.end; p += pageblock()) types_.erase(number(p));
  for (Pfn p = frames.begin; p < frames.end; p += kRangeBlock) there_[number(p)] = false;
}

void ReferenceRanges::online(const PfnRange& frames) {
  kernel_.online(kCpu, frames);
  for (Pfn p = frames.begin; p < frames.end; p += kRangeBlock) there_[number(p)] = true;
}

void ReferenceRanges::take(const PfnRange& frames) {
  const PfnRange around = isolated_for(frames);
  isolate(around);
  kernel_.take_range(kCpu, frames, kRangeOrder);
  unisolate(around);
}

bp_status ReferenceRanges::range(std::uint32_t action, const PfnRange& frames) {
  if (!is_one_zones(frames)) return BP_BAD_RANGE;
  kernel_.drain_all(kCpu);  // What merges by it is straddled, too.
  if (!can(action, frames)) return BP_BUSY;
  switch (action) {
    case BP_RANGE_ISOLATE: isolate(frames); break;
    case BP_RANGE_UNISOLATE: unisolate(frames); break;
    case BP_RANGE_OFFLINE: offline(frames); break;
    case BP_RANGE_ONLINE: online(frames); break;
    default: take(frames); break;
  }
  return BP_OK;
}

}  // namespace bp
