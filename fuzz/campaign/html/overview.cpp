// SPDX-License-Identifier: MIT
// The top of the page: figures that answer "how did it go", the run's conditions, and the curves.
#include "fuzz/campaign/html/page.h"
#include "fuzz/campaign/html/plot.h"
#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"

namespace bp::campaign::html {
namespace {

std::string tile(std::string_view name, std::string_view figure, std::string_view note) {
  return fmt::format("<div class=\"tile\"><dt>{}</dt><dd>{}</dd><dd class=\"note\">{}</dd></div>\n",
                     markup(name), markup(figure), markup(note));
}

std::string figures(const Summary& s) {
  std::string out = "<dl class=\"tiles\">\n";
  const Point last = s.sampled() ? s.line.points.back() : Point{};
  out += tile("Programs run", short_number(static_cast<double>(last.executions)),
              grouped(last.executions));
  out += tile("Mean rate",
              s.rate_mean < 1000 ? rate_text(s.rate_mean) : short_number(s.rate_mean) + "/s",
              "last minute " + rate_text(s.rate_last_minute));
  out += tile("Time running", duration_text(s.seconds()),
              fmt::format("{} of {} this run", duration_text(s.last_run_seconds),
                          duration_text(static_cast<double>(s.manifest.seconds))));
  if (last.coverage > 0)
    out += tile("Edges covered", grouped(last.coverage), counted(last.features, "feature"));
  if (last.corpus > 0) out += tile("Inputs kept", grouped(last.corpus), "the corpus");
  out += tile("Quiet for", duration_text(s.quiet_seconds()),
              s.last_news ? "since " + utc_text(s.last_news->unix_time) : "nothing new at all");
  return out + "</dl>\n";
}

std::string row(std::string_view name, std::string_view value) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", markup(name),
                     markup(value));
}

std::string conditions(const Summary& s) {
  const Manifest& m = s.manifest;
  std::string out = "<details><summary>How it was run</summary>\n<table class=\"facts\">\n";
  out += row("Engines", fmt::format("{}", fmt::join(m.engines, ", ")));
  out += row("Jobs", std::to_string(m.jobs));
  out += row("Seed", std::to_string(m.seed));
  out += row("Shard", fmt::format("{} of {}", m.shard, m.shards));
  out += row("Started", m.started);
  out += row("Runs", std::to_string(s.sampled() ? s.line.resumed.size() + 1 : 0));
  out += row("Budget", duration_text(static_cast<double>(m.seconds)));
  out += row("Program", m.program_version);
  if (!m.commit.empty()) out += row("Commit", m.commit);
  return out + "</table>\n</details>\n";
}

template <class Value>
std::vector<PlotPoint> points_of(const Summary& s, Value value) {
  std::vector<PlotPoint> points;
  for (const Point& p : s.line.points) points.push_back({p.seconds, static_cast<double>(value(p))});
  return points;
}

}  // namespace

std::string overview(const Summary& s) {
  return "<section id=\"overview\">\n<h2>Overview</h2>\n" + figures(s) + conditions(s) +
         "</section>\n";
}

std::string progress(const Summary& s) {
  std::string plots, none;
  const auto add = [&](std::string_view title, std::string_view unit, std::string_view css_class,
                       bool grows, auto value) {
    const std::string drawn =
        plot({title, unit, css_class, grows, points_of(s, value), s.line.resumed});
    plots += drawn;
    if (drawn.empty()) none += fmt::format("{}{}", none.empty() ? "" : ", ", title);
  };
  add("Programs run a second", "programs/s", "rate", false,
      [](const Point& p) { return p.executions_per_second; });
  add("Coverage", "edges", "coverage", true, [](const Point& p) { return p.coverage; });
  add("Features", "features", "features", true, [](const Point& p) { return p.features; });
  add("Corpus", "inputs", "corpus", true, [](const Point& p) { return p.corpus; });
  std::string out = "<section id=\"progress\">\n<h2>Over time</h2>\n";
  if (!plots.empty()) out += "<div class=\"plots\">\n" + plots + "</div>\n";
  if (!none.empty())
    out += fmt::format("<p class=\"none\">Not measured by these engines: {}.</p>\n", none);
  return out + "</section>\n";
}

}  // namespace bp::campaign::html
