// SPDX-License-Identifier: MIT
#include "fuzz/campaign/conc_engine.h"

#include <cstdio>
#include <map>

#include "fuzz/engines/case_tally.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/found_rules.h"
#include "fuzz/engines/live_stats.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/explore/greybox.h"

namespace bp::campaign {
namespace {

using explore::Scenario;

constexpr unsigned kBatch = 64;       ///< Executions between two looks at the clock.
constexpr unsigned kSmallCases = 20;  ///< Of one rule that are made small.

std::span<const std::uint8_t> bytes_of_text(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

class ConcEngine {
 public:
  ConcEngine(const ConcWork& work, std::uint64_t seed, const std::filesystem::path& found,
             const std::filesystem::path& stats)
      : work_(work),
        fuzzer_(work.scenarios, work.plant, seed, work.mutation),
        live_(stats.string()),
        rules_(found) {}

  bool able() const { return fuzzer_.able(); }

  void some() {
    for (unsigned i = 0; i < kBatch; ++i) one();
    live_.publish(tallies_);
  }

 private:
  void one() {
    const explore::Greybox::Step step = fuzzer_.one();
    count_case(tallies_, step.runner->history(), step.verdict);
    if (step.verdict.fault.empty()) {
      if (step.new_scenario) keep(*step.scenario);
      return;
    }
    const std::string rule = explore::rule_of(step.verdict.fault);
    // To make a case small takes as long as some hundred executions.
    if (found_[rule]++ < kSmallCases)
      rules_.note(rule, bytes_of_text(explore::case_text(fuzzer_.found().file)));
  }
  void keep(const Scenario& s) {
    const std::string text = explore::scenario_text(s);
    const auto file = work_.corpus / (content_name(bytes_of_text(text)) + ".conc");
    if (const std::string fault = write_whole(file, text); !fault.empty())
      std::fprintf(stderr, "%s\n", fault.c_str());
  }

  const ConcWork& work_;
  explore::Greybox fuzzer_;
  std::map<std::string, unsigned> found_;
  Tallies tallies_{};
  LiveStats live_;
  FoundRules rules_;
};

}  // namespace

int run_conc_process(const ConcWork& work, const CampaignOptions& o, std::uint64_t seed,
                     const std::filesystem::path& found, const std::filesystem::path& stats) {
  ConcEngine engine(work, seed, found, stats);
  const auto end = std::chrono::steady_clock::now() + o.time;
  while (engine.able() && std::chrono::steady_clock::now() < end) engine.some();
  return 0;
}

}  // namespace bp::campaign
