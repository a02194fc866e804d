// SPDX-License-Identifier: MIT
// Folders named on the command line, with what their crashes are to be run on.
#pragma once

#include <string>
#include <vector>

#include "fuzz/campaign/triage.h"

namespace bp::cli {

/// `subject` empty: each campaign's own. `fault` says which folder or subject is none; then the
/// answer is empty.
std::vector<campaign::TriageSource> triage_sources(const std::vector<std::string>& folders,
                                                   const std::string& subject, std::string& fault);

}  // namespace bp::cli
