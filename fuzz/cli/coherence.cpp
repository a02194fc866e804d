// SPDX-License-Identifier: MIT
// `buddyproof coherence`: cache-line transfers per operation, counted on virtual CPUs.
#include <algorithm>
#include <cstdio>
#include <memory>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/printed_json.h"
#include "fuzz/cli/svg_file.h"
#include "fuzz/coherence/count.h"
#include "fuzz/coherence/printed.h"
#include "fuzz/coherence/subjects.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

using coherence::Setting;

struct CoherenceFlags {
  std::vector<std::string> subjects;
  std::vector<std::string> traffics;
  std::vector<unsigned> cpus{1, 2, 4, 8, 16, 32, 64, 128, 256};
  std::string turns = "in-turn";
  Setting setting;
  std::string svg;
  bool json = false;
};

nlohmann::json to_json(const coherence::Figure& f) {
  const auto per = [&f](std::uint64_t n) { return coherence::per_operation(f, n); };
  return {{"subject", f.subject},
          {"traffic", coherence::name_of(f.setting.traffic)},
          {"cpus", f.setting.cpus},
          {"operations", f.operations},
          {"nulls", f.nulls},
          {"barriers", f.barriers},
          {"accesses", f.tally.accesses},
          {"transfers", f.tally.transfers},
          {"upgrades", f.tally.upgrades},
          {"invalidations", f.tally.invalidations},
          {"fills", f.tally.fills},
          {"transfers_per_operation", per(f.tally.transfers)},
          {"upgrades_per_operation", per(f.tally.upgrades)},
          {"fault", f.fault}};
}

nlohmann::json to_json(const std::vector<coherence::Figure>& figures, const Setting& s) {
  nlohmann::json all = nlohmann::json::array();
  for (const coherence::Figure& f : figures) all.push_back(to_json(f));
  return {{"line_bytes", coherence::kLineBytes},
          {"order", s.order},
          {"turns", coherence::name_of(s.turns)},
          {"seed", s.seed},
          {"figures", all}};
}

/// What is to be counted, or what is wrong with the flags.
struct CoherenceWork {
  std::vector<const bp_subject*> subjects;
  std::vector<coherence::Traffic> traffics;
  std::string fault;
};

template <class All, class Name>
std::string names_of(const All& all, Name&& name) {
  std::string names;
  for (const auto& one : all) names += (names.empty() ? "" : ", ") + std::string(name(one));
  return names;
}

CoherenceWork choose(CoherenceFlags& o) {
  CoherenceWork c;
  const auto known = coherence::counted_subjects();
  const auto subject_name = [](const bp_subject* s) { return std::string_view(s->name); };
  for (const std::string& name : o.subjects) {
    const auto at = std::ranges::find(known, name, subject_name);
    if (at == known.end())
      return {{},
              {},
              fmt::format("--subject {}: not compiled to be counted; use one of {}", name,
                          names_of(known, subject_name))};
    c.subjects.push_back(*at);
  }
  if (o.subjects.empty()) c.subjects.assign(known.begin(), known.end());
  const auto traffic_name = [](coherence::Traffic t) { return coherence::name_of(t); };
  for (const std::string& name : o.traffics) {
    const auto at = std::ranges::find(coherence::kTraffics, name, traffic_name);
    if (at == coherence::kTraffics.end())
      return {{},
              {},
              fmt::format("--traffic {}: not known; use one of {}", name,
                          names_of(coherence::kTraffics, traffic_name))};
    c.traffics.push_back(*at);
  }
  if (o.traffics.empty())
    c.traffics.assign(coherence::kTraffics.begin(), coherence::kTraffics.end());
  const auto turns_name = [](coherence::Turns t) { return coherence::name_of(t); };
  const auto turns = std::ranges::find(coherence::kTurns, o.turns, turns_name);
  if (turns == coherence::kTurns.end())
    return {{},
            {},
            fmt::format("--turns {}: not known; use one of {}", o.turns,
                        names_of(coherence::kTurns, turns_name))};
  o.setting.turns = *turns;
  return c;
}

std::vector<coherence::Figure> count_all(const CoherenceWork& chosen, const CoherenceFlags& o) {
  std::vector<coherence::Figure> figures;
  for (const coherence::Traffic traffic : chosen.traffics) {
    for (const bp_subject* s : chosen.subjects) {
      for (const unsigned cpus : o.cpus) {
        Setting setting = o.setting;
        setting.traffic = traffic;
        setting.cpus = cpus;
        figures.push_back(coherence::count(*s, setting));
      }
    }
  }
  return figures;
}

int coherence_verb(CoherenceFlags o) {
  if (coherence::counted_subjects().empty())
    return fail(kInfrastructure,
                "coherence: this build is one under ThreadSanitizer, whose hooks are what counts; "
                "use another, as build/release/bin/buddyproof");
  const CoherenceWork chosen = choose(o);
  if (!chosen.fault.empty()) return fail(kUsage, chosen.fault);
  SvgFile svg(o.svg);
  if (const int status = svg.open(); status != kFine) return status;
  const std::vector<coherence::Figure> figures = count_all(chosen, o);
  if (o.json) {
    print_json(to_json(figures, o.setting));
  } else {
    std::printf("%s", coherence::table_of(figures).c_str());
  }
  if (const int status = svg.write(coherence::svg_of(figures)); status != kFine) return status;
  const auto sound = [](const coherence::Figure& f) { return f.fault.empty(); };
  return std::ranges::all_of(figures, sound) ? kFine : kViolation;
}

}  // namespace

void add_coherence(CLI::App& app, Action& action) {
  const auto o = std::make_shared<CoherenceFlags>();
  CLI::App* verb = app.add_subcommand(
      "coherence", "Count cache-line transfers per operation on up to 256 virtual CPUs");
  verb->add_option("--subject", o->subjects,
                   "lockfree, lockfree-atomic, lockfree-compact or locked; several may be named "
                   "(default: all)");
  verb->add_option("--traffic", o->traffics,
                   "local, burst, remote or contended; several may be named (default: all)");
  verb->add_option("--cpus", o->cpus, "How many; several may be named (default: 1, 2, 4 to 256)")
      ->transform(CLI::Range(1U, coherence::kCpusMax));
  verb->add_option("--turns", o->turns,
                   "Of whole operations, in-turn or random, or of steps: up to an atomic access");
  verb->add_option("--order", o->setting.order, "Of the blocks")
      ->transform(CLI::Range(0U, BP_ORDER_MAX));
  verb->add_option("--seed", o->setting.seed, "Of turns random and steps");
  verb->add_option("--operations", o->setting.operations,
                   "Counted for each figure, at least; each CPU does its share before")
      ->transform(CLI::Range(1, 100000000));
  verb->add_option("--svg", o->svg, "Write a plot to this file");
  verb->add_flag("--json", o->json, "As one JSON object");
  verb->footer(
      "Figures are the same in every run. Exit status 1: a block had two owners, or pages were "
      "lost.\n"
      "  buddyproof coherence --svg transfers.svg\n"
      "  buddyproof coherence --traffic contended --turns steps --cpus 2 --cpus 8 --json");
  verb->callback([o, &action] { action = [o] { return coherence_verb(*o); }; });
}

}  // namespace bp::cli
