// SPDX-License-Identifier: MIT
#include "fuzz/cli/kernel_edited.h"

#include <algorithm>
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

nlohmann::json to_json(const EditOutcome& o) {
  nlohmann::json edit{{"name", o.name},
                      {"layer", "judge"},
                      {"kind", "edit"},
                      {"what", o.what},
                      {"rules", o.rules},
                      {"made", o.made},
                      {"of_reference", o.of_reference},
                      {"survived", o.survived},
                      {"by_a_wrong_rule", o.wrongly},
                      {"found", o.is_sound()},
                      {"engine", "edits"},
                      {"rule", rules_of(o)},
                      {"executions", o.made},
                      {"seconds", o.seconds},
                      {"refused_by", o.refused_by}};
  if (!o.first.empty()) edit["first"] = o.first;
  return edit;
}

void print_json(const EditRun& run, bool lines) {
  nlohmann::json j{{"unsound", run.unsound()}, {"edits", nlohmann::json::array()}};
  for (const EditOutcome& o : run.outcomes()) {
    if (!o.wanted) continue;
    if (lines) std::printf("%s\n", to_json(o).dump().c_str());
    j["edits"].push_back(to_json(o));
  }
  j["kinds"] = j["edits"].size();
  if (!lines) std::printf("%s\n", j.dump().c_str());
}

void print_row(const EditOutcome& o) {
  const std::string row = fmt::format("{:<22} {:<20} {:>5} {:>9} {:>8} {:>6}  {}", o.name, o.rules,
                                      o.made, o.of_reference, o.survived, o.wrongly, rules_of(o));
  std::printf("%s\n", o.is_sound() ? row.c_str() : alarming(row).c_str());
}

void print_table(const EditRun& run) {
  std::printf("%-22s %-20s %5s %9s %8s %6s  %s\n", "edit", "rule", "made", "reference", "survived",
              "wrong", "refused by");
  std::uint64_t kinds = 0, made = 0, survived = 0;
  for (const EditOutcome& o : run.outcomes()) {
    if (!o.wanted) continue;
    ++kinds, made += o.made, survived += o.survived;
    print_row(o);
  }
  std::printf("%s\n", fmt::format("{} kinds, {} edits, {} survived, {} kinds not as they should be",
                                  kinds, made, survived, run.unsound())
                          .c_str());
  for (const EditOutcome& o : run.outcomes()) {
    if (o.wanted && o.made == 0) std::printf("%s: nothing has a place for it\n", o.name.data());
    if (!o.first.empty()) std::printf("%s: %s\n", o.name.data(), o.first.c_str());
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

bool is_edit(const std::string& name) {
  const auto names = edit_names();
  return std::ranges::find(names, name) != names.end();
}

int judge_edited(const EditedFlags& o) {
  const RecordedFiles found = recorded_files(o.named);
  if (!found.fault.empty()) return fail(kUsage, found.fault);
  EditRun run(o.places, [&](std::string_view name) {
    return o.only.empty() || std::ranges::find(o.only, name) != o.only.end();
  });
  for (const Recorded& f : found.files) {
    if (const std::string fault = edit_file(f.file, run); !fault.empty())
      return fail(kUsage, fault);
  }
  run.add_reference();
  if (o.format == EditedFormat::table)
    print_table(run);
  else
    print_json(run, o.format == EditedFormat::lines);
  return run.unsound() == 0 ? kFine : kViolation;
}

}  // namespace bp::cli
