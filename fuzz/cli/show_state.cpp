// SPDX-License-Identifier: MIT
#include "fuzz/cli/show_state.h"

#include <cstdio>
#include <filesystem>

#include "fuzz/cli/cli.h"
#include "fuzz/kernel/dump_file.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/report/machine_svg.h"
#include "fuzz/report/proc_text.h"

namespace bp::cli {
namespace {

using reference::KernelState;

struct ProcFile {
  std::string_view name;
  std::string (*text)(const KernelState&);
};
constexpr ProcFile kProcFiles[] = {{"buddyinfo", buddyinfo_text},
                                   {"pagetypeinfo", pagetypeinfo_text},
                                   {"zoneinfo", zoneinfo_text}};

/// All files in the form of `tail -n +1 /proc/buddyinfo /proc/pagetypeinfo /proc/zoneinfo`.
std::string all_files(const KernelState& state) {
  std::string out;
  for (const ProcFile& f : kProcFiles) {
    out += fmt::format("{}==> /proc/{} <==\n{}", out.empty() ? "" : "\n", f.name, f.text(state));
  }
  return out;
}

std::optional<std::string> text_of(const KernelState& state, std::string_view which) {
  if (which == "all") return all_files(state);
  for (const ProcFile& f : kProcFiles) {
    if (f.name == which) return f.text(state);
  }
  return std::nullopt;
}

std::string picture(const StateOptions& o, const KernelState& state, std::string_view where) {
  const std::string name = std::filesystem::path(o.file).filename().string();
  return machine_svg(state, where.empty() ? name : fmt::format("{}, {}", name, where));
}

std::string at_line(const std::string& file, std::size_t line) {
  return line == 0 ? file : fmt::format("{}:{}", file, line);
}

int print(const StateOptions& o, std::string_view where, const std::string& shown) {
  if (!o.json) {
    std::fwrite(shown.data(), 1, shown.size(), stdout);
    return kFine;
  }
  const nlohmann::json j{
      {"file", o.file}, {"form", o.svg ? "svg" : o.which}, {"state", where}, {"content", shown}};
  std::printf("%s\n", j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  return kFine;
}

}  // namespace

int show_state(const StateOptions& o, std::string_view text) {
  kernel::DumpChoice choice{.batch = o.batch, .after = o.after, .profile = {}};
  if (!o.profile.empty()) {
    choice.profile = profile_named(o.profile);
    if (!choice.profile) {
      return fail(kUsage, fmt::format("--profile {}: use v4.7, v5.15, v6.1-lts192, v6.12 or v7.1",
                                      o.profile));
    }
  }
  const kernel::DumpFile dump = kernel::read_dump(text, choice);
  if (!dump.state) {
    return fail(kUsage, fmt::format("{}: {}", at_line(o.file, dump.fault_line), dump.fault));
  }
  if (o.svg) return print(o, dump.where, picture(o, *dump.state, dump.where));
  const std::optional<std::string> shown = text_of(*dump.state, o.which);
  if (!shown) return fail(kUsage, fmt::format("--text={}: use {}", o.which, kTextNames));
  return print(o, dump.where, *shown);
}

}  // namespace bp::cli
