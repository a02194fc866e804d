// SPDX-License-Identifier: MIT
// `buddyproof status DIR`: how a campaign goes, or went, on one screen.
#include <cstdio>

#include "fuzz/campaign/status_text.h"
#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/printed_json.h"

namespace bp::cli {
namespace {

struct StatusFlags {
  std::string folder;
  bool json = false;
};

int status(const StatusFlags& f) {
  std::string fault;
  const auto folder = campaign::Folder::read(f.folder, fault);
  if (!folder) return fail(kUsage, fault);
  const campaign::Summary s = campaign::summarise(*folder);
  if (f.json) {
    print_json(campaign::status_json(s));
  } else {
    std::printf("%s", campaign::status_text(s).c_str());
  }
  return kFine;
}

}  // namespace

void add_status(CLI::App& app, Action& action) {
  const auto f = std::make_shared<StatusFlags>();
  CLI::App* verb = app.add_subcommand("status", "Say how a campaign goes, or went");
  verb->add_option("DIR", f->folder, "Folder of a campaign, running or not")->required();
  verb->add_flag("--json", f->json, "One JSON object");
  verb->footer(
      "Reads the folder only, so it may run beside the campaign. Its exit status is 0 whatever\n"
      "the campaign found: 'buddyproof triage DIR' judges that.\n\n"
      "  buddyproof fuzz --time 3600 --out night &\n"
      "  watch buddyproof status night");
  verb->callback([f, &action] { action = [f] { return status(*f); }; });
}

}  // namespace bp::cli
