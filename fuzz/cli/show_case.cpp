// SPDX-License-Identifier: MIT
#include "fuzz/cli/show_case.h"

#include "fuzz/campaign/case_map.h"
#include "fuzz/cli/cli.h"
#include "fuzz/cli/conc_file.h"
#include "fuzz/engines/child.h"
#include "fuzz/explore/mutate_scenario.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

/// From a run of it; a fault in place of it if the case is not for this allocator.
struct ShownCase {
  std::string shown, fault;
};

ShownCase shown_of_run(ProgramForm form, const explore::Case& c, const std::string& file,
                       const std::string& subject) {
  explore::Runner runner(c.scenario);
  campaign::CaseTrace trace;
  runner.watch_sites(true);
  runner.world().memory.log = &trace.log;
  const explore::Replayed r = explore::replay_case(c, runner);
  if (!r.fault.empty() && subject.empty()) return {{}, r.fault};
  if (form == ProgramForm::cpp)
    return {campaign::case_cpp(c, explore::rule_of(r.verdict.fault)), {}};
  trace.sites = runner.sites().all();
  const campaign::CaseRun run{.one = explore::in_words(c, r),
                              .history = runner.history(),
                              .verdict = r.verdict,
                              .file = file,
                              .trace = &trace};
  return {form == ProgramForm::svg ? campaign::case_svg(run) : campaign::case_html(run), {}};
}

}  // namespace

int show_case(ProgramForm form, const std::string& file, const std::string& subject,
              const std::function<void(const std::string&, std::size_t)>& print) {
  const ConcFile read = read_conc_on(file, subject);
  if (!read.one) return fail(kUsage, read.fault);
  const std::size_t operations = explore::operations(read.one->scenario);
  if (form == ProgramForm::c) {
    return fail(kUsage, file +
                            " is a concurrent case, and C has no schedules: use --text, --cpp, "
                            "--svg or --html");
  }
  if (form == ProgramForm::text) {
    print(explore::case_text(*read.one), operations);
    return kFine;
  }
  const ChildEnd end = isolated([&] {
    const ShownCase s = shown_of_run(form, *read.one, file, subject);
    if (!s.fault.empty()) return fail(kUsage, file + ": " + s.fault);
    print(s.shown, operations);
    return static_cast<int>(kFine);
  });
  if (end.signal == 0) return end.status;
  return fail(kViolation, fmt::format("{}: the run was ended by {}: use --text", file,
                                      signal_text(end.signal)));
}

}  // namespace bp::cli
