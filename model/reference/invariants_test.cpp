// SPDX-License-Identifier: MIT
// A sound state keeps every invariant; each is broken by an edit that breaks no other.
#include "model/reference/invariants.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace bp::reference {
namespace {

/// 4 MiB pageblocks' worth of a zone: frames 0 to 4095, most of them free.
KernelState sound(Profile p = Profile::v7_1) {
  KernelState s;
  s.config.profile = p;
  s.config.pageblock_order = 9;
  s.config.cma = true;
  s.config.zones = {ZoneType::normal, ZoneType::movable};
  s.config.cpu_node = {0};
  s.config.thp = p != Profile::v4_7;
  s.nodes.resize(1);
  ZoneState z;
  z.numbers = {.managed = 4096, .present = 4096, .spanned = 4096};
  z.pageblocks = {{Pfn{0}, Migratetype::movable}};
  z.lists[10][1] = {Pfn{0}, Pfn{1024}};
  z.nr_free[10] = 2;
  z.lists[3][1] = {Pfn{2048}};
  z.nr_free[3] = 1;
  z.numbers.stat[0] = 2048 + 8;
  PcpState pcp;
  pcp.lists[1] = {{Pfn{2060}, Migratetype::movable}, {Pfn{2061}, Migratetype::movable}};
  pcp.numbers.count = 2;
  z.pcp = {pcp};
  s.zones = {z};
  return s;
}

ZoneState& zone(KernelState& s) { return s.zones[0]; }
std::vector<Pfn>& list(KernelState& s, unsigned order, Migratetype t) {
  return zone(s).lists[order][static_cast<unsigned>(t)];
}

std::vector<std::string_view> broken(const KernelState& s, std::span<const HeldBlock> held = {}) {
  std::vector<std::string_view> ids;
  for (const StateFault& f : faults_of(s, held)) ids.push_back(f.id);
  return ids;
}

struct Edit {
  std::string_view id;
  std::function<void(KernelState&)> make;
  Profile profile = Profile::v7_1;
};

using enum Migratetype;

const Edit kEdits[] = {
    // The same frame on a per-CPU list of another block.
    {"I-1", [](KernelState& s) { zone(s).pcp[0].lists[1][1].head = Pfn{2049}; }},
    {"I-2", [](KernelState& s) { zone(s).numbers.managed = 2000; }},
    {"I-3", [](KernelState& s) { ++zone(s).nr_free[3]; }},
    {"I-4", [](KernelState& s) { ++zone(s).numbers.stat[0]; }},
    {"I-5", [](KernelState& s) { zone(s).numbers.stat[1] = 1; }},
    {"I-6", [](KernelState& s) { std::swap(list(s, 3, movable), list(s, 3, reclaimable)); }},
    {"I-6'",
     [](KernelState& s) {
       std::swap(list(s, 3, movable), list(s, 3, cma));
       zone(s).numbers.stat[1] = 8;
     },
     Profile::v6_1_lts192},
    {"I-7", [](KernelState& s) { list(s, 3, movable)[0] = Pfn{2049}; }},
    {"I-8",
     [](KernelState& s) {
       list(s, 3, movable).push_back(Pfn{2048 + 16});
       list(s, 3, movable).push_back(Pfn{2048 + 24});
       zone(s).nr_free[3] += 2;
       zone(s).numbers.stat[0] += 16;
     }},
    {"I-9",
     [](KernelState& s) {
       list(s, 10, movable) = {Pfn{0}};
       list(s, 9, movable) = {Pfn{1024}, Pfn{1536}};
       zone(s).nr_free[10] = 1;
       zone(s).nr_free[9] = 2;
     }},
    {"I-10", [](KernelState& s) { ++zone(s).pcp[0].numbers.count; }},
    {"I-11", [](KernelState& s) { zone(s).pcp[0].lists[1][0].cached = isolate; },
     Profile::v6_1_lts192},
    {"I-12", [](KernelState& s) { zone(s).numbers.highatomic = 1; }, Profile::v6_1_lts192},
    {"I-12'", [](KernelState& s) { zone(s).numbers.highatomic = 512; }},
    {"I-14", [](KernelState& s) { zone(s).numbers.isolated = 1; }},
    {"I-15",
     [](KernelState& s) {
       zone(s).numbers.stat[1] = -1;
       zone(s).pcp[0].numbers.diff[1] = 0;
     }},
};

TEST(StateInvariants, HoldInASoundState) {
  for (unsigned p = 0; p < kProfiles; ++p)
    EXPECT_TRUE(broken(sound(Profile(p))).empty()) << profile_name(Profile(p));
}

TEST(StateInvariants, EachIsBrokenByAnEdit) {
  for (const Edit& e : kEdits) {
    KernelState s = sound(e.profile);
    e.make(s);
    const auto ids = broken(s);
    EXPECT_NE(std::ranges::find(ids, e.id), ids.end()) << e.id;
    // A counter below zero is wrong in two ways.
    EXPECT_LE(ids.size(), e.id == "I-15" ? 2U : 1U) << e.id << ", also " << ids.back();
  }
}

TEST(StateInvariants, EachHasAnEdit) {
  for (const StateInvariant& i : state_invariants()) {
    const bool tested = std::ranges::any_of(kEdits, [&](const Edit& e) { return e.id == i.id; });
    EXPECT_TRUE(tested || i.id == "I-13") << i.id;
  }
}

TEST(StateInvariants, WhatIsHeldIsNotFree) {
  const HeldBlock twice[] = {{Pfn{2048}, Order{3}}};
  const auto ids = broken(sound(), twice);
  EXPECT_NE(std::ranges::find(ids, "I-13"), ids.end());
  const HeldBlock apart[] = {{Pfn{3072}, Order{10}}};
  EXPECT_TRUE(broken(sound(), apart).empty());
}

// E2: a buddy in another zone. E3: types that keep apart. E6: a buddy of another order.
TEST(StateInvariants, ExceptionsAreNoFaults) {
  KernelState other_zone = sound();
  zone(other_zone).numbers.spanned = 3072;
  zone(other_zone).numbers.managed = 3072;
  KernelState apart = sound();
  list(apart, 10, movable) = {Pfn{0}};
  list(apart, 9, movable) = {Pfn{1024}};
  list(apart, 9, cma) = {Pfn{1536}};
  zone(apart).nr_free[10] = 1;
  zone(apart).nr_free[9] = 2;
  zone(apart).numbers.stat[1] = 512;
  zone(apart).pageblocks = {{Pfn{0}, movable}, {Pfn{1536}, cma}, {Pfn{2048}, movable}};
  KernelState smaller = sound();
  list(smaller, 9, movable) = {Pfn{2560}};
  zone(smaller).nr_free[9] = 1;
  zone(smaller).numbers.stat[0] += 512;
  EXPECT_TRUE(broken(other_zone).empty());
  EXPECT_TRUE(broken(apart).empty());
  EXPECT_TRUE(broken(smaller).empty());
}

TEST(KernelDefects, ExplainOnlyTheKernelThatHasThem) {
  const StateFault drift{.id = "I-4"};
  EXPECT_EQ(defect_behind(drift, Profile::v6_1_lts192, std::nullopt)->id, "W-15");
  EXPECT_EQ(defect_behind(drift, Profile::v4_7, Doing::allocating)->id, "B-32");
  EXPECT_EQ(defect_behind(drift, Profile::v4_7, Doing::anything_else)->id, "R-ISO-4");
  EXPECT_EQ(defect_behind(drift, Profile::v7_1, std::nullopt), nullptr);
}

}  // namespace
}  // namespace bp::reference
