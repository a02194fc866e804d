// SPDX-License-Identifier: MIT
#include "fuzz/engines/minimise.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "fuzz/program/mutate.h"
#include "fuzz/program/mutate_parts.h"
#include "fuzz/program/rng.h"

namespace bp {
namespace {

constexpr std::uint32_t kGone = ~std::uint32_t{0};  ///< A handle whose alloc was taken out.

constexpr std::size_t kJumps = 20'000;     ///< In vain, one after the other: then it is the end.
constexpr std::uint32_t kJumpChanges = 6;  ///< Of one jump, at most.
constexpr std::size_t kFewOps = 4;         ///< Left by most jumps, at most.
constexpr std::uint64_t kJumpSeed = 1;     ///< The same program has the same result.

/// One reduction in progress: the smallest program that is known to break the rule.
class Reduction {
 public:
  Reduction(const Program& p, Executor& execute, const std::string& rule,
            std::size_t executions_max)
      : best_(p), execute_(execute), rule_(rule), left_(executions_max), budget_(executions_max) {}

  Minimised result() && { return {std::move(best_), budget_ - left_, left_ > 0}; }

  void all() {
    best_.schedule.clear();
    best_.execution_hash = 0;
    cut_after_event();
    to_fixed_point();
    while (left_ > 0 && jump()) to_fixed_point();
  }

 private:
  /// Keeps `candidate` if it is legal and breaks the same rule.
  bool keep_if_broken(Program candidate) {
    if (left_ == 0 || candidate == best_ || first_fault(candidate)) return false;
    --left_;
    if (!execute_.run(candidate) || execute_.verdict().accepted()) return false;
    if (execute_.verdict().refusal->rule != rule_) return false;
    best_ = std::move(candidate);
    return true;
  }

  void to_fixed_point() {
    bool smaller = true;
    while (smaller && left_ > 0) {
      smaller = fewer_ops();
      smaller = simpler_ops() || smaller;
      smaller = simpler_machine() || smaller;
    }
  }

  /// Some of the operations, changed, on a changed machine. Many operations often do no more than
  /// bring a zone to its mark, where a zone of another size would be from the start: no single
  /// step leads there.
  bool jump() {
    for (std::size_t tries = 0; tries < kJumps && left_ > 0 && best_.ops.size() > 1; ++tries) {
      Program candidate = some_ops(rng_.between(1, static_cast<std::uint32_t>(jump_ops())));
      for (std::uint32_t changes = rng_.between(1, kJumpChanges); changes > 0; --changes) {
        if (rng_.one_in(3)) {
          mutate(candidate, rng_);
        } else {
          mutate_machine(candidate.machine, rng_);
          fit_ops(candidate.ops, candidate.machine);
        }
      }
      if (candidate.ops.size() < best_.ops.size() && keep_if_broken(std::move(candidate)))
        return true;
    }
    return false;
  }

  /// Fewer than there are, and mostly few.
  std::size_t jump_ops() {
    const std::size_t most = best_.ops.size() - 1;
    return rng_.one_in(4) ? most : std::min(most, kFewOps);
  }

  /// `n` of the operations at random, in order, or fewer where a free lost its alloc.
  Program some_ops(std::size_t n) {
    Program p = best_;
    while (p.ops.size() > n) {
      const std::size_t at = rng_.below(p.ops.size());
      p = without_ops(p, at, at + 1);
    }
    return p;
  }

  /// What comes after the event cannot have caused it.
  void cut_after_event() {
    if (!execute_.run(best_) || execute_.verdict().accepted()) return;
    const std::size_t event = execute_.verdict().refusal->event;
    if (event + 1 < best_.ops.size())
      keep_if_broken(without_ops(best_, event + 1, best_.ops.size()));
  }

  bool fewer_ops() {
    bool smaller = false;
    for (std::size_t chunk = std::max<std::size_t>(best_.ops.size() / 2, 1); chunk > 0;
         chunk /= 2) {
      // From the back: what is late is needed least often by what stays.
      for (std::size_t end = best_.ops.size(); end > 0 && left_ > 0;) {
        const std::size_t begin = end > chunk ? end - chunk : 0;
        if (keep_if_broken(without_ops(best_, begin, end))) smaller = true;
        end = std::min(begin, best_.ops.size());
      }
    }
    return smaller;
  }

  bool simpler_ops() {
    bool smaller = false;
    for (std::size_t i = 0; i < best_.ops.size() && left_ > 0; ++i) {
      smaller = simpler_values(i) || smaller;
      if (best_.ops[i].kind == OpKind::alloc) {
        smaller = lower_order(i) || smaller;
        smaller = fewer_flags(i) || smaller;
      }
    }
    return smaller;
  }

  template <class Change>
  bool try_op(std::size_t i, Change change) {
    Program candidate = best_;
    change(candidate.ops[i]);
    return keep_if_broken(std::move(candidate));
  }

  bool simpler_values(std::size_t i) {
    const OpKind kind = best_.ops[i].kind;
    bool smaller = false;
    if (kind == OpKind::alloc || kind == OpKind::free)
      smaller = try_op(i, [](Op& op) { op.cpu = 0; }) || smaller;
    if (kind == OpKind::alloc) {
      smaller = try_op(i, [](Op& op) { op.node = kNoNode; }) || smaller;
      smaller = try_op(i, [](Op& op) { op.nodemask = kNoNodemask; }) || smaller;
    }
    if (kind == OpKind::free) {
      smaller = try_op(i, [](Op& op) { op.offset = 0; }) || smaller;
      smaller = try_op(i, [](Op& op) { op.by_address = false; }) || smaller;
    }
    while (best_.ops[i].range.blocks > 1 && try_op(i, [](Op& op) { op.range.blocks /= 2; }))
      smaller = true;
    return simpler_call(i) || smaller;
  }

  /// The allocator itself instead of another interface, fewer pages, a plainer task.
  bool simpler_call(std::size_t i) {
    const Op now = best_.ops[i];  // A copy: what is tried takes the program's place.
    if (!now.is_call()) return false;
    bool smaller = false;
    if (now.kind == OpKind::task) {
      smaller = try_op(i, [](Op& op) { op.task.policy = Policy::none, op.task.policy_nodes = 0; });
      smaller = try_op(i, [](Op& op) { op.task.mems = 0; }) || smaller;
      for (unsigned f = 0; f < kTaskFlags; ++f)
        smaller =
            try_op(i, [&](Op& op) { op.task.flags &= static_cast<std::uint8_t>(~(1U << f)); }) ||
            smaller;
    }
    if (now.is_environment()) return simpler_environment(i);
    if (now.kind != OpKind::alloc) return smaller;
    if (now.call != Call::bulk)
      smaller = try_op(i, [](Op& op) { op.call = Call::alloc, op.pages = 0; }) || smaller;
    while (best_.ops[i].call == Call::exact && best_.ops[i].pages > 1 &&
           try_op(i, [](Op& op) { op.pages = static_cast<std::uint16_t>(op.pages / 2); }))
      smaller = true;
    return smaller;
  }

  /// Answers that give back and say less, a plainer world.
  bool simpler_environment(std::size_t i) {
    bool smaller = false;
    smaller = try_op(i, [](Op& op) { op.answer.frees = 0, op.handle = 0; }) || smaller;
    while (best_.ops[i].answer.frees > 1 && try_op(i, [](Op& op) { op.answer.frees /= 2; }))
      smaller = true;
    smaller = try_op(i, [](Op& op) { op.answer.progress = 0; }) || smaller;
    while (best_.ops[i].answer.progress > 1 && try_op(i, [](Op& op) { op.answer.progress /= 2; }))
      smaller = true;
    smaller = try_op(i, [](Op& op) { op.answer.result = 0; }) || smaller;
    smaller = try_op(i, [](Op& op) { op.gfp = Gfp{}; }) || smaller;
    smaller = try_op(i, [](Op& op) { op.world.reclaimable = 0; }) || smaller;
    smaller = try_op(i, [](Op& op) { op.world.dirty_nodes = 0; }) || smaller;
    for (unsigned f = 0; f < kWorldFlags; ++f)
      smaller =
          try_op(i, [&](Op& op) { op.world.flags &= static_cast<std::uint8_t>(~(1U << f)); }) ||
          smaller;
    return smaller;
  }

  /// An alloc and its frees change their order together, or every free would become a wrong one.
  bool lower_order(std::size_t i) {
    if (!has_order(best_.ops[i].call)) return false;
    const auto handle = std::accumulate(
        best_.ops.begin(), best_.ops.begin() + static_cast<std::ptrdiff_t>(i), std::uint32_t{0},
        [](std::uint32_t sum, const Op& op) { return sum + op.defines(); });
    const Order now = best_.ops[i].order;
    for (Order lower{0}; lower < now; ++lower) {
      Program candidate = best_;
      candidate.ops[i].order = lower;
      for (Op& op : candidate.ops) {
        if (op.names_handle() && op.handle == handle && op.order == now) op.order = lower;
      }
      if (keep_if_broken(std::move(candidate))) return true;
    }
    return false;
  }

  bool fewer_flags(std::size_t i) {
    bool smaller = try_op(i, [](Op& op) { op.gfp = Gfp{}; });
    for (unsigned f = 0; f < kGfpFlags; ++f) {
      const auto flag = GfpFlag{static_cast<std::uint8_t>(f)};
      if (!best_.ops[i].gfp.has(flag)) continue;
      smaller = try_op(i, [&](Op& op) { op.gfp = without(op.gfp, flag); }) || smaller;
    }
    return smaller;
  }

  static Gfp without(Gfp g, GfpFlag taken) {
    Gfp rest;
    for (unsigned f = 0; f < kGfpFlags; ++f) {
      const auto flag = GfpFlag{static_cast<std::uint8_t>(f)};
      if (flag != taken && g.has(flag)) rest |= flag;
    }
    return rest;
  }

  template <class Change>
  bool try_machine(Change change) {
    Program candidate = best_;
    change(candidate.machine);
    return keep_if_broken(std::move(candidate));
  }

  bool simpler_machine() {
    bool smaller = false;
    smaller = try_machine([](Machine& m) { m.pcp_high = 0, m.pcp_batch = 0; }) || smaller;
    smaller = try_machine([](Machine& m) { m.min_free_kbytes = 0; }) || smaller;
    smaller = try_machine([](Machine& m) { m.watermark_scale_factor = 10; }) || smaller;
    smaller = try_machine([](Machine& m) { m.lowmem_reserve_ratio.clear(); }) || smaller;
    smaller = try_machine([](Machine& m) { m.highatomic = false; }) || smaller;
    for (std::size_t i = best_.machine.cma.size(); i-- > 0;)
      smaller = try_machine([&](Machine& m) { drop(m.cma, i); }) || smaller;
    for (std::size_t n = 0; n < best_.machine.nodes.size() && left_ > 0; ++n)
      smaller = simpler_node(n) || smaller;
    smaller = without_last_node() || smaller;
    return without_last_cpu() || smaller;
  }

  bool simpler_node(std::size_t n) {
    bool smaller = try_machine([&](Machine& m) { m.nodes[n].holes.clear(); });
    smaller = try_machine([&](Machine& m) { m.nodes[n].distance.clear(); }) || smaller;
    for (std::size_t z = 0; z < best_.machine.nodes[n].zones.size(); ++z)
      while (left_ > 0 && shorter_zone(n, z)) smaller = true;
    for (std::size_t z = best_.machine.nodes[n].zones.size(); z-- > 0;)
      smaller = try_machine([&](Machine& m) { drop(m.nodes[n].zones, z); }) || smaller;
    return smaller;
  }

  /// Half of its pages, from the end.
  bool shorter_zone(std::size_t n, std::size_t z) {
    return try_machine([&](Machine& m) {
      PfnRange& frames = m.nodes[n].zones[z].frames;
      frames.end = frames.begin + frames.span() / 2;
    });
  }

  template <class T, std::size_t N>
  static void drop(FixedVec<T, N>& all, std::size_t which) {
    FixedVec<T, N> rest;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i != which) rest.push_back(all[i]);
    }
    all = rest;
  }

  bool without_last_node() {
    if (best_.machine.nodes.size() < 2) return false;
    return try_machine([](Machine& m) {
      const Node last = m.nodes.back();
      drop(m.nodes, m.nodes.size() - 1);
      for (Node& n : m.nodes) n.distance.clear();
      if (last.cpu_end == m.cpus && last.cpu_begin < last.cpu_end) m.nodes.back().cpu_end = m.cpus;
    });
  }

  bool without_last_cpu() {
    if (best_.machine.cpus < 2) return false;
    return try_machine([](Machine& m) {
      --m.cpus;
      for (Node& n : m.nodes) {
        n.cpu_end = std::min(n.cpu_end, m.cpus);
        n.cpu_begin = std::min(n.cpu_begin, n.cpu_end);
      }
    });
  }

  Program best_;
  Executor& execute_;
  std::string rule_;
  std::size_t left_;
  std::size_t budget_;
  Rng rng_{kJumpSeed};
};

}  // namespace

Program without_ops(const Program& p, std::size_t begin, std::size_t end) {
  Program out;
  out.machine = p.machine;
  out.ops.reserve(p.ops.size());
  std::vector<std::uint32_t> renumbered;  // Old handle to new one.
  std::uint32_t handles = 0;
  for (std::size_t i = 0; i < p.ops.size(); ++i) {
    const bool gone = begin <= i && i < end;
    Op op = p.ops[i];
    for (std::uint32_t n = op.defines(); n > 0; --n) renumbered.push_back(gone ? kGone : handles++);
    if (gone) continue;
    if (op.names_handle()) {
      op.handle = renumbered[op.handle];
      if (op.handle == kGone && op.kind != OpKind::answer) continue;
      if (op.handle == kGone) op.handle = 0, op.answer.frees = 0;
      op.answer.frees =
          static_cast<std::uint8_t>(std::min<std::uint32_t>(op.answer.frees, handles - op.handle));
    }
    out.ops.push_back(op);
  }
  return out;
}

Minimised minimise(const Program& p, Executor& execute, const std::string& rule,
                   std::size_t executions_max) {
  Reduction r(p, execute, rule, executions_max);
  r.all();
  return std::move(r).result();
}

}  // namespace bp
