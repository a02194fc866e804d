// SPDX-License-Identifier: MIT
// A finding of an engine that breaks no rule when it is run again: a sanitizer, a time limit or a
// crash of the engine itself. An empty input is the last: libFuzzer saves one if it is in a
// mutator, not in a program, when it crashes. The engine's words are all that is known, so they are
// kept with the input; the log is written anew by the next run.
#pragma once

#include <optional>
#include <string>

#include "fuzz/engines/campaign.h"
#include "fuzz/engines/files.h"

namespace bp::cli {

struct Unexplained {
  std::optional<Bytes> content;  ///< Nothing: the input cannot be read.
  std::string engine;
  std::string reason;  ///< The log's most telling line.
  std::string report;  ///< With the stack; empty: the log has none.
  std::string log;     ///< Where it stands.
};
Unexplained unexplained(const CampaignFinding& found);

/// What is kept beside the input: comments only.
std::string note_of(const Unexplained& what);

/// `saved`: the folder in which it was kept.
void print_unexplained(const Unexplained& what, const std::string& saved, bool json);

}  // namespace bp::cli
