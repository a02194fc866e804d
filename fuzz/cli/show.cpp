// SPDX-License-Identifier: MIT
// `buddyproof show FILE`: a saved program as text, or as a test to paste.
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/replay.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/program/text.h"
#include "fuzz/report/json.h"
#include "fuzz/report/to_cpp.h"

namespace bp::cli {
namespace {

struct Options {
  std::string file;
  std::string subject = "lockfree";
  bool text = false;
  bool cpp = false;
  bool json = false;
};

void print(const Options& o, const Program& p, const std::string& shown) {
  if (!o.json) {
    std::printf("%s", shown.c_str());
    return;
  }
  const nlohmann::json j{{"file", o.file},
                         {"form", o.cpp ? "cpp" : "text"},
                         {"operations", p.ops.size()},
                         {"content", shown}};
  std::printf("%s\n", j.dump().c_str());
}

/// The test is named after the rule that the program breaks, so it is run first.
int show_cpp(const Options& o, const Program& p) {
  const SetupLookup found = find_setup(o.subject);
  if (!found.fault.empty()) return fail(kUsage, found.fault);
  const ReportContext context{.file = o.file, .subject = o.subject};
  const ChildEnd end = isolated([&] {
    const Replay r = replay(p, found.setup, context);
    if (!r.ran) return fail(kInfrastructure, "subject " + o.subject + " could not be created");
    print(o, p, to_cpp(p, r.accepted() ? "" : r.verdict.refusal->rule, context));
    return static_cast<int>(kFine);
  });
  if (end.signal == 0) return end.status;
  print(o, p, to_cpp(p, "Crash", context));
  return kFine;
}

int show(const Options& o) {
  const Loaded loaded = load_program(o.file);
  if (!loaded.program) return fail(kUsage, loaded.fault);
  if (o.cpp) return show_cpp(o, *loaded.program);
  print(o, *loaded.program, print_text(*loaded.program));
  return kFine;
}

}  // namespace

void add_show(CLI::App& app, Action& action) {
  const auto o = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("show", "Print a saved program as text or as a test");
  verb->add_option("FILE", o->file, "A program as text or bytes, .zst or not")->required();
  CLI::Option* text = verb->add_flag("--text", o->text, "As program text (the default)");
  verb->add_flag("--cpp", o->cpp, "As a GoogleTest test that fails as the program does")
      ->excludes(text);
  verb->add_option("--subject", o->subject, "With --cpp: the allocator that the test runs");
  verb->add_flag("--json", o->json, "As one JSON object");
  verb->footer(
      "  buddyproof show crash-1b2c3d > crash.txt\n"
      "  buddyproof show crash.txt --cpp > fuzz/engines/crash_test.cpp");
  verb->callback([o, &action] { action = [o] { return show(*o); }; });
}

}  // namespace bp::cli
