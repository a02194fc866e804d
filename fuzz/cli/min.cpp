// SPDX-License-Identifier: MIT
// `buddyproof min FILE -o FILE`: the smallest program that greedy steps find and that breaks the
// same rule.
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/conc_file.h"
#include "fuzz/cli/fuzz_conc.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/minimise.h"
#include "fuzz/engines/replay.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

struct MinFlags {
  std::string file;
  std::string out;
  std::string subject;  ///< Empty: lockfree, or what a concurrent case says itself.
  std::size_t executions = kMinimiseRuns;
  bool json = false;
};

void print_result(const MinFlags& o, const std::string& rule, std::size_t before,
                  const Minimised& m) {
  if (o.json) {
    const nlohmann::json j{{"file", o.file},
                           {"out", o.out},
                           {"rule", rule},
                           {"operations_before", before},
                           {"operations", m.program.ops.size()},
                           {"executions", m.executions},
                           {"finished", m.finished}};
    std::printf("%s\n", j.dump().c_str());
    return;
  }
  std::printf("%s: %zu operations of %zu still break %s; %zu executions%s\n", o.out.c_str(),
              m.program.ops.size(), before, rule.c_str(), m.executions,
              m.finished ? "" : ", all that were allowed");
}

int minimise_file(const MinFlags& o, Setup setup) {
  const Loaded loaded = load_program(o.file);
  if (!loaded.program) return fail(kUsage, loaded.fault);
  Executor execute(setup);
  if (!execute.run(*loaded.program))
    return fail(kInfrastructure, "subject " + o.subject + " could not be created");
  if (execute.verdict().accepted()) {
    return fail(kUsage,
                fmt::format("{}: nothing to minimise: {} breaks no rule on it", o.file, o.subject));
  }
  const std::string rule(execute.verdict().refusal->rule);
  const Minimised m = minimise(*loaded.program, execute, rule, o.executions);
  if (std::string what = save_program(o.out, m.program); !what.empty()) return fail(kUsage, what);
  print_result(o, rule, loaded.program->ops.size(), m);
  return kFine;
}

int run(MinFlags o) {
  if (is_conc(o.file)) {
    const ChildEnd end = isolated([&] { return minimise_conc(o.file, o.subject, o.out, o.json); });
    if (end.signal == 0) return end.status;
    return fail(kInfrastructure, fmt::format("{}: the run was ended by {}; `repro` shows where",
                                             o.file, signal_text(end.signal)));
  }
  if (o.subject.empty()) o.subject = "lockfree";
  const SetupLookup found = find_setup(o.subject);
  if (!found.fault.empty()) return fail(kUsage, found.fault);
  const ChildEnd end = isolated([&] { return minimise_file(o, found.setup); });
  if (end.signal == 0) return end.status;
  return fail(kInfrastructure,
              fmt::format("{}: subject {} ended the run with {}; what crashes is minimised by "
                          "build/libfuzzer/bin/fuzz_seq -minimize_crash=1",
                          o.file, o.subject, signal_text(end.signal)));
}

}  // namespace

void add_min(CLI::App& app, Action& action) {
  const auto o = std::make_shared<MinFlags>();
  CLI::App* verb = app.add_subcommand("min", "Make a refused program smaller");
  verb->add_option("FILE", o->file, "A program, or a concurrent case, that breaks a rule")
      ->required();
  verb->add_option("-o,--out", o->out, "Where to write: .bin for bytes, .zst to compress")
      ->required();
  verb->add_option("--subject", o->subject,
                   "Allocator that breaks the rule (default: lockfree, or what a case says)");
  verb->add_option("--executions", o->executions, "Most executions to spend");
  verb->add_flag("--json", o->json, "One JSON object");
  verb->footer("  buddyproof min crash-1b2c3d -o crash.txt");
  verb->callback([o, &action] { action = [o] { return run(*o); }; });
}

}  // namespace bp::cli
