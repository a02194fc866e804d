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

bool is_built(std::string_view preset, const fs::path& program, std::string& fault) {
  std::error_code ec;
  if (fs::exists(program, ec)) return true;
  fault = fmt::format(
      "{}: not built; build it with 'cmake --preset {} && cmake --build --preset "
      "{} --target fuzz_targets'",
      program.string(), preset, preset);
  return false;
}

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
  const std::string_view libfuzzer = conc ? "libfuzzer-plain" : "libfuzzer";
  o.libfuzzer_target = built(libfuzzer, target);
  o.afl_target = built("afl", target);
  o.afl_mutator = built("afl", conc ? "libbp_conc_mutator.so" : "libbp_mutator.so");
  std::string fault;
  if (o.libfuzzer > 0 && !is_built(libfuzzer, o.libfuzzer_target, fault)) return fault;
  if (o.afl == 0) return {};
  if (!is_built("afl", o.afl_target, fault) || !is_built("afl", o.afl_mutator, fault)) return fault;
  return on_path("afl-fuzz") ? "" : "afl-fuzz: not found on the PATH; ci/setup installs it";
}

}  // namespace bp::cli
