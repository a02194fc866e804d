// SPDX-License-Identifier: MIT
// `buddyproof campaign merge DIR... -o OUT`: the shards of a campaign made one folder.
#include <cstdio>

#include "fuzz/campaign/merge.h"
#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/printed_json.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

struct MergeFlags {
  std::vector<std::string> folders;
  std::string out;
  bool json = false;
};

int merge(const MergeFlags& f) {
  const campaign::Merged m = campaign::merge_folders({f.folders.begin(), f.folders.end()}, f.out);
  if (!m.fault.empty()) return fail(kUsage, m.fault);
  if (f.json) {
    print_json({{"folder", f.out},
                {"folders", m.folders},
                {"campaigns", m.streams},
                {"inputs", m.inputs},
                {"crashes", m.crashes}});
  } else {
    std::printf("%s\n", fmt::format("{}: {} folders merged, {} inputs and {} crashes new", f.out,
                                    m.folders, m.inputs, m.crashes)
                            .c_str());
  }
  return kFine;
}

}  // namespace

void add_campaign(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("campaign", "Merge the folders of campaigns");
  group->require_subcommand(1);
  const auto f = std::make_shared<MergeFlags>();
  CLI::App* verb = group->add_subcommand("merge", "Make the shards of a campaign one folder");
  verb->add_option("DIR", f->folders, "Folders of campaigns of one target and subject")->required();
  verb->add_option("-o,--output", f->out, "The folder to make, or to add to")->required();
  verb->add_flag("--json", f->json, "One JSON object");
  group->footer(
      "The result is a campaign's folder: status, triage, report and corpus read it, and fuzz\n"
      "--resume goes on in it. Merging twice, in steps or in another order gives the same.\n\n"
      "  buddyproof fuzz --shard 0/2 --out a; buddyproof fuzz --shard 1/2 --out b\n"
      "  buddyproof campaign merge a b -o all && buddyproof triage all");
  verb->callback([f, &action] { action = [f] { return merge(*f); }; });
}

}  // namespace bp::cli
