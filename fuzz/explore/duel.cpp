// SPDX-License-Identifier: MIT
#include "fuzz/explore/duel.h"

#include <array>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "fuzz/explore/sim_policy.h"
#include "impl/allocator.h"

namespace bp::explore {
namespace {

constexpr unsigned kFramesMax = 64;

/// The allocator's memory, kept from execution to execution.
class Arena {
 public:
  void* of(std::size_t bytes) {
    if (bytes > bytes_) {
      memory_.reset(::operator new(bytes, std::align_val_t{impl::Allocator<SimPolicy>::kAlign}));
      bytes_ = bytes;
    }
    return memory_.get();
  }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Return {
    void operator()(void* p) const {
      ::operator delete(p, std::align_val_t{impl::Allocator<SimPolicy>::kAlign});
    }
  };
  std::unique_ptr<void, Return> memory_;
  std::size_t bytes_ = 0;
};

impl::ZoneSpec zone_of(const Duel& d) {
  impl::ZoneSpec z;
  z.type = ZoneType::normal;
  z.frames = {Pfn{0}, Pfn{d.frames}};
  z.pcp_high = d.pcp_high;
  return z;
}

impl::Config config_of(const Duel& d, const impl::ZoneSpec& zone) {
  impl::Config c;
  c.group_by_mobility = d.grouped;
  c.zone_types = ZoneConfig::from_bits(3);
  c.cpus = 2;
  c.zones = &zone;
  c.n_zones = 1;
  c.fallback[0].nodes[0] = 0;
  c.fallback[0].count = 1;
  return c;
}

/// Who owns what, by the rules and not by the allocator.
struct Ghost {
  std::array<bool, kFramesMax> owned{};
  std::vector<std::unique_ptr<sched::Var<unsigned>>> payload;

  explicit Ghost(unsigned frames) {
    for (unsigned f = 0; f < frames; ++f)
      payload.push_back(std::make_unique<sched::Var<unsigned>>(0));
  }
  void allocated(std::uint64_t pfn, unsigned task) {
    sched::World& w = sched::World::current();
    if (pfn >= payload.size()) return w.stop("S3: frame " + std::to_string(pfn) + " is not there");
    if (owned[pfn])
      return w.stop("S1: frame " + std::to_string(pfn) + " is given to task " +
                    std::to_string(task) + " and belongs to another");
    owned[pfn] = true;
    payload[pfn]->write(task);
  }
  void freed(std::uint64_t pfn, unsigned task) {
    payload[pfn]->write(task);
    owned[pfn] = false;
  }
};

/// What each task does.
template <class Policy>
struct Player {
  using Allocator = impl::Allocator<Policy>;
  const Duel& duel;
  Allocator& allocator;
  Ghost& ghost;
  unsigned cpu;

  void operator()() {
    const unsigned me = sched::World::current().task();
    std::array<Pfn, kFramesMax> held{};
    for (unsigned round = 0; round < duel.rounds; ++round) {
      if (duel.drains && cpu != 0) {
        allocator.drain(impl::kAllCpusDrain);
        continue;
      }
      unsigned n = 0;
      for (unsigned i = 0; i < duel.held_max; ++i) {
        impl::Request r;
        r.cpu = cpu;
        const Pfn got = allocator.alloc(r);
        if (got == kNoPfn) break;
        ghost.allocated(static_cast<std::uint64_t>(got), me);
        held[n++] = got;
      }
      // To own is to own for a while: without a step in it nobody could overlap.
      sched::World::current().point(sched::Pending::kEverywhere, false);
      while (n > 0) give_back(held[--n], me);
    }
  }

 private:
  void give_back(Pfn pfn, unsigned me) {
    ghost.freed(static_cast<std::uint64_t>(pfn), me);
    if (allocator.free(cpu, pfn, 0) != impl::FreeStatus::ok)
      sched::World::current().stop("a free of an owned frame is refused");
  }
};

/// S5. The set-up knows all that the tasks did: nothing is left to choose.
template <class Allocator>
void conserve(Allocator& allocator, unsigned frames, sched::Outcome& o) {
  allocator.drain(impl::kAllCpusDrain);
  std::uint64_t free = 0;
  allocator.for_each_block([&](Pfn, Order order, unsigned) {
    free += std::uint64_t{1} << static_cast<unsigned>(order);
  });
  const std::uint64_t counted = allocator.count(0).free;
  if (free == frames && counted == frames) return;
  o.end = sched::End::fault;
  o.fault = "S5: of " + std::to_string(frames) + " frames " + std::to_string(free) +
            " are free and " + std::to_string(counted) + " counted";
}

template <class Policy>
sched::Outcome run(sched::World& world, sched::Chooser& chooser, const Duel& duel) {
  using Allocator = impl::Allocator<Policy>;
  check(duel.frames >= 1 && duel.frames <= kFramesMax && duel.held_max <= kFramesMax,
        "a duel is about few frames");
  thread_local Arena arena;
  const impl::ZoneSpec zone = zone_of(duel);
  const impl::Config config = config_of(duel, zone);
  const std::size_t bytes = Allocator::footprint(config);
  world.begin(chooser, duel.options);
  void* const memory = arena.of(bytes);
  Allocator* const allocator = Allocator::place(memory, bytes, config);
  check(allocator != nullptr, "the arena is large enough and aligned");
  Ghost ghost(duel.frames);
  Player<Policy> one{duel, *allocator, ghost, 0};
  Player<Policy> two{duel, *allocator, ghost, duel.one_cpu ? 0U : 1U};
  world.spawn(one, 0);
  world.spawn(two, duel.one_cpu ? 0 : 1);
  sched::Outcome o = world.run();
  const bool quiescent =
      world.state(1) == sched::TaskState::ended && world.state(2) == sched::TaskState::ended;
  if (o.end == sched::End::finished && quiescent) conserve(*allocator, duel.frames, o);
  return o;
}

}  // namespace

sched::Outcome run_duel(sched::World& world, sched::Chooser& chooser, const Duel& duel) {
  check(!duel.pinned || !duel.one_cpu, "an owner's list has one owner");
  if (duel.restarts) return run<SimRestartablePolicy>(world, chooser, duel);
  return duel.pinned ? run<SimPinnedPolicy>(world, chooser, duel)
                     : run<SimPolicy>(world, chooser, duel);
}

}  // namespace bp::explore
