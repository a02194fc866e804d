// SPDX-License-Identifier: MIT
#include "fuzz/cli/fuzz_progress.h"

#include <unistd.h>

#include <cstdio>

#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

constexpr double kEvery = 10;  ///< Seconds between two lines of a log.

std::string progress_line(const CampaignProgress& p) {
  const Tallies& t = p.tallies;
  return fmt::format(
      "{:>4.0f} s  {}/s  runs {}  cov {} ft {}  corpus {}  refused {}  alloc {} ok {} null  "
      "free {} ok {} rejected {} skipped  drain {}  census {}",
      p.seconds, brief(p.executions_per_second), brief(at(t, Tally::executions)), p.coverage,
      p.features, p.corpus, brief(at(t, Tally::refused)), brief(at(t, Tally::alloc_ok)),
      brief(at(t, Tally::alloc_null)), brief(at(t, Tally::free_ok)),
      brief(at(t, Tally::free_rejected)), brief(at(t, Tally::free_skipped)),
      brief(at(t, Tally::drain)), brief(at(t, Tally::census)));
}

}  // namespace

std::string brief(double n) {
  if (n >= 1e9) return fmt::format("{:.1f}G", n / 1e9);
  if (n >= 1e6) return fmt::format("{:.1f}M", n / 1e6);
  if (n >= 1e4) return fmt::format("{:.0f}k", n / 1e3);
  return fmt::format("{:.0f}", n);
}
std::string brief(std::uint64_t n) { return brief(static_cast<double>(n)); }

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

ProgressPrinter::ProgressPrinter(bool json)
    : json_(json), live_(!json && ::isatty(STDOUT_FILENO) == 1) {}

void ProgressPrinter::operator()(const CampaignProgress& p) {
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

void ProgressPrinter::interrupt() {
  if (live_) std::printf("\n");
  std::fflush(stdout);
}

void ProgressPrinter::end(const CampaignProgress& last) {
  next_ = 0;
  (*this)(last);
  interrupt();
}

}  // namespace bp::cli
