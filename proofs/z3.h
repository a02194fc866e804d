// SPDX-License-Identifier: MIT
// z3's C++ interface beside our macro check, whose name z3 uses for something else: calls of
// solver.check() are written (solver.check)(...).
#pragma once

#pragma push_macro("check")
#undef check
#include <z3++.h>
#pragma pop_macro("check")
