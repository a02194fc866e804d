// SPDX-License-Identifier: MIT
// A program's run as pictures of memory, step by step: a row for each zone, frames to the right,
// free blocks by order, pages on per-CPU lists, what the program holds, and the frame at fault.
// One file without script or anything outside it, light or dark as the reader's system is.
//
// Frames are not drawn to scale: a stretch between two borders of blocks is as wide as the
// logarithm of its length, the same in every step, so that order 0 can be seen beside order 10.
#pragma once

#include <string>
#include <vector>

#include "fuzz/report/program_steps.h"
#include "fuzz/report/report.h"
#include "fuzz/subject.h"
#include "model/vocab/verdict.h"

namespace bp {

/// What is drawn. `refusal` is null if no rule was broken.
struct MappedRun {
  const Program& program;
  const bp_machine& machine;
  std::vector<MemoryStep> steps;
  const Refusal* refusal = nullptr;
  ReportContext context;
};

/// Steps drawn around the event; of more the rest is counted.
inline constexpr std::size_t kMapBefore = 40, kMapAfter = 4;

std::string program_svg(const MappedRun& run);
std::string program_html(const MappedRun& run);

}  // namespace bp
