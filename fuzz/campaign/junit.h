// SPDX-License-Identifier: MIT
// Triage as JUnit's XML, which CI servers show as tests: one test case a group, failed; one a rule
// whose inputs all run fine now, passed; one an input that could not be run, an error.
#pragma once

#include <string>

#include "fuzz/campaign/triage.h"

namespace bp::campaign {

std::string junit(const Triage& t);

}  // namespace bp::campaign
