// SPDX-License-Identifier: MIT
#include "fuzz/cli/judged_file.h"

#include <cstdio>
#include <system_error>

#include "fuzz/cli/cli.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/replay.h"
#include "fuzz/engines/seeds.h"
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

/// Where the report says that the program is: the file itself, or what is saved here.
std::string saved_as(const JudgedFile& j, const Program& p, std::string_view rule) {
  if (j.save_under.empty()) return j.file;
  const fs::path folder = j.save_under / rule;
  std::error_code ec;
  fs::create_directories(folder, ec);
  const std::string text = print_text(p);
  const fs::path stem = folder / content_name(text);
  const fs::path named = stem.string() + ".txt";
  if (!save_program(stem.string() + ".bin", p).empty() || !save_program(named, p).empty())
    return j.file;
  return named.string();
}

int print_refused(const JudgedFile& j, const Program& p, const Executor& ran) {
  const Refusal& r = *ran.verdict().refusal;
  const ReportContext context{.file = saved_as(j, p, r.rule), .subject = j.subject};
  if (j.json) {
    print_json({{"file", context.file},
                {"verdict", "refused"},
                {"tallies", tallies_json(ran.tallies())},
                {"program", print_text(p)},
                {"refusal", refusal_json(p, ran.history(), r, context)}});
    return kViolation;
  }
  const std::string report = report_refusal(p, ran.history(), r, context);
  const std::size_t line = report.find('\n');
  std::printf("%s%s", alarming(report.substr(0, line)).c_str(), report.c_str() + line);
  return kViolation;
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
  const std::string file =
      j.save_under.empty() ? j.file : save_finding(j.save_under, signal, j.file).string();
  if (j.json) print_json({{"file", file}, {"verdict", "crashed"}, {"signal", signal}});
  return fail(kViolation,
              fmt::format("{}: subject {} ended the run with {}", file, j.subject, signal));
}

fs::path save_finding(const fs::path& folder, const std::string& kind, const fs::path& finding) {
  std::error_code ec;
  fs::create_directories(folder / kind, ec);
  const FileRead content = read_whole(finding);
  if (!content.bytes) return finding;
  const fs::path saved =
      folder / kind /
      (content_name({reinterpret_cast<const char*>(content.bytes->data()), content.bytes->size()}) +
       ".bin");
  return write_whole(saved, *content.bytes).empty() ? saved : finding;
}

}  // namespace bp::cli
