// SPDX-License-Identifier: MIT
// `buddyproof explain`: why the page allocator said no, from a kernel's log.
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/explain/say.h"
#include "fuzz/kernel/input.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

struct Options {
  std::string file = "/dev/stdin";
};

int explain_log(const Options& o) {
  const kernel::FileText text = kernel::read_file(o.file);
  if (!text.fault.empty()) return fail(kUsage, text.fault);
  const explain::LogReports log = explain::read_reports(text.bytes);
  if (log.reports.empty()) return fail(kUsage, o.file + ": no report");
  for (const explain::FailureReport& r : log.reports) {
    const explain::Situation s = explain::situation_of(r, std::nullopt);
    std::printf("%s", explain::explain_text(s, explain::judge(s), o.file).c_str());
  }
  return kFine;
}

}  // namespace

void add_explain(CLI::App& app, Action& action) {
  const auto o = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("explain", "Say why an allocation failed");
  verb->add_option("LOG", o->file, "A kernel log (default: stdin)");
  verb->callback([o, &action] { action = [o] { return explain_log(*o); }; });
}

}  // namespace bp::cli
