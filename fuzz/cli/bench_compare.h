// SPDX-License-Identifier: MIT
// A run of the benchmark held against an earlier one. A report and not a test: machines and their
// neighbours differ, so only ratios to the floor of the same run are compared, at their minimum.
#pragma once

#include <string>

#include "fuzz/report/json.h"

namespace bp::cli {

struct BenchComparison {
  std::string text;   ///< A line for each figure that both have.
  std::string fault;  ///< Why `path` is no earlier run, as one line.
};

/// `now` and the file are what `bench --json` prints.
BenchComparison compare_bench(const nlohmann::json& now, const std::string& path);

}  // namespace bp::cli
