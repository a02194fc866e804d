// SPDX-License-Identifier: MIT
// Triage as SARIF 2.1.0, the format that code scanning reads: one rule for each rule broken, with
// its sentence as help; one result a group, at the operation of its smallest program; the programs
// themselves as artifacts with their text. Results carry a fingerprint that stays the same for the
// same bug, so that a later run's results match up.
#pragma once

#include <string>
#include <string_view>

#include "fuzz/campaign/triage.h"

namespace bp::campaign {

/// One JSON document. `version` is the program's own.
std::string sarif(const Triage& t, std::string_view version);

/// The line, from 1, of operation `event` in a program's text; events past the last operation are
/// on the last line. 1 for a text without operations.
std::size_t line_of_event(std::string_view text, std::size_t event);

}  // namespace bp::campaign
