// SPDX-License-Identifier: MIT
// The engines of `buddyproof fuzz`, the same in both modes: which processes there are, which built
// programs they run, and what is to be done if one is missing.
#pragma once

#include <string>

#include "fuzz/engines/campaign.h"

namespace bp::cli {

/// `engine`: libfuzzer, afl, both or builtin; `jobs` processes in all, of both at least one each.
void share_jobs(const std::string& engine, unsigned jobs, CampaignOptions& o);

/// Names the targets of `mode` ("seq" or "conc") for the engines that have processes. Empty, or one
/// line on what is not there.
std::string find_targets(const std::string& mode, CampaignOptions& o);

}  // namespace bp::cli
