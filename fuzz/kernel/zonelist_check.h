// SPDX-License-Identifier: MIT
// Builds the zonelists of a dumped machine from the distances of its nodes (R-ZONE-4..10) and
// compares them with the `zl` lines of the dump.
//
// Read are these lines, others are passed over; the marks @@ZL, @@S0, @@S1 start a new moment:
//     zone NODE INDEX NAME ... present N ...
//     zl NODE WHICH: NODE/INDEX ...        WHICH 0: FALLBACK, 1: NOFALLBACK
//     cfg ... cpu0 NODE ... dist0:1 20 ... and gl ... local_node NODE
//     @@ZL boot | zone | node              built at boot, or rebuilt in this order
//     @@DIST                               and under it a row of distances for each node
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bp::kernel {

struct ZonelistMoment {
  std::string name;  ///< "", or what the mark says: "boot", "zone", "node", "S0".
  std::size_t lists = 0, equal = 0;
  std::vector<std::string> differences;  ///< One line each: which list, what it is, what rules say.
};

struct ZonelistReport {
  std::vector<ZonelistMoment> moments;
  std::string unchecked;       ///< Why the lists cannot be told from this dump.
  std::string fault;           ///< What is wrong with the text, in one clause,
  std::size_t fault_line = 0;  ///< and where, from 1.
};

ZonelistReport check_zonelists(std::string_view text);

}  // namespace bp::kernel
