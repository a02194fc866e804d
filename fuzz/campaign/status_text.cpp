// SPDX-License-Identifier: MIT
#include "fuzz/campaign/status_text.h"

#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/report/report.h"

namespace bp::campaign {
namespace {

using nlohmann::json;

void row(std::string& out, std::string_view name, std::string_view what) {
  out += fmt::format("  {:<11} {}\n", name, clean_text(what));
}

std::string phase_text(const Summary& s) {
  switch (s.phase) {
    case Phase::running: return "running";
    case Phase::finished: return "finished: its time is spent";
    case Phase::stopped: break;
  }
  return "stopped before its time was spent; 'buddyproof fuzz --resume' goes on with it";
}

std::string engines_text(const Manifest& m) {
  std::string names = fmt::format("{}", fmt::join(m.engines, ", "));
  if (names.empty()) names = "none";
  return fmt::format("{}; {}, seed {}, shard {} of {}", names, counted(m.jobs, "job"), m.seed,
                     m.shard, m.shards);
}

std::string time_text(const Summary& s) {
  const auto budget = static_cast<double>(s.manifest.seconds);
  std::string text =
      fmt::format("{} of {}", duration_text(s.last_run_seconds), duration_text(budget));
  if (budget > 0) text += fmt::format(" ({:.0f} %)", 100 * s.last_run_seconds / budget);
  if (s.streams > 1) {
    text += fmt::format("; merged of {} campaigns", s.streams);
  } else if (!s.line.resumed.empty()) {
    text +=
        fmt::format("; {} runs, {} in all", s.line.resumed.size() + 1, duration_text(s.seconds()));
  }
  return text;
}

void append_progress(std::string& out, const Summary& s) {
  if (!s.sampled()) {
    row(out, "progress", "none is written down yet");
    return;
  }
  const Point& last = s.line.points.back();
  row(out, "executions",
      fmt::format("{}; last minute {}, mean {}", grouped(last.executions),
                  rate_text(s.rate_last_minute), rate_text(s.rate_mean)));
  const bool measured = last.coverage + last.features + last.corpus > 0;
  row(out, "coverage",
      !measured ? "not measured by these engines"
                : fmt::format("{}, {}, {} kept", counted(last.coverage, "edge"),
                              counted(last.features, "feature"), counted(last.corpus, "input")));
  const std::string since =
      s.last_news ? fmt::format(", since {}", utc_text(s.last_news->unix_time)) : "";
  row(out, "quiet", fmt::format("for {}{}", duration_text(s.quiet_seconds()), since));
}

void append_operations(std::string& out, const Tallies& t) {
  if (at(t, Tally::executions) == 0) return;
  row(out, "operations",
      fmt::format("alloc {} blocks, {} null; free {} taken, {} rejected; drain {}; census {}; "
                  "range {} done, {} "
                  "refused",
                  grouped(at(t, Tally::alloc_ok)), grouped(at(t, Tally::alloc_null)),
                  grouped(at(t, Tally::free_ok)), grouped(at(t, Tally::free_rejected)),
                  grouped(at(t, Tally::drain)), grouped(at(t, Tally::census)),
                  grouped(at(t, Tally::range)), grouped(at(t, Tally::range_refused))));
  for (const std::string& line : one_sided(t)) row(out, "  not tested", line);
}

void append_crashes(std::string& out, const Summary& s) {
  if (s.rules.empty()) {
    row(out, "crashes", "none");
    return;
  }
  row(out, "crashes",
      fmt::format("by {}; 'buddyproof triage {}' groups them", counted(s.rules.size(), "rule"),
                  shell_word(s.path.string())));
  out += fmt::format("\n  {:<18} {:>8} {:>7}  {}\n", "rule", "seen", "inputs", "smallest");
  std::size_t shown = 0;
  for (const RuleCount& r : s.rules) {
    if (++shown > kStatusRules) break;
    out += fmt::format("  {:<18} {:>8} {:>7}  {}\n", clean_text(r.rule), grouped(r.seen), r.inputs,
                       clean_text(r.smallest.string()));
  }
  if (s.rules.size() > kStatusRules)
    out += fmt::format("  and {} more\n", s.rules.size() - kStatusRules);
}

json point_json(const Point& p) {
  return {{"seconds", p.seconds},       {"time", utc_text(p.unix_time)},
          {"executions", p.executions}, {"executions_per_second", p.executions_per_second},
          {"coverage", p.coverage},     {"features", p.features},
          {"corpus", p.corpus},         {"crashes", p.crashes}};
}

json tallies_json(const Tallies& t) {
  json j;
  for (unsigned i = 0; i < kTallies; ++i)
    j[std::string(tally_name(Tally{static_cast<std::uint8_t>(i)}))] = t[i];
  return j;
}

}  // namespace

std::string status_text(const Summary& s) {
  const Manifest& m = s.manifest;
  std::string out = fmt::format("{}: {}\n", clean_text(s.path.string()), phase_text(s));
  row(out, "what", fmt::format("target {} on subject {}", m.target, m.subject));
  row(out, "engines", engines_text(m));
  row(out, "started",
      fmt::format("{} by {}{}", m.started, m.program_version,
                  m.commit.empty() ? "" : " (" + m.commit.substr(0, 12) + ")"));
  row(out, "time", time_text(s));
  append_progress(out, s);
  append_operations(out, s.line.tallies);
  append_crashes(out, s);
  return out;
}

json status_json(const Summary& s) {
  const Manifest& m = s.manifest;
  json rules = json::array();
  for (const RuleCount& r : s.rules) {
    rules.push_back({{"target", r.target},
                     {"rule", r.rule},
                     {"seen", r.seen},
                     {"inputs", r.inputs},
                     {"smallest", r.smallest.string()}});
  }
  json j{{"folder", s.path.string()},
         {"phase", phase_name(s.phase)},
         {"running", s.phase == Phase::running},
         {"target", m.target},
         {"subject", m.subject},
         {"engines", m.engines},
         {"jobs", m.jobs},
         {"seed", m.seed},
         {"shard", m.shard},
         {"shards", m.shards},
         {"budget_seconds", m.seconds},
         {"started", m.started},
         {"program_version", m.program_version},
         {"commit", m.commit},
         {"runs", s.sampled() ? s.line.resumed.size() + s.streams : 0},
         {"campaigns", s.streams},
         {"seconds", s.seconds()},
         {"last_run_seconds", s.last_run_seconds},
         {"quiet_seconds", s.quiet_seconds()},
         {"executions_per_second_last_minute", s.rate_last_minute},
         {"executions_per_second_mean", s.rate_mean},
         {"tallies", tallies_json(s.line.tallies)},
         {"one_sided", one_sided(s.line.tallies)},
         {"crashes", rules}};
  j["last"] = s.sampled() ? point_json(s.line.points.back()) : json(nullptr);
  j["last_news"] = s.last_news ? point_json(*s.last_news) : json(nullptr);
  return j;
}

}  // namespace bp::campaign
