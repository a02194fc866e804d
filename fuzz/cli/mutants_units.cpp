// SPDX-License-Identifier: MIT
#include "fuzz/cli/mutants_units.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fuzz/engines/child.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kSomeLive = 1;  ///< unit_kills' exit status; 0: none.

fs::path program() { return fs::read_symlink("/proc/self/exe").parent_path() / "unit_kills"; }

/// Lines "MUTANT TEST (HOW MANY)", or "MUTANT LIVES".
void read_answers(std::istream& in, UnitKills& out) {
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string mutant, test;
    words >> mutant >> test;
    if (mutant.find('@') != std::string::npos && test != "LIVES") out.tests[mutant] = test;
  }
}

}  // namespace

UnitKills ask_unit_tests(const std::vector<std::string>& mutants) {
  UnitKills out;
  if (mutants.empty()) return out;
  if (!fs::exists(program())) {
    out.fault = program().string() + ": is not built, so no unit test was asked; build it";
    return out;
  }
  ChildPlan plan{.command = {program().string()}, .log = program().string() + ".answers"};
  plan.command.insert(plan.command.end(), mutants.begin(), mutants.end());
  auto child = Child::start(plan);
  const ChildEnd end = child ? child->wait() : ChildEnd{.status = 127};
  if (end.signal != 0 || end.status > kSomeLive) {
    out.fault = fmt::format("{}: ended with {}; what it said is in {}", program().string(),
                            end.signal != 0 ? signal_text(end.signal) : std::to_string(end.status),
                            plan.log.string());
    return out;
  }
  std::ifstream answers(plan.log);
  read_answers(answers, out);
  answers.close();
  fs::remove(plan.log);
  return out;
}

}  // namespace bp::cli
