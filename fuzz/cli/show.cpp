// SPDX-License-Identifier: MIT
// `buddyproof show FILE`: a saved program as text or as a test to paste; a kernel's state as the
// kernel prints it or as a picture. Which of the two a file is, its first line says.
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/show_state.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/replay.h"
#include "fuzz/kernel/dump_file.h"
#include "fuzz/kernel/input.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/program/text.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/report/proc_text.h"
#include "fuzz/report/to_cpp.h"

namespace bp::cli {
namespace {

/// What --text is without a name: all there is.
constexpr const char* kAll = "all";

struct Options {
  StateOptions state;
  std::string subject;  ///< Empty: the default.
  bool cpp = false;

  const std::string& file() const { return state.file; }
  bool json() const { return state.json; }
};

void print(const Options& o, const Program& p, const std::string& shown) {
  if (!o.json()) {
    std::printf("%s", shown.c_str());
    return;
  }
  const nlohmann::json j{{"file", o.file()},
                         {"form", o.cpp ? "cpp" : "text"},
                         {"operations", p.ops.size()},
                         {"content", shown}};
  std::printf("%s\n", j.dump().c_str());
}

/// The test is named after the rule that the program breaks, so it is run first.
int show_cpp(const Options& o, const Program& p) {
  const std::string subject = o.subject.empty() ? "lockfree" : o.subject;
  const SetupLookup found = find_setup(subject);
  if (!found.fault.empty()) return fail(kUsage, found.fault);
  const ReportContext context{.file = o.file(), .subject = subject};
  const ChildEnd end = isolated([&] {
    const Replay r = replay(p, found.setup, context);
    if (!r.ran) return fail(kInfrastructure, "subject " + subject + " could not be created");
    print(o, p, to_cpp(p, r.accepted() ? "" : r.verdict.refusal->rule, context));
    return static_cast<int>(kFine);
  });
  if (end.signal == 0) return end.status;
  print(o, p, to_cpp(p, "Crash", context));
  return kFine;
}

/// An option given that only states have, or nothing.
std::string option_of_states(const StateOptions& o) {
  if (o.svg) return "--svg";
  if (o.batch) return "--batch";
  if (o.after) return "--after";
  if (!o.profile.empty()) return "--profile";
  return o.which == kAll ? "" : "--text=" + o.which;
}

std::string option_of_programs(const Options& o) {
  if (o.cpp) return "--cpp";
  return o.subject.empty() ? "" : "--subject";
}

int wrong_kind(const Options& o, std::string_view kind, std::string_view option,
               std::string_view possible) {
  return fail(kUsage,
              fmt::format("{} is a {}, which has no {}: use {}", o.file(), kind, option, possible));
}

int show_program(const Options& o, std::string_view bytes) {
  const std::string wrong = option_of_states(o.state);
  const Loaded loaded = unpacked_program(bytes, o.file());
  if (!loaded.program) return fail(kUsage, loaded.fault);
  if (!wrong.empty()) return wrong_kind(o, "program", wrong, "--text or --cpp");
  if (o.cpp) return show_cpp(o, *loaded.program);
  print(o, *loaded.program, print_text(*loaded.program));
  return kFine;
}

int show(const Options& o) {
  const kernel::FileText text = kernel::read_file(o.file());
  if (!text.fault.empty()) return fail(kUsage, text.fault);
  if (!kernel::is_dump(text.bytes)) return show_program(o, text.bytes);
  const std::string wrong = option_of_programs(o);
  if (!wrong.empty()) return wrong_kind(o, "kernel's state", wrong, "--text or --svg");
  return show_state(o.state, text.bytes);
}

/// What --help says below the options.
std::string footer() {
  return fmt::format(
      "A program:\n"
      "  buddyproof show crash-1b2c3d > crash.txt\n"
      "  buddyproof show crash.txt --cpp > fuzz/engines/crash_test.cpp\n\n"
      "A kernel's state: a dump, or a recording of batches, of which --batch and --after choose\n"
      "a moment. --text prints what /proc had, as tail -n +1 /proc/buddyinfo /proc/pagetypeinfo\n"
      "/proc/zoneinfo does, --text=NAME one of them. zoneinfo has the lines that a dump knows:\n"
      "  buddyproof show frag-160M.txt.xz --batch 3 --svg > frag.svg\n"
      "  buddyproof show STATE --text=buddyinfo | diff - /proc/buddyinfo\n"
      "  buddyproof show STATE --text=zoneinfo | diff - <(grep -E 'KNOWN' /proc/zoneinfo)\n"
      "where KNOWN is\n  {}",
      kZoneinfoKnown);
}

void add_state_options(CLI::App& verb, StateOptions& o) {
  verb.add_option("--batch", o.batch,
                  "Of a recording: the batch with this number (default: first)");
  verb.add_flag("--after", o.after, "Of a recording: the state after the batch, not before it");
  verb.add_option("--profile", o.profile,
                  "Of a state: v4.7, v5.15, v6.1-lts192, v6.12 or v7.1 (default: as it looks)");
}

}  // namespace

void add_show(CLI::App& app, Action& action) {
  const auto o = std::make_shared<Options>();
  o->state.which = kAll;
  CLI::App* verb = app.add_subcommand("show", "Print a program, or print or draw a kernel's state");
  verb->add_option("FILE", o->state.file, "A program, a dump or a recording; packed or not")
      ->required();
  CLI::Option* text = verb->add_flag(
      "--text{all}", o->state.which,
      fmt::format("As text (the default); a state also --text=NAME: {}", kTextNames));
  CLI::Option* cpp =
      verb->add_flag("--cpp", o->cpp, "A program as a GoogleTest test that fails as it does")
          ->excludes(text);
  verb->add_flag("--svg", o->state.svg, "A state as a picture for the browser")
      ->excludes(text)
      ->excludes(cpp);
  verb->add_option("--subject", o->subject,
                   "With --cpp: the allocator that the test runs (default: lockfree)");
  add_state_options(*verb, o->state);
  verb->add_flag("--json", o->state.json, "As one JSON object");
  verb->footer(footer());
  verb->callback([o, &action] { action = [o] { return show(*o); }; });
}

}  // namespace bp::cli
