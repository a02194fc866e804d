// SPDX-License-Identifier: MIT
// `buddyproof kernel check`: recordings of real kernels replayed on the reference.
#include "fuzz/cli/kernel_check.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/cli/cli11.h"
#include "fuzz/cli/recordings.h"
#include "fuzz/kernel/check_file.h"
#include "fuzz/kernel/check_report.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "model/vocab/machine.h"

namespace bp::cli {
namespace {

struct KernelCheckFlags {
  std::vector<std::string> named;
  std::string profile;
  bool json = false;
};

/// What is printed while files are checked: nothing before something was replayed.
class CheckPrinter {
 public:
  CheckPrinter(bool json, std::size_t width)
      : table_(!json), live_(!json && ::isatty(STDOUT_FILENO) == 1), width_(width) {}

  void progress(const kernel::FileCheck& c) {
    if (!live_) return;
    print_heading();
    std::printf("\r%s", kernel::check_row(c, width_).c_str());
    std::fflush(stdout);
  }
  void done(const kernel::FileCheck& c) {
    if (live_) std::printf("\r\033[K");
    if (!table_ || !c.was_replayed()) return;
    print_heading();
    const std::string row = kernel::check_row(c, width_);
    std::printf("%s\n", c.agrees() ? row.c_str() : alarming(row).c_str());
    std::fflush(stdout);
  }

 private:
  void print_heading() {
    if (!std::exchange(headed_, true)) std::printf("%s\n", kernel::check_heading(width_).c_str());
  }
  bool table_, live_, headed_ = false;
  std::size_t width_;
};

using Checks = std::vector<kernel::FileCheck>;

std::size_t replayed(const Checks& all) {
  return static_cast<std::size_t>(std::ranges::count(all, true, &kernel::FileCheck::was_replayed));
}

void print_json(const Checks& all) {
  nlohmann::json j{{"files", nlohmann::json::array()}};
  for (const kernel::FileCheck& c : all) j["files"].push_back(kernel::check_json(c));
  const kernel::FileCheck total = kernel::check_total(all);
  j["operations"] = total.ops, j["allocations"] = total.compared;
  j["mismatches"] = total.mismatches, j["batches"] = total.batches, j["exact"] = total.exact;
  std::printf("%s\n", j.dump().c_str());
}

void print_end(const Checks& all, std::size_t width) {
  if (replayed(all) > 1) {
    std::printf("%s\n", kernel::check_row(kernel::check_total(all), width).c_str());
  }
  for (const kernel::FileCheck& c : all) {
    if (c.fault.empty() && !c.was_replayed()) std::printf("%s\n", kernel::check_note(c).c_str());
  }
  for (const kernel::FileCheck& c : all) {
    if (!c.kernel.empty()) std::printf("\n%s", kernel::check_kernel(c).c_str());
  }
  for (const kernel::FileCheck& c : all) {
    if (c.was_replayed() && c.finding) std::printf("\n%s", kernel::check_finding(c).c_str());
  }
}

/// Bad input before a difference before nothing.
int verdict(const Checks& all) {
  const auto any = [&](auto what) { return std::ranges::any_of(all, what); };
  if (any([](const auto& c) { return !c.fault.empty(); })) return kUsage;
  if (replayed(all) == 0)
    return fail(kUsage, kernel::check_note(all.front()) + "; name a recording");
  return any([](const auto& c) { return !c.agrees(); }) ? kViolation : kFine;
}

kernel::FileCheck check_one(const Recorded& f, std::optional<Profile> profile,
                            CheckPrinter& printer) {
  kernel::FileCheck c =
      kernel::check_file(f.file, profile, [&](const auto& now) { printer.progress(now); });
  printer.done(c);
  if (!c.fault.empty()) fail(kUsage, c.fault);
  return c;
}

int check_all(const KernelCheckFlags& o) {
  const std::optional<Profile> profile = profile_named(o.profile);
  if (!profile && !o.profile.empty()) {
    return fail(kUsage, fmt::format("--profile {}: not known; use v4.7, v5.15, v6.1-lts192, v6.12 "
                                    "or v7.1",
                                    o.profile));
  }
  const RecordedFiles found = recorded_files(o.named);
  if (!found.fault.empty()) return fail(kUsage, found.fault);
  std::size_t width = 5;  // "total"
  for (const Recorded& f : found.files) width = std::max(width, f.file.size());
  CheckPrinter printer(o.json, width);
  Checks all;
  for (const Recorded& f : found.files) all.push_back(check_one(f, profile, printer));
  if (replayed(all) > 0) o.json ? print_json(all) : print_end(all, width);
  return verdict(all);
}

}  // namespace

void add_kernel_check(CLI::App& group, Action& action) {
  const auto o = std::make_shared<KernelCheckFlags>();
  CLI::App* verb =
      group.add_subcommand("check", "Replay recordings of real kernels on the reference");
  verb->add_option("FILE", o->named, "Recordings, plain, xz or zstd, or folders of them")
      ->required();
  verb->add_option("--profile", o->profile,
                   "Rules to replay by: v4.7, v5.15, v6.1-lts192, v6.12 or v7.1 (default: those of "
                   "the kernel that the file shows)");
  verb->add_flag("--json", o->json, "One JSON object");
  verb->footer(
      "Every answer and, after each batch, every list and counter is compared. A batch starts "
      "from\n"
      "its own dump; after its first difference the rest of it is only followed. Mops/s is of\n"
      "processor time, without decompression. Where the kernel itself breaks an invariant for "
      "good,\n"
      "the operation is named, the defect, and a minimal program that shows it.\n"
      "Exit status: 0 all agree, 1 something differs or is unexplained, 2 a file is wrong.\n\n"
      "  buddyproof kernel check recording.txt.xz\n"
      "  buddyproof kernel check recordings/ --json");
  verb->callback([o, &action] { action = [o] { return check_all(*o); }; });
}

}  // namespace bp::cli
