// SPDX-License-Identifier: MIT
#include "fuzz/program/exhaustive.h"

#include <algorithm>

#include "model/vocab/check.h"
#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

class Walk {
 public:
  Walk(const Scope& scope, const std::function<bool(const Program&)>& visit)
      : scope_(scope), visit_(visit) {
    program_.machine = scope.machine;
  }

  std::uint64_t run() {
    extend();
    return visited_;
  }

 private:
  /// Depth first; false: stop.
  bool extend() {
    if (program_.ops.size() == scope_.length) return ++visited_, visit_(program_);
    for (const Op& alloc : scope_.allocs) {
      orders_.push_back(alloc.order);
      live_.push_back(static_cast<std::uint32_t>(orders_.size() - 1));
      const bool go_on = with(alloc);
      live_.pop_back();
      orders_.pop_back();
      if (!go_on) return false;
    }
    for (std::size_t i = 0; scope_.frees && i < live_.size(); ++i) {
      const std::uint32_t handle = live_[i];
      live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(i));
      const bool go_on = with(Op::free(handle, 0, orders_[handle]));
      live_.insert(live_.begin() + static_cast<std::ptrdiff_t>(i), handle);
      if (!go_on) return false;
    }
    return !scope_.drain || with(Op::drain(kAllCpus));
  }

  bool with(const Op& op) {
    program_.ops.push_back(op);
    const bool go_on = extend();
    program_.ops.pop_back();
    return go_on;
  }

  const Scope& scope_;
  const std::function<bool(const Program&)>& visit_;
  Program program_;
  std::vector<Order> orders_;
  std::vector<std::uint32_t> live_;
  std::uint64_t visited_ = 0;
};

}  // namespace

Scope tiny_scope(Profile p, unsigned length) {
  Scope s;
  s.length = length;
  Machine& m = s.machine;
  m.profile = p;
  m.era = era_of(p);
  m.zones.dma = true;
  m.pageblock_order = Order{3};
  m.pcp_high = 2;
  m.pcp_batch = 1;
  for (unsigned t = 0; t < kZoneTypes; ++t) m.lowmem_reserve_ratio.push_back(24);
  m.nodes.push_back({});
  m.nodes[0].cpu_end = 1;
  m.nodes[0].zones.push_back(
      {ZoneType::dma, {Pfn{0}, Pfn{8}}, Watermarks{Pages{0}, Pages{1}, Pages{2}}});
  m.nodes[0].zones.push_back(
      {ZoneType::normal, {Pfn{8}, Pfn{32}}, Watermarks{Pages{2}, Pages{4}, Pages{6}}});
  const std::pair<const char*, unsigned> requests[] = {{"GFP_KERNEL", 0}, {"GFP_KERNEL", 1},
                                                       {"GFP_KERNEL", 3}, {"GFP_KERNEL", 4},
                                                       {"GFP_ATOMIC", 3}, {"GFP_DMA", 2}};
  for (const auto& [mask, order] : requests)
    s.allocs.push_back(Op::alloc(0, Order{order}, gfp_parse(mask, m.era).gfp));
  return s;
}

std::uint64_t for_each_program(const Scope& scope,
                               const std::function<bool(const Program&)>& visit) {
  check(!first_fault(scope.machine), "a scope has a valid machine");
  return Walk(scope, visit).run();
}

}  // namespace bp
