// SPDX-License-Identifier: MIT
// What `triage` prints: a table for a person, one object for a program.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "fuzz/campaign/triage.h"
#include "fuzz/report/report.h"

namespace bp::campaign {

/// With a newline at the end.
std::string triage_text(const Triage& t);
nlohmann::json triage_json(const Triage& t);

/// What the commands for it need.
ReportContext context_of(const TriagedCrash& c);

/// "SIGSEGV", "refused by I-1", ...: what came of running it again.
std::string outcome_text(const TriagedCrash& c);

}  // namespace bp::campaign
