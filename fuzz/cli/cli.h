// SPDX-License-Identifier: MIT
// What the verbs of the command line share: exit statuses, errors of one line, and how a verb is
// added. Each verb has a file of its own; main parses and runs the chosen action.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace bp::cli {

/// What every verb's exit status means.
enum Exit : int {
  kFine = 0,
  kViolation = 1,       ///< A rule was broken, a planted bug survived, a claim was refuted.
  kUsage = 2,           ///< The command line or an input is wrong.
  kInfrastructure = 3,  ///< The machine failed us: no memory, no process, a program missing.
  kUndecided = 124,     ///< The budget is spent and nothing was decided.
};

/// Runs the verb that was chosen and returns the exit status.
using Action = std::function<int()>;

void add_fuzz(CLI::App& app, Action& action);
void add_status(CLI::App& app, Action& action);
void add_triage(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_campaign(CLI::App& app, Action& action);
void add_corpus(CLI::App& app, Action& action);
void add_repro(CLI::App& app, Action& action);
void add_show(CLI::App& app, Action& action);
void add_min(CLI::App& app, Action& action);
void add_prove(CLI::App& app, Action& action);
void add_kernel(CLI::App& app, Action& action);
void add_mutants(CLI::App& app, Action& action);
void add_rules(CLI::App& app, Action& action);
void add_litmus(CLI::App& app, Action& action);
void add_explain(CLI::App& app, Action& action);
void add_explore(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_coherence(CLI::App& app, Action& action);

/// Prints "buddyproof: LINE" on stderr; returns `status`.
int fail(Exit status, std::string_view line);

/// stdout is a terminal and NO_COLOR is not set.
bool colour_wanted();
/// `text` in bold red if colour is wanted.
std::string alarming(std::string_view text);

/// The running program's own path.
std::filesystem::path own_path();
/// The tree that this program was built from: TREE/build/PRESET/bin/buddyproof.
std::filesystem::path source_tree();
/// The commit that is checked out in `tree`; empty if it is no git tree.
std::string commit_of(const std::filesystem::path& tree);
/// Of another preset: TREE/build/PRESET/bin/NAME.
std::filesystem::path built(std::string_view preset, std::string_view name);

/// The files named, and those in folders named, in order; documents (.md) in folders are passed
/// over. A folder without files is a fault.
struct FileList {
  std::vector<std::filesystem::path> files;
  std::string fault;
};
FileList expand(const std::vector<std::string>& named);

}  // namespace bp::cli
