// SPDX-License-Identifier: MIT
// `buddyproof repro FILE...`: runs saved programs and says what each came to.
#include <algorithm>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/conc_file.h"
#include "fuzz/cli/judged_file.h"
#include "fuzz/mutants/plants.h"

namespace bp::cli {
namespace {

struct ReproFlags {
  std::vector<std::string> files;
  std::string subject;  ///< Empty: lockfree, or what a concurrent case says itself.
  bool json = false;
};

/// A wrong input outranks a violation: it says that the run is not what was asked for.
int worse(int a, int b) {
  const auto rank = [](int s) {
    return s == kFine ? 0 : s == kViolation ? 1 : s == kInfrastructure ? 2 : 3;
  };
  return rank(a) >= rank(b) ? a : b;
}

int repro(const ReproFlags& f) {
  const std::string subject = f.subject.empty() ? "lockfree" : f.subject;
  const FileList list = expand(f.files);
  if (!list.fault.empty()) return fail(kUsage, list.fault);
  const SetupLookup found = find_setup(subject);
  // The simulator has subjects of its own.
  if (!found.fault.empty() && !std::ranges::all_of(list.files, is_conc))
    return fail(kUsage, found.fault);
  int status = kFine;
  for (const auto& path : list.files) {
    if (is_conc(path)) {
      status = worse(status, repro_conc(path, f.subject, f.json));
      continue;
    }
    const JudgedFile one{
        .file = path.string(), .subject = subject, .setup = found.setup, .json = f.json};
    status = worse(status, judge_file(one));
  }
  return status;
}

}  // namespace

void add_repro(CLI::App& app, Action& action) {
  const auto f = std::make_shared<ReproFlags>();
  CLI::App* verb = app.add_subcommand("repro", "Run saved programs and say what each came to");
  verb->add_option("FILE", f->files, "Programs, .zst or not, concurrent cases, or folders of them")
      ->required();
  verb->add_option("--subject", f->subject, "Allocator to run: lockfree, locked, naive, ./LIB.so");
  verb->add_flag("--json", f->json, "One JSON object a file");
  verb->footer(
      "Prints one line for each program that is accepted. For one that is refused: the rule, the\n"
      "event, what was seen and allowed, the program, and the commands to go on with.\n\n"
      "  buddyproof repro crash-1b2c3d\n"
      "  buddyproof repro corpus/seq --subject naive\n\n"
      "A concurrent case (.conc) is replayed by its schedule; a hash that it states must come "
      "out.\nWhat is planted it says itself, unless --subject says otherwise.");
  verb->callback([f, &action] { action = [f] { return repro(*f); }; });
}

}  // namespace bp::cli
