// SPDX-License-Identifier: MIT
// An execution of a concurrent case as a picture: first, on a page, its atomic steps
// (case_steps.h); then a row for each task with its operations from the moment each was asked for
// to the moment it was answered; below, for each zone, the blocks and in whose hands they were
// when; the frame at fault, and what belonged to two at once. Then the operations in words. One
// file without script or anything outside it.
//
// A moment is an invocation or a response; the steps between two are in the picture of steps.
// Frames are not drawn to scale (see fuzz/report/svg/zone_axis.h). What is free, and on which list,
// is not drawn: the rules of fuzz/explore/run.h are about owners.
#pragma once

#include <string>

#include "fuzz/campaign/case_steps.h"
#include "fuzz/explore/case_file.h"
#include "fuzz/explore/history.h"

namespace bp::campaign {

struct CaseRun {
  const explore::Case& one;
  const explore::History& history;
  const explore::Verdict& verdict;
  std::string file;                  ///< Name, for people.
  const CaseTrace* trace = nullptr;  ///< Null: steps are not drawn.
};

std::string case_svg(const CaseRun& run);
std::string case_html(const CaseRun& run);

/// A GoogleTest test to paste: fails as the case does, passes once the bug is gone. `rule`: "S1",
/// or empty if none is broken.
std::string case_cpp(const explore::Case& c, const std::string& rule);

}  // namespace bp::campaign
