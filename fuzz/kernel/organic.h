// SPDX-License-Identifier: MIT
// The text of ftrace between two dumps, as operations: what a kernel did of itself. The dumps are
// marked in the text by their own event (PGO_STATE); what lies before and after them is passed
// over.
//
// A page that is freed as one of many is announced first (mm_page_free) and put on its list later
// (mm_page_free_batched): it counts as freed where it is put.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/kernel/op_reader.h"
#include "model/vocab/gfp.h"

namespace bp::kernel {

struct OrganicFault {
  std::size_t line = 0;
  std::string what;  ///< One clause; empty: none.
};

/// Fills `ops` with OpKind::alloc_frame and ::free_frame. `first_line`: number of the text's first
/// line, for faults and operations.
OrganicFault read_organic(std::string_view text, std::size_t first_line, Era era,
                          std::vector<RecordedOp>& ops);

}  // namespace bp::kernel
