// SPDX-License-Identifier: MIT
// Tallies of a running fuzz target, in a small file that is mapped by the target and read by
// whoever watches. One target writes a file at a time; a target that its engine restarts goes on
// where the last one stopped.
//
// Values are read one by one: a reader may see one counter a little ahead of another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fuzz/engines/tally.h"

namespace bp {

class LiveStats {
 public:
  LiveStats() = default;                        ///< Writes nowhere.
  explicit LiveStats(const std::string& path);  ///< If the file cannot be mapped: nowhere.
  ~LiveStats();
  LiveStats(LiveStats&&) noexcept;
  LiveStats& operator=(LiveStats&&) noexcept;

  /// Adds what came since the last call.
  void publish(const Tallies& t);

 private:
  std::uint64_t* words_ = nullptr;
  Tallies published_{};
};

/// Nothing, if there is no such file or it is not one of these.
std::optional<Tallies> read_live_stats(const std::string& path);

}  // namespace bp
