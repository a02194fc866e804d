// SPDX-License-Identifier: MIT
#include "fuzz/explore/case_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "fuzz/explore/vary_choices.h"
#include "fuzz/sched/scripted_chooser.h"
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

std::string read_choices(std::string_view digits, Case& c) {
  constexpr const char* kWrong = "expected two hexadecimal digits a choice";
  if (digits.size() % 2 != 0) return kWrong;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    std::uint8_t v = 0;
    const char* const end = digits.data() + i + 2;
    const auto read = std::from_chars(digits.data() + i, end, v, 16);
    if (read.ec != std::errc() || read.ptr != end) return kWrong;
    if (c.choices.size() == kChoicesMax) return "more choices than an execution may have";
    c.choices.push_back(v);
  }
  c.has_schedule = true;
  return {};
}

std::string choices_text(const std::vector<std::uint8_t>& choices) {
  constexpr std::size_t kOfLine = kLineMax / 2;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string t;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i % kOfLine == 0) t += i == 0 ? "choices " : "\nchoices ";
    t += kDigits[choices[i] >> 4];
    t += kDigits[choices[i] & 15];
  }
  return t + "\n";
}

/// Takes a line that is not the scenario's; `fault` is set if it is wrong.
bool take_line(std::string_view line, Case& c, std::string& schedule, std::string& fault) {
  std::string_view rest;
  if (starts(line, "site", rest)) return fault = site_of(rest, c.plant), true;
  if (starts(line, "bug", rest)) return fault = bug_of(rest, c.plant), true;
  if (starts(line, "defect", rest)) return c.plant.defect = rest, true;
  if (starts(line, "hash", rest)) return fault = hash_of(rest, c), true;
  if (starts(line, "rule", rest)) return c.rule = rest, true;
  if (starts(line, "choices", rest)) return fault = read_choices(rest, c), true;
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
  if (const std::size_t zero = text.find('\0'); zero != text.npos) {
    const std::string_view choices = text.substr(zero + 1);
    if (choices.size() > kChoicesMax)
      return {std::nullopt, "1:1: more choices behind the zero byte than an execution may have"};
    c.choices.assign(choices.begin(), choices.end());
    c.has_schedule = true;
    text = text.substr(0, zero);
  }
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
    if (!schedule.empty() && !c.choices.empty()) fault = "a schedule or choices, not both of them";
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
  if (!c.choices.empty()) t += choices_text(c.choices);
  std::string words = schedule_text(c.schedule);
  while (words.size() > kLineMax) {
    const std::size_t cut = words.rfind(' ', kLineMax);
    t += "schedule " + words.substr(0, cut) + "\n";
    words.erase(0, cut + 1);
  }
  if (c.choices.empty()) t += words.empty() ? "schedule\n" : "schedule " + words + "\n";
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
  sched::BytesChooser bytes(c.choices);
  ScheduleRecorder recorder(c.choices.empty() ? static_cast<sched::Chooser&>(replay) : bytes);
  r.verdict = runner.run(recorder);
  r.schedule = recorder.chosen();
  if (c.choices.empty()) r.fault = replay.fault();
  if (!r.fault.empty() || !c.hash || *c.hash == r.verdict.hash) return r;
  r.fault = "the execution's hash is " + hex(r.verdict.hash) + ", the file expects " +
            hex(*c.hash) + ": it was recorded from another allocator or simulator";
  return r;
}

std::vector<std::uint8_t> choices_of(const Case& c) {
  Runner runner(c.scenario);
  if (!runner.plant(c.plant).empty()) return {};
  ScheduleReplay replay(c.schedule);
  sched::RecordingChooser recorder(replay);
  runner.run(recorder);
  return recorder.choices();
}

Case in_words(Case c, const Replayed& r) {
  if (!c.choices.empty()) c.schedule = r.schedule;
  c.choices.clear();
  return c;
}

}  // namespace bp::explore
