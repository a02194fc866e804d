// SPDX-License-Identifier: MIT
// The machine line, the node lines and the CMA lines of a program's text. The cursor is on the
// line, its first word is read. A fault is noted at the cursor; the functions then say false.
#pragma once

#include "fuzz/program/text_cursor.h"
#include "model/vocab/machine.h"

namespace bp {

/// What the lines say beside the machine itself.
struct MachineText {
  bool zones_stated = false;     ///< Else the optional types that the nodes use are configured.
  std::size_t machine_line = 0;  ///< Where the machine line stands.
  std::size_t machine_column = 0;
  FixedVec<std::size_t, kNodesMax> node_lines;
  FixedVec<std::size_t, kNodesMax> node_columns;
  /// Where each zone and hole of each node stands, so that a fault found late has its column.
  FixedVec<FixedVec<std::size_t, kZonesPerNodeMax>, kNodesMax> zone_columns;
  FixedVec<FixedVec<std::size_t, kHolesMax>, kNodesMax> hole_columns;
};

bool read_machine_line(TextCursor& cursor, Machine& m, MachineText& where);
bool read_node_line(TextCursor& cursor, std::string_view first_word, Machine& m,
                    MachineText& where);

/// After the last node line: the machine is whole and valid, or the fault is noted at the line and
/// word it belongs to.
bool finish_machine(TextCursor& cursor, Machine& m, const MachineText& where);

/// One CMA area, behind all nodes; the machine is finished.
bool read_cma_line(TextCursor& cursor, Machine& m);
/// begin-end, up to `max`; a fault calls it `what`.
bool read_range(TextCursor& cursor, std::string_view word, const char* what, std::uint64_t max,
                PfnRange& out);

/// Appends the machine line, the node lines and those of CMA areas.
void print_machine(const Machine& m, std::string& out);

}  // namespace bp
