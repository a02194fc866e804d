// SPDX-License-Identifier: MIT
#include "fuzz/campaign/triage_text.h"

#include <algorithm>

#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/report/report.h"

namespace bp::campaign {
namespace {

using nlohmann::json;

std::uint64_t seen_of(const Triage& t, std::string_view rule) {
  const auto at = std::ranges::find(t.seen, rule, &RuleSeen::rule);
  return at == t.seen.end() ? 0 : at->seen;
}

std::string what_of(const CrashGroup& g) {
  if (!g.kinds.empty()) return g.kinds;
  if (!g.stack.empty()) return fmt::format("{}", fmt::join(g.stack, " < "));
  return g.rule == kEngineRule ? "not seen by this build" : "no stack was printed";
}

std::string size_text(const TriagedCrash& c) {
  std::string text = counted(c.bytes, "byte");
  if (c.replayed.end != Replayed::End::refused) return text;
  return fmt::format("{}, {}, {} needed", text,
                     counted(c.replayed.as_found.operations, "operation"),
                     c.replayed.reduced.operations);
}

void append_group(std::string& out, const CrashGroup& g) {
  const TriagedCrash& first = g.crashes.front();
  out += fmt::format("  {:<44}  {}\n", clean_text(what_of(g)), counted(g.crashes.size(), "input"));
  out +=
      fmt::format("    {}  ({}, saved {})\n", clean_text(shell_word(first.where.front().string())),
                  size_text(first), utc_text(first.unix_time));
  for (const TriagedCrash& c : g.crashes) {
    if (c.crash.rule != g.rule && !is_engine_rule(c.crash.rule))
      out += fmt::format("    {} was saved under {}\n", clean_text(c.where.front().string()),
                         clean_text(c.crash.rule));
  }
}

std::string heading(const Triage& t) {
  std::size_t inputs = 0;
  for (const CrashGroup& g : t.groups) inputs += g.crashes.size();
  std::string text = fmt::format("{} in {}: {} broken, {}", counted(inputs, "crash", "crashes"),
                                 counted(t.folders.size(), "folder"), counted(rules_in(t), "rule"),
                                 counted(t.groups.size(), "group"));
  if (!t.gone.empty()) text += fmt::format("; {} no longer reproduce", t.gone.size());
  if (!t.unread.empty()) text += fmt::format("; {} could not be run", t.unread.size());
  return text;
}

std::string commands(const Triage& t) {
  if (t.groups.empty()) return "";
  const ReportContext context = context_of(t.groups.front().crashes.front());
  return fmt::format("\nto reproduce:  {}\nto minimise:   {}\n", command("repro", context, {}),
                     command("min", context, "-o small.txt"));
}

json crash_json(const TriagedCrash& c) {
  json where = json::array();
  for (const auto& file : c.where) where.push_back(file.string());
  json j{{"files", where},
         {"target", c.crash.target},
         {"subject", c.subject},
         {"saved_under", c.crash.rule},
         {"hash", c.crash.hash},
         {"bytes", c.bytes},
         {"saved", utc_text(c.unix_time)},
         {"outcome", outcome_text(c)}};
  if (c.replayed.end == Replayed::End::refused) {
    const RefusedRun& r = c.replayed.as_found;
    j["event"] = r.event;
    j["operations"] = r.operations;
    j["operations_needed"] = c.replayed.reduced.operations;
    j["operation"] = r.operation;
    j["answer"] = r.answer;
    j["seen"] = r.seen;
    j["allowed"] = r.allowed;
    j["reduced"] = c.replayed.reduced.text;
  }
  const ReportContext context = context_of(c);
  j["reproduce"] = command("repro", context, {});
  j["minimise"] = command("min", context, "-o small.txt");
  return j;
}

json crashes_json(const std::vector<TriagedCrash>& crashes) {
  json all = json::array();
  for (const TriagedCrash& c : crashes) all.push_back(crash_json(c));
  return all;
}

}  // namespace

ReportContext context_of(const TriagedCrash& c) {
  // A concurrent case says itself what is planted.
  return {.file = c.where.front().string(),
          .subject = c.crash.target == kConcurrent ? std::string() : c.subject};
}

std::string outcome_text(const TriagedCrash& c) {
  switch (c.replayed.end) {
    case Replayed::End::refused: return "refused by " + c.replayed.as_found.rule;
    case Replayed::End::accepted: return "accepted";
    case Replayed::End::crashed: return c.replayed.signal;
    case Replayed::End::hung: return fmt::format("not ended in {} s", kReplaySeconds);
    case Replayed::End::not_run: break;
  }
  return "not run: " + c.replayed.fault;
}

std::string triage_text(const Triage& t) {
  std::string out = heading(t) + "\n";
  std::string last;
  for (const CrashGroup& g : t.groups) {
    if (g.rule != last) {
      const std::uint64_t seen = seen_of(t, g.rule);
      out += fmt::format("\n{}  {}{}\n", clean_text(g.rule), clean_text(g.statement),
                         seen > 0 ? fmt::format("  [saved {} times]", grouped(seen)) : "");
      last = g.rule;
    }
    append_group(out, g);
  }
  if (!t.gone.empty()) out += "\nno longer reproduce\n";
  for (const TriagedCrash& c : t.gone)
    out += fmt::format("  {:<18}  {}\n", clean_text(c.crash.rule),
                       clean_text(c.where.front().string()));
  if (!t.unread.empty()) out += "\ncould not be run\n";
  for (const TriagedCrash& c : t.unread)
    out += fmt::format("  {:<18}  {}\n", clean_text(c.crash.rule), clean_text(c.replayed.fault));
  return out + commands(t);
}

json triage_json(const Triage& t) {
  json folders = json::array(), groups = json::array(), seen = json::array();
  for (const auto& f : t.folders) folders.push_back(f.string());
  for (const CrashGroup& g : t.groups) {
    groups.push_back({{"rule", g.rule},
                      {"statement", g.statement},
                      {"kinds", g.kinds},
                      {"stack", g.stack},
                      {"fingerprint", g.fingerprint()},
                      {"crashes", crashes_json(g.crashes)}});
  }
  for (const RuleSeen& s : t.seen) seen.push_back({{"rule", s.rule}, {"seen", s.seen}});
  return {{"folders", folders},
          {"seen", seen},
          {"groups", groups},
          {"gone", crashes_json(t.gone)},
          {"unread", crashes_json(t.unread)}};
}

}  // namespace bp::campaign
