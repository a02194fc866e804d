// SPDX-License-Identifier: MIT
// The planted bugs of `mutants --layer conc` under real threads and TSan, for comparison: the same
// template, over std::atomic; a map of owners, a payload that only owners write, counts at the end.
// Prints a line a bug: who noticed (TSan, the map of owners, the counts, nobody ended) and when.
// Bugs of the simulated policies are not run here.
//
//   conc_stress [SECONDS]        all, this long each at most (default: 10)
//   conc_stress --one NAME SECONDS
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "fuzz/mutants/apart.h"
#include "fuzz/mutants/stress_policy.h"
#include "impl/allocator.h"

/// Of TSan's runtime, if that is linked.
extern "C" [[gnu::weak]] void __tsan_init();

namespace {

using namespace bp;
using Allocator = impl::Allocator<StressPolicy>;

constexpr std::uint64_t kFrames = 512;
constexpr unsigned kThreads = 3;
constexpr unsigned kSteps = 2000;  ///< Of a thread, between two looks at the counts.
constexpr unsigned kHeld = 12;

struct Stress {
  std::vector<impl::ZoneSpec> zones;
  impl::Config config;
  std::vector<unsigned char> memory;
  Allocator* allocator = nullptr;
  std::vector<std::atomic<std::uint8_t>> owner = std::vector<std::atomic<std::uint8_t>>(kFrames);
  std::vector<unsigned> payload = std::vector<unsigned>(kFrames);

  Stress() {
    add(ZoneType::dma, 0, 64);
    add(ZoneType::dma32, 64, 192);
    add(ZoneType::normal, 192, kFrames - 10);
    config.era = Era::e3;
    config.zone_types = ZoneConfig::from_bits(3);
    config.cpus = kThreads;
    config.zones = zones.data();
    config.n_zones = static_cast<unsigned>(zones.size());
    config.fallback[0].nodes[0] = 0;
    config.fallback[0].count = 1;
    memory.resize(Allocator::footprint(config) + Allocator::kAlign);
  }
  void add(ZoneType type, std::uint64_t begin, std::uint64_t end) {
    impl::ZoneSpec z;
    z.type = type;
    z.frames = {Pfn{begin}, Pfn{end}};
    z.pcp_high = 8;
    z.pcp_batch = 3;
    zones.push_back(z);
  }
  void place() {
    void* at = memory.data();
    std::size_t room = memory.size();
    std::align(Allocator::kAlign, Allocator::footprint(config), at, room);
    allocator = Allocator::place(at, room, config);
    for (auto& o : owner) o.store(0, std::memory_order_relaxed);  // relaxed: no thread runs.
  }

  struct Block {
    std::uint64_t head;
    unsigned order;
  };
  void take(unsigned me, const Block& b) {
    for (std::uint64_t p = b.head; p < b.head + (std::uint64_t{1} << b.order); ++p) {
      // relaxed: the map must not order what the allocator has to order.
      if (p >= kFrames ||
          owner[p].exchange(static_cast<std::uint8_t>(me + 1), std::memory_order_relaxed) != 0)
        std::_Exit(kApartOwners);
      payload[p] = me;
    }
  }
  void give(const Block& b) {
    for (std::uint64_t p = b.head; p < b.head + (std::uint64_t{1} << b.order); ++p) {
      payload[p] = ~0U;
      owner[p].store(0, std::memory_order_relaxed);  // relaxed: as in take().
    }
  }
  void free(unsigned me, const Block& b) {
    give(b);
    if (allocator->free(me, Pfn{b.head}, b.order) != impl::FreeStatus::ok) std::_Exit(kApartOwners);
  }
  void work(unsigned me, std::uint64_t seed) {
    std::mt19937_64 random{seed * kThreads + me};
    std::vector<Block> held;
    const std::uint32_t masks[] = {gfp_encode(GfpFlag::dma, Era::e3),
                                   gfp_encode(GfpFlag::dma32, Era::e3), 0};
    for (unsigned i = 0; i < kSteps; ++i) {
      if (random() % 2 == 0 && held.size() < kHeld) {
        const unsigned order = random() % 4 == 0 ? static_cast<unsigned>(random() % 8) : 0;
        const Pfn got = allocator->alloc({me, order, masks[random() % 3], -1, 0});
        if (got == kNoPfn) continue;
        const Block b{static_cast<std::uint64_t>(got), order};
        take(me, b);
        held.push_back(b);
      } else if (!held.empty()) {
        std::swap(held[random() % held.size()], held.back());
        free(me, held.back());
        held.pop_back();
      }
      if (random() % 256 == 0) allocator->drain(impl::kAllCpusDrain);
    }
    for (const Block& b : held) free(me, b);
  }
  std::uint64_t counted() const {
    std::uint64_t sum = 0;
    for (unsigned z = 0; z < allocator->zones(); ++z)
      sum += allocator->count(z).free + allocator->count(z).on_pcp;
    return sum;
  }
  /// False: pages were lost, or counted wrong.
  bool round(std::uint64_t seed) {
    place();
    const std::uint64_t before = counted();
    std::vector<std::thread> all;
    for (unsigned t = 0; t < kThreads; ++t) all.emplace_back([this, t, seed] { work(t, seed); });
    for (std::thread& t : all) t.join();
    allocator->drain(impl::kAllCpusDrain);
    std::uint64_t free = 0;
    allocator->for_each_block([&](Pfn, Order o, unsigned cpu) {
      if (cpu == impl::kOnNoCpu) free += std::uint64_t{1} << static_cast<unsigned>(o);
    });
    return counted() == before && free == before;
  }
};

bool runs(const ConcPlant& p) {
  using enum impl::Bug;
  return p.bug != spins_on_owner && p.bug != owner_without_fence && p.bug != cpu_remembered &&
         p.bug != sections_not_restarted;
}

int run_one(std::string_view name, double seconds) {
  StressPlant::active = conc_plant(name);
  if (StressPlant::active != nullptr && !runs(*StressPlant::active)) return kApartNotRun;
  Stress stress;
  for (std::uint64_t seed = 1; apart_seconds() < seconds; ++seed)
    if (!stress.round(seed)) return kApartCounts;
  return kApartNobody;
}

bool is_under_tsan() { return &__tsan_init != nullptr; }

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--one")
    return run_one(argv[2], std::strtod(argv[3], nullptr));
  std::printf("%s\n", is_under_tsan() ? "with TSan" : "without TSan");
  return all_apart(std::filesystem::read_symlink("/proc/self/exe").string(), "TSan",
                   argc > 1 ? std::strtod(argv[1], nullptr) : 10);
}
