// SPDX-License-Identifier: MIT
#include "fuzz/campaign/conc_engine.h"

#include <array>
#include <cstdio>
#include <set>

#include "fuzz/engines/files.h"
#include "fuzz/engines/found_rules.h"
#include "fuzz/engines/live_stats.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/explore/explore.h"
#include "fuzz/explore/mutate_scenario.h"

namespace bp::campaign {
namespace {

using explore::Scenario;

constexpr std::uint64_t kSchedules = 200;  ///< Of one scenario at a time.
constexpr std::size_t kPool = 512;         ///< Scenarios to mutate.

std::span<const std::uint8_t> bytes_of_text(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void count_execution(void* tallies, const explore::Runner& r, const explore::Verdict& v) {
  Tallies& t = *static_cast<Tallies*>(tallies);
  ++at(t, Tally::executions);
  ++at(t, Tally::census);  // The end of each is looked at whole.
  if (!v.fault.empty()) ++at(t, Tally::refused);
  for (const explore::Done& d : r.history()) {
    ++at(t, Tally::operations);
    if (d.responded == explore::kOpen) continue;
    if (d.kind == explore::OpKind::alloc)
      ++at(t, d.head == explore::kNoFrame ? Tally::alloc_null : Tally::alloc_ok);
    if (d.kind == explore::OpKind::free) ++at(t, Tally::free_ok);
    if (d.kind == explore::OpKind::drain) ++at(t, Tally::drain);
  }
}

class ConcEngine {
 public:
  ConcEngine(const ConcWork& work, std::uint64_t seed, const std::filesystem::path& found,
             const std::filesystem::path& stats)
      : work_(work), rng_(seed), pool_(work.scenarios), live_(stats.string()), rules_(found) {}

  void one() {
    const Scenario& from = pool_[rng_.below(pool_.size())];
    const Scenario s = rng_.one_in(4) ? from : mutated(from, rng_);
    explore::Runner runner(s);
    if (!runner.plant(work_.plant).empty()) return;
    const explore::Search search{
        .mode =
            rng_.pick(std::array{explore::Mode::random, explore::Mode::pct, explore::Mode::pos}),
        .seconds = 0,
        .executions = kSchedules,
        .seed = rng_()};
    const explore::Explored e =
        explore::explore(s, runner, work_.plant, search, count_execution, &tallies_);
    live_.publish(tallies_);
    if (e.found) {
      rules_.note(explore::rule_of(e.found->file.rule),
                  bytes_of_text(explore::case_text(e.found->file)));
    } else if (shows_news(e)) {
      keep(s);
    }
  }

 private:
  /// Steps of an operation never seen before, or nulls where there were none.
  bool shows_news(const explore::Explored& e) {
    bool news = false;
    for (unsigned kind = 0; kind < e.counts.own_steps_max.size(); ++kind)
      news = seen_.insert({kind, e.counts.own_steps_max[kind]}).second || news;
    const unsigned nulls =
        (e.counts.nulls != 0 ? 1U : 0U) + (e.counts.nulls_with_free != 0 ? 2U : 0U);
    return seen_.insert({~0U, nulls}).second || news;
  }
  void keep(const Scenario& s) {
    if (pool_.size() < kPool) {
      pool_.push_back(s);
    } else {
      pool_[rng_.below(kPool)] = s;
    }
    const std::string text = explore::scenario_text(s);
    const auto file = work_.corpus / (content_name(bytes_of_text(text)) + ".conc");
    if (const std::string fault = write_whole(file, text); !fault.empty())
      std::fprintf(stderr, "%s\n", fault.c_str());
  }

  const ConcWork& work_;
  Rng rng_;
  std::vector<Scenario> pool_;
  std::set<std::pair<unsigned, unsigned>> seen_;
  Tallies tallies_{};
  LiveStats live_;
  FoundRules rules_;
};

}  // namespace

int run_conc_process(const ConcWork& work, const CampaignOptions& o, std::uint64_t seed,
                     const std::filesystem::path& found, const std::filesystem::path& stats) {
  ConcEngine engine(work, seed, found, stats);
  const auto end = std::chrono::steady_clock::now() + o.time;
  while (std::chrono::steady_clock::now() < end) engine.one();
  return 0;
}

}  // namespace bp::campaign
