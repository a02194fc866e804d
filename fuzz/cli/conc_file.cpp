// SPDX-License-Identifier: MIT
#include "fuzz/cli/conc_file.h"

#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/kernel/input.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {

ConcFile read_conc(const std::filesystem::path& path) {
  const kernel::FileText text = kernel::read_file(path.string());
  if (!text.fault.empty()) return {std::nullopt, text.fault};
  explore::CaseParse parsed = explore::parse_case(text.bytes);
  if (!parsed.one) return {std::nullopt, path.string() + ":" + parsed.fault};
  return {std::move(parsed.one), {}};
}

bool is_conc(const std::filesystem::path& path) {
  if (path.extension() == ".conc") return true;
  const kernel::FileText text = kernel::read_file(path.string());
  return text.fault.empty() && explore::is_case(text.bytes);
}

int repro_conc(const std::filesystem::path& path, bool json) {
  const ConcFile file = read_conc(path);
  if (!file.fault.empty()) return fail(kUsage, file.fault);
  explore::Runner runner(file.one->scenario);
  const explore::Replayed r = explore::replay_case(*file.one, runner);
  if (!r.fault.empty()) return fail(kUsage, path.string() + ": " + r.fault);
  const std::string& rule = r.verdict.fault;
  if (json) {
    const nlohmann::json j{{"file", path.string()},
                           {"verdict", rule.empty() ? "accepted" : "refused"},
                           {"rule", rule},
                           {"steps", r.verdict.steps},
                           {"hash", fmt::format("{:016x}", r.verdict.hash)}};
    std::printf("%s\n", j.dump().c_str());
  } else {
    std::printf("%s\n",
                fmt::format("{} {}: {} steps, hash {:016x}{}{}",
                            rule.empty() ? "ok" : alarming("BROKEN"), path.string(),
                            r.verdict.steps, r.verdict.hash, rule.empty() ? "" : "\n  ", rule)
                    .c_str());
  }
  return rule.empty() ? kFine : kViolation;
}

}  // namespace bp::cli
