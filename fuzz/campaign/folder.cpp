// SPDX-License-Identifier: MIT
#include "fuzz/campaign/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "fuzz/campaign/folder_json.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/report/fmt.h"

namespace bp::campaign {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "manifest.json";
constexpr const char* kLock = "lock";

std::string host_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "host";
  return name;
}

std::string reason() { return std::strerror(errno); }

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code ec;
  for (fs::directory_iterator at(folder, ec); !ec && at != fs::directory_iterator();
       at.increment(ec))
    entries.push_back(at->path());
  std::ranges::sort(entries);
  return entries;
}

std::optional<std::string> text_of(const fs::path& file) {
  const FileRead read = read_whole(file);
  if (!read.bytes) return std::nullopt;
  return std::string(read.bytes->begin(), read.bytes->end());
}

/// 0: no such file.
std::uint64_t count_in(const fs::path& file) {
  const auto text = text_of(file);
  return text ? std::max(1ULL, std::strtoull(text->c_str(), nullptr, 10)) : 0;
}

/// By this campaign and by those that were merged into it.
std::uint64_t times_seen(const fs::path& rule) {
  std::uint64_t seen = 0;
  for (const fs::path& file : sorted_entries(rule)) {
    const std::string name = file.filename().string();
    if (name == "count" || name.starts_with("count@")) seen += count_in(file);
  }
  return std::max<std::uint64_t>(seen, 1);
}

bool fits(const Manifest& old, const Manifest& m, const fs::path& path, std::string& fault) {
  const auto differs = [&](std::string_view what, const std::string& was, const std::string& is) {
    if (was == is) return false;
    fault = fmt::format("{}: holds a campaign of {} {}, not {}; name another folder", path.string(),
                        what, was, is);
    return true;
  };
  return !differs("target", old.target, m.target) && !differs("subject", old.subject, m.subject) &&
         !differs("shard", fmt::format("{}/{}", old.shard, old.shards),
                  fmt::format("{}/{}", m.shard, m.shards));
}

std::optional<Manifest> read_manifest(const fs::path& path, std::string& fault) {
  const fs::path file = path / kManifest;
  const auto text = text_of(file);
  if (!text) {
    fault = fmt::format("{}: no campaign: it has no {}", path.string(), kManifest);
    return std::nullopt;
  }
  auto m = manifest_of(*text);
  if (!m) {
    fault =
        fmt::format("{}: not readable as a campaign's manifest; restore it or name another folder",
                    file.string());
    return std::nullopt;
  }
  if (m->version != kFolderVersion) {
    fault = fmt::format(
        "{}: is of folder version {}, this program's is {}; use the program that wrote it",
        file.string(), m->version, kFolderVersion);
    return std::nullopt;
  }
  return m;
}

/// -1 with a fault if another process holds it.
int take_lock(const fs::path& path, std::string& fault) {
  const fs::path file = path / kLock;
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) {
    fault = fmt::format("{}: cannot be written: {}", file.string(), reason());
    return -1;
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  ::close(fd);
  fault = fmt::format("{}: another campaign runs in it; wait for its end or name another folder",
                      path.string());
  return -1;
}

}  // namespace

Folder::Folder(fs::path path, Manifest m) : path_(std::move(path)), manifest_(std::move(m)) {}

Folder::Folder(Folder&& other) noexcept
    : path_(std::move(other.path_)),
      manifest_(std::move(other.manifest_)),
      lock_(std::exchange(other.lock_, -1)),
      stats_(std::exchange(other.stats_, -1)) {}

Folder& Folder::operator=(Folder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(manifest_, other.manifest_);
  std::swap(lock_, other.lock_);
  std::swap(stats_, other.stats_);
  return *this;
}

Folder::~Folder() {
  if (stats_ >= 0) ::close(stats_);
  if (lock_ >= 0) ::close(lock_);
}

std::optional<Folder> Folder::open(const fs::path& path, const Manifest& m, bool resume,
                                   std::string& fault) {
  std::error_code ec;
  const bool there = fs::exists(path / kManifest, ec);
  if (there && !resume) {
    fault = fmt::format("{}: holds a campaign; go on with it by --resume, or name another folder",
                        path.string());
    return std::nullopt;
  }
  Manifest manifest = m;
  if (there) {
    const auto old = read_manifest(path, fault);
    if (!old || !fits(*old, m, path, fault)) return std::nullopt;
    manifest.started = old->started;
  }
  Folder f(path, manifest);
  for (const fs::path& folder : {f.corpus(), f.engines(), path / "crashes", path / "stats"}) {
    fs::create_directories(folder, ec);
    if (ec) {
      fault = fmt::format("{}: cannot be made: {}", folder.string(), ec.message());
      return std::nullopt;
    }
  }
  f.lock_ = take_lock(path, fault);
  if (f.lock_ < 0) return std::nullopt;
  fault = write_whole(path / kManifest, to_json(manifest));
  if (!fault.empty()) return std::nullopt;
  const fs::path stats = path / "stats" / (host_name() + ".jsonl");
  f.stats_ = ::open(stats.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (f.stats_ < 0) {
    fault = fmt::format("{}: cannot be written: {}", stats.string(), reason());
    return std::nullopt;
  }
  return f;
}

std::optional<Folder> Folder::read(const fs::path& path, std::string& fault) {
  auto m = read_manifest(path, fault);
  if (!m) return std::nullopt;
  return Folder(path, *m);
}

bool Folder::is_running() const {
  const int fd = ::open((path_ / kLock).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  ::close(fd);
  return held;
}

fs::path Folder::corpus() const { return path_ / "corpus" / manifest_.target; }
fs::path Folder::engines() const { return path_ / "engines"; }
fs::path Folder::crash_folder(std::string_view rule) const {
  return path_ / "crashes" / manifest_.target / std::string(rule);
}

std::string Folder::add(const Sample& s) {
  const std::string line = to_json(s) + "\n";
  // One write, so that two hosts' lines never mix and a kill cuts at most the last one.
  const auto written = ::write(stats_, line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) return {};
  return fmt::format("{}: cannot be written: {}", (path_ / "stats").string(),
                     written < 0 ? reason() : "the disk is full");
}

std::string Folder::add_crash(std::string_view rule, std::span<const std::uint8_t> input,
                              std::string_view text, bool& first) {
  const fs::path folder = crash_folder(rule);
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return fmt::format("{}: cannot be made: {}", folder.string(), ec.message());

  std::uintmax_t smallest = UINTMAX_MAX;
  for (const fs::path& file : sorted_entries(folder)) {
    if (file.extension() == ".bin") smallest = std::min(smallest, fs::file_size(file, ec));
  }
  first = smallest == UINTMAX_MAX;
  if (input.size() < smallest) {
    const std::string name = content_name({input.begin(), input.end()});
    // The text first: a .bin without one would be read as half a crash.
    if (std::string fault = write_whole(folder / (name + ".txt"), text); !fault.empty())
      return fault;
    if (std::string fault = write_whole(folder / (name + ".bin"), input); !fault.empty())
      return fault;
  }
  return write_whole(folder / "count", fmt::format("{}\n", count_in(folder / "count") + 1));
}

std::vector<Crash> Folder::crashes() const {
  std::vector<Crash> all;
  for (const fs::path& target : sorted_entries(path_ / "crashes")) {
    for (const fs::path& rule : sorted_entries(target)) {
      std::vector<fs::path> inputs;
      for (const fs::path& file : sorted_entries(rule)) {
        if (file.extension() == ".bin") inputs.push_back(file);
      }
      std::ranges::sort(inputs, {}, [](const fs::path& p) {
        std::error_code ec;
        return std::pair(fs::file_size(p, ec), p);
      });
      for (const fs::path& bin : inputs) {
        all.push_back({.target = target.filename().string(),
                       .rule = rule.filename().string(),
                       .hash = bin.stem().string(),
                       .bin = bin,
                       .text = fs::path(bin).replace_extension(".txt"),
                       .seen = times_seen(rule)});
      }
    }
  }
  return all;
}

}  // namespace bp::campaign
