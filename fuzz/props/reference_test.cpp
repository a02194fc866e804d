// SPDX-License-Identifier: MIT
// Properties of the reference over random programs on random small machines of every kernel. After
// every operation: the state keeps the kernel's invariants, or breaks one as a known defect of that
// kernel does; what is handed out is aligned, held by nobody and of a zone that the request may
// use; no page is lost. At the end everything is given back.
//
// The bookkeeping here is its own and knows nothing of the allocator. Left out: pages that go bad,
// requests of tasks with privileges, settings that are written while operations run.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "fuzz/mutants/model_plants.h"
#include "fuzz/program/rng.h"
#include "fuzz/props/rapidcheck.h"
#include "fuzz/report/fmt.h"
#include "model/invariants/known_defects.h"
#include "model/reference/reference.h"
#include "model/reference/test_machine.h"
#include "model/vocab/machine.h"

namespace bp {
namespace {

using reference::KernelState;
using reference::Reference;
using reference::TestMachine;

constexpr std::uint64_t kPageblock = 512;
constexpr std::uint64_t kDma32Begin = 0x1000, kNormalBegin = 0x2000;

/// DMA32 and NORMAL with 4 to 6 pageblocks each, all free, on one node; one or two CPUs.
TestMachine random_machine(Rng& rng, Profile p, bool alike) {
  using enum Migratetype;
  TestMachine m(p);
  m.x86_64().with_cma();
  if (rng.below(2) == 0) m.cpus({0, 0});
  m.config().thp = rng.below(2) == 0;
  m.config().boost_factor = rng.below(2) == 0 ? 0 : 15000;
  for (const auto& [type, begin] :
       {std::pair{ZoneType::dma32, kDma32Begin}, std::pair{ZoneType::normal, kNormalBegin}}) {
    const std::uint64_t end = begin + kPageblock * (4 + rng.below(3));
    m.zone(type, begin, end);
    for (std::uint64_t p0 = begin; p0 < end && !alike; p0 += kPageblock) {
      constexpr Migratetype kTypes[] = {unmovable, movable, movable, reclaimable, cma};
      m.type(kTypes[rng.below(std::size(kTypes))], p0, p0 + kPageblock);
    }
    const auto low = static_cast<std::int64_t>(rng.below(64));
    m.free_all().marks(low / 2, low, 2 * low).threshold(static_cast<std::int64_t>(rng.below(20)));
    const auto batch = static_cast<std::int64_t>(1 + rng.below(8));
    m.pcp(batch * static_cast<std::int64_t>(rng.below(9)), batch);
  }
  return m;
}

struct Mask {
  Gfp gfp;
  std::uint64_t end;  ///< No frame at or above it may be handed out.
};

Mask random_mask(Rng& rng, bool alike) {
  using enum GfpFlag;
  constexpr std::uint64_t kAnywhere = ~std::uint64_t{0};
  if (alike) return {Gfp{movable}, kAnywhere};
  const Mask all[] = {{Gfp{}, kAnywhere},
                      {Gfp{movable} | kswapd_reclaim, kAnywhere},
                      {highmem | movable, kAnywhere},
                      {Gfp{reclaimable} | direct_reclaim, kAnywhere},
                      {high | atomic | kswapd_reclaim, kAnywhere},
                      {dma32 | movable, kNormalBegin},
                      {Gfp{dma32} | kswapd_reclaim, kNormalBegin},
                      {Gfp{memalloc}, kAnywhere}};
  return all[rng.below(std::size(all))];
}

/// A reference, what is held of it, and what its last states broke.
class Walk {
 public:
  Walk(Rng rng, const reference::Rulebook& rules, bool alike)
      : rng_(rng),
        alike_(alike),
        first_(random_machine(rng_, rules.profile, alike).build()),
        kernel_(first_, rules),
        before_(first_) {}

  void step() {
    switch (rng_.below(alike_ ? 12U : 20U)) {
      case 0: return done("drain", [&] { kernel_.drain_all(cpu()); });
      case 1: return done("tick", [&] { kernel_.tick(cpu(), rng_.below(2) == 0); });
      case 2:
      case 3:
      case 4:
      case 5: return done("free", [&] { free_one(); });
      case 12: return done("isolate", [&] { isolate(); });
      case 13:
      case 14: return done("unisolate", [&] { unisolate(); });
      case 15: return done("unreserve", [&] { kernel_.unreserve_highatomic(0, -1, Gfp{}, true); });
      case 16: return done("bulk", [&] { bulk(); });
      case 17: return done("exact", [&] { exact(); });
      case 18: return done("split", [&] { split(); });
      default: return done("alloc", [&] { alloc(); });
    }
  }

  /// Everything goes back and no CPU keeps anything.
  void give_back() {
    while (!isolated_.empty() && fault_.empty()) done("unisolate", [&] { unisolate(); });
    while (!held_.empty() && fault_.empty()) done("free", [&] { free_one(); });
    done("drain", [&] { kernel_.drain_all(0); });
    done("tick", [&] { kernel_.tick(0, false); });
  }

  const std::string& fault() const { return fault_; }  ///< Empty: all was well.
  const KernelState& first() const { return first_; }
  const KernelState& now() const { return before_; }

 private:
  unsigned cpu() {
    return static_cast<unsigned>(
        rng_.below(static_cast<std::uint32_t>(first_.config.cpu_node.size())));
  }

  template <class Do>
  void done(const char* what, Do&& act) {
    if (!fault_.empty()) return;
    log_ += fmt::format("{} ", what);
    act();
    const KernelState after = kernel_.save();
    expect_invariants(after);
    expect_no_page_lost(after);
    before_ = after;
  }

  /// The first one stays.
  void fail(const std::string& why) {
    if (fault_.empty())
      fault_ = fmt::format("{}: {}\n{}", profile_name(first_.config.profile), why, log_);
  }

  void hold(Pfn head, unsigned order, std::uint64_t end) {
    if (head == kNoPfn) return;
    log_ += fmt::format("{:x}/{} ", static_cast<std::uint64_t>(head), order);
    const Order o{order};
    const Pfn after = head + pages_in(o);
    if (!is_aligned(head, o)) fail("a block is not aligned");
    if (after > Pfn{end}) fail("a block is of a zone that the request may not use");
    const auto next = held_.lower_bound(head);
    if (next != held_.end() && next->first < after) fail("a held block is handed out again");
    if (next != held_.begin()) {
      const auto& [below, below_order] = *std::prev(next);
      if (below + pages_in(below_order) > head) fail("the inside of a held block is handed out");
    }
    held_.emplace(head, o);
  }

  auto random_held() {
    auto at = held_.begin();
    std::advance(at, rng_.below(static_cast<std::uint32_t>(held_.size())));
    return at;
  }

  void alloc() {
    const Mask m = random_mask(rng_, alike_);
    const unsigned order = rng_.below(2) == 0 ? 0 : rng_.below(kOrderMax + 1);
    hold(kernel_.alloc({.cpu = cpu(), .gfp = m.gfp, .order = order}).head, order, m.end);
  }
  void free_one() {
    if (held_.empty()) return;
    const auto [head, order] = *random_held();
    held_.erase(head);
    kernel_.free(cpu(), head, order, rng_.below(2) == 0);
  }
  void bulk() {
    std::array<Pfn, 6> pages{};
    pages.fill(kNoPfn);
    const Mask m = random_mask(rng_, alike_);
    kernel_.alloc_bulk({.cpu = cpu(), .gfp = m.gfp}, pages);
    for (const Pfn p : pages) hold(p, 0, m.end);
  }
  void exact() {
    const Mask m = random_mask(rng_, alike_);
    const unsigned pages = 1 + rng_.below(40);
    const Pfn head = kernel_.alloc_exact({.cpu = cpu(), .gfp = m.gfp}, pages).head;
    for (unsigned i = 0; head != kNoPfn && i < pages; ++i) hold(head + Pages{i}, 0, m.end);
  }
  void split() {
    if (held_.empty()) return;
    const auto [head, order] = *random_held();
    kernel_.split(head, order);
    held_.erase(head);
    for (Pfn p = head; p < head + pages_in(order); ++p) held_.emplace(p, Order{0});
  }
  void isolate() {
    const std::uint64_t begin = rng_.below(2) == 0 ? kDma32Begin : kNormalBegin;
    const Pfn p{begin + kPageblock * rng_.below(4)};
    if (kernel_.refuses_isolation(p).value_or(false) || isolated_.contains(p)) return;
    isolated_[p] = kernel_.type_of(p);
    kernel_.isolate(cpu(), p);
  }
  void unisolate() {
    if (isolated_.empty()) return;
    const auto [p, type] = *isolated_.begin();
    isolated_.erase(p);
    kernel_.unisolate(cpu(), p, type);
  }

  void expect_invariants(const KernelState& after) {
    std::vector<HeldBlock> held;
    for (const auto& [head, order] : held_) held.push_back({head, order});
    const Known known{.held = held, .all_held = true, .before = &before_};
    std::vector<Violation> broken = violations(after, known);
    for (const Finding& f : new_findings(broken_, broken, after.config.profile)) {
      const InvariantFault& fault = f.violation.fault;
      if (!f.is_known() && !follows(f.violation, broken))
        fail(fmt::format("{} is broken: {}, not {}", f.violation.id, fault.seen, fault.allowed));
    }
    broken_ = std::move(broken);
  }

  /// Counters that a defect has made wrong need not be in order (I-15).
  static bool follows(const Violation& v, const std::vector<Violation>& broken) {
    return v.id == "I-15" && std::ranges::any_of(broken, [&](const Violation& other) {
             return other.zone == v.zone && (other.id == "I-4" || other.id == "I-5");
           });
  }

  /// On lists, on CPUs and held: together all there is.
  void expect_no_page_lost(const KernelState& s) {
    Pages pages{0};
    for (const auto& [head, order] : held_) pages += pages_in(order);
    std::int64_t managed = 0;
    for (const reference::ZoneState& z : s.zones) {
      managed += z.numbers.managed;
      for (unsigned o = 0; o < reference::kOrders; ++o) {
        for (const auto& list : z.lists[o])
          pages += Pages{static_cast<std::int64_t>(list.size()) << o};
      }
      for (const reference::PcpState& p : z.pcp) pages += Pages{p.numbers.count};
    }
    if (pages != Pages{managed}) fail("pages are lost, or are there twice");
  }

  Rng rng_;
  bool alike_;
  KernelState first_;
  Reference kernel_;
  KernelState before_;
  std::vector<Violation> broken_;
  std::map<Pfn, Order> held_;
  std::map<Pfn, Migratetype> isolated_;
  std::string log_;
  std::string fault_;
};

Walk random_walk(Rng rng, const reference::Rulebook& rules, bool alike) {
  const std::uint32_t ops = rng.below(80);
  Walk w(rng, rules, alike);
  for (std::uint32_t i = 0; i < ops; ++i) w.step();
  w.give_back();
  return w;
}

Walk random_walk_of_any_kernel(bool alike) {
  Rng rng(*rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()));
  return random_walk(rng, reference::rulebook_of(Profile(rng.below(kProfiles))), alike);
}

RC_GTEST_PROP(ReferenceProps, InvariantsHoldAfterEveryOperation, ()) {
  const Walk w = random_walk_of_any_kernel(false);
  if (!w.fault().empty()) RC_FAIL(w.fault());
}

/// Each invariant family and each fact of the bookkeeping is seen to fail.
TEST(ReferenceProps, PlantedBugsAreFound) {
  for (const char* name :
       {"merge-never@v6.1-lts192", "merge-across-any-type@v7.1", "count-freed-twice@v4.7",
        "count-isolated@v7.1", "count-blocks-never@v7.1", "pcp-one-list-for-all-types@v4.7",
        "isolate-not-counted@v7.1", "zone-dma32-ignored@v5.15", "count-moves-not@v7.1"}) {
    const auto mutants = model_mutants();
    const auto m = std::ranges::find(mutants, name, &ModelMutant::name);
    ASSERT_NE(m, mutants.end()) << name;
    const reference::Rulebook broken = m->rulebook();
    bool found = false;
    for (std::uint64_t seed = 0; seed < 100 && !found; ++seed) {
      found = !random_walk(Rng(seed), broken, false).fault().empty();
    }
    EXPECT_TRUE(found) << name;
  }
}

/// Free blocks by order and type, whatever their places on the lists.
std::vector<std::vector<Pfn>> blocks_of(const KernelState& s) {
  std::vector<std::vector<Pfn>> all;
  for (const reference::ZoneState& z : s.zones) {
    for (const auto& by_type : z.lists) {
      for (auto heads : by_type) {
        std::ranges::sort(heads);
        all.push_back(std::move(heads));
      }
    }
  }
  return all;
}

// With one type alone nothing keeps buddies apart: memory that is given back whole is as it was.
RC_GTEST_PROP(ReferenceProps, OneTypeGivesBackTheFirstBlocks, ()) {
  const Walk w = random_walk_of_any_kernel(true);
  if (!w.fault().empty()) RC_FAIL(w.fault());
  RC_ASSERT(blocks_of(w.now()) == blocks_of(w.first()));
}

}  // namespace
}  // namespace bp
