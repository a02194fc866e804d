// SPDX-License-Identifier: MIT
// `buddyproof fuzz`: a campaign, its progress, and what it came to. A finding is run again here, so
// that what is printed is what `repro` would print of the saved file. The first finding of a rule
// is printed at once; later ones only count.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "fuzz/campaign/corpus.h"
#include "fuzz/campaign/folder.h"
#include "fuzz/campaign/triage.h"
#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/conc_file.h"
#include "fuzz/cli/fuzz_conc.h"
#include "fuzz/cli/fuzz_engines.h"
#include "fuzz/cli/fuzz_progress.h"
#include "fuzz/cli/fuzz_unexplained.h"
#include "fuzz/cli/judged_file.h"
#include "fuzz/engines/campaign.h"
#include "fuzz/engines/live_stats.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;

struct FuzzFlags {
  std::string mode = "seq", engine, subject = "lockfree", out = "buddyproof-fuzz", shard = "0/1";
  unsigned seconds = 60, jobs = 2;
  std::uint64_t seed = 1;
  std::vector<std::string> seeds;
  bool json = false, resume = false, until_first = false, only_schedules = false;
};

/// Recordings lie beside other files of the kernel's.
bool is_recording(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.find(".trace") != std::string::npos || name.ends_with(".zoneinfo");
}

FileList seed_files(const FuzzFlags& f) {
  if (!f.seeds.empty()) return expand(f.seeds);
  FileList all = kept(Regressions::programs);
  for (const char* folder : {"seq", "kernel"}) {
    const fs::path place = source_tree() / "corpus" / folder;
    std::error_code ec;
    if (!fs::is_directory(place, ec)) continue;
    for (const fs::path& file : expand({place.string()}).files) {
      if (place.filename() != "kernel" || is_recording(file)) all.files.push_back(file);
    }
  }
  return all;
}

/// "2/8": shard 2 of 8, counted from 0.
bool read_shard(const std::string& text, campaign::Manifest& m) {
  char rest = 0;
  return std::sscanf(text.c_str(), "%u/%u%c", &m.shard, &m.shards, &rest) == 2 &&
         m.shard < m.shards;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32] = {};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

struct Prepared {
  CampaignOptions options;
  campaign::ConcWork conc;  ///< Of the concurrent mode.
  campaign::Manifest manifest;
  int status = kFine;
  std::string fault;
};

Prepared wrong(int status, std::string fault) {
  return {.status = status, .fault = std::move(fault)};
}

/// Seeds are dealt out to the shards, so that no two start from the same ones.
std::vector<Bytes> share_of(std::vector<Bytes> seeds, unsigned shard, unsigned shards) {
  std::vector<Bytes> share;
  for (std::size_t i = shard; i < seeds.size(); i += shards) share.push_back(std::move(seeds[i]));
  return share;
}

/// Scenarios under schedules.
Prepared prepare_conc(const FuzzFlags& f, Prepared p) {
  ConcStart start = conc_start(f.seeds, f.subject, p.manifest.shard, p.manifest.shards);
  if (!start.fault.empty()) return wrong(kUsage, start.fault);
  p.conc = std::move(start.work);
  p.options.seeds = std::move(start.inputs);
  p.options.subject = f.subject;
  p.options.input_max = kConcInputMax;
  p.options.only_schedules = f.only_schedules;
  if (f.only_schedules) p.conc.mutation = explore::Scenarios::given;
  p.manifest.target = "conc";
  return p;
}

/// Programs one operation after the other, for the engines that were chosen.
Prepared prepare_seq(const FuzzFlags& f, Prepared p) {
  CampaignOptions& o = p.options;
  const campaign::Manifest& m = p.manifest;
  // A path is made absolute: the engines have their own idea of where they are.
  o.subject =
      f.subject.find('/') != std::string::npos ? fs::absolute(f.subject).string() : f.subject;
  const SetupLookup found = find_setup(o.subject);
  if (!found.fault.empty()) return wrong(kUsage, found.fault);
  o.setup = found.setup;
  if (found.planted) o.plant = o.subject;
  const FileList files = seed_files(f);
  if (!files.fault.empty()) return wrong(kUsage, files.fault);
  for (const fs::path& file : files.files) {
    if (std::string fault = campaign::too_large(file); !fault.empty()) return wrong(kUsage, fault);
  }
  Seeds seeds = read_seeds(files.files);
  if (!seeds.fault.empty()) return wrong(kUsage, seeds.fault);
  o.seeds = share_of(std::move(seeds.inputs), m.shard, m.shards);
  return p;
}

Prepared prepare(FuzzFlags& f) {
  Prepared p;
  campaign::Manifest& m = p.manifest;
  if (!read_shard(f.shard, m))
    return wrong(kUsage, fmt::format("--shard {}: write i/n with i below n, such as 0/4", f.shard));
  const bool conc = f.mode == "conc";
  if (f.only_schedules && !conc)
    return wrong(kUsage, "--only-schedules: there are schedules in --mode conc only");
  CampaignOptions& o = p.options;
  o.time = std::chrono::seconds(f.seconds);
  o.seed = f.seed;
  o.shard = m.shard;
  if (f.engine.empty()) f.engine = conc ? "builtin" : "both";
  share_jobs(f.engine, f.jobs, o);
  p = conc ? prepare_conc(f, std::move(p)) : prepare_seq(f, std::move(p));
  if (p.status != kFine) return p;
  if (std::string fault = find_targets(f.mode, o); !fault.empty())
    return wrong(kInfrastructure, std::move(fault));
  std::error_code ec;
  if (fs::exists(f.out, ec) && !fs::is_directory(f.out, ec))
    return wrong(kUsage, fmt::format("--out {}: is a file; name a folder", f.out));

  m.program_version = BP_VERSION;
  m.commit = commit_of(source_tree());
  m.subject = f.subject;
  if (o.libfuzzer > 0) m.engines.push_back("libfuzzer");
  if (o.afl > 0) m.engines.push_back("afl");
  if (o.builtin > 0) m.engines.push_back("builtin");
  m.seconds = f.seconds;
  m.seed = f.seed;
  m.jobs = f.jobs;
  m.started = utc_now();
  return p;
}

/// Not only for the moment between its making and its writing.
bool stays_empty(const fs::path& file) {
  constexpr std::chrono::milliseconds kWriting{200};
  std::error_code ec;
  if (fs::file_size(file, ec) != 0 || ec) return false;
  std::this_thread::sleep_for(kWriting);
  return fs::file_size(file, ec) == 0 && !ec;
}

/// One verb's run: what it was asked for and where it keeps what it finds.
class Run {
 public:
  Run(const FuzzFlags& f, const CampaignOptions& o, campaign::Folder& folder)
      : flags_(f), options_(o), folder_(folder), printer_(f.json) {}

  int operator()() {
    const CampaignResult r = run_campaign(
        options_, {.on_progress = [this](const CampaignProgress& now) { progress(now); },
                   .on_finding = [this](const CampaignFinding& found) { return finding(found); },
                   .on_warning = [this](const std::string& what) { warn(what); }});
    if (r.last.seconds > 0) {
      printer_.end(r.last);
      record(r.last);
    }
    return conclude(r);
  }

 private:
  void progress(const CampaignProgress& now) {
    printer_(now);
    record(now);
  }

  void record(const CampaignProgress& now) {
    const std::string fault = folder_.add({.seconds = now.seconds,
                                           .unix_time = std::time(nullptr),
                                           .executions_per_second = now.executions_per_second,
                                           .coverage = now.coverage,
                                           .features = now.features,
                                           .corpus = now.corpus,
                                           .crashes = found_,
                                           .tallies = now.tallies});
    complain(fault);
  }

  /// Runs it again in a process of its own, keeps it under the rule that it breaks, and prints the
  /// report if the rule is new.
  Handled finding(const CampaignFinding& found) {
    printer_.interrupt();
    // Without a byte there is no program: the engine crashed outside of any.
    const int status = stays_empty(found.input) ? static_cast<int>(kFine) : judge(found.input);
    // A disk that is full now may have room later; the engine still has the input.
    if (status == kInfrastructure) {
      unkept_.insert(found.input);
      return Handled::later;
    }
    unkept_.erase(found.input);
    if (status == kFine) keep_unexplained(found);
    ++found_;
    return flags_.until_first ? Handled::stop : Handled::yes;
  }

  int judge(const fs::path& input) {
    const bool said_before = unkept_.contains(input);
    if (flags_.mode == "conc")
      return judge_conc(input, flags_.subject, folder_, flags_.json, said_before);
    return judge_file({.file = input.string(),
                       .subject = flags_.subject,
                       .setup = options_.setup,
                       .json = flags_.json,
                       .keep = &folder_,
                       .said_before = said_before});
  }

  /// No rule is broken here: a sanitizer or a time limit of the engine's build saw more.
  void keep_unexplained(const CampaignFinding& found) {
    const Unexplained what = unexplained(found);
    if (!what.content) return;
    const std::string rule = campaign::engine_rule(what.report, what.reason);
    bool first = false;
    complain(folder_.add_crash(rule, *what.content, note_of(what), first));
    if (first) print_unexplained(what, folder_.crash_folder(rule).string(), flags_.json);
  }

  void warn(const std::string& what) {
    printer_.interrupt();
    std::fprintf(stderr, "buddyproof: %s\n", what.c_str());
  }

  /// Once for each different fault: a full disk would say the same every second.
  void complain(const std::string& fault) {
    if (fault.empty() || fault == complained_) return;
    complained_ = fault;
    std::fprintf(stderr, "buddyproof: %s\n", fault.c_str());
  }

  /// Whether a program that had begun could have said so: a full disk has no room for its tallies.
  bool could_count() const {
    const std::string probe = (folder_.engines() / "stats" / "probe").string();
    LiveStats(probe).publish({});
    const bool could = read_live_stats(probe).has_value();
    std::error_code ec;
    fs::remove(probe, ec);
    return could;
  }

  int conclude(const CampaignResult& r) {
    const Tallies& t = r.last.tallies;
    if (!r.fault.empty()) return fail(kInfrastructure, r.fault);
    if (!unkept_.empty())
      return fail(
          kViolation,
          fmt::format("{} findings could not be kept; they lie as {} and its like: make room "
                      "and go on by --resume",
                      unkept_.size(), unkept_.begin()->string()));
    const bool refused = at(t, Tally::refused) != 0;
    // What an earlier run of this campaign found is not found again, only refused.
    if (found_ != 0 || (refused && !folder_.crashes().empty())) return conclude_found();
    // The engine saw it and could save nothing: what it printed says so, in its log or nowhere.
    if (refused)
      return fail(
          kViolation,
          fmt::format("{} programs were refused, and none could be saved in {}: make room and "
                      "go on by --resume",
                      at(t, Tally::refused), folder_.engines().string()));
    if (at(t, Tally::executions) == 0 && !could_count())
      return fail(
          kInfrastructure,
          fmt::format("{}: nothing could be written there, so that nothing was counted and nothing "
                      "would have been kept: make room and go on by --resume",
                      (folder_.engines() / "stats").string()));
    if (at(t, Tally::executions) == 0)
      return fail(kUndecided,
                  fmt::format("{} s were not enough to run one program", flags_.seconds));
    if (flags_.json) {
      const nlohmann::json j{{"verdict", "accepted"},
                             {"subject", flags_.subject},
                             {"out", folder_.path().string()},
                             {"last", progress_json(r.last)}};
      std::printf("%s\n", j.dump().c_str());
    } else {
      std::printf("fine: %s broke no rule in %s programs of %s operations; corpus in %s\n",
                  flags_.subject.c_str(), brief(at(t, Tally::executions)).c_str(),
                  brief(at(t, Tally::operations)).c_str(), folder_.corpus().c_str());
    }
    return kFine;
  }

  /// One line a rule, smallest input first.
  int conclude_found() {
    std::string last;
    for (const campaign::Crash& c : folder_.crashes()) {
      if (std::exchange(last, c.rule) == c.rule) continue;
      if (flags_.json) {
        const nlohmann::json j{
            {"verdict", "found"}, {"rule", c.rule}, {"seen", c.seen}, {"file", c.text.string()}};
        std::printf("%s\n", j.dump().c_str());
      } else {
        std::printf("%s: %s, saved %s times, smallest %s\n", alarming("violation").c_str(),
                    c.rule.c_str(), brief(c.seen).c_str(), c.text.c_str());
      }
    }
    return kViolation;
  }

  const FuzzFlags& flags_;
  const CampaignOptions& options_;
  campaign::Folder& folder_;
  ProgressPrinter printer_;
  std::uint64_t found_ = 0;
  std::set<fs::path> unkept_;  ///< Judged, reported, and waiting for room on the disk.
  std::string complained_;
};

int fuzz(FuzzFlags& f) {
  Prepared p = prepare(f);
  if (p.status != kFine) return fail(static_cast<Exit>(p.status), p.fault);
  std::string fault;
  auto folder = campaign::Folder::open(fs::absolute(f.out), p.manifest, f.resume, fault);
  if (!folder) return fail(kUsage, fault);
  p.options.engines = folder->engines();
  p.options.corpus = folder->corpus();
  if (f.mode == "conc") {
    add_kept(folder->corpus(), p.conc);
    p.options.own_engine = [&work = p.conc](const CampaignOptions& o, std::uint64_t seed,
                                            const fs::path& found, const fs::path& stats) {
      return campaign::run_conc_process(work, o, seed, found, stats);
    };
  }
  return Run(f, p.options, *folder)();
}

}  // namespace

void add_fuzz(CLI::App& app, Action& action) {
  const auto f = std::make_shared<FuzzFlags>();
  CLI::App* verb = app.add_subcommand("fuzz", "Fuzz an allocator under the judge");
  verb->add_option("--mode", f->mode,
                   "seq: one operation after the other (the default); conc: tasks "
                   "under simulated schedules")
      ->transform(CLI::IsMember({"seq", "conc"}));
  verb->add_option("--engine", f->engine,
                   "libfuzzer, afl, both (the default of seq), or builtin (that of conc)")
      ->transform(CLI::IsMember({"libfuzzer", "afl", "both", "builtin"}));
  verb->add_option("--time", f->seconds, "Seconds (default: 60)")
      ->transform(CLI::Range(1U, 31536000U));
  verb->add_option("--jobs", f->jobs, "Processes, shared by the engines (default: 2)")
      ->transform(CLI::Range(1U, 256U));
  verb->add_option("--subject", f->subject, "lockfree (the default), locked, naive, ./LIB.so");
  verb->add_option("--out", f->out, "Folder of the campaign (default: buddyproof-fuzz)");
  verb->add_option("--seeds", f->seeds, "Programs or folders to start from (default: corpus/)");
  verb->add_flag("--resume", f->resume, "Go on with the campaign in the folder, if there is one");
  verb->add_flag("--until-first", f->until_first, "Stop at the first finding");
  verb->add_flag("--only-schedules", f->only_schedules,
                 "Of --mode conc: the scenarios stay as they are");
  verb->add_option("--seed", f->seed, "Of the engines' random numbers (default: 1)");
  verb->add_option("--shard", f->shard,
                   "i/n: one of n campaigns that share the work (default: 0/1)");
  verb->add_flag("--json", f->json, "JSON lines");
  verb->footer(
      "The first finding of each rule is reported at once, as 'repro' does, and saved as\n"
      "OUT/crashes/MODE/RULE/HASH.txt and .bin; later ones of the rule only count, unless they "
      "are\n"
      "smaller. 'buddyproof status OUT' tells from another shell how it goes.\n\n"
      "  buddyproof fuzz --time 600 --out night\n"
      "  buddyproof fuzz --time 600 --out night --resume\n"
      "  buddyproof fuzz --engine builtin --subject ./libmine.so --time 10\n"
      "  buddyproof fuzz --mode conc --time 600 --jobs 8 --out races\n"
      "  buddyproof fuzz --mode conc --engine both --time 600 --resume --out races");
  verb->callback([f, &action] { action = [f] { return fuzz(*f); }; });
}

}  // namespace bp::cli
