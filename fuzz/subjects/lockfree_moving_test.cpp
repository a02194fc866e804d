// SPDX-License-Identifier: MIT
// The subject with restartable sections under threads that are moved between CPUs while they work,
// more of them than there are CPUs, and drains from all of them: no frame has two owners, none is
// lost. Where there are no such sections, the same holds for what stands in for them.
#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "fuzz/subjects/registry.h"
#include "fuzz/subjects/test_bench.h"

namespace bp::test {
namespace {

constexpr std::uint64_t kFrames = 6000;
constexpr unsigned kThreads = 4;
constexpr unsigned kSteps = 60'000;

/// To a CPU that the test may use; for its lists that is in the middle of anything.
void move_somewhere(std::uint64_t random) {
  static const cpu_set_t may = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  const std::uint64_t cpu = random % 8;
  if (!CPU_ISSET(cpu, &may)) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  sched_setaffinity(0, sizeof one, &one);
}

struct Shared {
  const bp_subject& subject;
  void* self;
  std::vector<std::atomic<std::uint8_t>> owned = std::vector<std::atomic<std::uint8_t>>(kFrames);
  std::vector<unsigned> payload = std::vector<unsigned>(kFrames);
  std::atomic<unsigned> faults{0};

  void mark(std::uint64_t head, unsigned order, std::uint8_t to, unsigned me) {
    for (std::uint64_t f = head; f < head + (1U << order); ++f) {
      // relaxed: the map must not order what the allocator has to.
      const bool wrong = owned[f].exchange(to, std::memory_order_relaxed) == to;
      const bool other = to == 0 && payload[f] != me;
      payload[f] = me;
      if (wrong || other) faults.fetch_add(1, std::memory_order_relaxed);
    }
  }
};

void work(Shared& s, unsigned me) {
  struct Held {
    std::uint64_t head;
    unsigned order;
  };
  std::mt19937_64 random{me};
  std::vector<Held> held;
  const auto give = [&](const Held& h) {
    s.mark(h.head, h.order, 0, me);
    // relaxed: read after the join.
    if (s.subject.free(s.self, me, h.head, h.order) != BP_OK)
      s.faults.fetch_add(1, std::memory_order_relaxed);
  };
  for (unsigned i = 0; i < kSteps; ++i) {
    if (random() % 2 == 0 && held.size() < 900) {
      bp_request r{};
      r.cpu = me;
      r.order = static_cast<unsigned>(random() % 4);
      r.node = -1;
      std::uint64_t pfn = 0;
      if (s.subject.alloc(s.self, &r, &pfn) != BP_OK) continue;
      s.mark(pfn, r.order, 1, me);
      held.push_back({pfn, r.order});
    } else if (!held.empty()) {
      std::swap(held[random() % held.size()], held.back());
      give(held.back());
      held.pop_back();
    }
    if (random() % 64 == 0) move_somewhere(random());
    if (random() % 256 == 0) s.subject.drain(s.self, BP_ON_BUDDY);
  }
  for (const Held& h : held) give(h);
}

TEST(LockfreeMoving, NoFrameHasTwoOwnersAndNoneIsLost) {
  bp_machine m = empty_machine();
  m.cpus = BP_CPUS_MAX;
  add_zone(m, 0, kNormal, 0, kFrames);
  m.zones[0].pcp_high = 60;
  m.zones[0].pcp_batch = 15;
  const bp_subject& subject = lockfree_rseq_subject();
  Instance instance(subject, m);
  const std::set<Block> fresh = instance.census();
  Shared shared{subject, instance.self()};
  std::vector<std::thread> all;
  for (unsigned t = 0; t < kThreads; ++t) all.emplace_back([&, t] { work(shared, t); });
  for (std::thread& t : all) t.join();
  // relaxed: the threads are joined.
  EXPECT_EQ(shared.faults.load(std::memory_order_relaxed), 0U);
  instance.drain(BP_ON_BUDDY);
  EXPECT_EQ(instance.counters(0).free, kFrames);
  EXPECT_EQ(instance.census(), fresh);
  if (!restartable_sections_work()) GTEST_SKIP() << "this kernel or build has no such sections";
}

}  // namespace
}  // namespace bp::test
