// SPDX-License-Identifier: MIT
// `buddyproof triage DIR...`: the crashes of campaigns run again and grouped by the rule broken.
#include <cstdio>

#include "fuzz/campaign/junit.h"
#include "fuzz/campaign/sarif.h"
#include "fuzz/campaign/triage_text.h"
#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/printed_json.h"
#include "fuzz/cli/triage_sources.h"
#include "fuzz/engines/files.h"

namespace bp::cli {
namespace {

struct TriageFlags {
  std::vector<std::string> folders;
  std::string subject, sarif, junit;
  bool json = false;
};

/// A crash that could not be run outranks one that breaks a rule: the answer is not whole.
int status_of(const campaign::Triage& t) {
  if (!t.unread.empty()) return fail(kUsage, t.unread.front().replayed.fault);
  return t.groups.empty() ? kFine : kViolation;
}

int triage(const TriageFlags& f) {
  std::string fault;
  const auto sources = triage_sources(f.folders, f.subject, fault);
  if (!fault.empty()) return fail(kUsage, fault);
  const campaign::Triage t = campaign::triage(sources);
  if (!f.sarif.empty()) fault = write_whole(f.sarif, campaign::sarif(t, BP_VERSION));
  if (fault.empty() && !f.junit.empty()) fault = write_whole(f.junit, campaign::junit(t));
  if (!fault.empty()) return fail(kUsage, fault);
  if (f.json) {
    print_json(campaign::triage_json(t));
  } else {
    std::printf("%s", campaign::triage_text(t).c_str());
  }
  return status_of(t);
}

}  // namespace

void add_triage(CLI::App& app, Action& action) {
  const auto f = std::make_shared<TriageFlags>();
  CLI::App* verb = app.add_subcommand("triage", "Run a campaign's crashes again and group them");
  verb->add_option("DIR", f->folders, "Folders of campaigns; shards of one merge")->required();
  verb->add_option("--subject", f->subject, "Run them on this one instead of the campaign's own");
  verb->add_flag("--json", f->json, "One JSON object");
  verb->add_option("--sarif", f->sarif, "Also write SARIF 2.1.0, for code scanning, to this file");
  verb->add_option("--junit", f->junit, "Also write JUnit's XML, for CI servers, to this file");
  verb->footer(
      "Each input runs in a process of its own. Groups: the rule broken, then the operations that\n"
      "the program needs for it once it is made smaller, or the stack if a signal ended it. Exit\n"
      "status: 0 nothing reproduces, 1 something does, 2 an input could not be run.\n\n"
      "  buddyproof triage night\n"
      "  buddyproof triage shard-0 shard-1 --sarif found.sarif --junit found.xml");
  verb->callback([f, &action] { action = [f] { return triage(*f); }; });
}

}  // namespace bp::cli
