// SPDX-License-Identifier: MIT
#include "fuzz/campaign/junit.h"

#include <algorithm>

#include "fuzz/campaign/triage_text.h"
#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/report.h"

namespace bp::campaign {
namespace {

/// Also the newlines of an attribute, which a reader would turn into spaces.
std::string attribute(std::string_view text) {
  std::string out;
  for (const char c : markup(text)) out += c == '\n' ? std::string("&#10;") : std::string(1, c);
  return out;
}

void open_case(std::string& out, std::string_view rule, std::string_view name) {
  out += fmt::format("  <testcase classname=\"{}\" name=\"{}\"", attribute(rule), attribute(name));
}

std::string detail(const CrashGroup& g) {
  const TriagedCrash& c = g.crashes.front();
  const ReportContext context = context_of(c);
  std::string text =
      c.replayed.end == Replayed::End::refused ? c.replayed.reduced.report : outcome_text(c) + "\n";
  for (const std::string& frame : c.replayed.stack) text += "  in " + frame + "\n";
  text += fmt::format("\nto reproduce:  {}\nto minimise:   {}\n", command("repro", context, {}),
                      command("min", context, "-o small.txt"));
  text += fmt::format("\n{}\n", counted(g.crashes.size(), "input"));
  for (const TriagedCrash& one : g.crashes) text += "  " + one.where.front().string() + "\n";
  return text;
}

std::string name_of(const CrashGroup& g) {
  if (!g.kinds.empty()) return g.kinds;
  if (!g.stack.empty()) return fmt::format("{}", fmt::join(g.stack, " < "));
  return g.crashes.front().crash.hash;
}

void append_groups(std::string& out, const Triage& t) {
  for (const CrashGroup& g : t.groups) {
    open_case(out, g.rule, name_of(g));
    out += fmt::format(">\n    <failure type=\"{}\" message=\"{}\">{}</failure>\n  </testcase>\n",
                       attribute(g.rule), attribute(g.statement), markup(detail(g)));
  }
}

/// Rules all of whose inputs run fine now.
std::vector<std::string> mended(const Triage& t) {
  std::vector<std::string> rules;
  for (const TriagedCrash& c : t.gone) {
    const bool broken =
        std::ranges::any_of(t.groups, [&](const CrashGroup& g) { return g.rule == c.crash.rule; });
    if (!broken && std::ranges::find(rules, c.crash.rule) == rules.end())
      rules.push_back(c.crash.rule);
  }
  return rules;
}

}  // namespace

std::string junit(const Triage& t) {
  const std::vector<std::string> passed = mended(t);
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"buddyproof triage\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
      t.groups.size() + passed.size() + t.unread.size(), t.groups.size(), t.unread.size());
  append_groups(out, t);
  for (const std::string& rule : passed) {
    open_case(out, rule, "no longer reproduces");
    out += "/>\n";
  }
  for (const TriagedCrash& c : t.unread) {
    open_case(out, c.crash.rule, c.crash.hash);
    out +=
        fmt::format(">\n    <error message=\"{}\"/>\n  </testcase>\n", attribute(c.replayed.fault));
  }
  return out + "</testsuite>\n";
}

}  // namespace bp::campaign
