// SPDX-License-Identifier: MIT
#include "fuzz/campaign/merge.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <system_error>

#include "fuzz/campaign/streams.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/report/fmt.h"

namespace bp::campaign {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ec;
  for (fs::directory_iterator at(folder, ec); !ec && at != fs::directory_iterator();
       at.increment(ec)) {
    // What is being written has ".part" in its name and is not there yet.
    const bool whole = at->path().filename().string().find(".part") == std::string::npos;
    if (at->is_regular_file(ec) && whole && at->file_size(ec) > 0) files.push_back(at->path());
  }
  std::ranges::sort(files);
  return files;
}

std::string copy_whole(const fs::path& from, const fs::path& to) {
  const FileRead read = read_whole(from);
  return read.bytes ? write_whole(to, *read.bytes) : read.fault;
}

/// One manifest for all of them: of what differs the larger budget, the earlier start, or nothing.
/// `m`: of one of them.
Manifest joined(Manifest m, const std::vector<Folder>& folders) {
  m.shard = 0;
  m.shards = 1;
  for (const Folder& f : folders) {
    const Manifest& other = f.manifest();
    if (other.commit != m.commit) m.commit.clear();
    m.seconds = std::max(m.seconds, other.seconds);
    m.started = std::min(m.started, other.started);
    m.jobs = std::max(m.jobs, other.jobs);
    m.seed = std::min(m.seed, other.seed);
    m.engines.insert(m.engines.end(), other.engines.begin(), other.engines.end());
  }
  std::ranges::sort(m.engines);
  const auto twice = std::ranges::unique(m.engines);
  m.engines.erase(twice.begin(), twice.end());
  return m;
}

std::string unlike(const std::vector<Folder>& folders) {
  const Manifest& first = folders.front().manifest();
  for (const Folder& f : folders) {
    const Manifest& m = f.manifest();
    if (m.target != first.target || m.subject != first.subject)
      return fmt::format(
          "{}: holds a campaign of target {} on subject {}, and {} one of {} on {}; "
          "merge those of one kind",
          f.path().string(), m.target, m.subject, folders.front().path().string(), first.target,
          first.subject);
  }
  return "";
}

/// What a folder's own campaign is called in others: of its first words, which never change.
std::string own_name(const Folder& f, const std::vector<Stream>& streams) {
  const Manifest& m = f.manifest();
  std::string words = fmt::format("{} {} {}/{}", m.started, m.seed, m.shard, m.shards);
  for (const Stream& s : streams) {
    if (s.name.empty()) words += lines_of_stats(s.files.front()).front().text;
  }
  return content_name({reinterpret_cast<const std::uint8_t*>(words.data()), words.size()});
}

/// One folder's content on its way into another.
class Taking {
 public:
  Taking(const Folder& from, const Folder& into, Merged& m)
      : from_(from), into_(into), merged_(m), streams_(read_streams(from.path())) {
    own_name_ = own_name(from, streams_);
  }

  std::string run() {
    std::string what = take_corpus();
    if (what.empty()) what = take_crashes();
    if (what.empty()) what = take_stats();
    return what;
  }

 private:
  std::string take_corpus() {
    for (const fs::path& file : files_in(from_.corpus())) {
      fs::path to = into_.corpus() / file.filename();
      std::error_code ec;
      if (fs::exists(to, ec)) continue;  // Engines name inputs by their content.
      if (std::string what = copy_whole(file, to); !what.empty()) return what;
      ++merged_.inputs;
    }
    return "";
  }

  std::string take_crashes() {
    for (const Crash& c : from_.crashes()) {
      const fs::path folder = into_.path() / "crashes" / c.target / c.rule;
      std::error_code ec;
      fs::create_directories(folder, ec);
      if (ec) return fmt::format("{}: cannot be made: {}", folder.string(), ec.message());
      if (std::string what = take_crash(c, folder); !what.empty()) return what;
      if (std::string what = take_counts(c.bin.parent_path(), folder); !what.empty()) return what;
    }
    return "";
  }

  std::string take_crash(const Crash& c, const fs::path& folder) {
    std::error_code ec;
    const fs::path bin = folder / c.bin.filename();
    if (fs::exists(bin, ec)) return "";
    // The text first, as the folder's own writer does.
    std::string what = copy_whole(c.text, folder / c.text.filename());
    if (what.empty()) what = copy_whole(c.bin, bin);
    if (what.empty()) ++merged_.crashes;
    return what;
  }

  std::string take_counts(const fs::path& from, const fs::path& folder) {
    for (const fs::path& file : files_in(from)) {
      const std::string name = file.filename().string();
      if (!name.starts_with("count")) continue;
      const std::string to = name == "count" ? "count@" + own_name_ : name;
      if (std::string what = copy_whole(file, folder / to); !what.empty()) return what;
    }
    return "";
  }

  std::string take_stats() {
    for (const Stream& s : streams_) {
      ++merged_.streams;
      for (const fs::path& file : s.files) {
        std::string text;
        for (const StatsLine& line : lines_of_stats(file)) text += line.text + "\n";
        const std::string name =
            fmt::format("{}@{}.jsonl", s.name.empty() ? own_name_ : s.name, host_of(file));
        if (std::string what = write_whole(into_.path() / "stats" / name, text); !what.empty())
          return what;
      }
    }
    return "";
  }

  const Folder& from_;
  const Folder& into_;
  Merged& merged_;
  std::vector<Stream> streams_;
  std::string own_name_;
};

/// Everything that can be wrong is found before anything is written.
std::vector<Folder> read_all(const std::vector<fs::path>& in, const fs::path& out,
                             std::string& fault) {
  std::vector<Folder> folders;
  for (const fs::path& path : in) {
    std::error_code ec;
    if (fs::equivalent(path, out, ec)) {
      fault = fmt::format("{}: is to be merged into itself; name another folder", path.string());
      return {};
    }
    auto folder = Folder::read(path, fault);
    if (!folder) return {};
    folders.push_back(std::move(*folder));
  }
  fault = unlike(folders);
  return folders;
}

std::optional<Folder> open_into(const fs::path& out, const std::vector<Folder>& folders,
                                std::string& fault) {
  std::error_code ec;
  Manifest m = folders.front().manifest();
  if (fs::exists(out / "manifest.json", ec)) {
    const auto old = Folder::read(out, fault);
    if (!old) return std::nullopt;
    m = old->manifest();
    if (m.shards != 1) {
      fault = fmt::format("{}: holds shard {} of {}; merge it with the others into a new folder",
                          out.string(), m.shard, m.shards);
      return std::nullopt;
    }
  }
  // Whether the two are of one kind is for the folder to say.
  m.target = folders.front().manifest().target;
  m.subject = folders.front().manifest().subject;
  return Folder::open(out, joined(m, folders), true, fault);
}

}  // namespace

Merged merge_folders(const std::vector<fs::path>& in, const fs::path& out) {
  Merged m;
  const std::vector<Folder> folders = read_all(in, out, m.fault);
  if (!m.fault.empty()) return m;
  const auto into = open_into(out, folders, m.fault);
  if (!into) return m;
  for (const Folder& from : folders) {
    m.fault = Taking(from, *into, m).run();
    if (!m.fault.empty()) return m;
    ++m.folders;
  }
  return m;
}

}  // namespace bp::campaign
