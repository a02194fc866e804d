// SPDX-License-Identifier: MIT
#include "fuzz/mutants/smallest.h"

#include <sstream>

#include "fuzz/program/generate.h"
#include "fuzz/report/fmt.h"

namespace bp {

std::optional<PlantCrash> random_crash(const Plant& p, std::uint64_t seed, std::size_t ops_min,
                                       std::size_t ops_max, std::size_t programs_max) {
  Executor execute(p.setup);
  Rng rng(seed);
  for (std::size_t i = 0; i < programs_max; ++i) {
    Program program = random_program(rng, ops_max);
    if (program.ops.size() < ops_min || !execute.run(program) || execute.verdict().accepted())
      continue;
    return PlantCrash{std::move(program), std::string(execute.verdict().refusal->rule)};
  }
  return std::nullopt;
}

std::optional<SmallestKnown> read_smallest(std::string_view text) {
  SmallestKnown known;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    std::string plant, rule;
    std::size_t operations = 0;
    if (!(words >> plant >> rule >> operations)) return std::nullopt;
    known[{plant, rule}] = operations;
  }
  return known;
}

std::string print_smallest(const SmallestKnown& known) {
  std::string out =
      "# SPDX-License-Identifier: MIT\n"
      "# The smallest programs known that break each planted bug: plant, rule, operations.\n"
      "# Written by build/release/bin/mutants_smallest fuzz/mutants/smallest.txt\n";
  for (const auto& [key, operations] : known)
    out += fmt::format("{:<36} {:<12} {}\n", key.first, key.second, operations);
  return out;
}

}  // namespace bp
