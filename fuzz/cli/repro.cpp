// SPDX-License-Identifier: MIT
// `buddyproof repro FILE...`: runs saved programs and says what each came to. A subject that
// crashes ends its own run only.
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/replay.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/subjects/registry.h"

namespace bp::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string subject = "lockfree";
  bool json = false;
};

void print_json(const nlohmann::json& j) { std::printf("%s\n", j.dump().c_str()); }

nlohmann::json tallies_json(const Tallies& t) {
  nlohmann::json j;
  for (unsigned i = 1; i < kTallies; ++i)
    j[std::string(tally_name(Tally{static_cast<std::uint8_t>(i)}))] = t[i];
  return j;
}

std::string success_line(const std::string& file, const Tallies& t) {
  return fmt::format("ok {}: {} operations, {} blocks, {} null, {} frees, {} rejected", file,
                     at(t, Tally::operations), at(t, Tally::alloc_ok), at(t, Tally::alloc_null),
                     at(t, Tally::free_ok), at(t, Tally::free_rejected));
}

int print_refused(const Options& o, const std::string& file, const Program& p,
                  const Executor& ran) {
  const ReportContext context{.file = file, .subject = o.subject};
  const Refusal& r = *ran.verdict().refusal;
  if (o.json) {
    print_json({{"file", file},
                {"verdict", "refused"},
                {"tallies", tallies_json(ran.tallies())},
                {"refusal", refusal_json(p, ran.history(), r, context)}});
    return kViolation;
  }
  const std::string report = report_refusal(p, ran.history(), r, context);
  const std::size_t line = report.find('\n');
  std::printf("%s%s", alarming(report.substr(0, line)).c_str(), report.c_str() + line);
  return kViolation;
}

int repro_one(const Options& o, const bp_subject& subject, const std::string& file) {
  const Loaded loaded = load_program(file);
  if (!loaded.program) return fail(kUsage, loaded.fault);
  Executor execute({.subject = &subject});
  if (!execute.run(*loaded.program)) {
    return fail(kInfrastructure, fmt::format("{}: subject {} could not be created; does the "
                                             "machine fit in memory?",
                                             file, o.subject));
  }
  if (!execute.verdict().accepted()) return print_refused(o, file, *loaded.program, execute);
  if (o.json) {
    print_json(
        {{"file", file}, {"verdict", "accepted"}, {"tallies", tallies_json(execute.tallies())}});
  } else {
    std::printf("%s\n", success_line(file, execute.tallies()).c_str());
  }
  return kFine;
}

/// A wrong input outranks a violation: it says that the run is not what was asked for.
int worse(int a, int b) {
  const auto rank = [](int s) {
    return s == kFine ? 0 : s == kViolation ? 1 : s == kInfrastructure ? 2 : 3;
  };
  return rank(a) >= rank(b) ? a : b;
}

int repro(const Options& o) {
  const SubjectLookup found = find_subject(o.subject);
  if (found.subject == nullptr) return fail(kUsage, found.fault);
  const FileList list = expand(o.files);
  if (!list.fault.empty()) return fail(kUsage, list.fault);
  int status = kFine;
  for (const auto& path : list.files) {
    const std::string file = path.string();
    const ChildEnd end = isolated([&] { return repro_one(o, *found.subject, file); });
    if (end.signal != 0) {
      if (o.json)
        print_json({{"file", file}, {"verdict", "crashed"}, {"signal", signal_text(end.signal)}});
      fail(kViolation, fmt::format("{}: subject {} ended the run with {}", file, o.subject,
                                   signal_text(end.signal)));
      status = worse(status, kViolation);
    } else {
      status = worse(status, end.status);
    }
  }
  return status;
}

}  // namespace

void add_repro(CLI::App& app, Action& action) {
  const auto o = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("repro", "Run saved programs and say what each came to");
  verb->add_option("FILE", o->files, "Programs as text or bytes, .zst or not, or folders of them")
      ->required();
  verb->add_option("--subject", o->subject, "Allocator to run: lockfree, locked, naive, ./LIB.so");
  verb->add_flag("--json", o->json, "One JSON object a file");
  verb->footer(
      "Prints one line for each program that is accepted. For one that is refused: the rule, the\n"
      "event, what was seen and allowed, the program, and the commands to go on with.\n\n"
      "  buddyproof repro crash-1b2c3d\n"
      "  buddyproof repro corpus/seq --subject naive");
  verb->callback([o, &action] { action = [o] { return repro(*o); }; });
}

}  // namespace bp::cli
