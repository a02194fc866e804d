// SPDX-License-Identifier: MIT
#include "fuzz/explore/explore.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "fuzz/explore/site_plants.h"
#include "fuzz/program/rng.h"
#include "fuzz/sched/random_chooser.h"
#include "fuzz/sched/scripted_chooser.h"

namespace bp::explore {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

Case parsed(const std::string& text) {
  CaseParse p = parse_case(text);
  EXPECT_TRUE(p.one) << p.fault;
  return p.one.value_or(Case{});
}

std::vector<fs::path> corpus() {
  std::vector<fs::path> files;
  for (const auto& e : fs::directory_iterator(fs::path(BP_SOURCE_DIR) / "corpus/conc"))
    if (e.path().extension() == ".conc") files.push_back(e.path());
  std::ranges::sort(files);
  return files;
}

Explored searched(const Case& c, const Search& search) {
  Runner runner(c.scenario);
  EXPECT_EQ(runner.plant(c.plant), "");
  return explore(c.scenario, runner, c.plant, search);
}

std::string found_in(const Explored& e) { return e.found ? case_text(e.found->file) : ""; }

TEST(Explore, TheCorpusBreaksNoRule) {
  for (const fs::path& path : corpus()) {
    const Case c = parsed(text_of(path));
    for (const Mode m : {Mode::random, Mode::pct, Mode::pos}) {
      EXPECT_EQ(found_in(searched(c, {.mode = m, .seconds = 0, .executions = 1000})), "") << path;
    }
    EXPECT_EQ(
        found_in(searched(
            c, {.mode = Mode::exhaustive, .deviations = 1, .seconds = 0, .executions = 20000})),
        "")
        << path;
  }
}

TEST(Explore, TenMillionStepsRaiseNoAlarm) {
  constexpr std::uint64_t kSteps = 10'000'000;
  std::uint64_t steps = 0;
  const auto files = corpus();
  for (const fs::path& path : files) {
    const Explored e =
        searched(parsed(text_of(path)), {.seconds = 0, .steps = kSteps / files.size(), .seed = 7});
    EXPECT_EQ(found_in(e), "") << path;
    steps += e.steps;
  }
  EXPECT_GE(steps, kSteps / files.size() * files.size());
}

/// A scenario, what is planted, and the rules of which one is broken first.
struct Fires {
  const char* scenario;
  const char* plant;
  std::set<std::string> rules;
};

constexpr const char* kPair =
    "conc 1\nzone normal 0 3\ntask 0\nalloc 0 a\nhold\nfree a\nalloc 0 b\ntask 1\nalloc 0 c\n"
    "hold\nfree c\n";
constexpr const char* kListed =
    "conc 1\nzone normal 0 8 pcp 2 batch 2\ntask 0\nalloc 0 a\nalloc 0 b\nfree a\nfree b\ntask 1\n"
    "alloc 0 c\nfree c\ndrain\n";

TEST(Detectors, EachIsSeenToFire) {
  const Fires all[] = {
      {"conc 1\nzone normal 0 64\nsetup\nalloc 5 x\nalloc 5 y\ntask 0\nfree x\nfree y\nalloc 5 a\n"
       "alloc 5 b\ntask 1\nalloc 5 c\n",
       "bug swing_keeps_row\n",
       {"S1", "S5"}},
      {kPair, "defect release_is_relaxed\n", {"S2"}},
      {"conc 1\nzone normal 0 70\ntask 0\nalloc 6 a\nalloc 2 b\nalloc 1 c\nalloc 0 d\ntask "
       "1\nhold\n",
       "bug zone_end_rounded\n",
       {"S3", "S6"}},
      {"conc 1\nzone dma 0 4\nzone normal 4 8\ntask 0\nalloc 0 a\ntask 1\nhold\n",
       "bug zones_ascending\n",
       {"S4"}},
      {kListed, "bug flush_uncounted\n", {"S5"}},
      {"conc 1\nzone normal 0 128\nsetup\nalloc 5 x\nalloc 5 y\ntask 0\nfree x\ntask 1\nfree y\n",
       "bug swing_skipped\n",
       {"S6", "L3"}},
      {"conc 1\nzone dma32 0 8 min 1 low 1 high 1 reserve 4\nzone normal 8 9\ntask 0\nalloc 0 a\n"
       "alloc 2 b\ntask 1\nhold\n",
       "bug reserve_ignored\n",
       {"S7"}},
      {"conc 1\nzone normal 0 2 pcp 2 batch 2\ntask 0\nalloc 0 a\nfree a\nalloc 1 b\ntask "
       "1\nhold\n",
       "bug null_without_drain\n",
       {"L2", "L3"}},
  };
  for (const Fires& f : all) {
    const Case c = parsed(std::string(f.scenario) + f.plant);
    const Explored e = searched(c, {.seconds = 0, .executions = 3000});
    ASSERT_TRUE(e.found) << f.plant << f.scenario;
    EXPECT_TRUE(f.rules.contains(rule_of(e.found->file.rule))) << f.plant << e.found->file.rule;
  }
}

/// L1: an allocator of this test's own says null, while one block is freed and another lies there.
TEST(Detectors, ANullBesideAnUntouchedBlockIsFound) {
  const Case c = parsed("conc 1\nzone normal 0 128\nsetup\nalloc 0 s\ntask 0\nhold\n");
  Ghost ghost;
  sched::World w;
  sched::RandomChooser random(1);
  const Op ask{.kind = OpKind::alloc};
  const Op give{.kind = OpKind::free};
  const auto hold = [] { sched::World::current().point(sched::Pending::kEverywhere, false); };
  auto refused = [&] {
    const std::size_t n = ghost.invoke(ask, kNoFrame);
    hold();
    ghost.respond(n, kNoFrame, true);
  };
  auto frees = [&] {
    const std::size_t n = ghost.invoke(give, 0);
    hold();
    ghost.respond(n, 0, true);
  };
  std::set<std::string> rules;
  for (unsigned i = 0; i < 100; ++i) {
    w.begin(random, {});
    ghost.begin(c.scenario);
    ghost.respond(ghost.invoke(ask, kNoFrame), 0, true);
    w.spawn(refused);
    w.spawn(frees);
    rules.insert(rule_of(w.run().fault));
  }
  EXPECT_TRUE(rules.contains("L1"));
  EXPECT_FALSE(rules.contains("S2"));
}

/// P1, P2 and P3 by bounds that no allocator keeps: what they count is seen to count.
TEST(Detectors, ABoundOfStepsIsAProgressRule) {
  Case c = parsed(kPair);
  c.scenario.steps = 5;
  Explored e = searched(c, {.seconds = 0, .executions = 10});
  ASSERT_TRUE(e.found);
  EXPECT_EQ(rule_of(e.found->file.rule), "P3");
  c.scenario.steps = 12;
  c.scenario.freezes = 1;
  e = searched(c, {.mode = Mode::exhaustive, .deviations = 1, .seconds = 0, .executions = 2000});
  ASSERT_TRUE(e.found);
}

TEST(Explore, WhatEveryModeFindsIsReplayedFromItsText) {
  for (const Mode m : {Mode::random, Mode::pct, Mode::pos, Mode::exhaustive}) {
    const Case c = parsed(std::string(kPair) + "defect acquire_is_relaxed\n");
    const Explored e = searched(c, {.mode = m, .deviations = 2, .seconds = 0, .executions = 50000});
    ASSERT_TRUE(e.found);
    const std::string text = case_text(e.found->file);
    const Case again = parsed(text);
    Runner runner(again.scenario);
    const Replayed r = replay_case(again, runner);
    EXPECT_EQ(r.fault, "");
    EXPECT_EQ(r.verdict.fault, e.found->file.rule);
    EXPECT_LE(e.found->deviations, 8U) << text;
  }
}

/// What is planted is found within as many deviations with sleep sets as without.
TEST(Explore, SleepSetsKillTheSame) {
  std::uint64_t with = 0, without = 0;
  const std::string scenarios[] = {text_of(BP_SOURCE_DIR "/corpus/conc/one-page.conc"),
                                   text_of(BP_SOURCE_DIR "/corpus/conc/merge.conc")};
  for (const std::string& text : scenarios) {
    const Scenario s = parsed(text).scenario;
    for (const SitePlant& p : site_plants({{"", s}})) {
      Search search{.mode = Mode::exhaustive, .deviations = 2, .seconds = 0};
      std::array<std::string, 2> found;
      for (const bool sleeps : {false, true}) {
        search.sleeps = sleeps;
        Runner runner(s);
        ASSERT_EQ(runner.plant(p.plant), "");
        const Explored e = explore(s, runner, p.plant, search);
        found[sleeps ? 1 : 0] = std::to_string(e.complete_to) + (e.found ? " found" : "");
        (sleeps ? with : without) += e.executions;
      }
      EXPECT_EQ(found[0], found[1]) << p.plant.name << " at " << p.plant.site << "\n" << text;
    }
  }
  EXPECT_LT(with, without);
  std::printf("  %llu executions with sleep sets, %llu without\n",
              static_cast<unsigned long long>(with), static_cast<unsigned long long>(without));
}

/// Freezes, then kills, one task at each of its atomic steps along the default schedule.
TEST(Explore, NoTaskIsWaitedForWhereverItStops) {
  for (const fs::path& path : corpus()) {
    for (const bool kill : {false, true}) {
      Case c = parsed(text_of(path));
      c.scenario.freezes = kill ? 0 : 1;
      c.scenario.kills = kill ? 1 : 0;
      const Explored e = searched(
          c, {.mode = Mode::exhaustive, .deviations = 1, .seconds = 0, .executions = 20000});
      EXPECT_EQ(found_in(e), "") << path;
      EXPECT_EQ(e.complete_to, 2U) << path;
    }
  }
}

/// A list that is entered or left without its order is a race; a claim that is torn is an overlap.
TEST(SitePlants, TheOrdersOfAListAreNeeded) {
  const std::string drain = text_of(BP_SOURCE_DIR "/corpus/conc/drain.conc");
  const std::vector<NamedScenario> all{{"drain", parsed(drain).scenario}};
  unsigned weakened = 0, torn = 0;
  for (const SitePlant& p : site_plants(all)) {
    const Kill k = hunt_site(p, all, {.seconds = 0, .executions = 2000});
    const std::string rule = rule_of(k.rule);
    const bool unordered = rule == "race" || rule == "S2";
    weakened += p.plant.change == sched::SiteChange::order && unordered ? 1U : 0U;
    torn += p.plant.change == sched::SiteChange::torn && k.killed ? 1U : 0U;
  }
  EXPECT_GE(weakened, 2U);
  EXPECT_GE(torn, 1U);
}

/// S8: a reserve that grows beyond its cap is seen in every mode.
TEST(Explore, AReserveBeyondItsCapIsSeen) {
  const Case c = parsed(text_of(BP_SOURCE_DIR "/corpus/conc/highatomic.conc"));
  for (const Mode mode : {Mode::random, Mode::pct, Mode::pos, Mode::exhaustive}) {
    Runner runner(c.scenario);
    Plant plant;
    ASSERT_TRUE(plant_of("lockfree-reserve-over-cap", plant));
    ASSERT_EQ(runner.plant(plant), "");
    const Search search{.mode = mode, .deviations = 1, .seconds = 0, .executions = 1000};
    const Explored e = explore(c.scenario, runner, plant, search);
    ASSERT_TRUE(e.found);
    EXPECT_EQ(rule_of(e.found->file.rule), "S8");
  }
}

/// S8: given to a task, and if no task asks, at rest.
TEST(Explore, WhatIsIsolatedAndHandedOutIsSeenByTasksAndAtRest) {
  const std::string both = text_of(BP_SOURCE_DIR "/corpus/conc/isolated-half.conc");
  const std::string nobody = both.substr(0, both.find("task 1")) + "task 1\n  hold\n";
  for (const auto& [text, says] : {std::pair{both, "was isolated before that was asked for"},
                                   std::pair{nobody, "is given at rest"}}) {
    const Case c = parsed(text);
    Runner runner(c.scenario);
    Plant plant;
    ASSERT_TRUE(plant_of("lockfree-isolated-handed-out", plant));
    ASSERT_EQ(runner.plant(plant), "");
    // The tasks one after the other.
    sched::BytesChooser zeros({});
    const Verdict v = runner.run(zeros);
    EXPECT_EQ(rule_of(v.fault), "S8") << text;
    EXPECT_NE(v.fault.find(says), std::string::npos) << v.fault;
    ASSERT_EQ(runner.plant({}), "");
    EXPECT_EQ(runner.run(zeros).fault, "") << text;
  }
}

/// The same switches between tasks, each up to four steps sooner or later.
Schedule nearby(const Schedule& s, std::size_t tasks, Rng& rng) {
  std::istringstream words(schedule_text(s));
  std::string moved;
  for (std::string word; words >> word;) {
    if (word[0] != '.') {
      moved += " " + word;
    } else if (const unsigned long steps = std::stoul(word.substr(1)) + rng.below(9); steps > 4) {
      moved += " ." + std::to_string(steps - 4);
    }
  }
  ScheduleParse p = parse_schedule(moved, tasks);
  EXPECT_EQ(p.fault, "");
  return p.schedule;
}

/// One schedule in half a million, so it is kept rather than looked for: without the claim's second
/// look at the types a free block has no hint. With each step that the code takes more or less it
/// is one near by, so some hundreds of those are tried.
TEST(Explore, AClaimSeesThatABuddyCameBack) {
  const Case c =
      parsed(text_of(BP_SOURCE_DIR "/corpus/regress/0003-the-buddy-comes-back-under-a-claim.conc"));
  Runner runner(c.scenario);
  Plant plant;
  ASSERT_TRUE(plant_of("lockfree-retype-unseen", plant));
  Rng rng(1);
  Schedule s = c.schedule;
  unsigned tried = 0;
  for (std::string rule; rule != "hint"; s = nearby(c.schedule, c.scenario.tasks.size(), rng)) {
    ASSERT_LT(++tried, 20'000U) << "no schedule near by shows it any more";
    ScheduleReplay replay(s);
    ASSERT_EQ(runner.plant(plant), "");
    rule = rule_of(runner.run(replay).fault);
    if (!replay.fault().empty()) rule.clear();  // It is another schedule that was run.
    ASSERT_EQ(runner.plant({}), "");
    ASSERT_EQ(runner.run(replay).fault, "");
  }
}

/// Every task is frozen and killed at every atomic step of the default schedule, while pageblocks
/// change hands.
TEST(Explore, HaltedTasksBetweenPageblocksCostNoMoreThanTheyHeld) {
  for (const char* file : {"ranges-halted", "highatomic-halted"}) {
    const Case c = parsed(text_of(BP_SOURCE_DIR "/corpus/conc/" + std::string(file) + ".conc"));
    Runner runner(c.scenario);
    const Search search{.mode = Mode::exhaustive, .deviations = 1, .seconds = 0};
    const Explored e = explore(c.scenario, runner, {}, search);
    EXPECT_FALSE(e.found) << e.found->file.rule;
    EXPECT_EQ(e.complete_to, 2U) << file;
    EXPECT_GT(e.executions, 200U) << file;
  }
}

/// orders.md is what `explore --sites` printed last: each survivor has its reason there.
TEST(SitePlants, NobodySurvivesWithoutAReason) {
  std::istringstream table(text_of(BP_SOURCE_DIR "/fuzz/explore/orders.md"));
  unsigned rows = 0, survivors = 0;
  for (std::string line; std::getline(table, line);) {
    if (!line.starts_with("| ") || line.starts_with("| site")) continue;
    ++rows;
    if (line.find("| survives") == line.npos) continue;
    ++survivors;
    EXPECT_NE(line.find("| survives: "), line.npos) << line;
  }
  EXPECT_GT(rows, 50U);
  EXPECT_GT(survivors, 0U);
}

struct Agreement {
  Rng rng{1};
  std::uint64_t histories = 0, unsafe = 0;
  void hold(const History& h) {
    if (h.size() > kSearchMax) return;
    ++histories;
    const bool safe = overlap_of(h).empty();
    unsafe += safe ? 0 : 1;
    ASSERT_EQ(safe, linearizable(h));
  }
};

/// Also of histories that are not the allocator's: one block of each is moved onto another.
TEST(History, TheIntervalCheckerAgreesWithASearchForASequentialOrder) {
  Agreement agreement;
  const auto each = [](void* a, const Runner& r, const Verdict&) {
    auto& all = *static_cast<Agreement*>(a);
    all.hold(r.history());
    History other = r.history();
    if (other.empty()) return;
    Done& moved = other[all.rng.below(other.size())];
    const Done& onto = other[all.rng.below(other.size())];
    if (moved.kind != OpKind::alloc || onto.head == kNoFrame || moved.order != onto.order) return;
    for (Done& d : other) {
      const bool its_free = d.kind == OpKind::free && d.head == moved.head &&
                            d.task == moved.task && d.invoked > moved.responded;
      if (!its_free) continue;
      d.head = onto.head;
      break;
    }
    moved.head = onto.head;
    all.hold(other);
  };
  const Case c = parsed(kPair);
  Runner runner(c.scenario);
  const Search search{.mode = Mode::exhaustive, .deviations = 2, .seconds = 0, .executions = 5000};
  explore(c.scenario, runner, c.plant, search, each, &agreement);
  EXPECT_GT(agreement.histories, 500U);
  EXPECT_GT(agreement.unsafe, 10U);
}

}  // namespace
}  // namespace bp::explore
