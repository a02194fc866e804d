// SPDX-License-Identifier: MIT
// What others have a say in: cpusets and their changes, injected faults, dirty limits, node
// reclaim.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "impl/allocator.h"
#include "impl/test_machine.h"

namespace bp::impl {
namespace {

constexpr Era kEra3 = Era::e3;
const Gfp kUser = GfpFlag::direct_reclaim | GfpFlag::hardwall;

/// Two nodes of 64 pages, min 8 and low 16, and surroundings that do as they are told. Node 0 is
/// near the only CPU.
struct World {
  Mems mems;
  std::vector<Mems> next;  ///< Of the questions after the first, one each.
  bool faulty = false;
  std::uint32_t dirty = 0;  ///< Zones.
  NodeReclaim reclaimed = NodeReclaim::noscan;
  std::vector<Pfn> freed;  ///< By reclaim from a node, all at once,
  unsigned wait = 0;       ///< after so many times.
  std::string calls;       ///< m, f, d, n and k: what was asked; r: reclaim.
  TestMachine m;
  Placed<StdPolicy> a;

  explicit World(Profile p = Profile::v6_1_lts192) : m(p, 1, 2), a(config()) {}
  static World& of(void* self) { return *static_cast<World*>(self); }
  const Config& config() {
    m.config.era = kEra3;
    m.zone(0, ZoneType::normal, 0, 64, 8).zone(1, ZoneType::normal, 64, 128, 8);
    Surroundings& s = m.config.around;
    s.context = m.config.pressure.context = this;
    s.mems = [](void* self, const Need&) { return of(self).asked_mems(); };
    s.fails = [](void* self, const Need&) { return of(self).say('f'), of(self).faulty; };
    s.is_dirty = [](void* self, unsigned zone) {
      return of(self).say('d'), (of(self).dirty >> zone & 1) != 0;
    };
    s.reclaim_node = [](void* self, const Need& n) { return of(self).reclaim(n.node); };
    m.config.pressure.wake_kswapd = [](void* self, const Need&) { of(self).say('k'); };
    m.config.pressure.reclaim = [](void* self, const Need&) { return of(self).say('r'), false; };
    m.config.pressure.oom = [](void* self, const Need&) { return of(self).say('o'), false; };
    return m.finished();
  }
  void say(char c) { calls += c; }
  Mems asked_mems() {
    say('m');
    if (calls.find('m') + 1 != calls.size() && !next.empty()) {
      mems = next.front();
      next.erase(next.begin());
    }
    return mems;
  }
  NodeReclaim reclaim(unsigned node) {
    say(node == 0 ? 'n' : 'N');
    if (wait != 0 && wait-- != 0) return reclaimed;
    for (const Pfn p : freed) EXPECT_EQ(a->free(0, p, 0), FreeStatus::ok);
    freed.clear();
    return reclaimed;
  }

  Pfn alloc(Gfp gfp, std::uint32_t task = 0, std::uint32_t nodemask = 0) {
    calls.clear();
    return a->alloc({0, 0, gfp_encode(gfp, kEra3), -1, nodemask, task});
  }
  /// The node that serves, or -1.
  int node(Gfp gfp, std::uint32_t task = 0, std::uint32_t nodemask = 0) {
    const Pfn got = alloc(gfp, task, nodemask);
    return got == kNoPfn ? -1 : got < Pfn{64} ? 0 : 1;
  }
  /// Takes all that ordinary requests get of a node.
  std::vector<Pfn> fill(std::uint32_t node) {
    std::vector<Pfn> got;
    const Gfp plain = GfpFlag::thisnode;
    for (Pfn p;
         (p = a->alloc({0, 0, gfp_encode(plain, kEra3), static_cast<int>(node), 0})) != kNoPfn;)
      got.push_back(p);
    return got;
  }
};

TEST(Cpuset, TheFirstScanStaysInsideAndLaterOnesByTheMask) {  // R-CTX-3, R-LIST-1
  World w;
  w.mems = {.nodes = 0b10};
  EXPECT_EQ(w.node(kUser), 0) << "who is bound to nothing is not asked";
  EXPECT_EQ(w.calls, "");
  EXPECT_EQ(w.node(kUser, kTaskBound), 1);
  EXPECT_EQ(w.node(GfpFlag::direct_reclaim, kTaskBound), 1);
  w.fill(1);
  EXPECT_EQ(w.node(kUser, kTaskBound), -1);
  EXPECT_EQ(w.node(GfpFlag::direct_reclaim, kTaskBound), 0) << "no hard wall: a node beyond";
  w.mems.beyond = 0b10;
  EXPECT_EQ(w.node(GfpFlag::direct_reclaim, kTaskBound), -1) << "a wall further out";
  EXPECT_EQ(w.node(kUser, kTaskBound | kTaskInterrupted), 0);
  EXPECT_EQ(w.node(kUser, kTaskBound | kTaskDies), 0);
  EXPECT_EQ(w.node(GfpFlag::high | GfpFlag::hardwall, kTaskBound), 0) << "it may not wait";
  EXPECT_EQ(w.node(kUser | GfpFlag::nofail, kTaskBound), 1) << "a part of the reserve";
  EXPECT_EQ(w.node(kUser, kTaskBound, 0b01), -1) << "the caller's nodes are all outside";
}

TEST(Cpuset, NobodyIsAskedToHelpWhereNothingWouldCount) {  // R-SLOW-3, R-SLOW-30
  World w;
  w.mems = {.nodes = 0b01};
  EXPECT_EQ(w.node(kUser | GfpFlag::kswapd_reclaim, kTaskBound, 0b10), -1);
  EXPECT_EQ(w.calls, "mm");
  w.fill(0);
  EXPECT_EQ(w.node(kUser | GfpFlag::kswapd_reclaim, kTaskBound), -1);
  EXPECT_EQ(w.calls, "mnknrmom") << "one node's kswapd; the cpuset again before a kill and null";
}

TEST(Cpuset, ARequestThatFailsStartsOverIfItsNodesChanged) {  // R-CTX-14, R-SLOW-33
  for (const Profile p : {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192}) {
    World w(p);
    w.mems = {.nodes = 0b01};
    w.fill(0);
    w.next = {{.nodes = 0b11, .sequence = 1}};
    EXPECT_EQ(w.node(kUser, kTaskBound), 1);
    EXPECT_EQ(w.calls.find('o') == std::string::npos, p != Profile::v4_7) << w.calls;
    w.mems = {.nodes = 0b01};
    EXPECT_EQ(w.node(kUser, kTaskBound), -1);
    EXPECT_EQ(w.calls.back(), 'm') << "it has asked before it gave up";
  }
}

TEST(Cpuset, RestartsHaveABound) {
  World w;
  w.fill(0);
  w.fill(1);
  for (unsigned i = 1; i < 200; ++i) w.next.push_back({.nodes = 0b11, .sequence = i});
  EXPECT_EQ(w.node(GfpFlag::hardwall, kTaskBound), -1);
  EXPECT_EQ(w.next.size(), 199U - kRestarts);
}

TEST(Fault, FailsWhoIsWatchedAndMayFail) {  // R-CTX-5
  World w;
  w.faulty = true;
  EXPECT_EQ(w.node(kUser), 0);
  EXPECT_EQ(w.calls, "");
  EXPECT_EQ(w.node(kUser, kTaskWatched), -1);
  EXPECT_EQ(w.calls, "f") << "nothing is tried";
  EXPECT_EQ(w.node(kUser | GfpFlag::zero, kTaskWatched), -1);
  EXPECT_EQ(w.calls, "f") << "once";
  EXPECT_EQ(w.node(kUser | GfpFlag::nofail, kTaskWatched), 0);
  w.faulty = false;
  EXPECT_EQ(w.node(kUser, kTaskWatched), 0);
}

TEST(Dirty, WhoWritesGoesToOtherNodesFirst) {  // R-LIST-3, R-CTX-8
  World w;
  w.dirty = 0b01;
  EXPECT_EQ(w.node(kUser), 0);
  EXPECT_EQ(w.node(kUser | GfpFlag::write), 1);
  w.fill(1);
  EXPECT_EQ(w.node(kUser | GfpFlag::write), 0) << "the slow path does not spread";
}

TEST(NodeReclaim, ComesBeforeTheNextZone) {  // R-LIST-6
  World w;
  std::vector<Pfn> held = w.fill(0);
  w.reclaimed = NodeReclaim::some;
  EXPECT_EQ(w.node(kUser), 1) << "it found something, and not enough";
  EXPECT_EQ(w.calls, "n");
  w.freed.assign(held.begin(), held.begin() + 12);
  EXPECT_EQ(w.node(kUser), 0);
  EXPECT_EQ(w.calls, "n");
  EXPECT_EQ(w.node(kUser), 0) << "it has enough by now";
  EXPECT_EQ(w.calls, "");
}

TEST(NodeReclaim, IsForWhoMayWait) {
  World w;
  w.fill(0);
  EXPECT_EQ(w.node(GfpFlag::hardwall), 1);
  EXPECT_EQ(w.calls, "");
  EXPECT_EQ(w.node(kUser, kTaskAlone), 1);
  EXPECT_EQ(w.calls, "");
}

/// Whenever it comes: on a node that had been passed by, after the last scan but one.
TEST(NodeReclaim, NothingThatItFreesIsMissed) {  // L2
  unsigned calls = 0;
  for (bool all = false; !all; ++calls) {
    World w;
    const std::vector<Pfn> held = w.fill(0);
    w.fill(1);
    w.reclaimed = NodeReclaim::full;
    w.freed.assign(held.begin(), held.begin() + 12);
    w.wait = calls;
    const int served = w.node(kUser | GfpFlag::noretry);
    all = !w.freed.empty();
    EXPECT_EQ(served, all ? -1 : 0) << w.calls;
  }
  EXPECT_GT(calls, 4U);
}

}  // namespace
}  // namespace bp::impl
