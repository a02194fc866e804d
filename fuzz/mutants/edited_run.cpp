// SPDX-License-Identifier: MIT
#include "fuzz/mutants/edited_run.h"

#include <algorithm>
#include <chrono>
#include <sstream>

#include "fuzz/report/fmt.h"
#include "model/judge/kernel_judge.h"
#include "model/judge/trace_judge.h"
#include "model/vocab/machine.h"

namespace bp {
namespace {

std::vector<RecordingEdit> all_edits() {
  std::vector<RecordingEdit> all;
  for (const auto some :
       {answer_edits(), zone_edits(), type_edits(), free_edits(), list_edits(), state_edits()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

}  // namespace

std::span<const RecordingEdit> recording_edits() {
  static const std::vector<RecordingEdit> all = all_edits();
  return all;
}

bool is_right(std::string_view rules, std::string_view rule) {
  std::istringstream all{std::string(rules)};
  for (std::string one; all >> one;) {
    if (one == rule) return true;
  }
  return false;
}

std::vector<std::string_view> edit_names() {
  std::vector<std::string_view> names;
  for (const RecordingEdit& e : recording_edits()) names.push_back(e.name);
  for (const TraceEdit& e : trace_edits()) names.push_back(e.name);
  return names;
}

EditRun::EditRun(unsigned places) : EditRun(places, [](std::string_view) { return true; }) {}

EditRun::EditRun(unsigned places, const std::function<bool(std::string_view)>& wanted)
    : places_(places) {
  const auto add = [&](const auto& e) {
    outcomes_.push_back(
        {.name = e.name, .what = e.what, .rules = e.rules, .wanted = wanted(e.name)});
  };
  std::ranges::for_each(recording_edits(), add);
  std::ranges::for_each(trace_edits(), add);
}

void EditRun::add(const KernelHistory& h, const std::string& where) {
  add(h, where, Source::recording);
}

void EditRun::add(const KernelHistory& h, const std::string& where, Source source) {
  Made& done = done_[{source, h.before.config.profile}];
  done.resize(outcomes_.size());
  const auto edits = recording_edits();
  KernelHistory edited = h;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (!lacks(done, i) || !edits[i].make(edited, rng_)) continue;
    ++done[i];
    outcomes_[i].of_reference += source == Source::reference ? 1 : 0;
    note(outcomes_[i], [&] { return judge_kernel(edited).verdict.refusal; }, where);
    edited = h;
  }
}

void EditRun::add(const SlowRequest& r, const KernelHistory& h, const std::string& where) {
  const Profile p = h.before.config.profile;
  Made& done = done_[{Source::reference, p}];
  done.resize(outcomes_.size());
  const auto edits = trace_edits();
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const std::size_t kind = recording_edits().size() + i;
    SlowRequest edited = r;
    if (!lacks(done, kind) || !edits[i].make(edited, p)) continue;
    ++done[kind];
    ++outcomes_[kind].of_reference;
    note(outcomes_[kind], [&] { return judge_trace(h.before, edited.event, edited.trace); }, where);
  }
}

/// Machines small and large, requests many and few: enough for every kind to have its places.
void EditRun::add_reference() {
  constexpr unsigned kSeeds = 12, kSteps = 40;
  for (const Profile p : kWrittenProfiles) {
    for (unsigned seed = 1; seed <= kSeeds; ++seed) {
      for (const MachineKind kind : kMachineKinds) {
        const Written w = HistoryWriter(p, kind, seed).write(kSteps * seed);
        const std::string where = fmt::format("reference {}: machine {}, seed {}", profile_name(p),
                                              static_cast<unsigned>(kind), seed);
        add(w.history, where, Source::reference);
        for (const SlowRequest& r : w.slow) add(r, w.history, where);
      }
    }
  }
}

void EditRun::note(EditOutcome& o, const std::function<std::optional<Refusal>()>& judge,
                   const std::string& where) {
  const auto began = std::chrono::steady_clock::now();
  const std::optional<Refusal> refusal = judge();
  o.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  ++o.made;
  if (!refusal) {
    ++o.survived;
    if (o.first.empty()) o.first = where + ": accepted";
    return;
  }
  ++o.refused_by[std::string(refusal->rule)];
  if (is_right(o.rules, refusal->rule)) return;
  ++o.wrongly;
  if (!o.first.empty()) return;
  o.first = fmt::format("{}: refused by {}: {}; allowed {}", where, refusal->rule, refusal->seen,
                        refusal->allowed);
}

std::size_t EditRun::unsound() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(outcomes_, [](const EditOutcome& o) { return !o.is_sound(); }));
}

bool EditRun::is_full(Profile p) const {
  const auto done = done_.find({Source::recording, p});
  if (done == done_.end()) return false;
  for (std::size_t i = 0; i < recording_edits().size(); ++i) {
    if (lacks(done->second, i)) return false;
  }
  return true;
}

}  // namespace bp
