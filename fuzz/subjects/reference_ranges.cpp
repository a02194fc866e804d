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
    return Pfn{z.begin} <= frames.begin && frames.end <= Pfn{z.end};
  });
}

bool ReferenceRanges::is_hole(Pfn pageblock) const {
  const auto holes = std::span(machine_.holes, machine_.n_holes);
  return all_of({pageblock, pageblock + kRangeBlock}, Pages{1}, [&](Pfn p) {
    return std::ranges::any_of(
        holes, [&](const bp_range& h) { return Pfn{h.begin} <= p && p < Pfn{h.end}; });
  });
}

std::uint32_t ReferenceRanges::type_at(Pfn p) const {
  const Pfn pageblock = align_down(p, kRangeOrder);
  if (!is_one_zones({p, p + Pages{1}}) || is_hole(pageblock)) return BP_TYPE_ISOLATE;
  return static_cast<std::uint32_t>(kernel_.type_of(p));
}

/// A block is part of it and of what is beside it: kernels before 6.x isolate wrongly then
/// (R-ISO-4), and their callers see to it that it does not happen.
bool ReferenceRanges::is_straddled(const PfnRange& frames) const {
  for (const Pfn edge : {frames.begin, frames.end}) {
    const Pfn larger = align_down(edge, Order{kOrderMax});
    if (larger == edge || !is_one_zones({larger, larger + Pages{1}})) continue;
    const auto allocated = kernel_.allocated_order(larger);
    const auto order = allocated ? allocated : kernel_.free_block_at(larger);
    if (order && larger + pages_in(*order) > edge) return true;
  }
  return false;
}

bool ReferenceRanges::can_isolate(const PfnRange& frames) const {
  if (pageblock() > kRangeBlock || is_straddled(frames)) return false;
  if (!all_of(frames, kRangeBlock, [&](Pfn p) { return !is_hole(p); })) return false;
  return all_of(frames, pageblock(), [&](Pfn p) {
    return kernel_.type_of(p) != Migratetype::isolate && kernel_.refuses_isolation(p) != true;
  });
}

bool ReferenceRanges::can_unisolate(const PfnRange& frames) const {
  return !is_straddled(frames) && all_of(frames, pageblock(), [&](Pfn p) {
    return types_.contains(static_cast<std::uint64_t>(p));
  });
}

void ReferenceRanges::isolate(const PfnRange& frames) {
  for (Pfn p = frames.begin; p < frames.end; p += pageblock()) {
    types_[static_cast<std::uint64_t>(p)] = kernel_.type_of(p);
    kernel_.isolate(kCpu, p);
  }
}

void ReferenceRanges::unisolate(const PfnRange& frames) {
  for (Pfn p = frames.begin; p < frames.end; p += pageblock()) {
    const auto was = types_.find(static_cast<std::uint64_t>(p));
    kernel_.unisolate(kCpu, p, was->second);
    types_.erase(was);
  }
}

bp_status ReferenceRanges::range(std::uint32_t action, const PfnRange& frames) {
  if (!is_one_zones(frames)) return BP_BAD_RANGE;
  kernel_.drain_all(kCpu);  // What merges by it is straddled, too.
  if (action == BP_RANGE_ISOLATE && can_isolate(frames)) return isolate(frames), BP_OK;
  if (action == BP_RANGE_UNISOLATE && can_unisolate(frames)) return unisolate(frames), BP_OK;
  return BP_BUSY;
}

}  // namespace bp
