// SPDX-License-Identifier: MIT
#include "fuzz/engines/targets/target.h"

#include <cstdio>
#include <cstdlib>

#include "fuzz/engines/targets/environment.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/program/bytes.h"
#include "fuzz/report/report.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

Setup chosen_setup(const std::string& subject, const std::string& plant) {
  if (!plant.empty()) {
    const Plant* p = find_plant(plant);
    if (p == nullptr || p->setup.subject == nullptr)
      unusable("BUDDYPROOF_PLANT=" + plant + ": no planted bug of this name can be run");
    return p->setup;
  }
  const SubjectLookup found = find_subject(subject);
  if (found.subject == nullptr) unusable("BUDDYPROOF_SUBJECT: " + found.fault);
  return {.subject = found.subject};
}

}  // namespace

Target::Target(Setup setup, std::string subject, LiveStats stats, FoundRules found)
    : execute_(setup),
      subject_(std::move(subject)),
      stats_(std::move(stats)),
      found_(std::move(found)) {}

Target Target::from_environment() {
  std::string subject = variable("BUDDYPROOF_SUBJECT");
  if (subject.empty()) subject = "lockfree";
  const Setup setup = chosen_setup(subject, variable("BUDDYPROOF_PLANT"));
  const std::string stats = variable("BUDDYPROOF_STATS");
  return {setup, subject, stats.empty() ? LiveStats() : LiveStats(stats),
          FoundRules(variable("BUDDYPROOF_FOUND"))};
}

void Target::one(std::span<const std::uint8_t> bytes) {
  decode(bytes, program_);
  if (!execute_.run(program_)) unusable("subject " + subject_ + ": could not be created");
  stats_.publish(execute_.tallies());
  if (execute_.verdict().accepted()) return;
  if (found_.saves()) return found_.note(execute_.verdict().refusal->rule, bytes);
  const std::string report =
      report_refusal(program_, execute_.history(), *execute_.verdict().refusal,
                     {.file = "FILE", .subject = subject_});
  std::fputs(report.c_str(), stderr);
  std::fflush(stderr);
  std::abort();
}

}  // namespace bp
