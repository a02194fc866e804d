// SPDX-License-Identifier: MIT
#include "fuzz/engines/engine.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "fuzz/engines/builtin.h"
#include "fuzz/program/rng.h"
#include "fuzz/report/fmt.h"

namespace bp {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kMemoryMaxMb = 2048;  ///< For one process.

std::vector<std::pair<std::string, std::string>> target_environment(const CampaignOptions& o,
                                                                    const EnginePlan& p) {
  return {{"BUDDYPROOF_SUBJECT", o.subject},
          {"BUDDYPROOF_PLANT", o.plant},
          {"BUDDYPROOF_SCENARIOS", o.only_schedules ? "given" : ""},
          {"BUDDYPROOF_STATS", p.stats.string()},
          {"BUDDYPROOF_FOUND", p.found.string()}};
}

std::uint64_t number_after(std::string_view text, std::string_view word, std::size_t from) {
  const std::size_t at = text.find(word, from);
  if (at == std::string_view::npos) return 0;
  std::uint64_t value = 0;
  const char* begin = text.data() + at + word.size();
  std::from_chars(begin, text.data() + text.size(), value);
  return value;
}

}  // namespace

CampaignFolders folders_of(const fs::path& engines, const fs::path& corpus) {
  return {engines / "seeds", corpus,           engines / "afl",
          engines / "found", engines / "logs", engines / "stats"};
}

std::uint64_t seed_of(const CampaignOptions& o, unsigned number) {
  Rng rng(o.seed ^ (std::uint64_t{o.shard} << 32 | number));
  return rng() % 0x7fffffffU + 1;
}

EnginePlan libfuzzer_plan(const CampaignOptions& o, const CampaignFolders& f, unsigned number) {
  EnginePlan p;
  p.name = fmt::format("libfuzzer-{}", number);
  p.stats = f.stats / p.name;
  p.found = p.crashed = f.found / p.name;
  p.libfuzzer = true;
  p.child.log = f.logs / (p.name + ".log");
  p.child.environment = target_environment(o, p);
  p.child.command = {fs::absolute(o.libfuzzer_target).string(),
                     f.corpus.string(),
                     f.seeds.string(),
                     fmt::format("-max_len={}", o.input_max),
                     fmt::format("-max_total_time={}", o.time.count()),
                     fmt::format("-rss_limit_mb={}", kMemoryMaxMb),
                     fmt::format("-seed={}", seed_of(o, number)),
                     fmt::format("-artifact_prefix={}/", p.crashed.string()),
                     "-reload=1",
                     "-timeout=10",
                     "-print_final_stats=1",
                     "-detect_leaks=0"};
  return p;
}

namespace {

/// No two of all shards alike, since their queues are carried from one to the other.
std::string afl_instance(unsigned shard, unsigned number) {
  if (shard > 0) return fmt::format("shard{}-{}", shard, number);
  return number == 0 ? "main" : fmt::format("second{}", number);
}

}  // namespace

EnginePlan afl_plan(const CampaignOptions& o, const CampaignFolders& f, unsigned number) {
  EnginePlan p;
  const std::string instance = afl_instance(o.shard, number);
  const bool reads_libfuzzer = number == 0 && o.libfuzzer > 0;
  p.name = "afl-" + instance;
  p.stats = f.stats / p.name;
  p.found = f.found / p.name;
  p.crashed = f.afl / instance / "crashes";
  p.queue = f.afl / instance / "queue";
  p.child.log = f.logs / (p.name + ".log");
  p.child.environment = target_environment(o, p);
  const std::vector<std::pair<std::string, std::string>> afl_environment{
      {"AFL_CUSTOM_MUTATOR_LIBRARY", fs::absolute(o.afl_mutator).string()},
      {"AFL_NO_UI", "1"},
      {"AFL_SKIP_CPUFREQ", "1"},
      {"AFL_NO_AFFINITY", "1"},
      {"AFL_AUTORESUME", "1"},
      // Minutes between two looks at the others; and one before anything else.
      {"AFL_SYNC_TIME", "1"},
      {"AFL_IMPORT_FIRST", "1"},
      // The campaign reads findings itself; a core_pattern that pipes only makes them slower.
      {"AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1"}};
  p.child.environment.insert(p.child.environment.end(), afl_environment.begin(),
                             afl_environment.end());
  p.child.command = {"afl-fuzz",
                     "-i",
                     f.seeds.string(),
                     "-o",
                     f.afl.string(),
                     "-V",
                     fmt::format("{}", o.time.count()),
                     "-s",
                     fmt::format("{}", seed_of(o, number + 1000)),
                     "-t",
                     "10000",
                     "-m",
                     "none"};
  // One main instance a machine: it alone reads what comes from others and from libFuzzer.
  p.child.command.insert(p.child.command.end(), {number == 0 ? "-M" : "-S", instance});
  if (reads_libfuzzer) p.child.command.insert(p.child.command.end(), {"-F", f.corpus.string()});
  p.child.command.insert(p.child.command.end(), {"--", fs::absolute(o.afl_target).string()});
  return p;
}

EnginePlan builtin_plan(const CampaignOptions& o, const CampaignFolders& f, unsigned number) {
  EnginePlan p;
  p.name = fmt::format("builtin-{}", number);
  p.stats = f.stats / p.name;
  p.found = p.crashed = f.found / p.name;
  p.child.log = f.logs / (p.name + ".log");
  p.child.body = [o, number, stats = p.stats, found = p.found, seeds = f.seeds] {
    if (o.own_engine) return o.own_engine(o, seed_of(o, number), found, stats);
    return run_builtin_process(o, seed_of(o, number), seeds, found, stats);
  };
  return p;
}

bool is_finding(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name.find(".part") != std::string::npos) return false;  // Being written.
  return name.starts_with("crash-") || name.starts_with("timeout-") || name.starts_with("oom-") ||
         name.starts_with("id:") || name.starts_with("id_");
}

Coverage coverage_of(std::string_view log) {
  const std::size_t at = log.rfind(" cov: ");
  if (at == std::string_view::npos) return {};
  return {number_after(log, " cov: ", at), number_after(log, " ft: ", at)};
}

std::string tail_of(const fs::path& file, std::size_t max) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return {};
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0));
  const std::size_t take = std::min(size, max);
  in.seekg(static_cast<std::streamoff>(size - take));
  std::string text(take, '\0');
  in.read(text.data(), static_cast<std::streamsize>(take));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::string reason_of(std::string_view log) {
  for (const std::string_view sign : {"PROGRAM ABORT", "SYSTEM ERROR", "SUMMARY:", "ERROR:",
                                      "Assertion '", "cannot be run", "BUDDYPROOF_"}) {
    const std::size_t at = log.rfind(sign);
    if (at == std::string_view::npos) continue;
    const std::size_t begin = log.rfind('\n', at) + 1;
    return std::string(log.substr(begin, log.find('\n', at) - begin));
  }
  while (!log.empty() && log.back() == '\n') log.remove_suffix(1);
  return std::string(log.substr(log.rfind('\n') + 1));
}

std::string report_of(std::string_view log) {
  constexpr std::string_view kSummary = "SUMMARY:";
  const std::size_t error = log.rfind("ERROR: ");
  if (error == std::string_view::npos) return "";
  const std::size_t begin = log.rfind('\n', error) + 1;
  const std::size_t summary = log.find(kSummary, error);
  const std::size_t end = log.find('\n', summary == std::string_view::npos ? error : summary);
  return std::string(log.substr(begin, std::min(end, log.size()) - begin).substr(0, kReportBytes));
}

}  // namespace bp
