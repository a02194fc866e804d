// SPDX-License-Identifier: MIT
// Each invariant of a kernel's state holds on a sound state of every kernel that it holds for, and
// has an edit that breaks it and nothing else. Each exception has a state that passes because of
// it, and a twin without it that does not.
#include "model/invariants/state_invariants.h"

#include <algorithm>
#include <functional>
#include <set>

#include "model/invariants/small_kernel.h"

namespace bp {
namespace {

using reference::KernelState;

constexpr Profile kByAge[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                              Profile::v7_1};

bool is_typed(Profile p) { return p == Profile::v6_12 || p == Profile::v7_1; }

/// A state with what is known of it.
struct World {
  KernelState state;
  std::vector<HeldBlock> held;
  bool all_held = true;
  std::optional<KernelState> before = {};
  bool never_a_barrier = true;
  bool high_lowered = false;

  reference::ZoneState& zone() { return state.zones[0]; }
  reference::PcpState& pcp() { return state.zones[0].pcp[0]; }
  Known known() const {
    return {held, all_held, before ? &*before : nullptr, never_a_barrier, high_lowered};
  }
  std::set<std::string> broken() const {
    std::set<std::string> ids;
    for (const Violation& v : violations(state, known())) ids.emplace(v.id);
    return ids;
  }
};

using Ids = std::set<std::string>;

/// The largest blocks of [p, end), free on one list.
void fill(KernelState& s, std::uint64_t p, std::uint64_t end, char type) {
  while (p < end) {
    unsigned o = kOrderMax;
    while (p % (std::uint64_t{1} << o) != 0 || p + (std::uint64_t{1} << o) > end) --o;
    add_free(s, p, o, type);
    p += std::uint64_t{1} << o;
  }
}

void take_off(KernelState& s, std::uint64_t head, unsigned order, char type) {
  std::erase(s.zones[0].lists[order][static_cast<unsigned>(type_of_letter(type))], Pfn{head});
}

/// One page on the CPU's MOVABLE list of order 0.
void to_pcp(World& w, std::uint64_t p) {
  const bool caches = !is_typed(w.state.config.profile);
  w.pcp().lists[1].push_back({Pfn{p}, caches ? std::optional(Migratetype::movable) : std::nullopt});
  ++w.pcp().numbers.count;
}

/// One pageblock of each type, two of MOVABLE at the end. Eight pages and the third pageblock are
/// held, one page is on the CPU's list; one pageblock is isolated. Where it can be had in so small
/// a zone, there is a reserve.
World sound(Profile p) {
  World w{empty_kernel(p, is_typed(p) ? "UM RC CI MM" : "UM RH CI MM"), {}};
  w.held = {{Pfn{0}, Order{3}}, {Pfn{0x400}, Order{9}}};
  fill(w.state, 0x8, 0x200, 'U');
  to_pcp(w, 0x200);
  fill(w.state, 0x201, 0x400, 'M');
  add_free(w.state, 0x600, 9, is_typed(p) ? 'C' : 'H');
  w.zone().numbers.highatomic = is_typed(p) ? 0 : 512;
  add_free(w.state, 0x800, 9, 'C');
  add_free(w.state, 0xa00, 9, 'I');
  w.zone().numbers.isolated = 1;
  add_free(w.state, 0xc00, 10, 'M');
  count_free(w.state);
  return w;
}

TEST(StateInvariants, AllHoldOnASoundState) {
  for (const Profile p : kByAge) EXPECT_EQ(sound(p).broken(), Ids{}) << profile_name(p);
}

struct Breaker {
  std::string_view id;
  Profile profile;
  std::function<void(World&)> edit;
};

const Breaker kBreakers[] = {
    {"I-7", Profile::v6_1_lts192,  // not aligned
     [](World& w) { w.zone().lists[10][1][0] = Pfn{0xa00}; }},
    {"I-7", Profile::v7_1,  // outside its zone
     [](World& w) { add_free(w.state, 0x1000, 0, 'M'); }},
    {"I-7", Profile::v4_7,  // across its zone's end
     [](World& w) { w.zone().numbers.spanned = 0xf00; }},
    {"I-7", Profile::v5_15,  // where there is no memory
     [](World& w) { w.zone().pageblocks[7].type = std::nullopt; }},
    {"I-1", Profile::v6_1_lts192,  // free and held
     [](World& w) { add_free(w.state, 0x2, 1, 'U'); }},
    {"I-1", Profile::v4_7,  // on two lists
     [](World& w) { add_free(w.state, 0xc00, 10, 'U'); }},
    {"I-1", Profile::v7_1,  // inside another one
     [](World& w) { to_pcp(w, 0xd00); }},
    {"I-3", Profile::v4_7, [](World& w) { ++w.zone().nr_free[9]; }},
    {"I-4", Profile::v5_15, [](World& w) { ++w.zone().numbers.stat[0]; }},
    {"I-4", Profile::v6_12, [](World& w) { --w.pcp().numbers.diff[0]; }},
    {"I-4a", Profile::v7_1, [](World& w) { ++w.zone().numbers.stat[2]; }},
    {"I-4a", Profile::v6_12, [](World& w) { ++w.zone().numbers.free_highatomic; }},
    {"I-5", Profile::v4_7, [](World& w) { w.zone().numbers.stat[1] -= 512; }},
    {"I-15", Profile::v6_1_lts192,
     [](World& w) { w.state.config.cma = false, w.zone().numbers.stat[1] = -1; }},
    {"I-2", Profile::v6_1_lts192, [](World& w) { w.held.pop_back(); }},
    {"I-2", Profile::v7_1, [](World& w) { w.all_held = false, w.zone().numbers.managed -= 512; }},
    {"I-8", Profile::v7_1,
     [](World& w) {
       w.held.erase(w.held.begin());
       add_free(w.state, 0, 3, 'U'), count_free(w.state);
     }},
    {"I-9", Profile::v6_1_lts192,
     [](World& w) {
       take_off(w.state, 0xc00, 10, 'M');
       add_free(w.state, 0xc00, 9, 'M'), add_free(w.state, 0xe00, 9, 'M'), count_free(w.state);
     }},
    {"I-6", Profile::v7_1,
     [](World& w) {
       take_off(w.state, 0xc00, 10, 'M'), add_free(w.state, 0xc00, 10, 'R'), count_free(w.state);
     }},
    {"I-6'", Profile::v6_1_lts192,
     [](World& w) {
       take_off(w.state, 0x800, 9, 'C'), add_free(w.state, 0x800, 9, 'M'), count_free(w.state);
     }},
    {"I-10a", Profile::v5_15, [](World& w) { ++w.pcp().numbers.count; }},
    {"I-10", Profile::v4_7,
     [](World& w) {
       for (unsigned o = 0; o < 4; ++o) take_off(w.state, 0x200 + (1U << o), o, 'M');
       for (std::uint64_t p = 0x201; p < 0x210; ++p) to_pcp(w, p);
       count_free(w.state);
     }},
    {"I-11", Profile::v6_1_lts192,
     [](World& w) { w.pcp().lists[1][0].cached = Migratetype::isolate; }},
    {"I-11", Profile::v5_15,
     [](World& w) { w.pcp().lists[1][0].cached = Migratetype::reclaimable; }},
    {"I-11", Profile::v4_7,  // a list too many
     [](World& w) { w.pcp().lists[1].swap(w.pcp().lists[4]); }},
    {"I-12", Profile::v5_15, [](World& w) { w.zone().numbers.highatomic = 600; }},
    {"I-12a", Profile::v6_1_lts192,
     [](World& w) {
       w.zone().pageblocks[6].type = w.zone().pageblocks[7].type = Migratetype::highatomic;
       take_off(w.state, 0xc00, 10, 'M'), add_free(w.state, 0xc00, 10, 'H'), count_free(w.state);
       w.zone().numbers.highatomic = 3 * 512;
     }},
    {"I-12a", Profile::v7_1, [](World& w) { w.zone().numbers.highatomic = 512; }},
    {"I-12b", Profile::v4_7, [](World& w) { w.zone().numbers.highatomic = 0; }},
    {"I-14", Profile::v7_1, [](World& w) { w.zone().numbers.isolated = 2; }},
};

TEST(StateInvariants, EachHasAnEditThatBreaksItAlone) {
  for (const Breaker& b : kBreakers) {
    SCOPED_TRACE(std::string(b.id) + " on " + std::string(profile_name(b.profile)));
    World w = sound(b.profile);
    b.edit(w);
    EXPECT_EQ(w.broken(), Ids{std::string(b.id)});
    const auto first = first_violation(w.state, w.known());
    ASSERT_TRUE(first);
    EXPECT_FALSE(first->fault.seen.empty());
    EXPECT_FALSE(first->fault.allowed.empty());
  }
}

TEST(StateInvariants, EveryOneHasBeenSeenToFire) {
  for (const StateInvariant& i : state_invariants()) {
    EXPECT_TRUE(std::ranges::any_of(kBreakers, [&](const Breaker& b) { return b.id == i.id; }))
        << i.id;
  }
}

// Where a statement does not hold, what breaks it elsewhere is an ordinary state.
TEST(StateInvariants, AreAskedWhereTheyHold) {
  for (const Breaker& b : kBreakers) {
    for (const Profile p : kByAge) {
      if (statement(b.id).holds.has(p)) continue;
      World w = sound(p);
      b.edit(w);
      EXPECT_FALSE(w.broken().contains(std::string(b.id))) << b.id << " on " << profile_name(p);
    }
  }
}

// The table of the properties as the recordings corrected it: I-5, I-12b and I-14 are broken by
// known defects only; before 6.12 a reserve's pageblocks hold blocks of other lists.
TEST(StateInvariants, HoldForTheKernelsOfTheTable) {
  const std::pair<std::string_view, std::string_view> not_everywhere[] = {
      {"I-4a", "v6.12 v7.1 "}, {"I-6", "v6.12 v7.1 "}, {"I-6'", "v6.1-lts192 v6.12 v7.1 "}};
  for (const Statement& s : statements()) {
    std::string holds;
    for (const Profile p : kByAge) {
      if (s.holds.has(p)) holds += std::string(profile_name(p)) + " ";
    }
    const auto* at = std::ranges::find(not_everywhere, s.id, [](const auto& e) { return e.first; });
    EXPECT_EQ(holds,
              at != std::end(not_everywhere) ? at->second : "v4.7 v5.15 v6.1-lts192 v6.12 v7.1 ")
        << s.id;
  }
}

TEST(StateInvariants, WhatAStateCannotShowIsLeftToTheReplayer) {
  for (const Statement& s : statements()) {
    const bool has_function = std::ranges::any_of(
        state_invariants(), [&](const StateInvariant& i) { return i.id == s.id; });
    EXPECT_EQ(has_function, s.witness != Witness::replayer) << s.id;
  }
}

// A bound that was lowered is met as pages are freed.
TEST(StateInvariants, AListShrinksAfterItsBound) {
  World w = sound(Profile::v4_7);
  std::ranges::find(kBreakers, "I-10", &Breaker::id)->edit(w);
  w.high_lowered = true;
  EXPECT_EQ(w.broken(), Ids{});
}

// What an isolated pageblock was before is not in a state: it may have been reserved.
TEST(StateInvariants, AnIsolatedPageblockMayHaveBeenReserved) {
  World w = sound(Profile::v6_1_lts192);
  w.zone().numbers.highatomic = 1024;
  EXPECT_EQ(w.broken(), Ids{});
  w.zone().numbers.highatomic = 1536;
  EXPECT_TRUE(w.broken().contains("I-12b"));
}

/// One zone of pageblocks, with free blocks of order 9 on the lists of their pageblocks.
World pair_of(Profile p, std::string_view types) {
  World w{empty_kernel(p, types), {}};
  for (std::size_t i = 0; i < types.size(); ++i) add_free(w.state, i * 512, 9, types[i]);
  w.zone().numbers.isolated = std::ranges::count(types, 'I');
  count_free(w.state);
  return w;
}

const Ids kI9{"I-9"};

TEST(Exceptions, E1TheLargestOrderHasNoParent) {
  World w{free_kernel(Profile::v6_1_lts192, "MM MM"), {}};
  EXPECT_EQ(w.zone().lists[10][1].size(), 2U);
  EXPECT_EQ(w.broken(), Ids{});
  EXPECT_EQ(pair_of(Profile::v6_1_lts192, "MM").broken(), kI9);
}

TEST(Exceptions, E2TheBuddyIsOfAnotherZone) {
  World w = pair_of(Profile::v6_1_lts192, "MM");
  KernelState& s = w.state;
  s.zones[1] = s.zones[0];
  s.zones[1].index = 1;
  s.zones[1].numbers.start = 512;
  for (reference::ZoneState& z : s.zones) {
    z.numbers.managed = z.numbers.present = z.numbers.spanned = z.numbers.stat[0] = 512;
    z.nr_free[9] = 1;
  }
  s.zones[0].lists[9][1].pop_back();
  s.zones[0].pageblocks.pop_back();
  s.zones[1].lists[9][1].erase(s.zones[1].lists[9][1].begin());
  s.zones[1].pageblocks.erase(s.zones[1].pageblocks.begin());
  EXPECT_EQ(w.broken(), Ids{});
}

TEST(Exceptions, E3ABarrierStandsBetweenThem) {
  EXPECT_EQ(pair_of(Profile::v6_1_lts192, "MC").broken(), Ids{});
  EXPECT_EQ(pair_of(Profile::v6_1_lts192, "MU").broken(), kI9);
  // Before 6.1 the only barrier is an isolation, while there is one.
  for (const Profile p : {Profile::v4_7, Profile::v5_15}) {
    EXPECT_EQ(pair_of(p, "MI").broken(), Ids{});
    EXPECT_EQ(pair_of(p, "MC").broken(), kI9);
    World w = pair_of(p, "MI");
    w.zone().numbers.isolated = 0;
    EXPECT_TRUE(w.broken().contains("I-9"));
  }
}

// The one that was freed last went by its list, not by its pageblock.
TEST(Exceptions, E3IsOfTheTypeThatWasFreed) {
  World w = pair_of(Profile::v6_1_lts192, "MM");
  take_off(w.state, 0, 9, 'M'), add_free(w.state, 0, 9, 'H'), count_free(w.state);
  EXPECT_EQ(w.broken(), Ids{});
}

TEST(Exceptions, E4ABarrierIsGone) {
  World w = pair_of(Profile::v6_1_lts192, "MM");
  w.never_a_barrier = false;
  w.before = pair_of(Profile::v6_1_lts192, "MC").state;
  EXPECT_EQ(w.broken(), Ids{});
  w.before = free_kernel(Profile::v6_1_lts192, "MM");
  EXPECT_EQ(w.broken(), kI9) << "they were one before";
  w.before.reset();
  EXPECT_EQ(w.broken(), Ids{}) << "nothing is known of before";
}

TEST(Exceptions, E5TheBuddyIsNotFree) {
  World w = pair_of(Profile::v6_1_lts192, "MM");
  take_off(w.state, 0x200, 9, 'M'), count_free(w.state);
  w.pcp().lists[13].push_back({Pfn{0x200}, Migratetype::movable});
  w.pcp().numbers.count = 512;
  EXPECT_EQ(w.broken(), Ids{});
  w.pcp() = empty_kernel(Profile::v6_1_lts192, "MM").zones[0].pcp[0];
  w.held = {{Pfn{0x200}, Order{9}}};
  EXPECT_EQ(w.broken(), Ids{});
}

TEST(Exceptions, E6TheBuddyIsASmallerFreeBlock) {
  World w = pair_of(Profile::v6_1_lts192, "MM");
  take_off(w.state, 0x200, 9, 'M'), add_free(w.state, 0x200, 8, 'M'), count_free(w.state);
  w.held = {{Pfn{0x300}, Order{8}}};
  EXPECT_EQ(w.broken(), Ids{});
}

// Below pageblock_order nothing but E2, E5 and E6 keeps buddies apart.
TEST(Exceptions, E3AndE4AreOfWholePageblocks) {
  World w{empty_kernel(Profile::v6_1_lts192, "M"), {}};
  add_free(w.state, 0, 8, 'M'), add_free(w.state, 0x100, 8, 'H'), count_free(w.state);
  w.never_a_barrier = false;
  EXPECT_EQ(w.broken(), Ids{"I-8"});
}

// Zones may span each other's frames: a held block counts where its pageblock is.
TEST(StateInvariants, AHeldBlockIsOfOneZone) {
  World w = pair_of(Profile::v6_1_lts192, "MU");
  KernelState& s = w.state;
  s.zones[1] = s.zones[0];
  s.zones[1].index = 1;
  s.zones[1].lists = {};
  s.zones[1].nr_free = {};
  s.zones[1].numbers.stat = {};
  s.zones[0].pageblocks[1].type = std::nullopt;
  s.zones[1].pageblocks[0].type = std::nullopt;
  take_off(s, 0x200, 9, 'U'), count_free(s);
  s.zones[0].numbers.managed = s.zones[1].numbers.managed = 512;
  w.held = {{Pfn{0x200}, Order{9}}};
  EXPECT_EQ(w.broken(), Ids{});
}

}  // namespace
}  // namespace bp
