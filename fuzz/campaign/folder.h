// SPDX-License-Identifier: MIT
// What a campaign leaves behind: a folder of plain files that every other verb reads, and that
// another campaign goes on with.
//
//     manifest.json                                 what was run: Manifest
//     corpus/<target>/<name>                        inputs, as bytes
//     crashes/<target>/<rule>/<hash>.bin, .txt      one input that broke a rule, and its text
//     crashes/<target>/<rule>/count                 how often the rule was broken
//     stats/<host>.jsonl                            one JSON object a second: Sample (streams.h)
//     engines/                                      the engines' own; nobody else reads it
//
// A rule's id is a folder's name as it is ("R-WMARK-6"); "engine-1a2b3c4d" is what only an engine
// saw (a sanitizer, a time limit). Every file is whole or not there, whatever kills the writer; a
// line of stats may be cut short at the end of a file, and a reader leaves such a line out.
// One process writes at a time, and holds the folder's lock while it does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/engines/tally.h"

namespace bp::campaign {

/// Of the layout above; a folder of another is refused.
inline constexpr unsigned kFolderVersion = 1;

struct Manifest {
  unsigned version = kFolderVersion;
  std::string program_version, commit;  ///< Of buddyproof; commit empty: not built from git.
  std::string target = "seq";           ///< "seq" or "conc".
  std::string subject;
  std::vector<std::string> engines;
  std::uint64_t seconds = 0;  ///< Budget.
  std::uint64_t seed = 0;
  unsigned shard = 0, shards = 1;  ///< Shard 0 of 1: all of it.
  unsigned jobs = 0;
  std::string started;  ///< UTC, "2026-11-21T08:30:00Z".
  bool operator==(const Manifest&) const = default;
};

/// One look at a running campaign.
struct Sample {
  double seconds = 0;  ///< Since the campaign's start, of a clock that does not jump.
  std::int64_t unix_time = 0;
  double executions_per_second = 0;
  std::uint64_t coverage = 0, features = 0, corpus = 0, crashes = 0;
  Tallies tallies{};
};

struct Crash {
  std::string target, rule, hash;
  std::filesystem::path bin, text;
  std::uint64_t seen = 1;  ///< How often its rule was broken.
};

class Folder {
 public:
  /// A new folder, or one to go on with: then its manifest must fit `m` (version, target, subject,
  /// shard). Takes the lock. A fault says what is wrong and what to do: another version, another
  /// target, another campaign running in it, a read-only or full disk.
  static std::optional<Folder> open(const std::filesystem::path& path, const Manifest& m,
                                    bool resume, std::string& fault);
  /// To read only; no lock.
  static std::optional<Folder> read(const std::filesystem::path& path, std::string& fault);

  Folder(Folder&&) noexcept;
  Folder& operator=(Folder&&) noexcept;
  ~Folder();

  const std::filesystem::path& path() const { return path_; }
  const Manifest& manifest() const { return manifest_; }
  bool is_running() const;  ///< Somebody holds the lock.

  std::filesystem::path corpus() const;                             ///< corpus/<target>
  std::filesystem::path engines() const;                            ///< engines
  std::filesystem::path crash_folder(std::string_view rule) const;  ///< crashes/<target>/<rule>

  /// Appends and flushes. Returns a fault or "".
  std::string add(const Sample& s);
  /// The first of a rule is stored whole, later ones only count, unless they are smaller: then they
  /// are stored too. `first`: whether the rule is new here. Returns a fault or "".
  std::string add_crash(std::string_view rule, std::span<const std::uint8_t> input,
                        std::string_view text, bool& first);

  /// By rule, then smallest first.
  std::vector<Crash> crashes() const;

 private:
  Folder(std::filesystem::path path, Manifest m);
  std::filesystem::path path_;
  Manifest manifest_;
  int lock_ = -1;
  int stats_ = -1;
};

}  // namespace bp::campaign
