// SPDX-License-Identifier: MIT
// `buddyproof show FILE`: a saved program or concurrent case as text, as a test to paste or as a
// picture; a kernel's state as the kernel prints it or as a picture. Which of them a file is, its
// first line says.
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/conc_file.h"
#include "fuzz/cli/show_case.h"
#include "fuzz/cli/show_program.h"
#include "fuzz/cli/show_state.h"
#include "fuzz/engines/replay.h"
#include "fuzz/kernel/dump_file.h"
#include "fuzz/kernel/input.h"
#include "fuzz/program/text.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/report/proc_text.h"

namespace bp::cli {
namespace {

/// What --text is without a name: all there is.
constexpr const char* kAll = "all";

struct ShowFlags {
  StateOptions state;
  std::string subject;  ///< Empty: the default.
  bool cpp = false, c = false, html = false;

  const std::string& file() const { return state.file; }
  bool json() const { return state.json; }
  ProgramForm form() const {
    return cpp         ? ProgramForm::cpp
           : c         ? ProgramForm::c
           : html      ? ProgramForm::html
           : state.svg ? ProgramForm::svg
                       : ProgramForm::text;
  }
};

void print(const ShowFlags& o, std::size_t operations, const std::string& shown) {
  if (!o.json()) {
    std::printf("%s", shown.c_str());
    return;
  }
  const nlohmann::json j{{"file", o.file()},
                         {"form", std::string(form_name(o.form()))},
                         {"operations", operations},
                         {"content", shown}};
  std::printf("%s\n", j.dump().c_str());
}

/// An option given that only states have, or nothing.
std::string option_of_states(const StateOptions& o) {
  if (o.batch) return "--batch";
  if (o.after) return "--after";
  if (!o.profile.empty()) return "--profile";
  return o.which == kAll ? "" : "--text=" + o.which;
}

std::string option_of_programs(const ShowFlags& o) {
  if (const ProgramForm f = o.form(); f != ProgramForm::text && f != ProgramForm::svg)
    return fmt::format("--{}", form_name(f));
  return o.subject.empty() ? "" : "--subject";
}

int wrong_kind(const ShowFlags& o, std::string_view kind, std::string_view option,
               std::string_view possible) {
  return fail(kUsage,
              fmt::format("{} is a {}, which has no {}: use {}", o.file(), kind, option, possible));
}

int show_program(const ShowFlags& o, std::string_view bytes) {
  const std::string wrong = option_of_states(o.state);
  const Loaded loaded = unpacked_program(bytes, o.file());
  if (!loaded.program) return fail(kUsage, loaded.fault);
  if (!wrong.empty()) return wrong_kind(o, "program", wrong, "--text, --cpp, --c, --svg or --html");
  if (o.form() != ProgramForm::text) {
    return show_run(o.form(), *loaded.program, o.file(), o.subject,
                    [&](const std::string& shown) { print(o, loaded.program->ops.size(), shown); });
  }
  print(o, loaded.program->ops.size(), print_text(*loaded.program));
  return kFine;
}

int show_conc(const ShowFlags& o) {
  if (const std::string wrong = option_of_states(o.state); !wrong.empty())
    return wrong_kind(o, "concurrent case", wrong, "--text, --cpp, --svg or --html");
  return show_case(
      o.form(), o.file(), o.subject,
      [&](const std::string& shown, std::size_t operations) { print(o, operations, shown); });
}

int show(const ShowFlags& o) {
  const kernel::FileText text = kernel::read_file(o.file());
  if (!text.fault.empty()) return fail(kUsage, text.fault);
  if (is_conc(o.file())) return show_conc(o);
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
      "  buddyproof show crash.txt --cpp > fuzz/engines/crash_test.cpp\n"
      "  buddyproof show crash.txt --html --subject ./libmine.so > crash.html\n"
      "  buddyproof show crash.txt --c > crash.c; cc -std=c99 -I TREE crash.c ./libmine.so\n\n"
      "A concurrent case: as text, as a test, or who owned which frames when:\n"
      "  buddyproof show race.conc --html > race.html\n\n"
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
  const auto o = std::make_shared<ShowFlags>();
  o->state.which = kAll;
  CLI::App* verb =
      app.add_subcommand("show", "Print or draw a program, a concurrent case or a kernel's state");
  verb->add_option("FILE", o->state.file,
                   "A program, a concurrent case, a dump or a recording; packed or not")
      ->required();
  CLI::Option* text = verb->add_flag(
      "--text{all}", o->state.which,
      fmt::format("As text (the default); a state also --text=NAME: {}", kTextNames));
  CLI::Option* cpp =
      verb->add_flag("--cpp", o->cpp, "A program as a GoogleTest test that fails as it does")
          ->excludes(text);
  CLI::Option* c =
      verb->add_flag("--c", o->c, "A program as a C99 test that needs fuzz/subject.h alone")
          ->excludes(text)
          ->excludes(cpp);
  CLI::Option* svg =
      verb->add_flag("--svg", o->state.svg,
                     "A picture for the browser: a state, or a program's memory step by step")
          ->excludes(text)
          ->excludes(cpp)
          ->excludes(c);
  verb->add_flag("--html", o->html, "A program's memory step by step, as a page of one file")
      ->excludes(text)
      ->excludes(cpp)
      ->excludes(c)
      ->excludes(svg);
  verb->add_option(
      "--subject", o->subject,
      "The allocator that a program is run on (default: lockfree, or what a case says)");
  add_state_options(*verb, o->state);
  verb->add_flag("--json", o->state.json, "As one JSON object");
  verb->footer(footer());
  verb->callback([o, &action] { action = [o] { return show(*o); }; });
}

}  // namespace bp::cli
