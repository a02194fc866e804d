// SPDX-License-Identifier: MIT
// The planted bugs of the reference are what their table says, and each of their detectors fires on
// one of them and on nothing sound.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <set>
#include <sstream>

#include "fuzz/kernel/input.h"
#include "fuzz/mutants/kill_matrix.h"
#include "fuzz/mutants/model_run.h"
#include "fuzz/mutants/model_vectors.h"
#include "fuzz/mutants/unit_kills.h"
#include "model/vocab/check.h"
#include "model/vocab/machine.h"

namespace bp {
namespace {

using reference::Rulebook;

constexpr std::size_t kWords = sizeof(Rulebook) / sizeof(std::uint64_t);
using Words = std::array<std::uint64_t, kWords>;

Words words_of(const Rulebook& r) {
  Words words;
  std::memcpy(words.data(), &r, sizeof words);
  return words;
}

/// A byte-for-byte copy, padding included, so that only what a plant sets differs.
Rulebook copy_of(Profile p) {
  Rulebook r;
  std::memcpy(static_cast<void*>(&r), &reference::rulebook_of(p), sizeof r);
  return r;
}

TEST(ModelPlants, AreManyAndNamedOnce) {
  std::set<std::string_view> names;
  for (const ModelPlant* p : model_plants()) names.insert(p->name);
  EXPECT_EQ(names.size(), model_plants().size());
  EXPECT_GE(names.size(), 120U);
}

TEST(ModelPlants, BreakRulesThatAreKnown) {
  for (const ModelPlant* p : model_plants()) {
    std::istringstream rules{std::string(p->rules)};
    std::size_t n = 0;
    for (std::string id; rules >> id; ++n)
      EXPECT_NE(registry::find_rule(id), nullptr) << p->name << ": " << id;
    EXPECT_GT(n, 0U) << p->name;
    const bool generic = p->bug.starts_with("mutant ");
    const bool known = p->bug.empty() || generic || registry::find_bug(p->bug) != nullptr;
    EXPECT_TRUE(known) << p->name << ": " << p->bug;
  }
}

/// One that sets what is set already would survive for ever.
TEST(ModelPlants, ChangeARulebookWhereverTheyArePlanted) {
  for (const ModelMutant& m : model_mutants()) {
    Rulebook broken = copy_of(m.profile);
    m.plant->apply(broken);
    EXPECT_NE(words_of(broken), words_of(copy_of(m.profile))) << m.name();
  }
}

/// Told apart by the word; flags share theirs. The first word is the profile, and of an entry that
/// takes several words one is enough.
TEST(ModelPlants, LeaveNoEntryOfTheRulebookOut) {
  std::set<std::size_t> changed;
  for (const ModelMutant& m : model_mutants()) {
    Rulebook broken = copy_of(m.profile);
    m.plant->apply(broken);
    const Words before = words_of(copy_of(m.profile)), after = words_of(broken);
    for (std::size_t i = 0; i < kWords; ++i) {
      if (before[i] != after[i]) changed.insert(i);
    }
  }
  const std::size_t last_flags = offsetof(Rulebook, last_flags) / sizeof(std::uint64_t);
  if (changed.contains(last_flags)) changed.insert(last_flags + 1);
  for (std::size_t i = 1; i < kWords; ++i) EXPECT_TRUE(changed.contains(i)) << "word " << i;
}

TEST(ModelPlants, HaveReasonsOnlyWhereTheyArePlanted) {
  for (const SurvivorReason& reason : survivor_reasons()) {
    const ModelPlant* plant = nullptr;
    for (const ModelPlant* p : model_plants()) {
      if (p->name == reason.plant) plant = p;
    }
    ASSERT_NE(plant, nullptr) << reason.plant;
    for (unsigned i = 0; i < kProfiles; ++i) {
      if (!reason.profiles.has(Profile(i))) continue;
      EXPECT_TRUE(plant->profiles.has(Profile(i))) << reason.plant;
    }
    EXPECT_TRUE(reason.why.ends_with('.')) << reason.plant;
  }
}

TEST(ModelVectors, HoldForEveryKernelAsItIs) {
  for (unsigned i = 0; i < kProfiles; ++i) {
    const ModelVector* broken = broken_vector(reference::rulebook_of(Profile(i)));
    EXPECT_EQ(broken, nullptr) << profile_name(Profile(i)) << ": " << broken->name;
  }
}

TEST(ModelVectors, EachBreaksOnSomePlantedBug) {
  for (const ModelVector& v : model_vectors()) {
    bool fires = false;
    for (const ModelMutant& m : model_mutants())
      fires = fires || (v.profiles.has(m.profile) && !v.holds(m.rulebook()));
    EXPECT_TRUE(fires) << v.name;
  }
}

TEST(UnitKills, AreTheSameAfterAFile) {
  const UnitKills kills = {{"merge-never@v7.1", "Every/Buddy.LastPageMergesAllTheWayUp"}};
  const std::string file = testing::TempDir() + "unit_kills.txt";
  ASSERT_TRUE(save_unit_kills(kills, file));
  EXPECT_EQ(load_unit_kills(file), kills);
  std::filesystem::remove(file);
  EXPECT_FALSE(save_unit_kills(kills, testing::TempDir() + "nowhere/unit_kills.txt"));
}

TEST(UnitKills, ProgramThatIsNotThereKillsNothing) {
  EXPECT_TRUE(run_unit_kills("/nonexistent/unit_kills", {"merge-never@v7.1"}).empty());
}

/// `rules` would name tests that are gone.
TEST(UnitKills, RememberedOnesAreOfMutantsThatAre) {
  std::set<std::string> mutants;
  for (const ModelMutant& m : model_mutants()) mutants.insert(m.name());
  const UnitKills kills = load_unit_kills(std::string(BP_SOURCE_DIR "/") + kUnitKillsFile);
  EXPECT_GE(kills.size(), 800U);
  for (const auto& [mutant, test] : kills) EXPECT_TRUE(mutants.contains(mutant)) << mutant;
}

constexpr ModelPlant kSound{"sound",   "R-BUDDY-4",     "", {Profile::v6_1_lts192},
                            "nothing", [](Rulebook&) {}};
constexpr ModelPlant kAborts{
    "aborts", "R-BUDDY-4", "", {Profile::v6_1_lts192}, "a check does not hold", [](Rulebook& r) {
      r.goes_to_tail = [](const reference::Allocator&, const reference::Zone&, Pfn, Order) -> bool {
        check_failed("a test", 1, "what a broken allocator may run into");
        return false;
      };
    }};
constexpr ModelPlant kTailNever{
    "tail", "R-BUDDY-11", "", {Profile::v6_1_lts192}, "always to the head", [](Rulebook& r) {
      r.goes_to_tail = [](const reference::Allocator&, const reference::Zone&, Pfn, Order) -> bool {
        return false;
      };
    }};

/// The sound one in the middle: it is replayed by a process that the one before it ended.
TEST(ModelHunt, KillsWhatIsBrokenAndOnlyThat) {
  const std::string file = BP_SOURCE_DIR "/corpus/kernel/v6.1/nofrag-bulk.txt.xz";
  std::vector<HuntedMutant> mutants;
  for (const ModelPlant* p : {&kAborts, &kSound, &kTailNever})
    mutants.push_back({.mutant = {p, Profile::v6_1_lts192}, .kill = {}});
  const RecordingHunt hunt = hunt_in_recording(file, mutants, 1, true);
  EXPECT_EQ(hunt.fault, "");
  EXPECT_EQ(hunt.features.machine, "x86-64");
  ASSERT_FALSE(hunt.batches.empty());
  EXPECT_EQ(hunt.batches.back().text_end, kernel::read_file(file).bytes.size());
  EXPECT_TRUE(mutants[0].kill.killed);
  EXPECT_EQ(mutants[0].kill.how, "check");
  EXPECT_FALSE(mutants[1].kill.killed);
  EXPECT_TRUE(mutants[2].kill.killed);
  EXPECT_GT(mutants[2].kill.operations, 0U);
}

TEST(ModelHunt, SaysWhatIsNoRecording) {
  std::vector<HuntedMutant> none;
  const std::string file = BP_SOURCE_DIR "/corpus/kernel/gfp-headers.txt";
  EXPECT_NE(hunt_in_recording(file, none, 1, true).fault, "");
}

MatrixFile row(const std::string& name, std::uintmax_t bytes, std::set<std::string> kills) {
  MatrixFile f{.name = name, .bytes = bytes, .features = {}, .batches = {{100, "af"}}, .kills = {}};
  f.features = {.profile = Profile::v4_7, .machine = "i386", .cpus = 1};
  for (const std::string& k : kills) f.kills[k] = {.killed = true, .how = "page frame"};
  return f;
}

KillMatrix matrix_of(std::initializer_list<MatrixFile> rows) {
  KillMatrix m;
  for (const MatrixFile& r : rows) m.files[r.name] = r;
  return m;
}

TEST(KillMatrix, IsCoveredByAFewSmallFiles) {
  const KillMatrix m = matrix_of({row("all", 1000, {"a", "b", "c"}), row("two", 20, {"a", "b"}),
                                  row("one", 10, {"c"}), row("none", 1, {})});
  const std::vector<Chosen> chosen = cover(m);
  ASSERT_EQ(chosen.size(), 2U);
  EXPECT_EQ(chosen[0].name, "one");
  EXPECT_EQ(chosen[0].only_here, std::vector<std::string>{"c"});
  EXPECT_EQ(chosen[1].name, "two");
}

TEST(KillMatrix, CutsARecordingWhereTheRestStandsForNothingMore) {
  MatrixFile f = row("long", 1000, {"a"});
  f.batches = {{100, "a"}, {300, "af"}, {1000, "f"}};
  f.kills["late"] = {.killed = true, .how = "page frame", .batch = 2};
  KillMatrix m = matrix_of({f});
  ASSERT_EQ(cover(m).size(), 1U);
  EXPECT_EQ(cover(m)[0].batches, 3U);
  m.files["long"].kills.erase("late");
  EXPECT_EQ(cover(m)[0].batches, 2U) << "the second batch is the first with an f";
  EXPECT_EQ(cover(m)[0].bytes, 300U);
  m.files["short"] = row("short", 20, {"late", "a"});
  ASSERT_EQ(cover(m).size(), 1U);
  EXPECT_EQ(cover(m)[0].name, "short");
}

TEST(KillMatrix, SpendsWhatIsLeftOnSeconds) {
  const KillMatrix m =
      matrix_of({row("one", 10, {"a", "b"}), row("two", 20, {"a", "b"}), row("three", 30, {"a"})});
  EXPECT_EQ(cover(m).size(), 1U);
  EXPECT_EQ(cover(m, 29).size(), 1U);
  ASSERT_EQ(cover(m, 30).size(), 2U);
  EXPECT_EQ(cover(m, 30)[1].name, "two");
  EXPECT_EQ(cover(m, 1000).size(), 2U) << "a third says nothing new";
}

TEST(KillMatrix, IsTheSameAfterAFile) {
  KillMatrix m = matrix_of({row("v4.7/x.txt.xz", 7, {"a@v4.7"})});
  m.files.begin()->second.kills["b@v4.7"] = {};
  const std::string path = testing::TempDir() + "matrix.txt";
  ASSERT_TRUE(save_matrix(m, path));
  const KillMatrix again = load_matrix(path);
  ASSERT_EQ(again.files.size(), 1U);
  const MatrixFile& f = again.files.begin()->second;
  EXPECT_EQ(worth_of(f, 1), worth_of(m.files.begin()->second, 1));
  EXPECT_FALSE(f.kills.at("b@v4.7").killed);
  EXPECT_EQ(f.kills.at("a@v4.7").how, "page frame");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace bp
