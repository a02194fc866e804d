// SPDX-License-Identifier: MIT
// The samples of a folder, by who wrote them. A campaign that goes on on another machine has one
// file of stats after the other; a folder that others were merged into has some that were written
// side by side. The file's name tells: `<stream>@<host>.jsonl` belongs to that stream,
// `<host>.jsonl` to the folder's own campaign.
//
// Within a file the order of the lines is the order of what happened, whatever the clock said.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/campaign/folder.h"

namespace bp::campaign {

/// The runs of one campaign, in the order in which they ran.
struct Stream {
  std::string name;  ///< Empty: the folder's own.
  std::vector<Sample> samples;
  std::vector<std::filesystem::path> files;  ///< In the order of their samples.
};

/// By name. A line that was cut short is left out, and so is a stream without samples.
std::vector<Stream> read_streams(const std::filesystem::path& folder);

/// The part of a file's name before '@', and the host after it.
std::string stream_of(const std::filesystem::path& stats_file);
std::string host_of(const std::filesystem::path& stats_file);

/// A line of stats as it stands in the file, and what it says.
struct StatsLine {
  std::string text;
  Sample sample;
};
/// The whole lines of a file.
std::vector<StatsLine> lines_of_stats(const std::filesystem::path& file);

}  // namespace bp::campaign
