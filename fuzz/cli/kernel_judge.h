// SPDX-License-Identifier: MIT
// `buddyproof kernel judge`, one of the verbs of the kernel group.
#pragma once

#include "fuzz/cli/cli.h"

namespace bp::cli {

void add_kernel_judge(CLI::App& group, Action& action);

}  // namespace bp::cli
