// SPDX-License-Identifier: MIT
// `buddyproof fuzz`: a campaign, its progress, and what it came to. A finding is run again here, so
// that what is printed is what `repro` would print of the saved file.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <system_error>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/judged_file.h"
#include "fuzz/engines/campaign.h"
#include "fuzz/engines/engine.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;

struct Flags {
  std::string engine = "both", subject = "lockfree", out = "buddyproof-fuzz";
  unsigned seconds = 60, jobs = 2;
  std::vector<std::string> seeds;
  bool json = false;
};

/// 12345678 -> "12.3M": a progress line has little room.
std::string brief(double n) {
  if (n >= 1e9) return fmt::format("{:.1f}G", n / 1e9);
  if (n >= 1e6) return fmt::format("{:.1f}M", n / 1e6);
  if (n >= 1e4) return fmt::format("{:.0f}k", n / 1e3);
  return fmt::format("{:.0f}", n);
}
std::string brief(std::uint64_t n) { return brief(static_cast<double>(n)); }

std::string progress_line(const CampaignProgress& p) {
  const Tallies& t = p.tallies;
  return fmt::format(
      "{:>4.0f} s  {}/s  runs {}  cov {} ft {}  corpus {}  alloc {} ok {} null  "
      "free {} ok {} rejected {} skipped  drain {}  census {}",
      p.seconds, brief(p.executions_per_second), brief(at(t, Tally::executions)), p.coverage,
      p.features, p.corpus, brief(at(t, Tally::alloc_ok)), brief(at(t, Tally::alloc_null)),
      brief(at(t, Tally::free_ok)), brief(at(t, Tally::free_rejected)),
      brief(at(t, Tally::free_skipped)), brief(at(t, Tally::drain)), brief(at(t, Tally::census)));
}

nlohmann::json progress_json(const CampaignProgress& p) {
  nlohmann::json j{{"seconds", p.seconds},
                   {"executions_per_second", p.executions_per_second},
                   {"coverage", p.coverage},
                   {"features", p.features},
                   {"corpus", p.corpus}};
  for (unsigned i = 0; i < kTallies; ++i)
    j[std::string(tally_name(Tally{static_cast<std::uint8_t>(i)}))] = p.tallies[i];
  return j;
}

/// A terminal's line is written over; a log gets a line every ten seconds.
class ProgressPrinter {
 public:
  explicit ProgressPrinter(bool json) : json_(json), live_(!json && ::isatty(STDOUT_FILENO) == 1) {}

  void operator()(const CampaignProgress& p) {
    if (live_) {
      std::printf("\r\033[K%s", progress_line(p).c_str());
    } else if (p.seconds >= next_) {
      next_ = p.seconds + kEvery;
      const std::string line =
          json_ ? nlohmann::json{{"progress", progress_json(p)}}.dump() : progress_line(p);
      std::printf("%s\n", line.c_str());
    }
    std::fflush(stdout);
  }
  void end(const CampaignProgress& last) {
    next_ = 0;
    (*this)(last);
    if (live_) std::printf("\n");
  }

 private:
  static constexpr double kEvery = 10;
  bool json_, live_;
  double next_ = 0;
};

bool is_built(const char* engine, unsigned count, const fs::path& program, std::string& fault) {
  std::error_code ec;
  if (count == 0 || fs::exists(program, ec)) return true;
  fault = fmt::format(
      "{}: not built; build it with 'cmake --preset {} && cmake --build --preset "
      "{} --target fuzz_targets'",
      program.string(), engine, engine);
  return false;
}

bool on_path(std::string_view program) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (::access((fs::path(rest.substr(0, end)) / program).c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

/// How many processes each engine gets; nothing for an engine that is not known.
bool share_jobs(const Flags& f, CampaignOptions& o) {
  o.libfuzzer = o.afl = o.builtin = 0;
  if (f.engine == "libfuzzer") o.libfuzzer = f.jobs;
  if (f.engine == "afl") o.afl = f.jobs;
  if (f.engine == "builtin") o.builtin = f.jobs;
  if (f.engine == "both") o.libfuzzer = (f.jobs + 1) / 2, o.afl = std::max(f.jobs / 2, 1U);
  return o.libfuzzer + o.afl + o.builtin > 0;
}

/// Recordings lie beside other files of the kernel's.
bool is_recording(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.find(".trace") != std::string::npos || name.ends_with(".zoneinfo");
}

FileList seed_files(const Flags& f) {
  if (!f.seeds.empty()) return expand(f.seeds);
  FileList all;
  for (const char* folder : {"seq", "regress", "kernel"}) {
    const fs::path place = source_tree() / "corpus" / folder;
    std::error_code ec;
    if (!fs::is_directory(place, ec)) continue;
    for (const fs::path& file : expand({place.string()}).files) {
      if (place.filename() != "kernel" || is_recording(file)) all.files.push_back(file);
    }
  }
  return all;
}

struct Prepared {
  CampaignOptions options;
  int status = kFine;
  std::string fault;
};

Prepared wrong(int status, std::string fault) { return {{}, status, std::move(fault)}; }

Prepared prepare(const Flags& f) {
  Prepared p;
  CampaignOptions& o = p.options;
  share_jobs(f, o);
  o.time = std::chrono::seconds(f.seconds);
  o.out = fs::absolute(f.out);
  // A path is made absolute: the engines have their own idea of where they are.
  o.subject =
      f.subject.find('/') != std::string::npos ? fs::absolute(f.subject).string() : f.subject;
  const SetupLookup found = find_setup(o.subject);
  if (!found.fault.empty()) return wrong(kUsage, found.fault);
  o.setup = found.setup;
  if (found.planted) o.plant = o.subject;
  const FileList seeds = seed_files(f);
  if (!seeds.fault.empty()) return wrong(kUsage, seeds.fault);
  o.seeds = seeds.files;
  o.libfuzzer_target = built("libfuzzer", "fuzz_seq");
  o.afl_target = built("afl", "fuzz_seq");
  o.afl_mutator = built("afl", "libbp_mutator.so");
  if (!is_built("libfuzzer", o.libfuzzer, o.libfuzzer_target, p.fault) ||
      !is_built("afl", o.afl, o.afl_target, p.fault) ||
      !is_built("afl", o.afl, o.afl_mutator, p.fault))
    return wrong(kInfrastructure, p.fault);
  if (o.afl > 0 && !on_path("afl-fuzz"))
    return wrong(kInfrastructure, "afl-fuzz: not found on the PATH; ci/setup installs it");
  std::error_code ec;
  if (fs::exists(o.out, ec) && !fs::is_directory(o.out, ec))
    return wrong(kUsage, fmt::format("--out {}: is a file; name a folder", f.out));
  return p;
}

/// Runs the finding again, saves it under the rule that it breaks, and prints the report.
int conclude_finding(const Flags& f, const CampaignOptions& o, const CampaignResult& r) {
  if (!f.json)
    std::printf("%s: %s saved a finding\n\n", alarming("violation").c_str(), r.engine.c_str());
  const JudgedFile finding{.file = r.finding.string(),
                           .subject = f.subject,
                           .setup = o.setup,
                           .json = f.json,
                           .save_under = o.out / "crashes"};
  const int status = judge_file(finding);
  if (status != kFine) return status == kUsage ? kInfrastructure : status;
  // Nothing here: a sanitizer or a time limit of the engine's build saw more.
  const fs::path saved = save_finding(o.out / "crashes", "engine", r.finding);
  const std::string reason = reason_of(tail_of(r.log));
  if (f.json) {
    const nlohmann::json j{
        {"file", saved.string()}, {"verdict", "engine"}, {"engine", r.engine}, {"reason", reason}};
    std::printf("%s\n", j.dump().c_str());
  } else {
    std::printf("%s: breaks no rule in this build, but %s stopped on it: %s\n  its output: %s\n",
                saved.c_str(), r.engine.c_str(), reason.c_str(), r.log.c_str());
  }
  return kViolation;
}

int conclude(const Flags& f, const CampaignOptions& o, const CampaignResult& r) {
  const Tallies& t = r.last.tallies;
  if (r.end == CampaignResult::End::finding) return conclude_finding(f, o, r);
  if (r.end == CampaignResult::End::infrastructure) return fail(kInfrastructure, r.fault);
  if (at(t, Tally::executions) == 0)
    return fail(kUndecided, fmt::format("{} s were not enough to run one program", f.seconds));
  if (f.json) {
    const nlohmann::json j{{"verdict", "accepted"},
                           {"subject", f.subject},
                           {"out", o.out.string()},
                           {"last", progress_json(r.last)}};
    std::printf("%s\n", j.dump().c_str());
  } else {
    std::printf("fine: %s broke no rule in %s programs of %s operations; corpus in %s\n",
                f.subject.c_str(), brief(at(t, Tally::executions)).c_str(),
                brief(at(t, Tally::operations)).c_str(), o.out.c_str());
  }
  return kFine;
}

int fuzz(const Flags& f) {
  const Prepared p = prepare(f);
  if (p.status != kFine) return fail(static_cast<Exit>(p.status), p.fault);
  ProgressPrinter printer(f.json);
  const CampaignResult r =
      run_campaign(p.options, [&](const CampaignProgress& now) { printer(now); });
  printer.end(r.last);
  return conclude(f, p.options, r);
}

}  // namespace

void add_fuzz(CLI::App& app, Action& action) {
  const auto f = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("fuzz", "Fuzz an allocator under the judge");
  verb->add_option("--engine", f->engine, "libfuzzer, afl, both (the default), or builtin")
      ->transform(CLI::IsMember({"libfuzzer", "afl", "both", "builtin"}));
  verb->add_option("--time", f->seconds, "Seconds (default: 60)")
      ->transform(CLI::Range(1U, 31536000U));
  verb->add_option("--jobs", f->jobs, "Processes, shared by the engines (default: 2)")
      ->transform(CLI::Range(1U, 256U));
  verb->add_option("--subject", f->subject, "lockfree (the default), locked, naive, ./LIB.so");
  verb->add_option("--out", f->out, "Folder of the campaign (default: buddyproof-fuzz)");
  verb->add_option("--seeds", f->seeds, "Programs or folders to start from (default: corpus/)");
  verb->add_flag("--json", f->json, "JSON lines");
  verb->footer(
      "Stops at the first finding, which is saved under OUT/crashes/RULE and reported as 'repro'\n"
      "does. A second campaign in the same folder goes on with its corpus.\n\n"
      "  buddyproof fuzz --time 600 --out night\n"
      "  buddyproof fuzz --engine builtin --subject ./libmine.so --time 10");
  verb->callback([f, &action] { action = [f] { return fuzz(*f); }; });
}

}  // namespace bp::cli
