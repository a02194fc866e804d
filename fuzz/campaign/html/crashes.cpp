// SPDX-License-Identifier: MIT
// What was found, one card a rule: the rule, what the program needs for it, a picture, the program
// with the event marked, and the commands to go on with. And how often each rule was broken.
#include <algorithm>
#include <span>

#include "fuzz/campaign/html/page.h"
#include "fuzz/campaign/html/program_picture.h"
#include "fuzz/campaign/triage_text.h"
#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/report.h"

namespace bp::campaign::html {
namespace {

// Bounds that keep the page below kPageBytes whatever the folder holds.
constexpr std::size_t kCardBytes = 3 << 20;  ///< No further card is begun beyond.
constexpr std::size_t kGroupsOfRule = 12;    ///< Folded ones included.
constexpr std::size_t kTextBytes = 8 << 10;
constexpr std::size_t kInputsListed = 12;

/// The whole text, or its beginning with a word on the rest.
std::string bounded(std::string_view text) {
  if (text.size() <= kTextBytes) return std::string(text);
  const std::size_t line = text.rfind('\n', kTextBytes);
  const std::size_t end = line == std::string_view::npos ? kTextBytes : line;
  return fmt::format("{}\n... {} more bytes are in the file\n", text.substr(0, end),
                     grouped(text.size() - end));
}

/// A report's program: the event's line, which starts with '>', stands out.
std::string program(std::string_view report) {
  std::string out = "<pre>";
  const std::string text = bounded(report);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.starts_with("> ")) {
      out += fmt::format("<mark>{}</mark>\n", markup(line));
    } else {
      out += markup(line) + "\n";
    }
    at = end + 1;
  }
  return out + "</pre>\n";
}

std::string commands(const TriagedCrash& c) {
  const ReportContext context = context_of(c);
  return fmt::format("<pre class=\"commands\">{}\n{}</pre>\n",
                     markup(command("repro", context, {})),
                     markup(command("min", context, "-o small.txt")));
}

std::string inputs(const CrashGroup& g) {
  std::string out = fmt::format("<details><summary>{}</summary>\n<ul class=\"files\">\n",
                                counted(g.crashes.size(), "input"));
  for (std::size_t i = 0; i < std::min(g.crashes.size(), kInputsListed); ++i) {
    const TriagedCrash& c = g.crashes[i];
    out += fmt::format("<li><code>{}</code> {}, saved {}</li>\n", markup(c.where.front().string()),
                       counted(c.bytes, "byte"), utc_text(c.unix_time));
  }
  if (g.crashes.size() > kInputsListed)
    out += fmt::format("<li>and {} more</li>\n", g.crashes.size() - kInputsListed);
  return out + "</ul>\n</details>\n";
}

std::string facts(const RefusedRun& r) {
  return fmt::format(
      "<dl class=\"facts\"><dt>Event</dt><dd><code>{}</code>, number {} of {}</dd><dt>Seen</dt>"
      "<dd>{}</dd><dt>Allowed</dt><dd>{}</dd><dt>Decided in</dt><dd><code>{}:{}</code></dd></dl>\n",
      markup(r.operation), r.event, r.operations + 2, markup(bounded(r.seen)),
      markup(bounded(r.allowed)), markup(r.file), r.line);
}

/// A report less its head, which facts() says.
std::string_view program_of(std::string_view report) {
  const auto head = report.find("\n\n");
  return head == std::string_view::npos ? report : report.substr(head + 2);
}

std::string refused(const TriagedCrash& c) {
  const RefusedRun& small = c.replayed.reduced;
  std::string out = facts(small) + "<div class=\"pair\">\n" + program(program_of(small.report));
  if (const std::string picture = program_picture(small); !picture.empty())
    out += "<figure>" + picture +
           "<figcaption>Blocks held, over the operations; refused at the marked one."
           "</figcaption></figure>\n";
  out += "</div>\n";
  if (c.replayed.as_found.text != small.text)
    out += fmt::format("<details><summary>As it was found: {}</summary>\n{}</details>\n",
                       counted(c.replayed.as_found.operations, "operation"),
                       program(program_of(c.replayed.as_found.report)));
  return out;
}

std::string ended(const CrashGroup& g, const TriagedCrash& c) {
  std::string out = fmt::format("<p>{}.</p>\n", markup(outcome_text(c)));
  if (!c.replayed.stack.empty()) {
    out += "<ol class=\"stack\">\n";
    for (const std::string& frame : c.replayed.stack)
      out += fmt::format("<li><code>{}</code></li>\n", markup(frame));
    out += "</ol>\n";
  } else if (g.rule != kEngineRule) {
    out += "<p class=\"note\">No stack was printed.</p>\n";
  }
  return out + fmt::format("<details><summary>Program</summary><pre>{}</pre></details>\n",
                           markup(bounded(c.text)));
}

std::string body(const CrashGroup& g) {
  const TriagedCrash& first = g.crashes.front();
  const bool is_refused = first.replayed.end == Replayed::End::refused;
  return (is_refused ? refused(first) : ended(g, first)) + commands(first) + inputs(g);
}

std::string needs(const CrashGroup& g) {
  if (!g.kinds.empty()) return "Needs " + g.kinds;
  return g.stack.empty() ? "Without a stack" : "In " + g.stack.front();
}

/// One rule: its first group whole, the others folded.
std::string card(std::span<const CrashGroup> groups) {
  const CrashGroup& first = groups.front();
  std::string out = fmt::format(
      "<article class=\"crash\">\n<h3><span class=\"rule\">{}</span> {}</h3>\n"
      "<p class=\"kinds\">{}</p>\n",
      markup(first.rule), markup(first.statement), markup(needs(first)));
  out += body(first);
  const std::size_t shown = std::min(groups.size(), kGroupsOfRule);
  for (const CrashGroup& g : groups.subspan(1, shown - 1))
    out += fmt::format("<details class=\"group\"><summary>{}; {}</summary>\n{}</details>\n",
                       markup(needs(g)), counted(g.crashes.size(), "input"), body(g));
  if (shown < groups.size())
    out += fmt::format("<p class=\"note\">And {} more groups.</p>\n", groups.size() - shown);
  return out + "</article>\n";
}

/// How many groups from `at` on are of one rule.
std::size_t of_one_rule(std::span<const CrashGroup> groups) {
  const auto end = std::ranges::find_if(
      groups, [&](const CrashGroup& g) { return g.rule != groups.front().rule; });
  return static_cast<std::size_t>(end - groups.begin());
}

std::string cards(std::span<const CrashGroup> groups) {
  std::string out;
  while (!groups.empty() && out.size() < kCardBytes) {
    const std::size_t n = of_one_rule(groups);
    out += card(groups.first(n));
    groups = groups.subspan(n);
  }
  if (!groups.empty())
    out +=
        fmt::format("<p>And {} more groups, which 'buddyproof triage' lists.</p>\n", groups.size());
  return out;
}

std::string aside(std::string_view title, const std::vector<TriagedCrash>& crashes) {
  if (crashes.empty()) return "";
  std::string out = fmt::format("<details><summary>{}: {}</summary>\n<ul class=\"files\">\n", title,
                                crashes.size());
  for (std::size_t i = 0; i < std::min(crashes.size(), kInputsListed); ++i) {
    const TriagedCrash& c = crashes[i];
    out += fmt::format("<li>{} <code>{}</code> {}</li>\n", markup(c.crash.rule),
                       markup(c.where.front().string()), markup(c.replayed.fault));
  }
  return out + "</ul>\n</details>\n";
}

}  // namespace

std::string crashes(const Triage& t) {
  if (t.groups.empty() && t.gone.empty() && t.unread.empty()) return "";
  std::string out = "<section id=\"crashes\">\n<h2>Crashes by rule</h2>\n";
  out += cards(t.groups);
  return out + aside("No longer reproduce", t.gone) + aside("Could not be run", t.unread) +
         "</section>\n";
}

std::string rules_broken(const Triage& t) {
  if (t.seen.empty()) return "";
  std::string out =
      "<section id=\"rules\">\n<h2>Rules by how often broken</h2>\n<div class=\"scroll\">"
      "<table>\n<thead><tr><th>Rule</th><th class=\"number\">Times</th><th class=\"wide\"></th>"
      "<th>What it says</th></tr></thead>\n<tbody>\n";
  const std::uint64_t most = t.seen.front().seen;
  for (const RuleSeen& s : t.seen)
    out += fmt::format(
        "<tr><th scope=\"row\"><code>{}</code></th><td class=\"number\">{}</td>"
        "<td class=\"wide\">{}</td><td class=\"sentence\">{}</td></tr>\n",
        markup(s.rule), grouped(s.seen), share_bar("refused", s.seen, most),
        markup(sentence_of(s.rule, {})));
  return out + "</tbody>\n</table></div>\n</section>\n";
}

}  // namespace bp::campaign::html
