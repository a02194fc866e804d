// SPDX-License-Identifier: MIT
#include "fuzz/mutants/rule_edits.h"

#include <fstream>
#include <sstream>

namespace bp {

std::vector<RuleEdit> load_rule_edits(const std::filesystem::path& file) {
  std::vector<RuleEdit> edits;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    RuleEdit e;
    for (std::string* field : {&e.rules, &e.file, &e.from, &e.to, &e.test})
      std::getline(fields, *field, '\t');
    if (!e.from.empty()) edits.push_back(std::move(e));
  }
  return edits;
}

}  // namespace bp
