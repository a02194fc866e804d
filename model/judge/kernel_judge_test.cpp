// SPDX-License-Identifier: MIT
// The judge of kernels on histories of the reference: programs made at random on a small kernel of
// every profile, of which it must refuse nothing, and of which it must see what is wrong in them.
#include "model/judge/kernel_judge.h"

#include <gtest/gtest.h>

#include <random>

#include "model/invariants/small_kernel.h"

namespace bp {
namespace {

using namespace reference;

constexpr Profile kProfiles[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192,
                                 Profile::v6_12, Profile::v7_1};

/// Runs requests on the reference and writes down what a recorder would have.
class Writer {
 public:
  Writer(Profile p, unsigned seed)
      : random_(seed),
        before_(free_kernel(p, "UU MM MM MM RR MM UU MM MM CC MM MM")),
        kernel_(before_) {}

  KernelHistory write(unsigned steps) {
    history_.before = before_;
    for (unsigned n = 0; n < steps; ++n) step();
    history_.after = kernel_.save();
    return history_;
  }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  void step() {
    switch (below(16)) {
      case 0: kernel_.drain_all(0); return;
      case 1: kernel_.tick(0, false); return;
      case 2: return isolate();
      case 3:
      case 4:
      case 5:
      case 6:
      case 7:
      case 8: return free();
      default: return alloc();
    }
  }

  Gfp mask() {
    using enum GfpFlag;
    Gfp g = kswapd_reclaim;
    const unsigned type = below(3);
    if (type == 0) g |= movable;
    if (type == 1) g |= reclaimable;
    if (below(4) == 0) g |= Gfp{high} | atomic;
    if (below(16) == 0) g |= memalloc;
    return g;
  }

  void alloc() {
    static constexpr unsigned kOrders[] = {0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 6, 9, 10};
    KernelEvent e{.act = KernelAct::alloc, .gfp = mask(), .order = kOrders[below(13)]};
    const Answer got = kernel_.alloc({.gfp = e.gfp, .order = e.order});
    e.head = got.head;
    e.marked = got.pfmemalloc;
    if (got.head != kNoPfn) {
      e.pageblock = kernel_.type_of(got.head);
      held_.push_back({got.head, Order{e.order}});
    }
    history_.events.push_back(e);
  }

  void free() {
    if (held_.empty()) return;
    const std::size_t i = below(static_cast<unsigned>(held_.size()));
    const HeldBlock b = held_[i];
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
    kernel_.free(0, b.head, b.order);
    history_.events.push_back(
        {.act = KernelAct::free, .order = static_cast<unsigned>(b.order), .head = b.head});
  }

  void isolate() {
    if (isolated_) {
      kernel_.unisolate(0, *isolated_, Migratetype::movable);
      history_.events.push_back({.act = KernelAct::unisolate, .head = *isolated_});
      isolated_.reset();
      return;
    }
    const Pfn p{std::uint64_t{512} * (2 + below(6))};
    if (kernel_.type_of(p) != Migratetype::movable || kernel_.refuses_isolation(p) == true) return;
    kernel_.isolate(0, p);
    history_.events.push_back({.act = KernelAct::isolate, .head = p});
    isolated_ = p;
  }

  std::mt19937 random_;
  KernelState before_;
  Reference kernel_;
  KernelHistory history_;
  std::vector<HeldBlock> held_;
  std::optional<Pfn> isolated_;
};

TEST(KernelJudge, AcceptsEveryHistoryOfTheReference) {
  for (const Profile p : kProfiles) {
    std::uint64_t nulls = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
      const KernelHistory h = Writer(p, seed).write(20 * seed);
      const KernelVerdict v = judge_kernel(h);
      ASSERT_TRUE(v.verdict.accepted())
          << profile_name(p) << " seed " << seed << " event " << v.verdict.refusal->event << ": "
          << v.verdict.refusal->rule << ": " << v.verdict.refusal->seen << "; allowed "
          << v.verdict.refusal->allowed << "; frame "
          << static_cast<std::uint64_t>(v.verdict.refusal->frame);
      for (const KernelEvent& e : h.events)
        nulls += e.act == KernelAct::alloc && e.head == kNoPfn ? 1U : 0U;
    }
    EXPECT_GT(nulls, 0U) << profile_name(p);
  }
}

/// The rule that refuses it, or nothing.
std::string rule(const KernelHistory& h) {
  const KernelVerdict v = judge_kernel(h);
  return v.verdict.refusal ? std::string(v.verdict.refusal->rule) : "";
}

TEST(KernelJudge, SeesWhatIsWrongInOneAnswer) {
  for (const Profile p : kProfiles) {
    const KernelHistory sound = Writer(p, 7).write(40);
    KernelHistory h = sound;
    for (KernelEvent& e : h.events) {
      if (e.act == KernelAct::alloc && e.head != kNoPfn) e.head = Pfn{std::uint64_t{1} << 30};
    }
    EXPECT_EQ(rule(h), "I-7") << profile_name(p);
    h = sound;
    h.events.push_back({.act = KernelAct::free, .order = 0, .head = Pfn{5}});
    EXPECT_EQ(rule(h), "R-BUDDY-18") << profile_name(p);
  }
}

TEST(KernelJudge, RefusesAFirstStateThatNoDefectExplains) {
  KernelHistory h = Writer(Profile::v7_1, 3).write(1);
  ++h.before.zones[0].nr_free[4];
  EXPECT_EQ(rule(h), "I-3");
}

}  // namespace
}  // namespace bp
