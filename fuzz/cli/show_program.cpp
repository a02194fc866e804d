// SPDX-License-Identifier: MIT
#include "fuzz/cli/show_program.h"

#include "fuzz/cli/cli.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/execute.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/program/subject_machine.h"
#include "fuzz/program/text.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/program_map.h"
#include "fuzz/report/to_c.h"
#include "fuzz/report/to_cpp.h"

namespace bp::cli {
namespace {

struct Shown {
  ProgramForm form;
  const Program& program;
  ReportContext context;
  Setup setup;
};

std::string mapped(const Shown& s, const Refusal* refusal, const bp_machine& m) {
  Executor again(s.setup);
  const Program seen = with_censuses(s.program);
  again.run(seen);
  const MappedRun run{.program = s.program,
                      .machine = m,
                      .steps = steps_of(s.program, again.history()),
                      .refusal = refusal,
                      .context = s.context};
  return s.form == ProgramForm::svg ? program_svg(run) : program_html(run);
}

/// As it runs: nothing if the subject cannot be created.
std::string shown_of_run(const Shown& s) {
  Executor execute(s.setup);
  if (!execute.run(s.program)) return "";
  const Refusal* refusal = execute.verdict().accepted() ? nullptr : &*execute.verdict().refusal;
  if (s.form == ProgramForm::cpp)
    return to_cpp(s.program, refusal == nullptr ? "" : refusal->rule, s.context);
  bp_machine m{};
  subject_machine(s.program.machine, execute.layout(), m);
  if (s.form == ProgramForm::c) return to_c(s.program, m, execute.history(), refusal, s.context);
  return mapped(s, refusal, m);
}

/// What can be said of a program that ends its run by a signal.
std::string shown_of_crash(const Shown& s) {
  if (s.form == ProgramForm::cpp) return to_cpp(s.program, "Crash", s.context);
  bp_machine m{};
  subject_machine(s.program.machine, rules::lay_out(s.program.machine), m);
  return to_c(s.program, m, {}, nullptr, s.context);
}

}  // namespace

std::string_view form_name(ProgramForm f) {
  switch (f) {
    case ProgramForm::text: return "text";
    case ProgramForm::cpp: return "cpp";
    case ProgramForm::c: return "c";
    case ProgramForm::svg: return "svg";
    case ProgramForm::html: return "html";
  }
  return "";
}

int show_run(ProgramForm form, const Program& p, const std::string& file, const std::string& named,
             const std::function<void(const std::string&)>& print) {
  const std::string subject = named.empty() ? "lockfree" : named;
  const SetupLookup found = find_setup(subject);
  if (!found.fault.empty()) return fail(kUsage, found.fault);
  const Shown s{.form = form,
                .program = p,
                .context = {.file = file, .subject = subject},
                .setup = found.setup};
  const ChildEnd end = isolated([&] {
    const std::string shown = shown_of_run(s);
    if (shown.empty()) return fail(kInfrastructure, "subject " + subject + " could not be created");
    print(shown);
    return static_cast<int>(kFine);
  });
  if (end.signal == 0) return end.status;
  if (form == ProgramForm::svg || form == ProgramForm::html) {
    return fail(kViolation,
                fmt::format("{}: subject {} ended the run with {}: no map; use --c or --cpp", file,
                            subject, signal_text(end.signal)));
  }
  print(shown_of_crash(s));
  return kFine;
}

}  // namespace bp::cli
