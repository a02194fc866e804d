// SPDX-License-Identifier: MIT
#include "fuzz/campaign/case_features.h"

#include <algorithm>

#include "fuzz/explore/explore.h"

namespace bp::campaign {
namespace {

using explore::Done;
using explore::Runner;

/// Kinds of feature; each has 24 bits of its own below it.
enum class Kind : std::uint32_t { site, steps, answer, nulls, shape, rule };

/// An operation that takes more is as contended as they get.
constexpr unsigned kStepsTold = 4096;

std::uint32_t feature(Kind k, std::uint32_t value) {
  return static_cast<std::uint32_t>(k) << 24 | (value & 0xffffffU);
}

std::uint32_t hash_of(std::string_view text) {
  std::uint32_t h = 2166136261U;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
  return h;
}

void add_execution(void* features, const Runner& r, const explore::Verdict& v) {
  Features& out = *static_cast<Features*>(features);
  for (const Done& d : r.history()) {
    const std::uint32_t given = d.responded == explore::kOpen ? 2U : d.head == explore::kNoFrame;
    out.insert(feature(Kind::answer, static_cast<std::uint32_t>(d.kind) << 16 | d.order << 8 |
                                         static_cast<std::uint32_t>(d.highest) << 4 | given));
  }
  if (!v.fault.empty()) out.insert(feature(Kind::rule, hash_of(explore::rule_of(v.fault))));
}

void add_shape(const explore::Scenario& s, Features& out) {
  const auto some = [](std::size_t n) { return n != 0 ? 1U : 0U; };
  out.insert(feature(Kind::shape, static_cast<std::uint32_t>(s.zones.size()) << 8 |
                                      some(s.holes.size()) << 3 | some(s.freezes) << 2 |
                                      some(s.kills) << 1 | some(s.migrations)));
}

void add_counts(const explore::Counts& c, Features& out) {
  // Who needed ten steps needed nine: the most contended case stands for the others.
  for (std::uint32_t kind = 0; kind < c.own_steps_max.size(); ++kind)
    for (unsigned n = 1; n <= std::min(c.own_steps_max[kind], kStepsTold); ++n)
      out.insert(feature(Kind::steps, kind << 16 | n));
  if (c.nulls != 0) out.insert(feature(Kind::nulls, 0));
  if (c.nulls_with_free != 0) out.insert(feature(Kind::nulls, 1));
}

}  // namespace

Features features_of(const explore::Case& c) {
  Features out;
  Runner runner(c.scenario);
  runner.watch_sites(true);
  if (c.has_schedule) {
    const explore::Replayed r = explore::replay_case(c, runner);
    add_execution(&out, runner, r.verdict);
  } else if (runner.plant(c.plant).empty()) {
    for (const explore::Mode mode : {explore::Mode::random, explore::Mode::pct, explore::Mode::pos})
      explore::explore(c.scenario, runner, c.plant,
                       {.mode = mode, .seconds = 0, .executions = kFeatureExecutions},
                       add_execution, &out);
  }
  add_shape(c.scenario, out);
  add_counts(runner.counts(), out);
  for (const sched::Site& s : runner.sites().all())
    if (s.steps != 0) out.insert(feature(Kind::site, hash_of(s.name())));
  return out;
}

}  // namespace bp::campaign
