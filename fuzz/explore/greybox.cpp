// SPDX-License-Identifier: MIT
#include "fuzz/explore/greybox.h"

#include <algorithm>
#include <utility>

#include "fuzz/explore/mutate_scenario.h"
#include "fuzz/explore/vary_choices.h"
#include "fuzz/sched/priority_chooser.h"
#include "fuzz/sched/random_chooser.h"
#include "fuzz/sched/scripted_chooser.h"

namespace bp::explore {
namespace {

constexpr std::size_t kGivenMax = 192;  ///< Scenarios that it starts from; of more, some at random.
constexpr std::size_t kSlots = 256;     ///< Scenarios at a time, each with fibers of its own.
constexpr std::size_t kInputs = 4096;   ///< Kept at a time.
constexpr unsigned kTrials = 64;        ///< Executions in which a mutated scenario shows news.
constexpr unsigned kTrialEvery = 16;    ///< One step in so many is of a mutated scenario.
constexpr unsigned kFreshEvery = 4;     ///< One in so many of the others chooses anew.

using Bytes = std::vector<std::uint8_t>;

}  // namespace

struct Greybox::Slot {
  Scenario scenario;
  Runner runner{scenario};
  Feedback feedback{runner};

  explicit Slot(const Scenario& s) : scenario(s) {}
};

Greybox::Greybox(const std::vector<Scenario>& from, Plant plant, std::uint64_t seed,
                 Scenarios scenarios)
    : plant_(std::move(plant)), scenarios_(scenarios), rng_(seed), seen_(kFeatures, false) {
  std::vector<const Scenario*> all;
  for (const Scenario& s : from) all.push_back(&s);
  for (std::size_t i = 0; i < std::min(all.size(), kGivenMax); ++i) {
    if (all.size() > kGivenMax) std::swap(all[i], all[i + rng_.below(all.size() - i)]);
    add(*all[i]);
  }
}

Greybox::~Greybox() = default;

Greybox::Slot* Greybox::add(const Scenario& s) {
  auto slot = std::make_unique<Slot>(s);
  if (!slot->runner.plant(plant_).empty()) return nullptr;
  slots_.push_back(std::move(slot));
  return slots_.back().get();
}

bool Greybox::note(const std::vector<std::uint32_t>& features) {
  bool news = false;
  for (const std::uint32_t f : features) {
    news = news || !seen_[f];
    seen_[f] = true;
  }
  return news;
}

void Greybox::keep(std::size_t slot, const Bytes& choices) {
  if (inputs_.size() < kInputs) {
    inputs_.push_back({slot, choices});
  } else {
    inputs_[rng_.below(kInputs)] = {slot, choices};
  }
}

Greybox::Step Greybox::run(Slot& slot, sched::Chooser& chooser) {
  sched::RecordingChooser recorder(chooser);
  Step s{&slot.runner, &slot.scenario, slot.runner.run(recorder), false, false};
  last_ = recorder.choices();
  ran_ = &slot;
  s.news = note(slot.feedback.features(s.verdict));
  return s;
}

Greybox::Step Greybox::fresh(Slot& slot) {
  constexpr unsigned kStepsGuess = 100;
  const std::uint64_t seed = rng_();
  switch (rng_.below(3)) {
    case 0: {
      sched::RandomChooser random(seed, rng_.one_in(2) ? 1 : sched::kSeldom);
      return run(slot, random);
    }
    case 1: {
      sched::PctChooser pct(seed, rng_.between(1, sched::kPctDepthMax), kStepsGuess);
      return run(slot, pct);
    }
    default: {
      sched::PosChooser pos(seed);
      return run(slot, pos);
    }
  }
}

Greybox::Step Greybox::varied(const Input& from) {
  const Bytes choices = varied_choices(from.choices, rng_.pick(inputs_).choices, rng_);
  sched::BytesChooser bytes(choices);
  return run(*slots_[from.slot], bytes);
}

Greybox::Step Greybox::one() {
  if (scenarios_ == Scenarios::mutated && rng_.one_in(kTrialEvery)) {
    if (!trial_ || ++trials_ > kTrials) {
      trials_ = 0;
      trial_ = std::make_unique<Slot>(mutated(slots_[rng_.below(slots_.size())]->scenario, rng_));
      if (!trial_->runner.plant(plant_).empty()) trial_.reset();
    }
    if (trial_) {
      Step s = fresh(*trial_);
      if (!s.news) return s;
      if (slots_.size() == kSlots) return s;
      slots_.push_back(std::move(trial_));
      keep(slots_.size() - 1, last_);
      s.new_scenario = true;
      return s;
    }
  }
  if (inputs_.empty() || rng_.one_in(kFreshEvery)) {
    const std::size_t slot = rng_.below(slots_.size());
    Step s = fresh(*slots_[slot]);
    if (s.news) keep(slot, last_);
    return s;
  }
  const std::size_t from = rng_.below(inputs_.size());
  const std::size_t slot = inputs_[from].slot;
  Step s = varied(inputs_[from]);
  if (s.news) keep(slot, last_);
  return s;
}

Found Greybox::found() { return small_schedule(ran_->scenario, ran_->runner, plant_, last_); }

}  // namespace bp::explore
