// SPDX-License-Identifier: MIT
// The concurrent mode of `buddyproof fuzz`: what it starts from, and what becomes of a case that
// breaks a rule.
#pragma once

#include <string>
#include <vector>

#include "fuzz/campaign/conc_engine.h"
#include "fuzz/campaign/folder.h"
#include "fuzz/cli/cli.h"

namespace bp::cli {

struct ConcStart {
  campaign::ConcWork work;
  std::vector<Bytes> inputs;  ///< The same for the engines with coverage, with their schedules.
  std::string fault;
};

/// Scenarios in the files named, or else in corpus/conc, of which shard i of n takes every nth.
/// `subject`: lockfree, or that with a planted bug; another cannot be simulated.
ConcStart conc_start(const std::vector<std::string>& seeds, const std::string& subject,
                     unsigned shard, unsigned shards);

/// Adds the scenarios that an earlier run of the campaign kept, by whichever engine, each once; a
/// file that has none is passed over.
void add_kept(const std::filesystem::path& corpus, campaign::ConcWork& work);

/// Replays a case, or an engine's input on `subject`, in a process of its own, keeps it, and prints
/// it if its rule is new. Returns the exit status, as judge_file() does; kFine too for what is no
/// case at all. `said_before`: only keeps it.
int judge_conc(const std::filesystem::path& file, const std::string& subject,
               campaign::Folder& keep, bool json, bool said_before);

/// `min` of a case: fewer tasks, fewer operations, a schedule nearer to the default. `subject`: see
/// read_conc_on().
int minimise_conc(const std::filesystem::path& file, const std::string& subject,
                  const std::string& out, bool json);

}  // namespace bp::cli
