// SPDX-License-Identifier: MIT
// `buddyproof kernel check`, one of the verbs of the kernel group.
#pragma once

#include "fuzz/cli/cli.h"

namespace bp::cli {

void add_kernel_check(CLI::App& group, Action& action);

}  // namespace bp::cli
