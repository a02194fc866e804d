// SPDX-License-Identifier: MIT
// `buddyproof coherence` as a user meets it.
#include "fuzz/cli/test_shell.h"
#include "fuzz/coherence/subjects.h"
#include "fuzz/report/json.h"

namespace bp {
namespace {

class Coherence : public cli::ShellTest {
 protected:
  void SetUp() override {
    if (coherence::counted_subjects().empty())
      GTEST_SKIP() << "under ThreadSanitizer nothing is counted";
  }
};

TEST_F(Coherence, AnotherProcessCountsTheSame) {
  for (const std::string turns : {"in-turn", "random", "steps"}) {
    const std::string verb = "coherence --cpus 1 --cpus 3 --operations 500 --json --turns " + turns;
    const Ran first = run(verb);
    ASSERT_EQ(first.status, 0) << first.err;
    EXPECT_EQ(first.out, run(verb).out);
    const auto j = nlohmann::json::parse(first.out);
    EXPECT_EQ(j["turns"], turns);
    ASSERT_EQ(j["figures"].size(), 4U * 4U * 2U);
    for (const auto& f : j["figures"]) {
      EXPECT_GT(f["accesses"], 0) << f;
      EXPECT_EQ(f["fault"], "") << f;
      EXPECT_TRUE(f["cpus"] != 1 || f["transfers"] == 0) << f;
    }
  }
}

TEST_F(Coherence, ATableAndAPlotOfWhatIsAsked) {
  const Ran r =
      run("coherence --subject lockfree --traffic local --traffic contended --cpus 1 --cpus 256 "
          "--operations 1000 --svg plot.svg");
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_NE(r.out.find("local      lockfree                  0        0\n"), std::string::npos)
      << r.out;
  const std::string svg = slurp(path("plot.svg"));
  EXPECT_EQ(svg.find("<svg "), 0U);
  EXPECT_NE(svg.find("lockfree contended, 256 CPUs: "), std::string::npos);
  EXPECT_EQ(svg.find("burst"), std::string::npos);
}

TEST_F(Coherence, BadFlagsAreOneLineAndLeaveNothing) {
  const std::pair<std::string, std::string> bad[] = {
      {"--subject naive", "use one of lockfree, lockfree-atomic, lockfree-compact, locked"},
      {"--traffic far", "use one of local, burst, remote, contended"},
      {"--turns fair", "use one of in-turn, random, steps"},
      {"--cpus 257", "257"},
      {"--cpus 0", "0"},
      {"--order 11", "11"},
      {"--svg none/plot.svg", "cannot be written"}};
  for (const auto& [flags, says] : bad) {
    const Ran r = run("coherence " + flags);
    EXPECT_EQ(r.status, 2) << flags;
    EXPECT_EQ(r.out, "") << flags;
    EXPECT_NE(r.err.find(says), std::string::npos) << r.err;
  }
  EXPECT_TRUE(names().empty());
}

}  // namespace
}  // namespace bp
