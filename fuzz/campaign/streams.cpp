// SPDX-License-Identifier: MIT
#include "fuzz/campaign/streams.h"

#include <algorithm>
#include <map>
#include <system_error>

#include "fuzz/campaign/folder_json.h"
#include "fuzz/engines/files.h"

namespace bp::campaign {
namespace {

namespace fs = std::filesystem;

/// One file of stats, read.
struct Part {
  fs::path file;
  std::vector<Sample> samples;
};

std::vector<Sample> samples_in(const fs::path& file) {
  std::vector<Sample> all;
  for (const StatsLine& line : lines_of_stats(file)) all.push_back(line.sample);
  return all;
}

}  // namespace

std::string stream_of(const fs::path& stats_file) {
  const std::string name = stats_file.filename().string();
  const std::size_t at = name.find('@');
  return at == std::string::npos ? "" : name.substr(0, at);
}

std::string host_of(const fs::path& stats_file) {
  const std::string name = stats_file.stem().string();
  const std::size_t at = name.find('@');
  return at == std::string::npos ? name : name.substr(at + 1);
}

std::vector<StatsLine> lines_of_stats(const fs::path& file) {
  std::vector<StatsLine> lines;
  const FileRead read = read_whole(file);
  if (!read.bytes) return lines;
  const std::string text(read.bytes->begin(), read.bytes->end());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (const auto sample = sample_of(line)) lines.push_back({std::move(line), *sample});
    at = end + 1;
  }
  return lines;
}

std::vector<Stream> read_streams(const fs::path& folder) {
  std::map<std::string, std::vector<Part>> parts;
  std::error_code ec;
  for (fs::directory_iterator at(folder / "stats", ec); !ec && at != fs::directory_iterator();
       at.increment(ec)) {
    if (at->path().extension() != ".jsonl") continue;
    Part part{at->path(), samples_in(at->path())};
    if (!part.samples.empty()) parts[stream_of(at->path())].push_back(std::move(part));
  }
  std::vector<Stream> streams;
  for (auto& [name, of_stream] : parts) {
    std::ranges::sort(of_stream, {},
                      [](const Part& p) { return std::pair(p.samples.front().unix_time, p.file); });
    Stream s{.name = name};
    for (const Part& p : of_stream) {
      s.samples.insert(s.samples.end(), p.samples.begin(), p.samples.end());
      s.files.push_back(p.file);
    }
    streams.push_back(std::move(s));
  }
  return streams;
}

}  // namespace bp::campaign
