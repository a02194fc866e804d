// SPDX-License-Identifier: MIT
#include "fuzz/mutants/edited_run.h"

#include <algorithm>
#include <sstream>

#include "model/judge/kernel_judge.h"

namespace bp {
namespace {

std::vector<RecordingEdit> all_edits() {
  std::vector<RecordingEdit> all;
  for (const auto some : {answer_edits(), free_edits(), list_edits(), state_edits()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

}  // namespace

std::span<const RecordingEdit> recording_edits() {
  static const std::vector<RecordingEdit> all = all_edits();
  return all;
}

bool is_right(const RecordingEdit& e, std::string_view rule) {
  std::istringstream rules{std::string(e.rules)};
  for (std::string one; rules >> one;) {
    if (one == rule) return true;
  }
  return false;
}

EditRun::EditRun(unsigned places) : places_(places) {
  for (const RecordingEdit& e : recording_edits()) outcomes_.push_back({.edit = &e});
}

void EditRun::add(const KernelHistory& h, const std::string& where) {
  auto& done = done_[h.before.config.profile];
  done.resize(outcomes_.size());
  KernelHistory edited = h;
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    if (done[i] >= places_) continue;
    if (!outcomes_[i].edit->make(edited, rng_)) continue;
    ++done[i];
    judge(i, edited, where);
    edited = h;
  }
}

void EditRun::judge(std::size_t at, const KernelHistory& edited, const std::string& where) {
  EditOutcome& o = outcomes_[at];
  ++o.made;
  const KernelVerdict v = judge_kernel(edited);
  if (v.verdict.accepted()) {
    ++o.survived;
    if (o.first.empty()) o.first = where + ": accepted";
    return;
  }
  const Refusal& r = *v.verdict.refusal;
  ++o.refused_by[std::string(r.rule)];
  if (is_right(*o.edit, r.rule)) return;
  ++o.wrongly;
  if (o.first.empty())
    o.first =
        where + ": refused by " + std::string(r.rule) + ": " + r.seen + "; allowed " + r.allowed;
}

std::size_t EditRun::unsound() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(outcomes_, [](const EditOutcome& o) { return !o.is_sound(); }));
}

bool EditRun::is_full(Profile p) const {
  const auto done = done_.find(p);
  return done != done_.end() &&
         std::ranges::all_of(done->second, [&](unsigned n) { return n >= places_; });
}

}  // namespace bp
