// SPDX-License-Identifier: MIT
// The engine of the concurrent mode: scenarios and schedules, mutated by what they showed
// (fuzz/explore/greybox.h), judged. It keeps mutated scenarios that showed something new.
//
// A scenario is kept as corpus/conc/<hash>.conc; a case that breaks a rule is saved with its
// schedule, as the text that `repro` replays. The allocator runs in this process: what ends it
// ends the engine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/engines/campaign.h"
#include "fuzz/explore/case_file.h"
#include "fuzz/explore/vary_choices.h"

namespace bp::campaign {

struct ConcWork {
  std::vector<explore::Scenario> scenarios;  ///< To start from; at least one.
  explore::Plant plant;
  std::filesystem::path corpus;  ///< Where kept ones go.
  explore::Scenarios mutation = explore::Scenarios::mutated;
};

/// One process of a campaign: runs until the time is up (status 0).
int run_conc_process(const ConcWork& work, const CampaignOptions& o, std::uint64_t seed,
                     const std::filesystem::path& found, const std::filesystem::path& stats);

}  // namespace bp::campaign
