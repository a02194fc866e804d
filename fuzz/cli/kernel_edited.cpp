// SPDX-License-Identifier: MIT
#include "fuzz/cli/kernel_edited.h"

#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/recordings.h"
#include "fuzz/kernel/input.h"
#include "fuzz/kernel/judge_file.h"
#include "fuzz/mutants/edited_run.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

std::string rules_of(const EditOutcome& o) {
  std::string all;
  for (const auto& [rule, times] : o.refused_by)
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", rule, times);
  return all;
}

void print_json(const EditRun& run) {
  nlohmann::json j{{"kinds", run.outcomes().size()},
                   {"unsound", run.unsound()},
                   {"edits", nlohmann::json::array()}};
  for (const EditOutcome& o : run.outcomes()) {
    nlohmann::json edit{{"name", o.edit->name},      {"what", o.edit->what},
                        {"rules", o.edit->rules},    {"made", o.made},
                        {"survived", o.survived},    {"by_a_wrong_rule", o.wrongly},
                        {"refused_by", o.refused_by}};
    if (!o.first.empty()) edit["first"] = o.first;
    j["edits"].push_back(edit);
  }
  std::printf("%s\n", j.dump().c_str());
}

void print_table(const EditRun& run) {
  std::printf("%-22s %-16s %5s %8s %6s  %s\n", "edit", "rule", "made", "survived", "wrong",
              "refused by");
  std::uint64_t made = 0, survived = 0;
  for (const EditOutcome& o : run.outcomes()) {
    made += o.made, survived += o.survived;
    const std::string row = fmt::format("{:<22} {:<16} {:>5} {:>8} {:>6}  {}", o.edit->name,
                                        o.edit->rules, o.made, o.survived, o.wrongly, rules_of(o));
    std::printf("%s\n", o.is_sound() ? row.c_str() : alarming(row).c_str());
  }
  std::printf("%zu kinds, %llu edits, %llu survived, %zu kinds not as they should be\n",
              run.outcomes().size(), static_cast<unsigned long long>(made),
              static_cast<unsigned long long>(survived), run.unsound());
  for (const EditOutcome& o : run.outcomes()) {
    if (o.made == 0) std::printf("%s: no recording has a place for it\n", o.edit->name.data());
    if (!o.first.empty()) std::printf("%s: %s\n", o.edit->name.data(), o.first.c_str());
  }
}

/// A line that says what is wrong with the file, or nothing.
std::string edit_file(const std::string& file, EditRun& run) {
  const kernel::FileText text = kernel::read_file(file);
  if (!text.fault.empty()) return text.fault;
  const kernel::FileShape shape = kernel::shape_of(text.bytes);
  if (shape.kind != kernel::FileKind::recording || run.is_full(shape.profile)) return {};
  std::size_t n = 0;
  return kernel::for_each_history(file, text.bytes, [&](const KernelHistory& h) {
    run.add(h, fmt::format("{}: stretch {}", file, ++n));
    return true;
  });
}

}  // namespace

int judge_edited(const EditedFlags& o) {
  const RecordedFiles found = recorded_files(o.named);
  if (!found.fault.empty()) return fail(kUsage, found.fault);
  EditRun run(o.places);
  for (const Recorded& f : found.files) {
    if (const std::string fault = edit_file(f.file, run); !fault.empty())
      return fail(kUsage, fault);
  }
  o.json ? print_json(run) : print_table(run);
  return run.unsound() == 0 ? kFine : kViolation;
}

}  // namespace bp::cli
