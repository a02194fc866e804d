// SPDX-License-Identifier: MIT
// Histories of the reference as a recorder would have written them down, to be judged:
// requests at random on a machine of a profile, with what goes on in a kernel around them: per-CPU
// lists of two CPUs, migratetypes, a reserve, a CMA area, isolation, two nodes, and a slow path
// whose answers free what others hold.
//
// What the answers free during a request stands before it if it was served, and behind it if not:
// a recorder of calls sees no more. kswapd never goes back to sleep, as between two dumps.
#pragma once

#include <algorithm>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "model/judge/kernel_event.h"
#include "model/reference/reference.h"
#include "model/reference/test_machine.h"

namespace bp {

inline constexpr Profile kWrittenProfiles[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192,
                                               Profile::v6_12, Profile::v7_1};

enum class MachineKind : std::uint8_t {
  plain,  ///< One zone of 20 pageblocks that requests can use up.
  nodes,  ///< Two nodes with DMA32, NORMAL and MOVABLE.
  large,  ///< One zone that is large enough for a reserve of every kernel.
  wide,   ///< Two such nodes.
};
inline constexpr MachineKind kMachineKinds[] = {MachineKind::plain, MachineKind::nodes,
                                                MachineKind::large, MachineKind::wide};

struct SlowRequest {
  KernelEvent event;
  reference::Trace trace;
};

struct Written {
  KernelHistory history;
  std::vector<SlowRequest> slow;  ///< Those that had an environment.
};

class HistoryWriter {
 public:
  HistoryWriter(Profile p, MachineKind kind, unsigned seed)
      : random_(seed), pressed_(seed % 2 == 0), before_(machine(p, kind)), kernel_(before_) {}

  Written write(unsigned steps) {
    out_.history.before = before_;
    for (unsigned n = 0; n < steps; ++n) step();
    out_.history.after = kernel_.save();
    return out_;
  }

 private:
  using Migratetype = bp::Migratetype;
  static constexpr std::uint64_t kPair = 1024;  // Two pageblocks, one largest block.

  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  // The machine.

  void add_zone(reference::TestMachine& m, ZoneType t, std::uint64_t begin, unsigned pairs,
                std::string_view types, unsigned node = 0) {
    m.zone(t, begin, begin + pairs * kPair, node);
    for (std::size_t i = 0; i < types.size() && i < pairs; ++i) {
      using enum bp::Migratetype;
      const Migratetype type = types[i] == 'U'   ? unmovable
                               : types[i] == 'R' ? reclaimable
                               : types[i] == 'C' ? cma
                                                 : movable;
      m.type(type, begin + i * kPair, begin + (i + 1) * kPair);
    }
    const std::int64_t min = 8 + below(48);
    // Where the low mark is out of reach, every request looks at its reserves.
    const std::int64_t low = pressed_ ? 4096 * std::int64_t{pairs} : min + min / 4;
    m.free_all().marks(min, low, low + min / 4).threshold(below(20));
    const std::int64_t batch = 1 + below(8);
    m.pcp(batch * below(9), batch);
  }

  reference::KernelState machine(Profile p, MachineKind kind) {
    reference::TestMachine m(p);
    const bool numa = kind == MachineKind::nodes || kind == MachineKind::wide;
    m.x86_64().with_cma().cpus(numa ? std::vector<std::uint8_t>{0, 1}
                                    : std::vector<std::uint8_t>{0, 0});
    m.config().thp = below(2) == 0;
    m.config().boost_factor = below(2) == 0 ? 0 : 15000;
    if (kind == MachineKind::wide) {
      add_zone(m, ZoneType::normal, 0x2000, 40, "UMMRMUMCMM");
      add_zone(m, ZoneType::normal, 0x10000, 40, "UMMRMUMCMM", 1);
      if (below(2) == 0) m.nodes()[below(2)].kswapd_running = true;
      return m.build();
    }
    if (!numa) {
      add_zone(m, ZoneType::normal, 0x2000, kind == MachineKind::plain ? 10 : 60, "UMMRMUMCMM");
      return m.build();
    }
    add_zone(m, ZoneType::dma32, 0x1000, 3, "UMM");
    m.reserve({0, 0, 64, 64});
    add_zone(m, ZoneType::normal, 0x4000, 4, "UMRC");
    add_zone(m, ZoneType::normal, 0x8000, 4, "UMRM", 1);
    m.reserve({0, 0, 0, 48});
    add_zone(m, ZoneType::movable, 0xa000, 2, "MM", 1);
    if (below(3) == 0) m.nodes()[below(2)].kswapd_running = true;
    return m.build();
  }

  // What is done.

  void step() {
    switch (below(16)) {
      case 0: kernel_.drain_all(cpu()); return;
      case 1: kernel_.tick(cpu(), false); return;
      case 2: return isolate();
      case 3:
      case 4:
      case 5:
      case 6:
      case 7: return free();
      default: return alloc();
    }
  }
  unsigned cpu() { return below(2); }

  Gfp mask() {
    using enum GfpFlag;
    Gfp g = below(6) != 0 ? Gfp{kswapd_reclaim} : Gfp{};
    const unsigned type = below(3);
    if (type == 0) g |= Gfp{movable} | (below(2) == 0 ? Gfp{highmem} : Gfp{});
    if (type == 1) g |= reclaimable;
    if (below(6) == 0) g |= dma32;
    if (below(8) == 0) g |= thisnode;
    if (below(4) == 0) g |= Gfp{high} | atomic;
    if (below(16) == 0) g |= memalloc;
    if (below(16) == 0) g |= nomemalloc;
    if (below(3) != 0) return g;
    g |= Gfp{direct_reclaim} | io | fs;
    if (below(4) == 0) g |= noretry;
    if (below(4) == 0) g |= before_.config.profile == Profile::v4_7 ? repeat : retry_mayfail;
    if (below(8) == 0) g |= nofail;
    return g;
  }

  /// Answers that free what is held, and some that do not.
  reference::Environment environment() {
    reference::Environment env{.compacts = below(4) != 0, .compaction_may_help = below(3) == 0};
    for (unsigned n = below(12); n > 0; --n) {
      constexpr reference::Asked kWho[] = {reference::Asked::compaction, reference::Asked::reclaim,
                                           reference::Asked::killer};
      reference::Reply r{.to = kWho[below(3)]};
      r.compacted = reference::Compacted{static_cast<std::uint8_t>(below(reference::kCompacted))};
      r.progress = below(3) == 0 ? below(64) : 0;
      for (unsigned k = below(3) == 0 ? below(16) : 0; k > 0 && !held_.empty(); --k)
        r.frees.push_back(held_[below(static_cast<unsigned>(held_.size()))].head);
      env.replies.push_back(r);
    }
    return env;
  }

  void alloc() {
    static constexpr unsigned kOrders[] = {0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 6, 9, 10};
    KernelEvent e{
        .act = KernelAct::alloc, .cpu = cpu(), .gfp = mask(), .order = kOrders[below(13)]};
    if (before_.nodes.size() > 1 && below(2) == 0) e.node = static_cast<int>(below(2));
    e.task = {.memalloc = below(24) == 0,
              .in_interrupt = below(24) == 0,
              .oom_victim = below(24) == 0,
              .realtime = below(24) == 0};
    const bool slow = e.gfp.has(GfpFlag::direct_reclaim);
    const reference::Environment env = slow ? environment() : reference::Environment{};
    const reference::Answer got = kernel_.alloc({.cpu = e.cpu,
                                                 .node = e.node,
                                                 .gfp = e.gfp,
                                                 .order = e.order,
                                                 .task = e.task,
                                                 .environment = slow ? &env : nullptr});
    e.head = got.head;
    e.marked = got.pfmemalloc;
    if (slow) out_.slow.push_back({e, got.trace});
    if (got.head != kNoPfn) e.pageblock = kernel_.type_of(got.head);
    auto freed = freed_by(env, e);
    for (const reference::Step& s : got.trace) {
      if (s.action != reference::Action::unreserve) continue;
      freed.insert(freed.begin(), {.act = KernelAct::unreserve});
      break;
    }
    auto& events = out_.history.events;
    if (got.head == kNoPfn) events.push_back(e);
    events.insert(events.end(), freed.begin(), freed.end());
    if (got.head == kNoPfn) return;
    events.push_back(e);
    held_.push_back({got.head, Order{e.order}});
  }

  /// Of the blocks that the answers name, those that somebody held and nobody holds now, but for
  /// who asked.
  std::vector<KernelEvent> freed_by(const reference::Environment& env, const KernelEvent& asked) {
    std::vector<KernelEvent> out;
    const Pfn end = asked.head == kNoPfn ? kNoPfn : asked.head + pages_in(Order{asked.order});
    for (const reference::Reply& r : env.replies) {
      for (const Pfn p : r.frees) {
        const auto held = std::ranges::find(held_, p, &HeldBlock::head);
        if (held == held_.end()) continue;
        const bool given_again = asked.head != kNoPfn && p >= asked.head && p < end;
        if (kernel_.is_allocated(p) && !given_again) continue;
        out.push_back({.act = KernelAct::free,
                       .order = static_cast<unsigned>(held->order),
                       .head = held->head});
        held_.erase(held);
      }
    }
    return out;
  }

  void free() {
    if (held_.empty() || (pressed_ && below(8) != 0)) return;
    const std::size_t i = below(static_cast<unsigned>(held_.size()));
    const HeldBlock b = held_[i];
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
    kernel_.free(cpu(), b.head, b.order);
    out_.history.events.push_back(
        {.act = KernelAct::free, .order = static_cast<unsigned>(b.order), .head = b.head});
  }

  void isolate() {
    if (isolated_) {
      kernel_.unisolate(0, *isolated_, Migratetype::movable);
      out_.history.events.push_back({.act = KernelAct::unisolate, .head = *isolated_});
      isolated_.reset();
      return;
    }
    const auto& n = before_.zones;
    const auto zone = std::ranges::find_if(
        n, [](const reference::ZoneState& z) { return z.type == ZoneType::normal; });
    const Pfn p{static_cast<std::uint64_t>(zone->numbers.start) + 512 * (2 + below(6))};
    if (kernel_.type_of(p) != Migratetype::movable || kernel_.refuses_isolation(p) == true) return;
    kernel_.isolate(0, p);
    out_.history.events.push_back({.act = KernelAct::isolate, .head = p});
    isolated_ = p;
  }

  std::mt19937 random_;
  bool pressed_;  ///< Little is given back, and marks are high.
  reference::KernelState before_;
  reference::Reference kernel_;
  Written out_;
  std::vector<HeldBlock> held_;
  std::optional<Pfn> isolated_;
};

}  // namespace bp
