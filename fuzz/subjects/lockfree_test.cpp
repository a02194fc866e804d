// SPDX-License-Identifier: MIT
// The lock-free subject through its ABI: what it promises on a sequence of random calls, and that
// each planted bug changes what a caller can see.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "fuzz/subjects/lockfree_bugs.h"
#include "fuzz/subjects/registry.h"
#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp {
namespace {

using impl::Bug;

bp_zone zone(unsigned node, ZoneType type, std::uint64_t begin, std::uint64_t end, std::int64_t min,
             unsigned high) {
  bp_zone z = {};
  z.node = node;
  z.type = static_cast<unsigned>(type);
  z.begin = begin;
  z.end = end;
  z.mark_min = min;
  z.mark_low = min + min / 4;
  z.mark_high = min + min / 2;
  for (unsigned t = z.type + 1; t < BP_ZONE_TYPES; ++t) z.lowmem_reserve[t] = 17 * t;
  z.pcp_high = high;
  z.pcp_batch = high < 4 ? 1 : high / 4;
  return z;
}

/// Two nodes, three zones, ragged ends, a hole, a CMA area, marks and reserves that matter.
bp_machine machine(unsigned profile, unsigned config, unsigned high) {
  bp_machine m = {};
  m.abi_version = BP_ABI_VERSION;
  m.profile = profile;
  m.era = profile == BP_PROFILE_V4_7 ? 1 : 4;
  m.zone_config = config;
  m.cpus = 3;
  m.pageblock_order = 9;
  m.n_nodes = 2;
  m.zones[m.n_zones++] = zone(0, ZoneType::dma, 1, 300, 19, high);
  m.zones[m.n_zones++] = zone(0, ZoneType::normal, 300, 1900, 101, high);
  m.zones[m.n_zones++] = zone(1, ZoneType::normal, 2000, 2777, 53, high);
  m.n_holes = 1;
  m.holes[0] = {700, 733};
  m.highatomic = 1;
  m.n_cma = 1;
  m.cma[0] = {1024, 1536};
  m.node_of_cpu[2] = 1;
  for (unsigned n = 0; n < 2; ++n) {
    m.n_fallback[n] = 2;
    m.fallback[n][0] = static_cast<std::uint8_t>(n);
    m.fallback[n][1] = static_cast<std::uint8_t>(1 - n);
  }
  return m;
}

using Seen = std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>>;

/// An instance with what its caller holds, and everything that the caller saw.
class Session {
 public:
  Session(const bp_subject& s, const bp_machine& m, std::uint64_t seed)
      : s_(s), m_(m), self_(s.create(&m)), random_(seed) {}
  ~Session() { s_.destroy(self_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void run(unsigned steps, unsigned order_max) {
    for (unsigned i = 0; i < steps; ++i) {
      step(order_max);
      for (unsigned z = 0; z < m_.n_zones; ++z) {
        bp_counters c = {};
        s_.counters(self_, z, &c);
        seen.emplace_back(z, c.free, c.on_pcp);
      }
      if (i % 50 == 49) look();
    }
  }
  Seen seen;

 private:
  void step(unsigned order_max) {
    const std::uint64_t what = random_() % 20;
    if (what < 12)
      alloc(static_cast<unsigned>(random_() % (order_max + 1)));
    else if (what < 18)
      free(false);
    else if (what == 18)
      free(true);
    else if (random_() % 4 == 0)
      s_.drain(self_, random_() % 2 == 0 ? BP_ON_BUDDY : cpu());
    else
      range();
  }
  /// The CMA area, or the one whole pageblock of node 1, is set apart or given back.
  void range() {
    const std::uint64_t begin = random_() % 2 == 0 ? 1024 : 2048;
    const auto action = static_cast<std::uint32_t>(random_() % 4);
    seen.emplace_back(s_.range(self_, action, begin, begin + 512), begin, action);
    seen.emplace_back(s_.type_at(self_, begin), begin, 0);
  }
  std::uint32_t cpu() { return static_cast<std::uint32_t>(random_() % m_.cpus); }

  void alloc(unsigned order) {
    constexpr GfpFlag kFlags[] = {GfpFlag::dma,      GfpFlag::dma32,      GfpFlag::highmem,
                                  GfpFlag::high,     GfpFlag::atomic,     GfpFlag::direct_reclaim,
                                  GfpFlag::memalloc, GfpFlag::nomemalloc, GfpFlag::nofail,
                                  GfpFlag::thisnode, GfpFlag::movable,    GfpFlag::reclaimable};
    Gfp gfp;
    for (const GfpFlag f : kFlags)
      if (random_() % 5 == 0) gfp |= f;
    bp_request r = {};
    r.cpu = cpu();
    r.order = order;
    r.gfp = gfp_encode(gfp, static_cast<Era>(m_.era));
    r.node = static_cast<std::int32_t>(random_() % 3) - 1;
    r.nodemask = static_cast<std::uint32_t>(random_() % 8 < 5 ? 0 : random_() % 4);
    std::uint64_t pfn = 0;
    const bp_status got = s_.alloc(self_, &r, &pfn);
    seen.emplace_back(got, pfn, order);
    if (got == BP_OK) held_.push_back({pfn, order});
  }

  void free(bool wrong) {
    if (held_.empty()) return;
    const std::size_t i = random_() % held_.size();
    const auto [pfn, order] = held_[i];
    if (wrong) {
      const std::uint64_t k = random_();
      const unsigned other = (order + static_cast<unsigned>(k % 3)) % (BP_ORDER_MAX + 1);
      const bp_status got = k % 2 == 0 ? s_.free(self_, cpu(), pfn, other)
                                       : s_.free(self_, cpu(), pfn ^ (k % 64), order);
      seen.emplace_back(got, 0, 0);
      // If it went through after all, the caller no longer holds a block there.
      std::erase_if(held_, [&](const Held& h) {
        return got == BP_OK && (h.pfn == pfn || h.pfn == (pfn ^ (k % 64)));
      });
      return;
    }
    seen.emplace_back(s_.free(self_, cpu(), pfn, order), pfn, order);
    held_[i] = held_.back();
    held_.pop_back();
  }

  void look() {
    s_.drain(self_, BP_ON_BUDDY);
    s_.census(
        self_,
        [](void* context, std::uint64_t head, std::uint32_t order, std::uint32_t c) {
          static_cast<Seen*>(context)->emplace_back(head, order, c);
        },
        &seen);
    for (unsigned z = 0; z < m_.n_zones; ++z) {
      bp_counters c{};
      s_.counters(self_, z, &c);
      seen.emplace_back(c.free, c.reserved, c.free_cma);
    }
  }

  struct Held {
    std::uint64_t pfn;
    unsigned order;
  };
  const bp_subject& s_;
  const bp_machine& m_;
  void* self_;
  std::mt19937_64 random_;
  std::vector<Held> held_;
};

Seen seen_of(const bp_subject& s, std::uint64_t seed) {
  const bp_machine m =
      machine(seed % 2 == 0 ? BP_PROFILE_V4_7 : BP_PROFILE_V6_1_LTS192, seed % 3 == 0 ? 1 : 3,
              seed % 5 == 0 ? 0 : static_cast<unsigned>(3 * (seed % 5)));
  Session session(s, m, seed);
  session.run(800, seed % 4 == 0 ? 1 : 9);
  return session.seen;
}

constexpr std::uint64_t kSeeds = 240;

TEST(Lockfree, PlantedSubjectWithoutABugAnswersAsTheSoundOne) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed)
    ASSERT_EQ(seen_of(lockfree_subject(), seed), seen_of(lockfree_subject_with(Bug::none), seed));
}

TEST(Lockfree, EveryPlantedBugShows) {
  for (unsigned b = 1; b < impl::kSequentialBugs; ++b) {
    const auto bug = static_cast<Bug>(b);
    bool shows = false;
    std::uint64_t seed = 0;
    for (; seed < kSeeds && !shows; ++seed)
      shows = seen_of(lockfree_subject(), seed) != seen_of(lockfree_subject_with(bug), seed);
    EXPECT_TRUE(shows) << bug_name(bug);
  }
}

TEST(Lockfree, InstancesOfSeveralBugsLiveSideBySide) {
  const bp_machine m = machine(BP_PROFILE_V6_1_LTS192, 3, 0);
  const bp_subject& sound = lockfree_subject_with(Bug::none);
  const bp_subject& inverted = lockfree_subject_with(Bug::zones_ascending);
  void* a = sound.create(&m);
  void* b = inverted.create(&m);
  bp_request r = {};
  r.node = -1;
  std::uint64_t from_a = 0;
  std::uint64_t from_b = 0;
  EXPECT_EQ(sound.alloc(a, &r, &from_a), BP_OK);
  EXPECT_EQ(inverted.alloc(b, &r, &from_b), BP_OK);
  EXPECT_GE(from_a, 300U);
  EXPECT_LT(from_b, 300U);
  sound.destroy(a);
  inverted.destroy(b);
}

}  // namespace
}  // namespace bp
