// SPDX-License-Identifier: MIT
#include "fuzz/explore/case_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "fuzz/subjects/lockfree_bugs.h"

namespace bp::explore {
namespace {

constexpr std::size_t kLineMax = 96;
constexpr std::array kChanges{sched::SiteChange::order, sched::SiteChange::failure_order,
                              sched::SiteChange::torn, sched::SiteChange::skipped};
constexpr std::array kOrders{std::memory_order_relaxed, std::memory_order_acquire,
                             std::memory_order_release, std::memory_order_acq_rel,
                             std::memory_order_seq_cst};

bool starts(std::string_view line, std::string_view word, std::string_view& rest) {
  if (!line.starts_with(word) || line.size() == word.size() || line[word.size()] != ' ')
    return false;
  rest = line.substr(word.size() + 1);
  while (!rest.empty() && (rest.back() == ' ' || rest.back() == '\r')) rest.remove_suffix(1);
  return true;
}

std::string hex(std::uint64_t v) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(v));
  return text;
}

/// "zone.h:204:20 order relaxed".
std::string site_of(std::string_view words, Plant& p) {
  const std::size_t blank = words.find(' ');
  if (blank != words.npos) {
    p.site = std::string(words.substr(0, blank));
    const std::string_view what = words.substr(blank + 1);
    for (const sched::SiteChange c : kChanges) {
      p.change = c;
      if (what == sched::site_change_name(c)) return {};
      for (const std::memory_order o : kOrders) {
        p.to = o;
        if (what == std::string(sched::site_change_name(c)) + " " + sched::order_name(o)) return {};
      }
    }
  }
  return "expected FILE:LINE:COLUMN and 'order O', 'failure order O', 'torn' or 'skipped'";
}

std::string bug_of(std::string_view name, Plant& p) {
  for (unsigned b = 1; b < impl::kBugs; ++b) {
    p.bug = impl::Bug{static_cast<std::uint8_t>(b)};
    if (name == bug_name(p.bug)) return {};
  }
  return "the allocator has no planted bug '" + std::string(name) + "'";
}

std::string hash_of(std::string_view digits, Case& c) {
  std::uint64_t v = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), v, 16);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || digits.size() != 16)
    return "expected a hash of 16 hexadecimal digits";
  c.hash = v;
  return {};
}

/// Takes a line that is not the scenario's; `fault` is set if it is wrong.
bool take_line(std::string_view line, Case& c, std::string& schedule, std::string& fault) {
  std::string_view rest;
  if (starts(line, "site", rest)) return fault = site_of(rest, c.plant), true;
  if (starts(line, "bug", rest)) return fault = bug_of(rest, c.plant), true;
  if (starts(line, "defect", rest)) return c.plant.defect = rest, true;
  if (starts(line, "hash", rest)) return fault = hash_of(rest, c), true;
  if (starts(line, "rule", rest)) return c.rule = rest, true;
  if (line == "schedule") return c.has_schedule = true;
  if (!starts(line, "schedule", rest)) return false;
  c.has_schedule = true;
  schedule += schedule.empty() ? "" : " ";
  schedule += rest;
  return true;
}

}  // namespace

bool is_case(std::string_view text) {
  while (!text.empty() && text.front() == '#') {
    const std::size_t end = text.find('\n');
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return text.starts_with("conc ");
}

CaseParse parse_case(std::string_view text) {
  Case c;
  std::string scenario, schedule;
  std::size_t number = 0, schedule_line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    std::string fault;
    const bool had = c.has_schedule;
    // The scenario's own lines keep their numbers.
    if (!take_line(line, c, schedule, fault)) scenario += line;
    scenario += '\n';
    if (!had && c.has_schedule) schedule_line = number;
    if (!fault.empty()) return {std::nullopt, std::to_string(number) + ":1: " + fault};
  }
  ScenarioParse parsed = parse_scenario(scenario);
  if (!parsed.scenario)
    return {std::nullopt, std::to_string(parsed.line) + ":" + std::to_string(parsed.column) + ": " +
                              parsed.fault};
  c.scenario = std::move(*parsed.scenario);
  ScheduleParse words = parse_schedule(schedule, c.scenario.tasks.size());
  if (!words.fault.empty())
    return {std::nullopt, std::to_string(schedule_line) + ":1: " + words.fault};
  c.schedule = std::move(words.schedule);
  return {std::move(c), {}};
}

std::string case_text(const Case& c) {
  std::string t = scenario_text(c.scenario);
  if (c.plant.change != sched::SiteChange::none) {
    t += "site " + c.plant.site + " " + sched::site_change_name(c.plant.change);
    const bool order = c.plant.change == sched::SiteChange::order ||
                       c.plant.change == sched::SiteChange::failure_order;
    t += order ? std::string(" ") + sched::order_name(c.plant.to) + "\n" : "\n";
  }
  if (c.plant.bug != impl::Bug::none) t += std::string("bug ") + bug_name(c.plant.bug) + "\n";
  if (!c.plant.defect.empty()) t += "defect " + c.plant.defect + "\n";
  std::string words = schedule_text(c.schedule);
  while (words.size() > kLineMax) {
    const std::size_t cut = words.rfind(' ', kLineMax);
    t += "schedule " + words.substr(0, cut) + "\n";
    words.erase(0, cut + 1);
  }
  t += words.empty() ? "schedule\n" : "schedule " + words + "\n";
  if (c.hash) t += "hash " + hex(*c.hash) + "\n";
  if (!c.rule.empty()) t += "rule " + c.rule + "\n";
  return t;
}

bool plant_of(const std::string& subject, Plant& plant) {
  plant = {};
  if (subject == "lockfree") return true;
  for (unsigned b = 1; b < impl::kBugs; ++b) {
    const impl::Bug bug{static_cast<std::uint8_t>(b)};
    std::string name = std::string("lockfree-") + bug_name(bug);
    std::ranges::replace(name, '_', '-');
    if (name != subject) continue;
    plant.bug = bug;
    plant.name = bug_name(bug);
    return true;
  }
  return false;
}

Replayed replay_case(const Case& c, Runner& runner) {
  Replayed r;
  r.fault = runner.plant(c.plant);
  if (!r.fault.empty()) return r;
  ScheduleReplay replay(c.schedule);
  r.verdict = runner.run(replay);
  r.fault = replay.fault();
  if (!r.fault.empty() || !c.hash || *c.hash == r.verdict.hash) return r;
  r.fault = "the execution's hash is " + hex(r.verdict.hash) + ", the file expects " +
            hex(*c.hash) + ": it was recorded from another allocator or simulator";
  return r;
}

}  // namespace bp::explore
