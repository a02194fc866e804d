// SPDX-License-Identifier: MIT
// Whether the reference's unit tests can fail: they run once under each planted bug of the
// reference, in a process of its own, and whoever kills it is named. Prints one line a bug, then
// the bugs that live, the tests that no bug makes fail, and the rules that no test guards.
//
//     unit_kills [--remember FILE] [NAME...]
//
//     NAME        only this planted bug: "merge-never", or "merge-never@v7.1"
//     --remember  writes a killer of each: fuzz/mutants/unit_kills.txt, which `rules` reads
//
// Exit status: 0 every bug without a stated reason is killed, 1 one lives, 3 a test fails without.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>

#include "fuzz/mutants/model_plants.h"
#include "fuzz/mutants/unit_kills.h"
#include "model/reference/test_kernel.h"
#include "model/vocab/machine.h"

namespace bp {
namespace {

using reference::Rulebook;

/// A broken allocator may go round for ever; a sound one needs milliseconds for all tests.
constexpr unsigned kSecondsUntilHang = 10;

struct UnitOutcome {
  ModelMutant mutant;
  std::set<std::string> failed;  ///< Tests, the one that it crashed in among them.
};

/// Tells the parent which test runs ("> NAME") and which failed ("! NAME").
class Teller : public testing::EmptyTestEventListener {
 public:
  explicit Teller(int to) : to_(to) {}
  void OnTestStart(const testing::TestInfo& t) override { say('>', t); }
  void OnTestEnd(const testing::TestInfo& t) override { say(t.result()->Failed() ? '!' : '<', t); }

 private:
  void say(char what, const testing::TestInfo& t) const {
    const std::string line =
        std::string(1, what) + ' ' + t.test_suite_name() + '.' + t.name() + '\n';
    if (::write(to_, line.data(), line.size()) < 0) ::_exit(3);
  }
  int to_;
};

Rulebook broken;
const Rulebook& broken_or_sound(Profile p) {
  return p == broken.profile ? broken : reference::rulebook_of(p);
}

std::string kernel_suffix(Profile p) {
  std::string name(profile_name(p));
  std::ranges::replace_if(name, [](char c) { return c == '.' || c == '-'; }, '_');
  return "*/" + name;
}

/// Everything but what runs in other kernels, and but tests that need a process of their own.
std::string filter_for(Profile p) {
  std::string filter = "-*DeathTest*";
  for (unsigned i = 0; i < kProfiles; ++i) {
    if (Profile(i) != p) filter += ":" + kernel_suffix(Profile(i));
  }
  return filter;
}

[[noreturn]] void run_tests(const ModelMutant& m, int to) {
  broken = m.rulebook();
  reference::rules_under_test = broken_or_sound;
  ::alarm(kSecondsUntilHang);
  if (std::freopen("/dev/null", "w", stdout) == nullptr) ::_exit(3);
  if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(3);
  GTEST_FLAG_SET(filter, filter_for(m.profile));
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new Teller(to));
  const int failed = RUN_ALL_TESTS();
  ::_exit(failed);
}

std::string read_all(int from) {
  std::string all;
  char bytes[4096];
  for (ssize_t n; (n = ::read(from, bytes, sizeof bytes)) > 0;)
    all.append(bytes, static_cast<std::size_t>(n));
  return all;
}

UnitOutcome run_under(const ModelMutant& m) {
  int ends[2];
  if (::pipe(ends) != 0) std::exit(3);
  std::fflush(stdout);  // Or the child prints it again.
  const pid_t child = ::fork();
  if (child == 0) run_tests(m, ends[1]);
  ::close(ends[1]);
  UnitOutcome outcome{.mutant = m, .failed = {}};
  std::istringstream told(read_all(ends[0]));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  std::string running;
  std::string what;
  for (std::string test; told >> what >> test;) {
    running = what == ">" ? test : "";
    if (what == "!") outcome.failed.insert(test);
  }
  if (!running.empty()) outcome.failed.insert(running);
  return outcome;
}

constexpr ModelPlant kNothing{"as-it-is", "", "", {}, "nothing", [](Rulebook&) {}};

/// A test that fails on a kernel as it is would kill everything.
bool are_sound() {
  bool sound = true;
  for (unsigned i = 0; i < kProfiles; ++i) {
    for (const std::string& t : run_under({&kNothing, Profile(i)}).failed) {
      std::fprintf(stderr, "unit_kills: %s fails without any planted bug\n", t.c_str());
      sound = false;
    }
  }
  return sound;
}

bool is_chosen(const ModelMutant& m, int n, char** names) {
  if (n == 0) return true;
  return std::any_of(names, names + n,
                     [&](const char* name) { return name == m.plant->name || name == m.name(); });
}

std::set<std::string> parameterised_tests() {
  std::set<std::string> names;
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int s = 0; s < all.total_test_suite_count(); ++s) {
    const testing::TestSuite& suite = *all.GetTestSuite(s);
    for (int t = 0; t < suite.total_test_count(); ++t) {
      const std::string name = suite.name() + std::string(".") + suite.GetTestInfo(t)->name();
      if (suite.GetTestInfo(t)->value_param() != nullptr) names.insert(name);
    }
  }
  return names;
}

/// "Every/Buddy.Merges" of "Every/Buddy.Merges/v7_1".
std::string without_kernel(const std::string& test) { return test.substr(0, test.rfind('/')); }

void print_idle_tests(const std::vector<UnitOutcome>& outcomes) {
  std::set<std::string> idle;
  for (const std::string& t : parameterised_tests()) idle.insert(without_kernel(t));
  for (const UnitOutcome& o : outcomes) {
    for (const std::string& t : o.failed) idle.erase(without_kernel(t));
  }
  for (const std::string& t : idle)
    std::printf("idle: %s: no planted bug makes it fail\n", t.c_str());
}

void print_unguarded_rules(const std::vector<UnitOutcome>& outcomes) {
  std::map<std::string, bool> guarded;
  for (const UnitOutcome& o : outcomes) {
    std::istringstream rules{std::string(o.mutant.plant->rules)};
    for (std::string id; rules >> id;) guarded[id] = guarded[id] || !o.failed.empty();
  }
  for (const auto& [id, is] : guarded) {
    if (!is) std::printf("unguarded: %s: no test fails when it is broken\n", id.c_str());
  }
}

bool remember(const std::vector<UnitOutcome>& outcomes, const char* file) {
  UnitKills kills;
  for (const UnitOutcome& o : outcomes) {
    if (!o.failed.empty()) kills[o.mutant.name()] = without_kernel(*o.failed.begin());
  }
  return save_unit_kills(kills, file);
}

int run(int n, char** names) {
  if (!are_sound()) return 3;
  const bool remembers = n >= 2 && std::string_view(names[0]) == "--remember";
  const char* file = remembers ? names[1] : nullptr;
  if (remembers) n -= 2, names += 2;
  std::vector<UnitOutcome> outcomes;
  std::size_t lives = 0, unexplained = 0;
  for (const ModelMutant& m : model_mutants()) {
    if (!is_chosen(m, n, names)) continue;
    const UnitOutcome& o = outcomes.emplace_back(run_under(m));
    const std::string_view reason = survivor_reason(*m.plant, m.profile);
    if (o.failed.empty()) {
      ++lives;
      if (reason.empty()) ++unexplained;
      std::printf("%-46s LIVES  %s\n", m.name().c_str(), std::string(reason).c_str());
    } else {
      std::printf("%-46s %s (%zu)\n", m.name().c_str(), o.failed.begin()->c_str(), o.failed.size());
    }
  }
  if (remembers && !remember(outcomes, file)) return 3;
  if (n == 0) {
    print_idle_tests(outcomes);
    print_unguarded_rules(outcomes);
  }
  std::printf("units: %zu of %zu planted bugs killed; %zu live for a stated reason, %zu without\n",
              outcomes.size() - lives, outcomes.size(), lives - unexplained, unexplained);
  return unexplained == 0 ? 0 : 1;
}

}  // namespace
}  // namespace bp

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return bp::run(argc - 1, argv + 1);
}
