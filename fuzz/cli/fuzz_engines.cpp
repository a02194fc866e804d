// SPDX-License-Identifier: MIT
#include "fuzz/cli/fuzz_engines.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "fuzz/cli/cli.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;

/// What engines run that has not been built: all of it is said at once.
struct Unbuilt {
  std::string programs, presets;

  void look_for(const char* preset, const fs::path& program) {
    std::error_code ec;
    if (fs::exists(program, ec)) return;
    programs += (programs.empty() ? "" : ", ") + program.string();
    const std::string command = fmt::format("ci/build {} fuzz_targets", preset);
    if (presets.find(command) != std::string::npos) return;
    presets += (presets.empty() ? "" : " && ") + command;
  }
  std::string fault() const {
    if (programs.empty()) return {};
    return fmt::format("{}: not built; '{}' does it, and --engine builtin needs none", programs,
                       presets);
  }
};

bool on_path(std::string_view program) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (::access((fs::path(rest.substr(0, end)) / program).c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace

void share_jobs(const std::string& engine, unsigned jobs, CampaignOptions& o) {
  o.libfuzzer = o.afl = o.builtin = 0;
  if (engine == "libfuzzer") o.libfuzzer = jobs;
  if (engine == "afl") o.afl = jobs;
  if (engine == "builtin") o.builtin = jobs;
  if (engine == "both") o.libfuzzer = (jobs + 1) / 2, o.afl = std::max(jobs / 2, 1U);
}

std::string find_targets(const std::string& mode, CampaignOptions& o) {
  const bool conc = mode == "conc";
  const std::string target = "fuzz_" + mode;
  const char* const libfuzzer = conc ? "libfuzzer-plain" : "libfuzzer";
  o.libfuzzer_target = built(libfuzzer, target);
  o.afl_target = built("afl", target);
  o.afl_mutator = built("afl", conc ? "libbp_conc_mutator.so" : "libbp_mutator.so");
  Unbuilt unbuilt;
  if (o.libfuzzer > 0) unbuilt.look_for(libfuzzer, o.libfuzzer_target);
  if (o.afl > 0) unbuilt.look_for("afl", o.afl_target);
  if (o.afl > 0) unbuilt.look_for("afl", o.afl_mutator);
  if (std::string fault = unbuilt.fault(); !fault.empty() || o.afl == 0) return fault;
  return on_path("afl-fuzz") ? "" : "afl-fuzz: not found on the PATH; ci/setup installs it";
}

}  // namespace bp::cli
