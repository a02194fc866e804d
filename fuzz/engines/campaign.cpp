// SPDX-License-Identifier: MIT
#include "fuzz/engines/campaign.h"

#include <signal.h>

#include <algorithm>
#include <atomic>
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
constexpr unsigned kPollsPerExchange = 30;    ///< AFL++'s finds go to libFuzzer so often.
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

/// One process that was started.
struct Running {
  EnginePlan plan;
  std::optional<Child> child;
  bool ended = false;
};

class Watch {
 public:
  Watch(const CampaignOptions& options, const OnProgress& on_progress)
      : options_(options), folders_(folders_of(options.out)), on_progress_(on_progress) {}

  CampaignResult run() {
    if (!prepare()) return std::move(result_);
    const InterruptGuard guard;
    start_all();
    while (!over()) {
      std::this_thread::sleep_for(kPoll);
      ++polls_;
      if (look_at_findings() || look_at_ends()) break;
      if (polls_ % kPollsPerExchange == 0) exchange();
      if (polls_ % kPollsPerProgress == 0) show_progress();
    }
    for (Running& r : running_) {
      if (r.child) r.child->ask_to_end();
    }
    running_children_end();
    if (result_.end == CampaignResult::End::clean) look_at_findings();
    exchange();
    measure();
    result_.last = progress_;
    return std::move(result_);
  }

 private:
  bool failed(std::string what) {
    result_.end = CampaignResult::End::infrastructure;
    result_.fault = std::move(what);
    return false;
  }

  bool prepare() {
    std::error_code ec;
    for (const fs::path& folder : {folders_.seeds, folders_.corpus, folders_.afl, folders_.found,
                                   folders_.logs, folders_.stats}) {
      fs::create_directories(folder, ec);
      if (ec) return failed(fmt::format("{}: cannot be made: {}", folder.string(), ec.message()));
    }
    const SeedsWritten seeds = write_seeds(options_.seeds, folders_.seeds);
    if (!seeds.fault.empty()) return failed(seeds.fault);
    // AFL++ starts from at least one input; one byte is a program too.
    if (files_in(folders_.seeds).empty())
      if (std::string what = write_whole(folders_.seeds / "one-byte", std::string_view("\1"));
          !what.empty())
        return failed(what);
    plan_engines();
    return true;
  }

  void plan_engines() {
    std::vector<EnginePlan> plans;
    for (unsigned i = 0; i < options_.libfuzzer; ++i)
      plans.push_back(libfuzzer_plan(options_, folders_, i));
    for (unsigned i = 0; i < options_.afl; ++i) plans.push_back(afl_plan(options_, folders_, i));
    for (unsigned i = 0; i < options_.builtin; ++i)
      plans.push_back(builtin_plan(options_, folders_, i));
    std::error_code ec;
    for (EnginePlan& p : plans) {
      fs::remove(p.child.log, ec);
      fs::remove(p.stats, ec);
      if (p.queue.empty()) fs::create_directories(p.found, ec);
      for (const fs::path& old : files_in(p.found)) known_.insert(old);
      for (const fs::path& old : files_in(p.queue)) exchanged_.insert(old);
      running_.push_back({std::move(p), std::nullopt, false});
    }
  }

  void start_all() {
    started_ = last_ = Clock::now();
    for (Running& r : running_) {
      r.child = Child::start(r.plan.child);
      if (!r.child) failed(r.plan.name + ": no process could be made for it");
    }
  }

  bool over() const {
    return result_.end != CampaignResult::End::clean ||
           interrupted.load(std::memory_order_relaxed) ||  // Relaxed: see interrupt().
           Clock::now() - started_ > options_.time + kOvertime ||
           std::all_of(running_.begin(), running_.end(), [](const Running& r) { return r.ended; });
  }

  bool look_at_findings() {
    for (const Running& r : running_) {
      for (const fs::path& file : files_in(r.plan.found)) {
        if (!is_finding(file) || known_.contains(file)) continue;
        result_.end = CampaignResult::End::finding;
        result_.engine = r.plan.name;
        result_.finding = file;
        result_.log = r.plan.child.log;
        return true;
      }
    }
    return false;
  }

  /// An engine that ended with a failure and without a finding cannot do its work.
  bool look_at_ends() {
    for (Running& r : running_) {
      if (r.ended || !r.child) continue;
      const auto end = r.child->poll();
      if (!end) continue;
      r.ended = true;
      if (end->status == 0 && end->signal == 0) continue;
      if (look_at_findings()) return true;
      result_.engine = r.plan.name;
      result_.log = r.plan.child.log;
      failed(fmt::format(
          "{} ended with {}: {}; its output is in {}", r.plan.name,
          end->signal != 0 ? signal_text(end->signal) : fmt::format("status {}", end->status),
          reason_of(tail_of(r.plan.child.log)), r.plan.child.log.string()));
      return true;
    }
    return false;
  }

  /// What AFL++ kept goes where libFuzzer reloads from; libFuzzer drops what is nothing new to it.
  void exchange() {
    if (options_.libfuzzer == 0) return;
    for (const Running& r : running_) {
      for (const fs::path& file : files_in(r.plan.queue)) {
        // Inputs that came from libFuzzer in the first place are named so.
        if (!is_finding(file) || file.filename().string().find("sync:") != std::string::npos)
          continue;
        if (!exchanged_.insert(file).second) continue;
        const FileRead content = read_whole(file);
        if (!content.bytes) continue;
        const std::string name = content_name(
            {reinterpret_cast<const char*>(content.bytes->data()), content.bytes->size()});
        write_whole(folders_.corpus / ("afl-" + name), *content.bytes);
      }
    }
  }

  void measure() {
    const auto now = Clock::now();
    Tallies all{};
    progress_.corpus = files_in(folders_.corpus).size();
    for (const Running& r : running_) {
      if (const auto t = read_live_stats(r.plan.stats.string()))
        for (unsigned i = 0; i < kTallies; ++i) all[i] += (*t)[i];
      if (!r.plan.queue.empty()) progress_.corpus += files_in(r.plan.queue).size();
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
    if (on_progress_) on_progress_(progress_);
  }

  void running_children_end() {
    for (Running& r : running_) {
      if (r.child) r.child->end();
    }
  }

  const CampaignOptions& options_;
  CampaignFolders folders_;
  const OnProgress& on_progress_;
  CampaignResult result_;
  CampaignProgress progress_;
  std::vector<Running> running_;
  std::set<fs::path> known_;      ///< Findings of earlier campaigns.
  std::set<fs::path> exchanged_;  ///< Files of AFL++'s queues that libFuzzer was given.
  Clock::time_point started_, last_;
  unsigned polls_ = 0;
};

}  // namespace

CampaignResult run_campaign(const CampaignOptions& options, const OnProgress& on_progress) {
  return Watch(options, on_progress).run();
}

}  // namespace bp
