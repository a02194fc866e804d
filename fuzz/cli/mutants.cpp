// SPDX-License-Identifier: MIT
// `buddyproof mutants`: planted bugs, who finds them, how fast.
#include "fuzz/mutants/plants.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/kernel_edited.h"
#include "fuzz/cli/mutants_conc.h"
#include "fuzz/cli/mutants_model.h"
#include "fuzz/mutants/edited_run.h"
#include "fuzz/mutants/hunt.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

struct MutantsFlags {
  std::vector<std::string> only;
  std::string layer;
  std::optional<double> seconds;
  bool run = false, list = false, json = false;
  ModelMutantFlags model;
  ConcMutantFlags conc;
};

/// The layer whose bug it is.
std::string_view layer_of(PlantKind k) {
  switch (k) {
    case PlantKind::lockfree:
    case PlantKind::naive:
    case PlantKind::table: return "impl";
    case PlantKind::judge: return "judge";
    case PlantKind::decoder: return "program";
  }
  return {};
}

std::vector<const Plant*> chosen(const MutantsFlags& f, std::string& fault) {
  std::vector<const Plant*> some;
  for (const std::string& name : f.only) {
    if (find_plant(name) == nullptr && !is_model_mutant(name) && !is_edit(name) &&
        !is_conc_mutant(name))
      fault = fmt::format("--only {}: no planted bug of this name; see 'buddyproof mutants --list'",
                          name);
  }
  for (const Plant& p : plants()) {
    if (!f.layer.empty() && f.layer != layer_of(p.kind)) continue;
    if (f.only.empty() || std::ranges::find(f.only, p.name) != f.only.end()) some.push_back(&p);
  }
  return some;
}

int list(const MutantsFlags& f, const std::vector<const Plant*>& some) {
  for (const Plant* p : some) {
    if (f.json) {
      const nlohmann::json j{{"name", p->name}, {"kind", plant_kind_name(p->kind)}};
      std::printf("%s\n", j.dump().c_str());
    } else {
      std::printf("%s\n", p->name.c_str());
    }
  }
  return kFine;
}

void print_hunted(const MutantsFlags& f, const Plant& p, const Hunted& h) {
  if (f.json) {
    const nlohmann::json j{
        {"name", p.name},     {"kind", plant_kind_name(p.kind)}, {"found", h.found},
        {"engine", h.engine}, {"executions", h.executions},      {"seconds", h.seconds},
        {"rule", h.rule}};
    std::printf("%s\n", j.dump().c_str());
  } else {
    std::printf("%s\n", fmt::format("{:<40} {:<12} {:>11} {:>8.2f} s  {}", p.name,
                                    h.found ? h.engine : alarming("SURVIVED"), h.executions,
                                    h.seconds, h.rule)
                            .c_str());
  }
  std::fflush(stdout);
}

int run(const MutantsFlags& f, const std::vector<const Plant*>& some) {
  if (!f.json)
    std::printf("%-40s %-12s %11s %10s  %s\n", "planted bug", "found by", "executions", "time",
                "rule");
  HuntOptions options;
  options.seconds = f.seconds.value_or(options.seconds);
  options.libfuzzer_target = built("libfuzzer-plain", "fuzz_seq");
  if (!std::filesystem::exists(options.libfuzzer_target))
    options.libfuzzer_target = built("libfuzzer", "fuzz_seq");
  std::size_t survivors = 0;
  double seconds = 0;
  for (const Plant* p : some) {
    const Hunted h = hunt(*p, options);
    print_hunted(f, *p, h);
    survivors += h.found ? 0 : 1;
    seconds += h.seconds;
  }
  if (!f.json)
    std::printf("%zu of %zu found in %.1f s; %zu survived\n", some.size() - survivors, some.size(),
                seconds, survivors);
  return survivors == 0 ? kFine : kViolation;
}

/// Edits of recordings and of what the reference did, which the judges must refuse.
int edits(const MutantsFlags& f) {
  std::vector<std::string> only;
  std::ranges::copy_if(f.only, std::back_inserter(only), is_edit);
  if (f.run) {
    if (!f.json) std::printf("\n");
    return judge_edited({.named = {(source_tree() / "corpus" / "kernel").string()},
                         .only = only,
                         .format = f.json ? EditedFormat::lines : EditedFormat::table});
  }
  for (const std::string_view name : edit_names()) {
    if (!only.empty() && std::ranges::find(only, name) == only.end()) continue;
    const nlohmann::json j{{"name", name}, {"kind", "edit"}};
    std::printf("%s\n", f.json ? j.dump().c_str() : std::string(name).c_str());
  }
  return kFine;
}

bool wants_edits(const MutantsFlags& f) {
  if (!f.only.empty()) return std::ranges::any_of(f.only, is_edit);
  return f.layer.empty() || f.layer == "judge";
}

int mutants(MutantsFlags& f) {
  std::string fault;
  const auto some = chosen(f, fault);
  if (!fault.empty()) return fail(kUsage, fault);
  int status = kFine;
  if (!some.empty()) status = f.run ? run(f, some) : list(f, some);
  if (wants_edits(f)) status = std::max(status, edits(f));
  const bool conc = f.only.empty() ? f.layer.empty() : std::ranges::any_of(f.only, is_conc_mutant);
  if (f.layer == "conc" || conc) {
    f.conc.only = f.only, f.conc.run = f.run, f.conc.json = f.json;
    // Among all the others: as long as a bug needs that is not hard to find.
    f.conc.seconds = f.seconds.value_or(f.layer == "conc" ? f.conc.seconds : 1);
    status = std::max(status, conc_mutants(f.conc));
  }
  const bool model =
      f.only.empty() ? f.layer.empty() : std::ranges::any_of(f.only, is_model_mutant);
  if (f.layer != "model" && !model) return status;
  f.model.only = f.only, f.model.run = f.run, f.model.json = f.json;
  const int of_model = model_mutants(f.model);
  return of_model == kFine ? status : of_model;
}

}  // namespace

void add_mutants(CLI::App& app, Action& action) {
  const auto f = std::make_shared<MutantsFlags>();
  CLI::App* verb = app.add_subcommand("mutants", "Planted bugs: who finds them, how fast");
  CLI::Option* run = verb->add_flag("--run", f->run, "Look for each; a survivor is a violation");
  verb->add_flag("--list", f->list, "Name them (the default)")->excludes(run);
  verb->add_option("--only", f->only, "These, by name");
  verb->add_option("--layer", f->layer, "Only those of impl, conc, judge, program or model")
      ->transform(CLI::IsMember({"impl", "conc", "judge", "program", "model"}));
  verb->add_option("--mode", f->conc.modes,
                   "conc: fuzz, random, pct, pos, exhaustive (default: all of them)")
      ->transform(CLI::IsMember({"fuzz", "random", "pct", "pos", "exhaustive"}));
  verb->add_option("--seeds", f->conc.seeds, "conc: hunts of each bug in each mode (default: 1)")
      ->transform(CLI::Range(1U, 1000U));
  verb->add_option("--recordings", f->model.recordings,
                   "model: files and folders (default: corpus/kernel)");
  verb->add_flag("--take-reasons", f->model.takes_reasons,
                 "model: those with a stated reason to live are not looked for");
  verb->add_flag("--remember", f->model.remembers,
                 "model: write corpus/kernel/kills.txt, which says where to look first");
  verb->add_option(
          "--seconds", f->seconds,
          "Most seconds for one (default: 60; conc, for each mode and seed: 10, or 1 among the "
          "other layers)")
      ->transform(CLI::Range(0.001, 86400.0));
  CLI::Option* json = verb->add_flag("--json", f->json, "One JSON object a bug");
  verb->add_flag("--markdown", f->conc.markdown, "conc: the table for a document")->excludes(json);
  verb->add_flag("--beside", f->conc.beside,
                 "conc: also under threads with TSan (conc_stress of preset tsan) and under Relacy "
                 "(conc_relacy), as far as those are built");
  verb->footer(
      "  buddyproof mutants --run --only naive-free-unchecked\n"
      "  buddyproof mutants --run --layer judge                what the judges refuse, edit by "
      "edit\n"
      "  buddyproof mutants --run --layer model                what recordings kill, what lives "
      "and why\n"
      "  buddyproof mutants --run --layer conc --seeds 10 --seconds 60 --beside --markdown\n"
      "                                                        schedules: by mode who kills what, "
      "how soon\n"
      "  buddyproof fuzz --subject lockfree-swing-skipped      the same bug, by the fuzzers");
  verb->callback([f, &action] { action = [f] { return mutants(*f); }; });
}

}  // namespace bp::cli
