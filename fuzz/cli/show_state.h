// SPDX-License-Identifier: MIT
// The part of `buddyproof show` that prints and draws a kernel's state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bp::cli {

struct StateOptions {
  std::string file;
  std::string which;    ///< buddyinfo, pagetypeinfo, zoneinfo or all.
  std::string profile;  ///< Empty: as the dump gives it away.
  std::optional<std::uint64_t> batch;
  bool after = false;
  bool svg = false;
  bool json = false;
};

/// What --text may be given with a state.
inline constexpr std::string_view kTextNames = "buddyinfo, pagetypeinfo, zoneinfo or all";

/// Prints the state in `text`; returns the exit status.
int show_state(const StateOptions& o, std::string_view text);

}  // namespace bp::cli
