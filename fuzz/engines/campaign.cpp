// SPDX-License-Identifier: MIT
#include "fuzz/engines/campaign.h"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <thread>

#include "fuzz/engines/child.h"
#include "fuzz/engines/engine.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/live_stats.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/report/fmt.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPoll{100};  ///< Between two looks at the children.
constexpr unsigned kPollsPerProgress = 10;
constexpr unsigned kPollsPerExchange = 30;         ///< AFL++'s finds go to libFuzzer so often.
constexpr std::chrono::seconds kWorthStarting{2};  ///< Less time is not worth another start.
constexpr std::chrono::milliseconds kStartInterval{500};
constexpr std::chrono::seconds kLater{5};  ///< Before a finding that could not be kept comes again.
constexpr unsigned kKillsMax = 5;          ///< Of one engine by others; more is no accident.
constexpr std::chrono::seconds kOvertime{3};  ///< Engines end themselves; later they are ended.

/// Set by a signal; read between two polls.
std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

/// Relaxed: the flag carries no data with it.
void interrupt(int) { interrupted.store(true, std::memory_order_relaxed); }

/// SIGINT and SIGTERM set the flag for as long as this lives.
class InterruptGuard {
 public:
  InterruptGuard() {
    interrupted.store(false, std::memory_order_relaxed);  // Relaxed: as above.
    struct sigaction catching{};
    catching.sa_handler = interrupt;
    ::sigaction(SIGINT, &catching, &before_int_);
    ::sigaction(SIGTERM, &catching, &before_term_);
  }
  ~InterruptGuard() {
    ::sigaction(SIGINT, &before_int_, nullptr);
    ::sigaction(SIGTERM, &before_term_, nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction before_int_{};
  struct sigaction before_term_{};
};

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ec;
  for (fs::directory_iterator at(folder, ec); !ec && at != fs::directory_iterator();
       at.increment(ec))
    files.push_back(at->path());
  return files;
}

/// One process that was started, and how it is started again.
struct Running {
  std::function<EnginePlan(const CampaignOptions&)> plan_for;
  EnginePlan plan;
  std::optional<Child> child;
  Clock::time_point started;
  unsigned kills = 0;  ///< By signals that no finding explains.
  bool found = false;  ///< Something new since it was started, which may be why it ended.
  bool ended = false;
};

/// Names of findings that were dealt with, one a line, so that a killed campaign knows them.
class SeenFindings {
 public:
  explicit SeenFindings(const fs::path& file) : file_(file) {
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) names_.insert(line);
  }
  bool has(const fs::path& finding) const { return names_.contains(name_of(finding)); }
  void add(const fs::path& finding) {
    if (!names_.insert(name_of(finding)).second) return;
    std::ofstream(file_, std::ios::app) << name_of(finding) << '\n';
  }

 private:
  /// With its folder: two engines can give the same name to different inputs.
  std::string name_of(const fs::path& finding) const {
    return finding.lexically_relative(file_.parent_path()).string();
  }
  fs::path file_;
  std::set<std::string> names_;
};

class Watch {
 public:
  Watch(const CampaignOptions& options, const CampaignHooks& hooks)
      : options_(options),
        hooks_(hooks),
        folders_(folders_of(options.engines, options.corpus)),
        seen_(options.engines / "seen") {}

  CampaignResult run() {
    if (!prepare()) return std::move(result_);
    const InterruptGuard guard;
    start_all();
    while (!over()) {
      std::this_thread::sleep_for(kPoll);
      ++polls_;
      look_at_findings();
      look_at_ends();
      if (polls_ % kPollsPerExchange == 0) exchange();
      if (polls_ % kPollsPerProgress == 0) show_progress();
    }
    for (Running& r : running_) {
      if (r.child) r.child->ask_to_end();
    }
    running_children_end();
    postponed_.clear();
    look_at_findings();
    exchange();
    measure();
    result_.last = progress_;
    return std::move(result_);
  }

 private:
  bool failed(std::string what) {
    if (result_.fault.empty()) result_.fault = std::move(what);
    return false;
  }

  bool prepare() {
    std::error_code ec;
    for (const fs::path& folder : {folders_.seeds, folders_.corpus, folders_.afl, folders_.found,
                                   folders_.logs, folders_.stats}) {
      fs::create_directories(folder, ec);
      if (ec) return failed(fmt::format("{}: cannot be made: {}", folder.string(), ec.message()));
    }
    std::string what = write_inputs(options_.seeds, folders_.seeds);
    if (!what.empty()) return failed(std::move(what));
    // AFL++ starts from at least one input; one byte is a program too.
    if (files_in(folders_.seeds).empty()) what = write_inputs({{1}}, folders_.seeds);
    if (!what.empty()) return failed(std::move(what));
    plan_engines();
    return true;
  }

  void plan_engines() {
    const auto add = [&](auto plan, unsigned processes) {
      for (unsigned i = 0; i < processes; ++i) {
        running_.push_back({.plan_for = [this, plan, i](const CampaignOptions& o) {
          return plan(o, folders_, i);
        }});
      }
    };
    add(libfuzzer_plan, options_.libfuzzer);
    add(afl_plan, options_.afl);
    add(builtin_plan, options_.builtin);
    std::error_code ec;
    for (Running& r : running_) {
      r.plan = r.plan_for(options_);
      fs::remove(r.plan.child.log, ec);
      fs::remove(r.plan.stats, ec);
      fs::create_directories(r.plan.found, ec);
      for (const fs::path& old : files_in(r.plan.queue)) exchanged_.insert(old);
    }
  }

  void start_all() {
    started_ = last_ = Clock::now();
    for (Running& r : running_) start(r);
  }

  void start(Running& r) {
    r.found = false;
    r.started = Clock::now();
    r.child = Child::start(r.plan.child);
    if (!r.child) failed(r.plan.name + ": no process could be made for it");
  }

  std::chrono::seconds time_left() const {
    return std::chrono::duration_cast<std::chrono::seconds>(options_.time -
                                                            (Clock::now() - started_));
  }

  bool over() const {
    return !result_.fault.empty() || stopped_ ||
           interrupted.load(std::memory_order_relaxed) ||  // Relaxed: see interrupt().
           Clock::now() - started_ > options_.time + kOvertime ||
           std::all_of(running_.begin(), running_.end(), [](const Running& r) { return r.ended; });
  }

  void look_at_findings() {
    for (Running& r : running_) {
      r.found = look_into(r.plan.found, r) || r.found;
      if (r.plan.crashed != r.plan.found) r.found = look_into(r.plan.crashed, r) || r.found;
    }
  }

  /// Whether there was one that is new.
  bool look_into(const fs::path& folder, const Running& r) {
    bool any = false;
    for (const fs::path& file : files_in(folder)) {
      if (!is_finding(file) || seen_.has(file)) continue;
      any = true;
      const auto waits = postponed_.find(file);
      if (waits != postponed_.end() && Clock::now() < waits->second) continue;
      const Handled handled =
          hooks_.on_finding({.engine = r.plan.name, .input = file, .log = r.plan.child.log});
      if (handled != Handled::later) {
        seen_.add(file);
      } else {
        postponed_[file] = Clock::now() + kLater;
      }
      stopped_ = stopped_ || handled == Handled::stop;
    }
    return any;
  }

  /// An engine that ended with a finding is started again for the time that is left; one that
  /// ended with a failure and without a finding cannot do its work.
  void look_at_ends() {
    for (Running& r : running_) {
      if (r.ended || !r.child) continue;
      const auto end = r.child->poll();
      if (!end) continue;
      r.ended = true;
      if (end->status == 0 && end->signal == 0) continue;
      // It saves its finding first and ends later, with its stack printed.
      look_at_findings();
      if (r.found) {
        start_again(r);
      } else if (end->signal != 0 && r.kills < kKillsMax) {
        ++r.kills;
        if (hooks_.on_warning)
          hooks_.on_warning(fmt::format("{} was ended by {}, and is started again", r.plan.name,
                                        signal_text(end->signal)));
        start_again(r);
      } else {
        failed(ended_badly(r, *end));
      }
    }
  }

  static std::string ended_badly(const Running& r, const ChildEnd& end) {
    return fmt::format(
        "{} ended with {}: {}; its output is in {}; what was found is kept, go on by --resume",
        r.plan.name,
        end.signal != 0 ? signal_text(end.signal) : fmt::format("status {}", end.status),
        reason_of(tail_of(r.plan.child.log)), r.plan.child.log.string());
  }

  void start_again(Running& r) {
    CampaignOptions rest = options_;
    rest.time = time_left();
    if (rest.time < kWorthStarting) return;
    // One that ends at once would keep the machine busy with starting it.
    if (Clock::now() - r.started < kStartInterval) std::this_thread::sleep_for(kStartInterval);
    r.plan = r.plan_for(rest);
    start(r);
    r.ended = !r.child;
  }

  /// What AFL++ kept goes into the corpus, from which libFuzzer reloads; libFuzzer drops what is
  /// nothing new to it.
  void exchange() {
    for (const Running& r : running_) {
      for (const fs::path& file : files_in(r.plan.queue)) {
        // Inputs that came from libFuzzer in the first place are named so.
        if (!is_finding(file) || file.filename().string().find("sync:") != std::string::npos)
          continue;
        if (!exchanged_.insert(file).second) continue;
        const FileRead content = read_whole(file);
        if (!content.bytes) continue;
        put_beside(file, folders_.corpus / ("afl-" + content_name(*content.bytes)), *content.bytes);
      }
    }
  }

  /// A second name is cheaper than a second file; a disk that knows no links gets the file.
  static void put_beside(const fs::path& from, const fs::path& to, const Bytes& content) {
    std::error_code ec;
    if (fs::exists(to, ec)) return;
    fs::create_hard_link(from, to, ec);
    if (ec) write_whole(to, content);
  }

  void measure() {
    const auto now = Clock::now();
    Tallies all{};
    progress_.corpus = files_in(folders_.corpus).size();
    for (const Running& r : running_) {
      if (const auto t = read_live_stats(r.plan.stats.string()))
        for (unsigned i = 0; i < kTallies; ++i) all[i] += (*t)[i];
      if (!r.plan.libfuzzer) continue;
      const Coverage c = coverage_of(tail_of(r.plan.child.log));
      progress_.coverage = std::max(progress_.coverage, c.edges);
      progress_.features = std::max(progress_.features, c.features);
    }
    const std::chrono::duration<double> interval = now - last_;
    const std::uint64_t ran = at(all, Tally::executions) - at(progress_.tallies, Tally::executions);
    progress_.executions_per_second = static_cast<double>(ran) / std::max(interval.count(), 1e-3);
    progress_.seconds = std::chrono::duration<double>(now - started_).count();
    progress_.tallies = all;
    last_ = now;
  }

  void show_progress() {
    measure();
    if (hooks_.on_progress) hooks_.on_progress(progress_);
  }

  void running_children_end() {
    for (Running& r : running_) {
      if (r.child) r.child->end();
    }
  }

  const CampaignOptions& options_;
  const CampaignHooks& hooks_;
  CampaignFolders folders_;
  SeenFindings seen_;
  CampaignResult result_;
  CampaignProgress progress_;
  std::vector<Running> running_;
  bool stopped_ = false;
  std::map<fs::path, Clock::time_point> postponed_;  ///< Findings that wait for room on the disk.
  std::set<fs::path> exchanged_;  ///< Files of AFL++'s queues that libFuzzer was given.
  Clock::time_point started_, last_;
  unsigned polls_ = 0;
};

}  // namespace

CampaignResult run_campaign(const CampaignOptions& options, const CampaignHooks& hooks) {
  return Watch(options, hooks).run();
}

}  // namespace bp
