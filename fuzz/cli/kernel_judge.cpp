// SPDX-License-Identifier: MIT
// `buddyproof kernel judge`: recordings of real kernels under the judge.
#include "fuzz/cli/kernel_judge.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#include "fuzz/cli/cli11.h"
#include "fuzz/cli/kernel_edited.h"
#include "fuzz/cli/recordings.h"
#include "fuzz/kernel/judge_file.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "model/vocab/machine.h"

namespace bp::cli {
namespace {

struct JudgeFlags {
  std::vector<std::string> named;
  bool json = false, edited = false;
};

using kernel::JudgedFile;

JudgedFile total(const std::vector<JudgedFile>& all) {
  JudgedFile sum{.file = "total"};
  for (const JudgedFile& f : all) {
    sum.batches += f.batches, sum.events += f.events, sum.allocations += f.allocations;
    sum.decided += f.decided, sum.refused += f.refused;
    sum.doubts.add(f.doubts);
  }
  return sum;
}

std::string heading(std::size_t width) {
  return fmt::format("{:<{}}  {:<11} {:>7} {:>10} {:>11} {:>10} {:>7}", "file", width, "profile",
                     "batches", "operations", "allocations", "decided", "refused");
}

std::string row(const JudgedFile& f, std::size_t width, bool is_total = false) {
  return fmt::format("{:<{}}  {:<11} {:>7} {:>10} {:>11} {:>10} {:>7}", f.file, width,
                     is_total ? "" : profile_name(f.profile), f.batches, f.events, f.allocations,
                     f.decided, f.refused);
}

std::string finding(const JudgedFile& f) {
  const Refusal& r = *f.refusal;
  std::string frame;
  if (r.frame != kNoPfn) frame = fmt::format(", frame {:x}", static_cast<std::uint64_t>(r.frame));
  return fmt::format("{}:{}: batch {}{}: refused by {}: {}\n  seen: {}\n  allowed: {}\n", f.file,
                     f.line, f.batch, frame, r.rule, r.statement, r.seen, r.allowed);
}

double percent(std::uint64_t part, std::uint64_t of) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(of);
}

/// Why some were not decided: how many have this doubt, and how many no other.
void print_doubts(const JudgedFile& sum) {
  if (sum.decided == sum.allocations) return;
  std::printf("\n%-10s %10s %6s %10s  an allocation is not decided because\n", "doubt", "all", "%",
              "alone");
  for (unsigned i = 0; i < kDoubts; ++i) {
    if (sum.doubts.all[i] == 0) continue;
    const Doubt d{static_cast<std::uint8_t>(i)};
    std::printf("%s\n", fmt::format("{:<10} {:>10} {:>6.1f} {:>10}  {}", doubt_name(d),
                                    sum.doubts.all[i], percent(sum.doubts.all[i], sum.allocations),
                                    sum.doubts.alone[i], doubt_text(d))
                            .c_str());
  }
}

nlohmann::json doubts_json(const DoubtCounts& counts) {
  nlohmann::json j = nlohmann::json::object();
  for (unsigned i = 0; i < kDoubts; ++i) {
    const Doubt d{static_cast<std::uint8_t>(i)};
    j[std::string(doubt_name(d))] = {{"all", counts.all[i]}, {"alone", counts.alone[i]}};
  }
  return j;
}

nlohmann::json to_json(const JudgedFile& f) {
  nlohmann::json j{
      {"file", f.file},         {"profile", profile_name(f.profile)}, {"batches", f.batches},
      {"operations", f.events}, {"allocations", f.allocations},       {"decided", f.decided},
      {"refused", f.refused},   {"doubts", doubts_json(f.doubts)}};
  if (f.refusal) {
    j["refusal"] = {{"rule", f.refusal->rule},
                    {"line", f.line},
                    {"batch", f.batch},
                    {"seen", f.refusal->seen},
                    {"allowed", f.refusal->allowed},
                    {"frame", static_cast<std::uint64_t>(f.refusal->frame)}};
  }
  return j;
}

void print(const JudgeFlags& o, const std::vector<JudgedFile>& all, std::size_t width) {
  const JudgedFile sum = total(all);
  if (o.json) {
    nlohmann::json j = to_json(sum);
    j.erase("profile"), j["file"] = "total", j["files"] = nlohmann::json::array();
    for (const JudgedFile& f : all) j["files"].push_back(to_json(f));
    std::printf("%s\n", j.dump().c_str());
    return;
  }
  if (all.size() > 1) std::printf("%s\n", row(sum, width, true).c_str());
  print_doubts(sum);
  for (const JudgedFile& f : all) {
    if (f.refusal) std::printf("\n%s", finding(f).c_str());
  }
}

int judge_all(const JudgeFlags& o) {
  const RecordedFiles found = recorded_files(o.named);
  if (!found.fault.empty()) return fail(kUsage, found.fault);
  std::size_t width = 5;
  for (const Recorded& f : found.files) width = std::max(width, f.file.size());
  std::vector<JudgedFile> judged;
  bool faulty = false;
  for (const Recorded& f : found.files) {
    JudgedFile j = kernel::judge_file(f.file);
    if (!j.fault.empty()) {
      faulty = true;
      fail(kUsage, j.fault);
    } else if (j.was_judged()) {
      if (!o.json && judged.empty()) std::printf("%s\n", heading(width).c_str());
      if (!o.json)
        std::printf("%s\n",
                    j.refused > 0 ? alarming(row(j, width)).c_str() : row(j, width).c_str());
      std::fflush(stdout);
      judged.push_back(std::move(j));
    }
  }
  if (!judged.empty()) print(o, judged, width);
  if (faulty) return kUsage;
  if (judged.empty())
    return fail(kUsage, found.files.front().file +
                            ": no batch between two dumps to judge; name a recording");
  return total(judged).refused > 0 ? kViolation : kFine;
}

}  // namespace

void add_kernel_judge(CLI::App& group, Action& action) {
  const auto o = std::make_shared<JudgeFlags>();
  CLI::App* verb = group.add_subcommand("judge", "Judge recordings of real kernels by the rules");
  verb->add_option("FILE", o->named, "Recordings, plain, xz or zstd, or folders of them")
      ->required();
  verb->add_flag("--edited", o->edited,
                 "Judge edited copies instead: each kind of edit, and the rule that refuses it");
  verb->add_flag("--json", o->json, "One JSON object");
  verb->footer(
      "Nothing is predicted: an answer is refused if no kernel that keeps the rules could have\n"
      "given it. Who has each frame, which zones a mask allows, which nodes a policy and what the\n"
      "two states say is always decided. Between them lists and counters are known by bounds, so\n"
      "that the order of zones, marks and types are decided where these suffice: 'decided' are\n"
      "the allocations of which nothing was accepted for lack of knowledge, and a table says of\n"
      "the others what was not known.\n"
      "Exit status: 0 all accepted, 1 something refused, 2 a file is wrong.\n\n"
      "  buddyproof kernel judge recording.txt.xz\n"
      "  buddyproof kernel judge corpus/kernel --json\n"
      "  buddyproof kernel judge --edited corpus/kernel");
  verb->callback([o, &action] {
    action = [o] {
      return o->edited
                 ? judge_edited({.named = o->named,
                                 .only = {},
                                 .format = o->json ? EditedFormat::object : EditedFormat::table})
                 : judge_all(*o);
    };
  });
}

}  // namespace bp::cli
