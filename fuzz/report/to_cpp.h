// SPDX-License-Identifier: MIT
// A program as a GoogleTest test that a person pastes into the tree: it compiles as it stands, runs
// the program on the named subject under the judge, and fails as the program does.
#pragma once

#include <string>

#include "fuzz/report/report.h"
#include "model/vocab/program.h"

namespace bp {

/// A whole file. `rule`: the rule that the run broke, or empty if it broke none; names the test.
std::string to_cpp(const Program& p, std::string_view rule, const ReportContext& context);

}  // namespace bp
