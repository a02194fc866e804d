// SPDX-License-Identifier: MIT
// Finds the snapshots that somebody names and reads them: a directory with zoneinfo and what lies
// beside it, a directory of such, one text with all files of a machine between `@@BEGIN NAME` and
// `@@END NAME`, a single zoneinfo, a dump or list of zonelists, or the machine at hand.
//
// The files of one moment have the same suffix: zoneinfo2 and sysctl2 belong together. Those
// without a suffix are as booted; the others were taken after sysctls had been written.
#pragma once

#include <string>
#include <vector>

#include "fuzz/kernel/config_snapshot.h"

namespace bp::kernel {

/// A text with `zl` lines.
struct ZonelistText {
  std::string name;
  std::string file;
  std::size_t first_line = 1;  ///< In the file.
  std::string text;
};

struct FoundSnapshots {
  std::vector<ConfigSnapshot> snapshots;
  std::vector<ZonelistText> zonelists;
  std::string fault;  ///< FILE:LINE: what is wrong. Nothing was found then.
};

FoundSnapshots find_snapshots(const std::string& path);

/// From /proc and /sys of the running machine.
FoundSnapshots live_snapshot();

}  // namespace bp::kernel
