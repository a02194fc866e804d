// SPDX-License-Identifier: MIT
#include "fuzz/cli/conc_file.h"

#include <algorithm>
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/engines/child.h"
#include "fuzz/kernel/input.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/subjects/lockfree_bugs.h"

namespace bp::cli {
namespace {

int replay_here(const std::filesystem::path& path, const explore::Case& c,
                const std::string& subject, bool json) {
  explore::Runner runner(c.scenario);
  const explore::Replayed r = explore::replay_case(c, runner);
  const std::string& rule = r.verdict.fault;
  // On another subject than the one it was recorded from other steps are to be expected.
  if (!r.fault.empty() && subject.empty()) return fail(kUsage, path.string() + ": " + r.fault);
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

}  // namespace

ConcFile read_conc(const std::filesystem::path& path) {
  const kernel::FileText text = kernel::read_file(path.string());
  if (!text.fault.empty()) return {std::nullopt, text.fault};
  explore::CaseParse parsed = explore::parse_case(text.bytes);
  if (!parsed.one) return {std::nullopt, path.string() + ":" + parsed.fault};
  return {std::move(parsed.one), {}};
}

ConcFile read_conc_on(const std::filesystem::path& path, const std::string& subject) {
  ConcFile file = read_conc(path);
  if (!file.one || subject.empty()) return file;
  if (!explore::plant_of(subject, file.one->plant))
    return {std::nullopt, fmt::format("{}: --subject {}: the simulator has lockfree, and lockfree "
                                      "with a planted bug; without --subject the case says itself",
                                      path.string(), subject)};
  // The hash is of the execution that was recorded.
  file.one->hash.reset();
  return file;
}

bool is_conc(const std::filesystem::path& path) {
  if (path.extension() == ".conc") return true;
  const kernel::FileText text = kernel::read_file(path.string());
  return text.fault.empty() && explore::is_case(text.bytes);
}

FileList kept(Regressions which) {
  const std::filesystem::path place = source_tree() / "corpus" / "regress";
  std::error_code ec;
  if (!std::filesystem::is_directory(place, ec)) return {};
  FileList all = expand({place.string()});
  std::erase_if(all.files, [which](const std::filesystem::path& file) {
    return is_conc(file) != (which == Regressions::cases);
  });
  return all;
}

int repro_conc(const std::filesystem::path& path, const std::string& subject, bool json) {
  const ConcFile file = read_conc_on(path, subject);
  if (!file.fault.empty()) return fail(kUsage, file.fault);
  const ChildEnd end = isolated([&] { return replay_here(path, *file.one, subject, json); });
  if (end.signal == 0) return end.status;
  return fail(kViolation, fmt::format("{}: ended by {}", path.string(), signal_text(end.signal)));
}

}  // namespace bp::cli
