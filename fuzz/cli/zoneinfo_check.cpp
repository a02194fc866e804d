// SPDX-License-Identifier: MIT
#include "fuzz/cli/zoneinfo_check.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

#include "fuzz/cli/cli.h"
#include "fuzz/kernel/config_check.h"
#include "fuzz/kernel/snapshot_files.h"
#include "fuzz/kernel/zonelist_check.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

using kernel::ConfigReport;
using kernel::Figure;
using kernel::FigureReason;
using kernel::FigureState;

/// A snapshot or a text of zonelists with what came out.
struct CheckedConfig {
  std::string name;
  ConfigReport report;
};
struct CheckedZonelists {
  std::string name;
  kernel::ZonelistReport report;
};

struct Checked {
  std::vector<CheckedConfig> configs;
  std::vector<CheckedZonelists> zonelists;
  std::string fault;
};

std::string profile_names() {
  std::string out;
  for (unsigned p = 0; p < kProfiles; ++p) {
    out += (p == 0 ? "" : ", ") + std::string(profile_name(static_cast<Profile>(p)));
  }
  return out;
}

void check_one(const kernel::ConfigSnapshot& s, std::optional<Profile> stated,
               const std::string& path, Checked& out) {
  const std::optional<Profile> p = stated ? stated : kernel::profile_of(s);
  if (!p) {
    out.fault = fmt::format(
        "{}: {}: what it prints does not tell the kernel's version; say --profile, one of {}", path,
        s.name, profile_names());
    return;
  }
  out.configs.push_back({s.name, kernel::check_config(s, *p)});
}

void check_one(const kernel::ZonelistText& z, Checked& out) {
  kernel::ZonelistReport report = kernel::check_zonelists(z.text);
  if (!report.fault.empty()) {
    out.fault =
        report.fault_line == 0
            ? fmt::format("{}: {}", z.file, report.fault)
            : fmt::format("{}:{}: {}", z.file, z.first_line + report.fault_line - 1, report.fault);
    return;
  }
  out.zonelists.push_back({z.name, std::move(report)});
}

void check_found(const kernel::FoundSnapshots& found, std::optional<Profile> stated,
                 const std::string& path, Checked& out) {
  out.fault = found.fault;
  for (const auto& s : found.snapshots) {
    if (!out.fault.empty()) return;
    check_one(s, stated, path, out);
  }
  for (const auto& z : found.zonelists) {
    if (!out.fault.empty()) return;
    check_one(z, out);
  }
}

/// The running machine. Its counters move while they are read: the best of a few readings.
void check_live(std::optional<Profile> stated, Checked& out) {
  constexpr int kReadings = 5;
  std::size_t least = ~std::size_t{0};
  for (int i = 0; i < kReadings && least != 0; ++i) {
    Checked reading;
    check_found(kernel::live_snapshot(), stated, kernel::kZoneinfoPath, reading);
    std::size_t different = 0;
    for (const auto& c : reading.configs) different += c.report.count(FigureState::different);
    if (different >= least) continue;
    least = different;
    out = std::move(reading);
    if (!out.fault.empty()) return;
  }
}

std::size_t differences(const Checked& c) {
  std::size_t n = 0;
  for (const auto& config : c.configs) n += config.report.count(FigureState::different);
  for (const auto& z : c.zonelists) {
    for (const auto& moment : z.report.moments) n += moment.differences.size();
  }
  return n;
}

std::string expectation(const Figure& f) {
  return f.expect == f.expect_max ? fmt::format("{}", f.expect)
                                  : fmt::format("{} to {}", f.expect, f.expect_max);
}

/// The figures of a state, by reason and place: "node 0 DMA: min 22 (23), low 27 (28)".
void print_figures(const ConfigReport& r, FigureState state) {
  std::map<FigureReason, std::vector<std::pair<std::string, std::string>>> by_reason;
  for (const Figure& f : r.figures) {
    if (f.state != state) continue;
    auto& places = by_reason[f.reason];
    const std::string text = fmt::format("{} {} ({})", f.name, f.actual, expectation(f));
    if (!places.empty() && places.back().first == f.place) {
      places.back().second += ", " + text;
    } else {
      places.emplace_back(f.place, text);
    }
  }
  for (const auto& [reason, places] : by_reason) {
    const std::string head =
        reason == FigureReason::none
            ? alarming("NOT EQUAL")
            : fmt::format("{}: {}", kernel::reason_word(reason), kernel::reason_text(reason));
    std::printf("    %s\n", head.c_str());
    for (const auto& [place, text] : places) {
      std::printf("      %s: %s\n", place.c_str(), text.c_str());
    }
  }
}

void print_config(const CheckedConfig& c) {
  std::printf(
      "%s\n",
      fmt::format("{:<28} {:<12} {:>7} {:>7} {:>10} {:>10}", c.name, profile_name(c.report.profile),
                  c.report.figures.size(), c.report.count(FigureState::equal),
                  c.report.count(FigureState::explained), c.report.count(FigureState::different))
          .c_str());
  print_figures(c.report, FigureState::different);
  print_figures(c.report, FigureState::explained);
  for (const std::string& what : c.report.notes) {
    std::printf("    note: %s\n", what.c_str());
  }
}

void print_zonelists(const CheckedZonelists& z) {
  if (!z.report.unchecked.empty()) {
    std::printf("%s\n", fmt::format("{:<28} not checked: {}", z.name, z.report.unchecked).c_str());
  }
  std::size_t lists = 0, equal = 0;
  for (const auto& m : z.report.moments) lists += m.lists, equal += m.equal;
  if (lists == 0) return;
  std::printf("%s\n", fmt::format("{:<28} {:<12} {:>7} {:>7} {:>10} {:>10}", z.name, "zonelists",
                                  lists, equal, 0, lists - equal)
                          .c_str());
  for (const auto& m : z.report.moments) {
    for (const std::string& line : m.differences) {
      std::printf("    %s %s%s\n", alarming("NOT EQUAL").c_str(),
                  m.name.empty() ? "" : (m.name + ", ").c_str(), line.c_str());
    }
  }
}

void print_totals(const Checked& c) {
  std::size_t figures = 0, equal = 0, explained = 0, lists = 0, lists_equal = 0;
  for (const auto& config : c.configs) {
    figures += config.report.figures.size();
    equal += config.report.count(FigureState::equal);
    explained += config.report.count(FigureState::explained);
  }
  for (const auto& z : c.zonelists) {
    for (const auto& m : z.report.moments) lists += m.lists, lists_equal += m.equal;
  }
  std::printf("%s\n",
              fmt::format("{} snapshots: {} figures, {} equal, {} explained, {} not equal; {} "
                          "zonelists, {} equal",
                          c.configs.size(), figures, equal, explained, figures - equal - explained,
                          lists, lists_equal)
                  .c_str());
}

void print_text_report(const Checked& c) {
  std::printf("%s\n", fmt::format("{:<28} {:<12} {:>7} {:>7} {:>10} {:>10}", "snapshot", "rules",
                                  "figures", "equal", "explained", "not equal")
                          .c_str());
  for (const auto& config : c.configs) print_config(config);
  for (const auto& z : c.zonelists) print_zonelists(z);
  print_totals(c);
}

nlohmann::json json_of(const CheckedConfig& c) {
  nlohmann::json j{{"snapshot", c.name},
                   {"profile", profile_name(c.report.profile)},
                   {"figures", c.report.figures.size()},
                   {"equal", c.report.count(FigureState::equal)},
                   {"explained", nlohmann::json::array()},
                   {"different", nlohmann::json::array()},
                   {"notes", c.report.notes}};
  for (const Figure& f : c.report.figures) {
    if (f.state == FigureState::equal) continue;
    nlohmann::json entry{
        {"place", f.place}, {"name", f.name}, {"actual", f.actual}, {"expect", f.expect}};
    if (f.expect_max != f.expect) entry["expect_max"] = f.expect_max;
    const bool explained = f.state == FigureState::explained;
    if (explained) entry["reason"] = kernel::reason_word(f.reason);
    j[explained ? "explained" : "different"].push_back(entry);
  }
  return j;
}

nlohmann::json json_of(const CheckedZonelists& z) {
  nlohmann::json j{{"zonelists", z.name}, {"moments", nlohmann::json::array()}};
  if (!z.report.unchecked.empty()) j["unchecked"] = z.report.unchecked;
  for (const auto& m : z.report.moments) {
    j["moments"].push_back(
        {{"name", m.name}, {"lists", m.lists}, {"equal", m.equal}, {"different", m.differences}});
  }
  return j;
}

void print_json_report(const Checked& c) {
  nlohmann::json j{{"snapshots", nlohmann::json::array()}, {"zonelists", nlohmann::json::array()}};
  for (const auto& config : c.configs) j["snapshots"].push_back(json_of(config));
  for (const auto& z : c.zonelists) j["zonelists"].push_back(json_of(z));
  j["different"] = differences(c);
  std::printf("%s\n", j.dump().c_str());
}

}  // namespace

int check_machines(const CheckFlags& flags) {
  std::optional<Profile> stated;
  if (!flags.profile.empty()) {
    stated = profile_named(flags.profile);
    if (!stated) {
      return fail(kUsage, fmt::format("--profile {}: not known; use one of {}", flags.profile,
                                      profile_names()));
    }
  }
  Checked checked;
  if (flags.paths.empty()) check_live(stated, checked);
  for (const std::string& path : flags.paths) {
    check_found(kernel::find_snapshots(path), stated, path, checked);
    if (!checked.fault.empty()) break;
  }
  if (!checked.fault.empty()) return fail(kUsage, checked.fault);
  flags.json ? print_json_report(checked) : print_text_report(checked);
  return differences(checked) == 0 ? kFine : kViolation;
}

}  // namespace bp::cli
