// SPDX-License-Identifier: MIT
// The files in which a running kernel shows its free memory: zoneinfo for counters, marks and
// reserves, buddyinfo for free blocks, pagetypeinfo for their types, which only root may read.
#pragma once

#include <string>

#include "fuzz/explain/situation.h"

namespace bp::explain {

struct ProcText {
  std::string zoneinfo;
  std::string buddyinfo;     ///< Empty: not readable.
  std::string pagetypeinfo;  ///< Empty: not readable.
  std::string version;       ///< /proc/version; empty: not there.
};

/// The machine with nobody asking yet: set gfp, mask and order. `fault`: zoneinfo has no zone.
struct ProcRead {
  Situation situation;
  std::string fault;
};
ProcRead read_proc(const ProcText& text, std::optional<rules::KernelVersion> kernel);

}  // namespace bp::explain
