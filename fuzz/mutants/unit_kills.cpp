// SPDX-License-Identifier: MIT
#include "fuzz/mutants/unit_kills.h"

#include <unistd.h>

#include <fstream>

#include "fuzz/engines/child.h"

namespace bp {

namespace fs = std::filesystem;

UnitKills load_unit_kills(const fs::path& file) {
  UnitKills kills;
  std::ifstream in(file);
  for (std::string mutant, test; in >> mutant >> test;) kills[mutant] = test;
  return kills;
}

bool save_unit_kills(const UnitKills& kills, const fs::path& file) {
  std::ofstream out(file);
  for (const auto& [mutant, test] : kills) out << mutant << ' ' << test << '\n';
  return static_cast<bool>(out.flush());
}

UnitKills run_unit_kills(const fs::path& program, const std::vector<std::string>& mutants) {
  const fs::path answer =
      fs::temp_directory_path() / ("unit_kills." + std::to_string(::getpid()) + ".txt");
  ChildPlan plan{.command = {program.string(), "--remember", answer.string()},
                 .body = {},
                 .environment = {},
                 .log = "/dev/null"};
  plan.command.insert(plan.command.end(), mutants.begin(), mutants.end());
  if (auto child = Child::start(plan)) child->wait();
  UnitKills kills = load_unit_kills(answer);
  std::error_code ec;
  fs::remove(answer, ec);
  return kills;
}

}  // namespace bp
