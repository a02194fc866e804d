// SPDX-License-Identifier: MIT
// `buddyproof report DIR -o FILE.html`: a campaign as one page for people.
#include <cstdio>
#include <ctime>

#include "fuzz/campaign/html/page.h"
#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/printed_json.h"
#include "fuzz/cli/triage_sources.h"
#include "fuzz/engines/files.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

struct ReportFlags {
  std::string folder, out, subject, proofs, mutants, coverage, uncovered;
  bool json = false;
};

/// False with a fault if a file that was named is not what it should be.
bool read_attachments(const ReportFlags& f, campaign::html::Attachments& a, std::string& fault) {
  if (!f.proofs.empty()) a.proofs = campaign::html::read_proofs(f.proofs, fault);
  if (fault.empty() && !f.mutants.empty())
    a.mutants = campaign::html::read_mutants(f.mutants, fault);
  if (fault.empty() && !f.coverage.empty())
    a.coverage = campaign::html::read_coverage(f.coverage, fault);
  if (fault.empty() && !f.uncovered.empty())
    a.uncovered = campaign::html::read_uncovered(f.uncovered, fault);
  return fault.empty();
}

int report(const ReportFlags& f) {
  std::string fault;
  campaign::html::Attachments attachments;
  if (!read_attachments(f, attachments, fault)) return fail(kUsage, fault);
  const auto sources = triage_sources({f.folder}, f.subject, fault);
  if (!fault.empty()) return fail(kUsage, fault);
  const campaign::Summary summary = campaign::summarise(sources.front().folder);
  const campaign::Triage triage = campaign::triage(sources);
  const std::string page = campaign::html::page({.summary = summary,
                                                 .triage = triage,
                                                 .attachments = attachments,
                                                 .version = BP_VERSION,
                                                 .unix_time = std::time(nullptr)});
  fault = write_whole(f.out, page);
  if (!fault.empty()) return fail(kUsage, fault);
  if (f.json) {
    print_json({{"file", f.out}, {"bytes", page.size()}, {"groups", triage.groups.size()}});
  } else {
    std::printf("%s\n", fmt::format("{}: {} bytes, {} groups of crashes", f.out, page.size(),
                                    triage.groups.size())
                            .c_str());
  }
  return kFine;
}

}  // namespace

void add_report(CLI::App& app, Action& action) {
  const auto f = std::make_shared<ReportFlags>();
  CLI::App* verb = app.add_subcommand("report", "Make one HTML page of a campaign");
  verb->add_option("DIR", f->folder, "Folder of a campaign, running or not")->required();
  verb->add_option("-o,--output", f->out, "The page")->required();
  verb->add_option("--subject", f->subject, "Run crashes on this one, not the campaign's own");
  verb->add_option("--proofs", f->proofs, "Also show what 'prove --json' printed");
  verb->add_option("--mutants", f->mutants, "Also show what 'mutants --run --json' printed");
  verb->add_option("--coverage", f->coverage,
                   "Also show what 'llvm-cov export --summary-only' printed");
  verb->add_option("--uncovered", f->uncovered,
                   "Also show the lines without coverage that 'ci/coverage' listed");
  verb->add_flag("--json", f->json, "Say where the page is as one JSON object");
  verb->footer(
      "The page needs no network and no script. Crashes are run again for it, each in a process\n"
      "of its own.\n\n"
      "  buddyproof report night -o night.html\n"
      "  buddyproof prove --json > proofs.jsonl; buddyproof report night -o night.html --proofs "
      "proofs.jsonl");
  verb->callback([f, &action] { action = [f] { return report(*f); }; });
}

}  // namespace bp::cli
