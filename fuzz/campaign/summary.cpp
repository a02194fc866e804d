// SPDX-License-Identifier: MIT
#include "fuzz/campaign/summary.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "fuzz/report/fmt.h"

namespace bp::campaign {
namespace {

constexpr double kMinute = 60;
/// The last sample is taken up to this long before a run's end.
constexpr double kBudgetSlack = 3;

/// Where a run lies on the time line: what the runs before it left behind.
struct Base {
  double seconds = 0;
  Tallies tallies{};
};

void add(Tallies& sum, const Tallies& t) {
  for (unsigned i = 0; i < kTallies; ++i) sum[i] += t[i];
}

Point point_of(const Sample& s, const Base& base) {
  return {.seconds = base.seconds + s.seconds,
          .unix_time = s.unix_time,
          .executions = at(base.tallies, Tally::executions) + at(s.tallies, Tally::executions),
          .executions_per_second = s.executions_per_second,
          .coverage = s.coverage,
          .features = s.features,
          .corpus = s.corpus,
          .crashes = s.crashes};
}

/// What all of them had done when `now` was taken of one of them.
Point sum_of(std::span<const Point> latest, const Point& now) {
  Point sum{.seconds = now.seconds, .unix_time = now.unix_time};
  for (const Point& p : latest) {
    sum.executions += p.executions;
    sum.executions_per_second += p.executions_per_second;
    // The same code and the same features: what one covers others may cover too.
    sum.coverage = std::max(sum.coverage, p.coverage);
    sum.features = std::max(sum.features, p.features);
    sum.corpus += p.corpus;
    sum.crashes += p.crashes;
  }
  return sum;
}

double rate_over_last(std::span<const Point> points, double seconds) {
  if (points.empty()) return 0;
  const Point& last = points.back();
  Point from;
  for (const Point& p : points) {
    if (p.seconds <= last.seconds - seconds) from = p;
  }
  const double passed = last.seconds - from.seconds;
  return passed > 0 ? static_cast<double>(last.executions - from.executions) / passed : 0;
}

std::optional<Point> last_news(std::span<const Point> points) {
  std::optional<Point> news;
  Point best;
  for (const Point& p : points) {
    const bool grew = p.coverage > best.coverage || p.features > best.features ||
                      p.corpus > best.corpus || p.crashes > best.crashes;
    if (grew) news = p;
    best.coverage = std::max(best.coverage, p.coverage);
    best.features = std::max(best.features, p.features);
    best.corpus = std::max(best.corpus, p.corpus);
    best.crashes = std::max(best.crashes, p.crashes);
  }
  return news;
}

std::vector<RuleCount> count_rules(const std::vector<Crash>& crashes) {
  std::vector<RuleCount> rules;
  for (const Crash& c : crashes) {
    if (rules.empty() || rules.back().target != c.target || rules.back().rule != c.rule)
      rules.push_back({.target = c.target, .rule = c.rule, .seen = c.seen, .smallest = c.bin});
    ++rules.back().inputs;
  }
  std::ranges::sort(rules, [](const RuleCount& a, const RuleCount& b) {
    return std::tie(b.seen, a.rule, a.target) < std::tie(a.seen, b.rule, b.target);
  });
  return rules;
}

Phase phase_of(const Folder& folder, double last_run_seconds) {
  if (folder.is_running()) return Phase::running;
  const bool spent =
      last_run_seconds + kBudgetSlack >= static_cast<double>(folder.manifest().seconds);
  return spent ? Phase::finished : Phase::stopped;
}

}  // namespace

Timeline timeline(std::span<const Sample> samples) {
  Timeline line;
  Base base;
  const Sample* before = nullptr;
  for (const Sample& s : samples) {
    if (before != nullptr && s.seconds < before->seconds) {
      base.seconds += before->seconds;
      // An engine that goes on may count on from where it was, or from 0.
      if (at(s.tallies, Tally::executions) < at(before->tallies, Tally::executions))
        add(base.tallies, before->tallies);
      line.resumed.push_back(base.seconds);
    }
    line.points.push_back(point_of(s, base));
    before = &s;
  }
  line.tallies = base.tallies;
  if (before != nullptr) add(line.tallies, before->tallies);
  return line;
}

Timeline side_by_side(std::span<const Stream> streams) {
  if (streams.size() == 1) return timeline(streams.front().samples);
  Timeline all;
  // By the time that each had been running for; of equal times by stream.
  std::vector<std::pair<Point, std::size_t>> steps;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const Timeline line = timeline(streams[i].samples);
    for (const Point& p : line.points) steps.emplace_back(p, i);
    all.resumed.insert(all.resumed.end(), line.resumed.begin(), line.resumed.end());
    add(all.tallies, line.tallies);
  }
  std::ranges::sort(steps, {}, [](const auto& step) {
    return std::tuple(step.first.seconds, step.second, step.first.executions);
  });
  std::ranges::sort(all.resumed);
  std::vector<Point> latest(streams.size());
  for (const auto& [point, stream] : steps) {
    latest[stream] = point;
    all.points.push_back(sum_of(latest, point));
  }
  return all;
}

std::string_view phase_name(Phase p) {
  constexpr std::array<std::string_view, 3> kNames{"running", "finished", "stopped"};
  return kNames[static_cast<unsigned>(p)];
}

Summary summarise(const Folder& folder) {
  const std::vector<Stream> streams = read_streams(folder.path());
  Summary s{.path = folder.path(),
            .manifest = folder.manifest(),
            .line = side_by_side(streams),
            .streams = streams.size()};
  // Of several the one that has furthest to go.
  for (const Stream& stream : streams) {
    const double ran = stream.samples.back().seconds;
    s.last_run_seconds = &stream == &streams.front() ? ran : std::min(s.last_run_seconds, ran);
  }
  s.phase = phase_of(folder, s.last_run_seconds);
  s.rate_last_minute = rate_over_last(s.line.points, kMinute);
  s.rate_mean = rate_over_last(s.line.points, s.seconds());
  s.last_news = last_news(s.line.points);
  s.rules = count_rules(folder.crashes());
  return s;
}

std::vector<std::string> one_sided(const Tallies& t) {
  if (at(t, Tally::executions) == 0) return {};
  constexpr std::array<std::tuple<Tally, std::string_view, std::string_view>, 6> kSides{{
      {Tally::alloc_ok, "alloc", "is never accepted: no program was given a block"},
      {Tally::alloc_null, "alloc", "is never refused: no program ran out of memory"},
      {Tally::free_ok, "free", "is never accepted: no block was taken back"},
      {Tally::free_rejected, "free", "is never refused: no wrong free was tried"},
      {Tally::drain, "drain", "never runs"},
      {Tally::census, "census", "never runs"},
  }};
  std::vector<std::string> lines;
  for (const auto& [tally, name, what] : kSides) {
    if (at(t, tally) == 0) lines.push_back(fmt::format("{} {}", name, what));
  }
  return lines;
}

}  // namespace bp::campaign
