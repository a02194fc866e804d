// SPDX-License-Identifier: MIT
// `buddyproof litmus FILE...`: what the simulated memory makes of litmus programs under every
// schedule, and whether that is what the memory models allow.
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/litmus_json.h"
#include "fuzz/kernel/input.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/sched/exhaustive_chooser.h"
#include "fuzz/sched/litmus_parse.h"
#include "fuzz/sched/litmus_run.h"

namespace bp::cli {
namespace {

struct LitmusFlags {
  std::vector<std::string> files;
  std::uint64_t executions_max = 100'000'000;
  std::string defect;
  bool json = false;
};

struct Source {
  std::string file;
  sched::Litmus program;
};

/// The programs of all files, or the first fault.
struct Sources {
  std::vector<Source> programs;
  std::string fault;
};

struct Judged {
  sched::LitmusRun run;
  std::vector<sched::LitmusOutcome> outcomes;
};

std::string add_text(const std::string& file, const std::string& text, Sources& all) {
  sched::LitmusParse parsed = sched::parse_litmus(text);
  if (!parsed.program)
    return fmt::format("{}:{}:{}: {}", file, parsed.line, parsed.column, parsed.fault);
  all.programs.push_back({file, std::move(*parsed.program)});
  return {};
}

/// A list of programs as JSON is taken through the text: one reader, one kind of error.
std::string add_json(const std::string& file, const std::string& text, Sources& all) {
  const LitmusTexts texts = litmus_texts_of_json(text);
  if (!texts.fault.empty()) return file + ": " + texts.fault;
  for (std::size_t i = 0; i < texts.programs.size(); ++i) {
    const std::string fault =
        add_text(fmt::format("{}: program {}, as text", file, i + 1), texts.programs[i], all);
    if (!fault.empty()) return fault;
  }
  return {};
}

Sources read(const LitmusFlags& o) {
  Sources all;
  const FileList list = expand(o.files);
  all.fault = list.fault;
  for (const auto& path : list.files) {
    if (!all.fault.empty()) return all;
    const kernel::FileText text = kernel::read_file(path.string());
    if (!text.fault.empty()) {
      all.fault = text.fault;
    } else {
      all.fault = path.extension() == ".json" ? add_json(path.string(), text.bytes, all)
                                              : add_text(path.string(), text.bytes, all);
    }
  }
  return all;
}

std::string values_text(const sched::Litmus& p, const sched::Values& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i)
    text += fmt::format("{}{}={}", i == 0 ? "" : " ", p.observed[i].name, values[i]);
  return text;
}

bool is_wrong(const sched::LitmusOutcome& o) { return !sched::litmus_holds({o}); }

void print_text(const Source& s, const Judged& j) {
  std::printf("%s: %s, %zu outcomes of %llu executions%s\n", s.program.name.c_str(),
              !s.program.has_allowed            ? "not judged: the file has no 'rc11:'"
              : sched::litmus_holds(j.outcomes) ? "as allowed"
                                                : alarming("WRONG").c_str(),
              j.run.outcomes.size(), static_cast<unsigned long long>(j.run.executions),
              j.run.load_buffering ? "; load buffering is possible" : "");
  for (const sched::LitmusOutcome& o : j.outcomes) {
    const std::string verdict = sched::verdict_name(o.verdict);
    std::printf("  %s  %s\n", values_text(s.program, o.values).c_str(),
                (is_wrong(o) ? alarming(verdict) : verdict).c_str());
  }
}

nlohmann::json to_json(const Source& s, const Judged& j) {
  nlohmann::json outcomes = nlohmann::json::array();
  for (const sched::LitmusOutcome& o : j.outcomes) {
    outcomes.push_back({{"values", o.values},
                        {"produced", j.run.outcomes.contains(o.values)},
                        {"verdict", sched::verdict_key(o.verdict)}});
  }
  nlohmann::json observed = nlohmann::json::array();
  for (const sched::Observed& o : s.program.observed) observed.push_back(o.name);
  return {{"file", s.file},
          {"name", s.program.name},
          {"observed", observed},
          {"outcomes", outcomes},
          {"executions", j.run.executions},
          {"steps", j.run.steps},
          {"load_buffering_possible", j.run.load_buffering},
          {"holds", sched::litmus_holds(j.outcomes)}};
}

std::string set_defect(const std::string& name, sched::Defects& defects) {
  if (name.empty()) return {};
  std::string known;
  for (const sched::NamedDefect& d : sched::kDefects) {
    if (d.name == name) {
      defects.*d.on = true;
      return {};
    }
    known += known.empty() ? "" : ", ";
    known += d.name;
  }
  return fmt::format("--defect {}: not known; use one of {}", name, known);
}

int litmus(const LitmusFlags& o) {
  sched::Defects defects;
  if (const std::string fault = set_defect(o.defect, defects); !fault.empty())
    return fail(kUsage, fault);
  const Sources all = read(o);
  if (!all.fault.empty()) return fail(kUsage, all.fault);
  nlohmann::json report = nlohmann::json::array();
  std::size_t wrong = 0;
  for (const Source& s : all.programs) {
    Judged j;
    j.run = sched::run_litmus(s.program, defects, o.executions_max, sched::kAnyDeviations);
    if (!j.run.complete)
      return fail(kUndecided, fmt::format("{}: more than {} executions; raise --executions", s.file,
                                          o.executions_max));
    j.outcomes = sched::judge_litmus(s.program, j.run);
    if (!sched::litmus_holds(j.outcomes)) ++wrong;
    if (o.json) {
      report.push_back(to_json(s, j));
    } else {
      print_text(s, j);
    }
  }
  if (o.json) {
    std::printf("%s\n", report.dump().c_str());
  } else {
    std::printf("%zu programs, %zu wrong\n", all.programs.size(), wrong);
  }
  return wrong == 0 ? kFine : kViolation;
}

}  // namespace

void add_litmus(CLI::App& app, Action& action) {
  const auto o = std::make_shared<LitmusFlags>();
  CLI::App* verb = app.add_subcommand(
      "litmus", "Run litmus programs on the simulated memory under every schedule");
  verb->add_option("FILE", o->files, "Litmus texts, JSON lists of programs (.json), or folders")
      ->required();
  verb->add_option("--executions", o->executions_max, "Give up a program after so many");
  verb->add_option("--defect", o->defect, "Plant a fault into the simulator, by name");
  verb->add_flag("--json", o->json, "As one JSON list");
  verb->footer(
      "An outcome is allowed if RC11 and C++20 both allow it. Exit status 1: one was produced and "
      "is\n"
      "not allowed, or is allowed and was not produced.\n"
      "  buddyproof litmus corpus/litmus\n"
      "  buddyproof litmus corpus/litmus/SB.sc.litmus --defect seq_cst_is_acq_rel");
  verb->callback([o, &action] { action = [o] { return litmus(*o); }; });
}

}  // namespace bp::cli
