// SPDX-License-Identifier: MIT
#include "fuzz/program/exhaustive.h"

#include <algorithm>

#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

/// A handle that is live on the path, with the order it asked for.
struct Held {
  std::uint32_t handle;
  Order order;
};

class Enumerator {
 public:
  Enumerator(const Scope& scope, const std::function<bool(const Program&)>& callback)
      : scope_(scope), callback_(callback) {
    program_.machine = scope.machine;
  }

  std::uint64_t run() {
    descend();
    return count_;
  }

 private:
  /// False once the callback has said so.
  bool visit() {
    const bool full = program_.ops.size() == scope_.depth;
    if (program_.ops.empty() || (!full && !scope_.all_depths)) return true;
    ++count_;
    return callback_(program_);
  }

  bool descend() {
    if (!visit()) return false;
    if (program_.ops.size() == scope_.depth) return true;
    return each_alloc() && each_free() && each_drain();
  }

  bool with(const Op& op) {
    program_.ops.push_back(op);
    const bool go_on = descend();
    program_.ops.pop_back();
    return go_on;
  }

  bool each_alloc() {
    for (unsigned cpu = 0; cpu < scope_.machine.cpus; ++cpu) {
      for (const Request& r : scope_.requests) {
        held_.push_back({handles_++, r.order});
        const bool go_on = with(Op::alloc(cpu, r.order, r.mask));
        held_.pop_back();
        --handles_;
        if (!go_on) return false;
      }
    }
    return true;
  }

  bool each_free() {
    for (std::size_t i = 0; i < held_.size(); ++i) {
      const Held freed = held_[i];
      const auto at = static_cast<std::ptrdiff_t>(i);
      held_.erase(held_.begin() + at);
      bool go_on = true;
      for (unsigned cpu = 0; go_on && cpu < scope_.machine.cpus; ++cpu) {
        go_on = with(Op::free(freed.handle, cpu, freed.order));
      }
      held_.insert(held_.begin() + at, freed);
      if (!go_on) return false;
    }
    return true;
  }

  bool each_drain() { return !scope_.drains || with(Op::drain(kAllCpus)); }

  const Scope& scope_;
  const std::function<bool(const Program&)>& callback_;
  Program program_;
  std::vector<Held> held_;
  std::uint32_t handles_ = 0;
  std::uint64_t count_ = 0;
};

Gfp mask_named(std::string_view name, Era era) {
  const GfpParse mask = gfp_parse(name, era);
  check(mask.fault.empty(), "the masks of a scope exist in its era");
  return mask.gfp;
}

}  // namespace

Scope tiny_scope(unsigned cpus, unsigned depth) {
  Scope s;
  s.machine.zones = ZoneConfig::from_bits(1);
  s.machine.cpus = static_cast<std::uint8_t>(cpus);
  s.machine.pageblock_order = Order{2};
  s.machine.pcp_high = 4;
  s.machine.pcp_batch = 2;
  Node n;
  n.cpu_end = s.machine.cpus;
  n.zones.push_back({ZoneType::dma, {Pfn{0}, Pfn{8}}, std::nullopt});
  n.zones.push_back({ZoneType::normal, {Pfn{8}, Pfn{32}}, std::nullopt});
  s.machine.nodes.push_back(n);
  for (const Order order : {Order{0}, Order{1}, Order{3}}) {
    for (const auto name : {"GFP_KERNEL", "GFP_HIGHUSER_MOVABLE", "GFP_ATOMIC|GFP_DMA"}) {
      s.requests.push_back({order, mask_named(name, s.machine.era)});
    }
  }
  s.depth = depth;
  return s;
}

Scope scarce_scope(Profile profile, unsigned depth) {
  Scope s = tiny_scope(1, depth);
  Machine& m = s.machine;
  m.profile = profile;
  m.era = era_of(profile);
  m.pageblock_order = Order{3};
  m.pcp_high = 2;
  m.pcp_batch = 1;
  while (!m.lowmem_reserve_ratio.full()) m.lowmem_reserve_ratio.push_back(24);
  m.nodes[0].zones[0].marks = Watermarks{Pages{0}, Pages{1}, Pages{2}};
  m.nodes[0].zones[1].marks = Watermarks{Pages{2}, Pages{4}, Pages{6}};
  s.requests.clear();
  const auto ask = [&](std::string_view mask, unsigned order) {
    s.requests.push_back({Order{order}, mask_named(mask, m.era)});
  };
  for (const unsigned order : {0U, 1U, 3U, 4U}) ask("GFP_KERNEL", order);
  ask("GFP_ATOMIC", 3);
  ask("GFP_DMA", 2);
  return s;
}

std::uint64_t for_each_program(const Scope& scope,
                               const std::function<bool(const Program&)>& callback) {
  return Enumerator(scope, callback).run();
}

/// By the number of live handles only: `ways[l]` is how many programs of one length end with l.
std::uint64_t count_programs(const Scope& scope) {
  const std::uint64_t allocs = scope.machine.cpus * scope.requests.size();
  std::vector<std::uint64_t> ways(scope.depth + std::size_t{2}, 0);
  ways[0] = 1;
  std::uint64_t all = 0;
  std::uint64_t last = 0;
  for (unsigned length = 1; length <= scope.depth; ++length) {
    std::vector<std::uint64_t> next(ways.size(), 0);
    for (std::size_t live = 0; live < length; ++live) {
      next[live + 1] += ways[live] * allocs;
      if (scope.drains) next[live] += ways[live];
      if (live > 0) next[live - 1] += ways[live] * live * scope.machine.cpus;
    }
    ways = next;
    last = 0;
    for (const std::uint64_t n : ways) last += n;
    all += last;
  }
  return scope.all_depths ? all : last;
}

}  // namespace bp
