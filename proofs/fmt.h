// SPDX-License-Identifier: MIT
// fmt's format() beside our macro check, whose name fmt uses for something else.
#pragma once

#pragma push_macro("check")
#undef check
#include <fmt/format.h>
#pragma pop_macro("check")
