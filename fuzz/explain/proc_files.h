// SPDX-License-Identifier: MIT
// The files in which a running kernel shows its free memory: zoneinfo for counters, marks and
// reserves, buddyinfo for free blocks, pagetypeinfo for their types, which only root may read.
#pragma once

#include <string>

#include "fuzz/explain/situation.h"

namespace bp::explain {

struct ProcText {
  std::string zoneinfo;
  std::string buddyinfo = {};                ///< Empty: not readable.
  std::string pagetypeinfo = {};             ///< Empty: not readable.
  std::string version = {};                  ///< /proc/version; empty: not there.
  std::string meminfo = {};                  ///< For the size of a page; empty: not there.
  std::optional<std::int64_t> page_kb = {};  ///< If it is known; none: meminfo tells it.
};

/// The machine with nobody asking yet: set gfp, mask and order. `fault`: zoneinfo cannot be read.
struct ProcRead {
  Situation situation;
  std::string fault;
};
ProcRead read_proc(const ProcText& text, std::optional<rules::KernelVersion> kernel);

}  // namespace bp::explain
