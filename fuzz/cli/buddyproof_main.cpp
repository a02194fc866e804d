// SPDX-License-Identifier: MIT
// The command line: parses, runs one verb, and turns every failure into one line and a status.
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"

namespace {

using namespace bp::cli;

constexpr const char* kFooter =
    "A first walk:\n"
    "  buddyproof fuzz --time 60                fuzz the lock-free allocator with both engines\n"
    "  buddyproof repro corpus/seq              run saved programs\n"
    "  buddyproof repro crash.txt               what is wrong, where, and how to go on\n"
    "  buddyproof min crash.txt -o small.txt    make it smaller\n"
    "  buddyproof show small.txt --cpp          make it a test\n"
    "  buddyproof kernel import TRACE -o t.bin.zst    a kernel's own allocations as a program\n"
    "  buddyproof show RECORDING --svg > a.svg  a recorded kernel drawn\n"
    "  buddyproof mutants --run                 planted bugs: who finds them, how fast\n"
    "  buddyproof litmus corpus/litmus          what the simulated memory allows\n"
    "  buddyproof bench                         what an operation costs, beside the floor\n"
    "  buddyproof prove                         what holds for all inputs\n"
    "  buddyproof rules --section WMARK         the rules, and where each is kept\n"
    "\n"
    "Exit status: 0 fine, 1 a violation, 2 usage, 3 infrastructure, 124 budget spent, undecided.\n"
    "NO_COLOR is respected. 'buddyproof VERB --help' says more.";

/// What CLI11 says can have several lines; an error here has one.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

/// The verb whose arguments were being read, for the advice.
std::string verb_of(const CLI::App& app) {
  std::string name;
  const CLI::App* at = &app;
  while (true) {
    const auto chosen = at->get_subcommands();
    if (chosen.empty()) return name;
    at = chosen.front();
    name += at->get_name() + " ";
  }
}

int parse_and_run(int argc, char** argv) {
  CLI::App app(
      "Buddyproof: a checked reference model of the Linux buddy page allocator, and the\n"
      "fuzzer that holds allocators against it.",
      "buddyproof");
  app.set_version_flag("--version", std::string("buddyproof ") + BP_VERSION);
  app.set_help_all_flag("--help-all", "Print the help of every verb");
  app.require_subcommand(1);
  app.footer(kFooter);
  Action action;
  add_fuzz(app, action);
  add_status(app, action);
  add_triage(app, action);
  add_report(app, action);
  add_campaign(app, action);
  add_corpus(app, action);
  add_repro(app, action);
  add_show(app, action);
  add_min(app, action);
  add_kernel(app, action);
  add_mutants(app, action);
  add_litmus(app, action);
  add_explore(app, action);
  add_bench(app, action);
  add_coherence(app, action);
  add_prove(app, action);
  add_rules(app, action);
  add_explain(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::RequiredError& error) {
    // A verb that does not exist reads as one that is missing: name what was written instead.
    const auto unknown = app.remaining(true);
    const std::string what =
        unknown.empty() ? one_line(error.what()) : unknown[0] + ": no such verb or option";
    return fail(kUsage, what + "; see 'buddyproof " + verb_of(app) + "--help'");
  } catch (const CLI::ParseError& error) {
    return fail(kUsage, one_line(error.what()) + "; see 'buddyproof " + verb_of(app) + "--help'");
  }
  return action();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const std::bad_alloc&) {
    return fail(kInfrastructure, "memory ran out");
  } catch (const std::exception& error) {
    return fail(kInfrastructure, one_line(error.what()));
  }
}
