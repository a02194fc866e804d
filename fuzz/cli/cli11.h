// SPDX-License-Identifier: MIT
// CLI11, which has a member named check: the macro of that name is put aside while it is read.
#pragma once

#pragma push_macro("check")
#undef check
#include <CLI/CLI.hpp>
#pragma pop_macro("check")
