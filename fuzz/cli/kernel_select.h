// SPDX-License-Identifier: MIT
// `buddyproof kernel select`: which recordings are worth their bytes.
#pragma once

#include "fuzz/cli/cli.h"

namespace bp::cli {

void add_kernel_select(CLI::App& parent, Action& action);

}  // namespace bp::cli
