// SPDX-License-Identifier: MIT
// `buddyproof explore FILE...`: schedules of scenarios under the real allocator, judged; what
// breaks a rule is written as a file that `repro` replays.
#include "fuzz/explore/explore.h"

#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/conc_file.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/files.h"
#include "fuzz/explore/site_plants.h"
#include "fuzz/explore/site_reasons.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

using explore::Explored;
using explore::Mode;

/// --sites: so many times as long is looked for who kills what has no reason to survive.
constexpr double kLonger = 8;

struct ExploreFlags {
  std::vector<std::string> files;
  std::string mode = "random";
  std::string out = ".";
  explore::Search search;
  std::uint64_t total_steps = 0;  ///< Over all files in equal parts; 0: not bounded so.
  bool sites = false;
  bool json = false;
};

/// What all files came to so far.
struct ExploreSum {
  std::size_t files = 0, broken = 0;
  std::uint64_t executions = 0, steps = 0;
  double seconds = 0;  ///< Of processor time.
};

/// A name that says what it is and does not change from run to run.
std::filesystem::path written_to(const ExploreFlags& f, const std::filesystem::path& from,
                                 const explore::Case& c) {
  return std::filesystem::path(f.out) / fmt::format("{}-{}-{:08x}.conc", from.stem().string(),
                                                    explore::rule_of(c.rule),
                                                    static_cast<std::uint32_t>(*c.hash));
}

nlohmann::json to_json(const std::string& file, const ExploreFlags& f, const Explored& e,
                       const std::string& found) {
  nlohmann::json j{{"file", file},
                   {"mode", f.mode},
                   {"executions", e.executions},
                   {"steps", e.steps},
                   {"seconds", e.seconds},
                   {"nulls", e.counts.nulls},
                   {"nulls_with_free_block", e.counts.nulls_with_free},
                   {"own_steps_max",
                    {{"alloc", e.counts.own_steps_max[0]},
                     {"free", e.counts.own_steps_max[1]},
                     {"drain", e.counts.own_steps_max[2]}}}};
  if (f.search.mode == Mode::exhaustive) {
    j["complete_below_deviations"] = e.complete_to;
    j["repeated"] = e.repeated;
  }
  if (!e.found) return j;
  j["rule"] = explore::rule_of(e.found->file.rule);
  j["seen"] = e.found->file.rule;
  j["deviations"] = e.found->deviations;
  j["written"] = found;
  return j;
}

void print_text(const std::string& file, const ExploreFlags& f, const Explored& e,
                const std::string& found) {
  const double seconds = e.seconds > 0 ? e.seconds : 1e-6;
  std::string bound;
  if (f.search.mode == Mode::exhaustive)
    bound = fmt::format(", all with fewer than {} deviations", e.complete_to);
  std::printf("%s\n", fmt::format("{} {}: {} executions ({:.0f}/s, {:.2f} M steps/s){}", file,
                                  e.found ? alarming("BROKEN") : "holds", e.executions,
                                  static_cast<double>(e.executions) / seconds,
                                  static_cast<double>(e.steps) / seconds / 1e6, bound)
                          .c_str());
  if (!e.found) return;
  std::printf("  %s\n  %u choices off the default; replay: buddyproof repro %s\n",
              e.found->file.rule.c_str(), e.found->deviations, found.c_str());
}

void add_to(ExploreSum& sum, const Explored& e) {
  ++sum.files;
  sum.broken += e.found ? 1U : 0U;
  sum.executions += e.executions;
  sum.steps += e.steps;
  sum.seconds += e.seconds;
}

/// Of a search that takes minutes: how far it is, where it does not mix with what is found.
void print_progress(const ExploreFlags& f, const ExploreSum& s, std::size_t files) {
  std::fprintf(stderr, "%s\n",
               fmt::format("{:5.1f} %  {} of {} files, {} M steps, {} broken, {:.0f} s",
                           100 * static_cast<double>(s.steps) / static_cast<double>(f.total_steps),
                           s.files, files, s.steps / 1'000'000, s.broken, s.seconds)
                   .c_str());
}

void print_sum(const ExploreFlags& f, const ExploreSum& s) {
  if (f.json) {
    const nlohmann::json j{{"files", s.files}, {"broken", s.broken},   {"executions", s.executions},
                           {"steps", s.steps}, {"seconds", s.seconds}, {"mode", f.mode}};
    std::printf("%s\n", nlohmann::json{{"sum", j}}.dump().c_str());
    return;
  }
  std::printf("%s\n", fmt::format("{} steps in {} executions of {} scenarios, {} of them broken; "
                                  "{:.0f} s",
                                  s.steps, s.executions, s.files, s.broken, s.seconds)
                          .c_str());
}

int explore_one(const ExploreFlags& f, const std::filesystem::path& path, ExploreSum& sum) {
  const ConcFile file = read_conc(path);
  if (!file.fault.empty()) return fail(kUsage, file.fault);
  explore::Runner runner(file.one->scenario);
  if (const std::string fault = runner.plant(file.one->plant); !fault.empty())
    return fail(kUsage, path.string() + ": " + fault);
  const Explored e = explore::explore(file.one->scenario, runner, file.one->plant, f.search);
  add_to(sum, e);
  std::string found;
  if (e.found) {
    const std::filesystem::path to = written_to(f, path, e.found->file);
    found = to.string();
    if (const std::string fault = write_whole(to, explore::case_text(e.found->file));
        !fault.empty())
      return fail(kInfrastructure, fault);
  }
  if (f.json) {
    std::printf("%s\n", to_json(path.string(), f, e, found).dump().c_str());
  } else {
    print_text(path.string(), f, e, found);
  }
  std::fflush(stdout);
  return e.found ? kViolation : kFine;
}

void print_kill(const ExploreFlags& f, const explore::SitePlant& p, const explore::Kill& k) {
  const std::string declared = sched::order_name(p.site.success);
  const std::string_view why = explore::reason_to_survive(p);
  if (f.json) {
    const nlohmann::json j{{"site", p.plant.site},
                           {"function", p.site.function},
                           {"kind", sched::site_kind_name(p.site.kind)},
                           {"declared", declared},
                           {"change", p.plant.name},
                           {"killed", k.killed},
                           {"scenario", k.scenario},
                           {"rule", k.rule},
                           {"reason", k.killed ? "" : why},
                           {"executions", k.executions},
                           {"seconds", k.seconds}};
    std::printf("%s\n", j.dump().c_str());
  } else {
    std::printf("%s\n",
                fmt::format("| {} | {} | {} | {} | {} | {} | {} |", p.plant.site, p.site.function,
                            sched::site_kind_name(p.site.kind), declared, p.plant.name,
                            k.killed      ? explore::rule_of(k.rule) + " in " + k.scenario
                            : why.empty() ? alarming("survives")
                                          : fmt::format("survives: {}", why),
                            k.executions)
                    .c_str());
  }
  std::fflush(stdout);
}

/// Each atomic site of the allocator weakened, torn and skipped: who notices. A table, in Markdown;
/// kViolation if nobody does and no reason is stated.
int explore_sites(const ExploreFlags& f, const FileList& list) {
  std::vector<explore::NamedScenario> all;
  for (const auto& path : list.files) {
    ConcFile file = read_conc(path);
    if (!file.fault.empty()) return fail(kUsage, file.fault);
    all.push_back({path.stem().string(), std::move(file.one->scenario)});
  }
  if (!f.json)
    std::printf(
        "| site | function | step | declared | change | killed by | executions |\n"
        "|---|---|---|---|---|---|---|\n");
  unsigned unexplained = 0;
  for (const explore::SitePlant& p : explore::site_plants(all)) {
    // In a process of its own: what is planted may spoil more than the simulated memory.
    const ChildEnd e = isolated([&] {
      explore::Search search = f.search;
      const bool has_reason = !explore::reason_to_survive(p).empty();
      if (!has_reason) search.seconds *= kLonger;
      const explore::Kill k = explore::hunt_site(p, all, search);
      print_kill(f, p, k);
      return !k.killed && !has_reason ? 1 : 0;
    });
    if (e.signal != 0)
      print_kill(f, p, {.killed = true, .scenario = "some file", .rule = signal_text(e.signal)});
    unexplained += e.signal == 0 && e.status != 0 ? 1 : 0;
  }
  if (unexplained == 0) return kFine;
  return fail(kViolation, fmt::format("{} changes survive, and no reason is stated for them in "
                                      "fuzz/explore/site_reasons.cpp",
                                      unexplained));
}

int explore_all(ExploreFlags& f) {
  for (std::size_t m = 0; m < explore::kModeNames.size(); ++m) {
    if (f.mode == explore::kModeNames[m]) f.search.mode = static_cast<Mode>(m);
  }
  const FileList list = expand(f.files);
  if (!list.fault.empty()) return fail(kUsage, list.fault);
  if (f.sites) return explore_sites(f, list);
  if (f.total_steps != 0)
    f.search.steps = (f.total_steps + list.files.size() - 1) / list.files.size();
  int status = kFine;
  ExploreSum sum;
  for (const auto& path : list.files) {
    const int one = explore_one(f, path, sum);
    if (one == kUsage || one == kInfrastructure) return one;
    status = std::max(status, one);
    if (f.total_steps != 0) print_progress(f, sum, list.files.size());
  }
  if (f.total_steps != 0) print_sum(f, sum);
  return status;
}

}  // namespace

void add_explore(CLI::App& app, Action& action) {
  const auto f = std::make_shared<ExploreFlags>();
  CLI::App* verb = app.add_subcommand(
      "explore", "Search the schedules of concurrent scenarios for a broken rule");
  verb->add_option("FILE", f->files, "Scenarios (.conc), or folders of them")->required();
  verb->add_option("--mode", f->mode, "random, pct, pos or exhaustive (default: random)")
      ->transform(CLI::IsMember({"random", "pct", "pos", "exhaustive"}));
  verb->add_option("--deviations", f->search.deviations,
                   "exhaustive: choices off the default, at most (default: 3)")
      ->transform(CLI::Range(0U, 64U));
  verb->add_flag("!--no-sleep", f->search.sleeps,
                 "exhaustive: also executions that differ only in steps that cannot tell");
  CLI::Option* time =
      verb->add_option("--time", f->search.seconds,
                       "Seconds for each file (default: 1, or no bound with --total-steps; 0: no "
                       "bound)")
          ->transform(CLI::Range(0.0, 86400.0));
  verb->add_option("--executions", f->search.executions, "At most, for each file (default: any)");
  CLI::Option* steps = verb->add_option("--steps", f->search.steps,
                                        "Atomic steps, about, for each file (default: any)");
  verb->add_option("--total-steps", f->total_steps,
                   "Atomic steps, about, of all files together in equal parts, with progress and "
                   "a sum")
      ->transform(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000'000}))
      ->excludes(steps);
  verb->add_option("--seed", f->search.seed, "Of random, pct and pos (default: 1)");
  verb->add_option("--out", f->out, "Folder for what is found (default: here)");
  verb->add_flag("--sites", f->sites,
                 "Weaken, tear and skip each atomic site of the allocator: which file notices");
  verb->add_flag("--json", f->json, "One JSON object a file, or a planted change");
  verb->footer(
      "Exit status 1: a rule is broken; the file that is written replays it.\n"
      "  buddyproof explore corpus/conc --mode exhaustive --deviations 2\n"
      "  buddyproof explore corpus/conc/remote-free.conc --mode pct --time 10 --seed 7\n"
      "  buddyproof explore corpus/conc --total-steps 1000000000     10^9 steps, no alarm\n"
      "  buddyproof explore corpus/conc --sites --time 0.05       a table of memory orders");
  verb->callback([f, time, &action] {
    if (f->total_steps != 0 && time->count() == 0) f->search.seconds = 0;
    action = [f] { return explore_all(*f); };
  });
}

}  // namespace bp::cli
