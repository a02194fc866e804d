// SPDX-License-Identifier: MIT
#include "fuzz/engines/targets/conc_target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "fuzz/engines/case_tally.h"
#include "fuzz/engines/targets/environment.h"
#include "fuzz/engines/targets/extra_counters.h"
#include "fuzz/explore/small_schedule.h"
#include "fuzz/explore/vary_choices.h"
#include "fuzz/sched/scripted_chooser.h"

namespace bp {
namespace {

constexpr std::size_t kSlots = 256;  ///< Then all are forgotten: each has fibers of its own.

const ConcPlant* named_plant(const std::string& name) {
  const auto found = std::ranges::find(conc_plants(), name, &ConcPlant::name);
  return found == conc_plants().end() ? nullptr : &*found;
}

}  // namespace

ConcTarget::ConcTarget(explore::Plant plant, const ConcPlant* named, LiveStats stats,
                       FoundRules found)
    : plant_(std::move(plant)), named_(named), stats_(std::move(stats)), found_(std::move(found)) {}

ConcTarget ConcTarget::from_environment() {
  const std::string name = variable("BUDDYPROOF_PLANT");
  const ConcPlant* const named = named_plant(name);
  std::string subject = variable("BUDDYPROOF_SUBJECT");
  if (named == nullptr && !name.empty()) subject = name;
  if (subject.empty()) subject = "lockfree";
  explore::Plant plant;
  if (named == nullptr && !explore::plant_of(subject, plant))
    unusable("BUDDYPROOF_SUBJECT=" + subject +
             ": the concurrent target simulates lockfree, or lockfree with a planted bug");
  const std::string stats = variable("BUDDYPROOF_STATS");
  return {plant, named, stats.empty() ? LiveStats() : LiveStats(stats),
          FoundRules(variable("BUDDYPROOF_FOUND"))};
}

void ConcTarget::plant_into(Slot& slot) const {
  slot.plant = plant_;
  if (named_ != nullptr) {
    const auto ways = plants_of(*named_, explore::met_sites({{"", slot.scenario}}));
    slot.able = !ways.empty();
    if (slot.able) slot.plant = ways.front();
  }
  slot.able = slot.able && slot.runner.plant(slot.plant).empty();
}

ConcTarget::Slot* ConcTarget::slot_of(std::string_view text) {
  const auto met = slots_.find(text);
  if (met != slots_.end()) return met->second.get();
  if (slots_.size() == kSlots) slots_.clear();
  explore::ScenarioParse parsed = explore::parse_scenario(text);
  std::unique_ptr<Slot>& slot = slots_[std::string(text)];
  if (!parsed.scenario) return nullptr;
  slot = std::make_unique<Slot>(std::move(*parsed.scenario));
  plant_into(*slot);
  return slot.get();
}

void ConcTarget::report(Slot& slot, std::span<const std::uint8_t> choices,
                        const explore::Verdict& v) {
  const explore::Found small = explore::small_schedule(slot.scenario, slot.runner, slot.plant,
                                                       {choices.begin(), choices.end()});
  const std::string text = explore::case_text(small.file);
  const std::span<const std::uint8_t> bytes{reinterpret_cast<const std::uint8_t*>(text.data()),
                                            text.size()};
  const std::string rule = explore::rule_of(v.fault);
  if (found_.saves()) return found_.note(rule, bytes);
  std::fprintf(stderr, "fuzz/explore/run.h:1: Assertion '%s %s' failed.\n\n%s", rule.c_str(),
               std::string(explore::statement_of(rule)).c_str(), text.c_str());
  std::fflush(stderr);
  std::abort();
}

bool ConcTarget::one(std::span<const std::uint8_t> bytes) {
  const explore::ConcInput in = explore::split_input(bytes);
  Slot* const slot = slot_of(in.scenario);
  if (slot == nullptr || !slot->able) return false;
  sched::BytesChooser chooser(in.choices);
  const explore::Verdict v = slot->runner.run(chooser);
  count_features(slot->feedback.features(v));
  count_case(tallies_, slot->runner.history(), v);
  stats_.publish(tallies_);
  if (!v.fault.empty()) report(*slot, in.choices, v);
  return true;
}

}  // namespace bp
