// SPDX-License-Identifier: MIT
// The rules of each kernel, one file each. A later kernel is written as what it changed.
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

Rulebook rules_v4_7();
Rulebook rules_v5_15();
Rulebook rules_v6_1();
Rulebook rules_v6_12();
Rulebook rules_v7_1();

}  // namespace bp::reference
