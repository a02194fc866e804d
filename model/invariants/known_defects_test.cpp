// SPDX-License-Identifier: MIT
// Each known defect is seen to happen: its program, run on the reference of each kernel that has
// it, breaks the invariant that it is said to break, with its last operation and not before, and
// breaks nothing else that is unexplained. On kernels without the defect the program does no harm.
#include "model/invariants/known_defects.h"

#include <algorithm>
#include <sstream>

#include "model/invariants/small_kernel.h"

namespace bp {
namespace {

constexpr Profile kProfilesByAge[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192,
                                      Profile::v6_12, Profile::v7_1};

std::string name_of(const KnownDefect& d, Profile p) {
  return std::string(d.id) + " (" + std::string(d.breaks) + ") on " + std::string(profile_name(p));
}

std::vector<Finding> newly_found(const reference::KernelState& before,
                                 const reference::KernelState& after) {
  return new_findings(violations(before), violations(after), after.config.profile);
}

bool shows(const std::vector<Finding>& found, const KnownDefect& d) {
  return std::ranges::any_of(
      found, [&](const Finding& f) { return std::ranges::find(f.defects, &d) != f.defects.end(); });
}

std::vector<Finding> found_in(const KernelProgram& k) {
  const auto held = k.held();
  return findings(k.state(), {.held = held});
}

TEST(KnownDefects, EachHappensAsItsProgramSays) {
  for (const KnownDefect& d : known_defects()) {
    for (const Profile p : kProfilesByAge) {
      if (!d.kernels.has(p)) continue;
      SCOPED_TRACE(name_of(d, p));
      KernelProgram k(free_kernel(p, d.machine));
      std::istringstream lines{std::string(d.program)};
      bool shown = false;
      for (std::string line; std::getline(lines, line);) {
        EXPECT_FALSE(shown) << "shown before " << line;
        ASSERT_TRUE(k.step(line)) << line;
        shown = shows(found_in(k), d);
        for (const Finding& f : found_in(k)) {
          EXPECT_TRUE(f.is_known()) << f.violation.id << " after " << line << ": "
                                    << f.violation.fault.seen << ", " << f.violation.fault.allowed;
        }
      }
      EXPECT_TRUE(shown);
    }
  }
}

/// The program without its `left_out`th line, as far as that can be run.
bool is_shown_without(std::size_t left_out, const KnownDefect& d, Profile p) {
  KernelProgram k(free_kernel(p, d.machine));
  std::istringstream lines{std::string(d.program)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line); ++number) {
    if (number != left_out && !k.step(line)) return false;
  }
  return shows(found_in(k), d);
}

// A line that one kernel could do without, another needs.
TEST(KnownDefects, ProgramsAreMinimal) {
  for (const KnownDefect& d : known_defects()) {
    const auto lines = static_cast<std::size_t>(std::ranges::count(d.program, '\n')) + 1;
    for (std::size_t i = 0; i < lines; ++i) {
      EXPECT_TRUE(std::ranges::any_of(
          kProfilesByAge,
          [&](Profile p) { return d.kernels.has(p) && !is_shown_without(i, d, p); }))
          << d.id << " without line " << i + 1;
    }
  }
}

/// What would mend it, if anything could: all isolations undone, all blocks and reserves given
/// back.
void give_all_back(KernelProgram& k) {
  const std::int64_t pageblocks = k.state().zones[0].numbers.managed / 512;
  for (std::int64_t i = 0; i < pageblocks; ++i) {
    std::ostringstream undo;
    undo << "J " << std::hex << i * 512 << " M";
    k.step(undo.str());
  }
  k.free_all();
  k.step("d");
}

TEST(KnownDefects, WhatLastsIsThereWhenAllIsGivenBack) {
  for (const KnownDefect& d : known_defects()) {
    for (const Profile p : kProfilesByAge) {
      if (!d.kernels.has(p)) continue;
      SCOPED_TRACE(name_of(d, p));
      KernelProgram k(free_kernel(p, d.machine));
      ASSERT_TRUE(k.run(d.program));
      give_all_back(k);
      EXPECT_EQ(shows(found_in(k), d), d.lasts);
    }
  }
}

TEST(KnownDefects, KernelsWithoutThemTakeNoHarm) {
  for (const KnownDefect& d : known_defects()) {
    for (const Profile p : {Profile::v6_12, Profile::v7_1}) {
      ASSERT_FALSE(d.kernels.has(p));
      SCOPED_TRACE(name_of(d, p));
      KernelProgram k(free_kernel(p, d.machine));
      k.run(d.program);  // As far as it goes: these answer otherwise.
      EXPECT_TRUE(found_in(k).empty());
    }
  }
}

TEST(KnownDefects, BreakStatementsThatHoldForTheirKernels) {
  for (const KnownDefect& d : known_defects()) {
    for (const Profile p : kProfilesByAge) {
      if (!d.kernels.has(p)) continue;
      EXPECT_TRUE(statement(d.breaks).holds.has(p)) << name_of(d, p);
    }
  }
}

// A counter that is off in a direction in which no defect drives it, or on a kernel without one.
TEST(KnownDefects, DoNotExplainTheContrary) {
  reference::KernelState s = free_kernel(Profile::v6_1_lts192, "MM");
  s.zones[0].numbers.stat[0] -= 512;
  ASSERT_EQ(findings(s).size(), 1U);
  EXPECT_FALSE(findings(s)[0].is_known());
  s.zones[0].numbers.stat[0] += 1024;
  ASSERT_EQ(findings(s).size(), 1U);
  EXPECT_EQ(findings(s)[0].defects[0]->id, "W-15a");
  s.config.profile = Profile::v6_12;
  ASSERT_EQ(findings(s).size(), 1U);
  EXPECT_FALSE(findings(s)[0].is_known());
}

TEST(KnownDefects, WhatLastsIsNewOnce) {
  reference::KernelState before = free_kernel(Profile::v6_1_lts192, "MM");
  reference::KernelState after = before;
  after.zones[0].numbers.stat[0] += 512;
  EXPECT_EQ(newly_found(before, after).size(), 1U);
  EXPECT_TRUE(newly_found(after, after).empty());
  before = after;
  after.zones[0].numbers.stat[0] += 512;
  EXPECT_EQ(newly_found(before, after).size(), 1U) << "it grew";
}

// Of two defects that drive a counter to opposite sides, the one that moved it is named.
TEST(KnownDefects, AreNamedByTheWayACounterMoved) {
  reference::KernelState before = free_kernel(Profile::v4_7, "MH HH");
  before.zones[0].numbers.highatomic = 0;
  reference::KernelState after = before;
  after.zones[0].numbers.highatomic = 512;
  ASSERT_EQ(findings(after).back().defects.size(), 1U);
  EXPECT_EQ(findings(after).back().defects[0]->id, "B-03");
  const std::vector<Finding> found = newly_found(before, after);
  ASSERT_EQ(found.size(), 1U);
  for (const KnownDefect* d : found[0].defects) EXPECT_GT(d->direction, 0) << d->id;
}

}  // namespace
}  // namespace bp
