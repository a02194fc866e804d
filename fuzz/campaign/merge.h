// SPDX-License-Identifier: MIT
// Folders of campaigns made one: the shards of a campaign, wherever and whenever each ran. The
// result is a folder like any other, for status, triage, report and corpus, and a campaign can go
// on in it.
//
//     corpus/     every input of any; the same content under one name once
//     crashes/    every crash of any; count@<stream> says how often each campaign saw the rule
//     stats/      <stream>@<host>.jsonl: what each campaign wrote
//
// A stream's name is made of what its campaign first wrote, so that it is the same every time:
// merging in another order, in steps, or once more after a shard went on gives the same result.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/campaign/folder.h"

namespace bp::campaign {

struct Merged {
  std::size_t folders = 0, streams = 0;
  std::size_t inputs = 0;   ///< New in the corpus.
  std::size_t crashes = 0;  ///< New crashes.
  std::string fault;        ///< One line: what is wrong, and what to do; then nothing was written,
                            ///< or what was is whole and another merge goes on with it.
};

/// Into `out`: a new folder, or one of the same target and subject. Folders whose campaigns run are
/// taken as they are at the moment.
Merged merge_folders(const std::vector<std::filesystem::path>& in,
                     const std::filesystem::path& out);

}  // namespace bp::campaign
