// SPDX-License-Identifier: MIT
#include "fuzz/cli/judged_file.h"

#include <cstdio>
#include <system_error>

#include "fuzz/cli/cli.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/replay.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/program/bytes.h"
#include "fuzz/program/text.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;

void print_json(const nlohmann::json& j) { std::printf("%s\n", j.dump().c_str()); }

nlohmann::json tallies_json(const Tallies& t) {
  nlohmann::json j;
  for (unsigned i = 1; i < kTallies; ++i)
    j[std::string(tally_name(Tally{static_cast<std::uint8_t>(i)}))] = t[i];
  return j;
}

int print_accepted(const JudgedFile& j, const Tallies& t) {
  if (j.json) {
    print_json({{"file", j.file}, {"verdict", "accepted"}, {"tallies", tallies_json(t)}});
    return kFine;
  }
  std::printf("%s\n", fmt::format("ok {}: {} operations, {} blocks, {} null, {} frees, {} rejected",
                                  j.file, at(t, Tally::operations), at(t, Tally::alloc_ok),
                                  at(t, Tally::alloc_null), at(t, Tally::free_ok),
                                  at(t, Tally::free_rejected))
                          .c_str());
  return kFine;
}

/// Its text with the rule on top: comments, so that it still is a program.
std::string kept_text(const Program& p, const Refusal& r) {
  return fmt::format("# {}: {}\n# seen at operation {}: {}\n{}", r.rule, r.statement, r.event,
                     r.seen, print_text(p));
}

struct KeptProgram {
  std::string file;  ///< Where the report says that the program is.
  bool first = true;
  std::string fault;
};

KeptProgram keep(const JudgedFile& j, const Program& p, std::string_view rule,
                 const std::string& text) {
  if (j.keep == nullptr) return {.file = j.file};
  Bytes bytes;
  encode(p, bytes);
  KeptProgram k;
  k.fault = j.keep->add_crash(rule, bytes, text, k.first);
  k.file = (j.keep->crash_folder(rule) / (content_name(bytes) + ".txt")).string();
  return k;
}

int print_refused(const JudgedFile& j, const Program& p, const Executor& ran) {
  const Refusal& r = *ran.verdict().refusal;
  const KeptProgram kept = keep(j, p, r.rule, kept_text(p, r));
  const bool lost = !kept.fault.empty();
  const int status = lost ? kInfrastructure : kViolation;
  if (j.said_before || (!lost && !kept.first)) return status;
  if (lost) fail(kInfrastructure, kept.fault);
  const ReportContext context{.file = lost ? j.file : kept.file, .subject = j.subject};
  if (j.json) {
    print_json({{"file", context.file},
                {"verdict", "refused"},
                {"tallies", tallies_json(ran.tallies())},
                {"program", print_text(p)},
                {"refusal", refusal_json(p, ran.history(), r, context)}});
    return status;
  }
  const std::string report = report_refusal(p, ran.history(), r, context);
  const std::size_t line = report.find('\n');
  std::printf("%s%s", alarming(report.substr(0, line)).c_str(), report.c_str() + line);
  return status;
}

int judge_here(const JudgedFile& j) {
  const Loaded loaded = load_program(j.file);
  if (!loaded.program) return fail(kUsage, loaded.fault);
  Executor execute(j.setup);
  if (!execute.run(*loaded.program)) {
    return fail(kInfrastructure,
                fmt::format("{}: subject {} could not be created; does the machine fit in memory?",
                            j.file, j.subject));
  }
  if (!execute.verdict().accepted()) return print_refused(j, *loaded.program, execute);
  return print_accepted(j, execute.tallies());
}

}  // namespace

int judge_file(const JudgedFile& j) {
  const ChildEnd end = isolated([&] { return judge_here(j); });
  if (end.signal == 0) return end.status;
  const std::string signal = signal_text(end.signal);
  KeptProgram kept{.file = j.file};
  if (const Loaded loaded = load_program(j.file); loaded.program) {
    kept = keep(j, *loaded.program, "crash-" + signal,
                fmt::format("# ended the run with {}\n{}", signal, print_text(*loaded.program)));
    if (!kept.fault.empty())
      return j.said_before ? kInfrastructure : fail(kInfrastructure, kept.fault);
    if (!kept.first) return kViolation;
  }
  if (j.json) print_json({{"file", kept.file}, {"verdict", "crashed"}, {"signal", signal}});
  return fail(kViolation,
              fmt::format("{}: subject {} ended the run with {}", kept.file, j.subject, signal));
}

}  // namespace bp::cli
