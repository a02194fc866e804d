// SPDX-License-Identifier: MIT
// A recorded stretch of a kernel's life, wrong in one place: what the judge of kernels must refuse,
// and by which rule. Edits know nothing of the recording but what its events and its two states
// say, so that they work on any that has a place for them. A place is one where the two states
// alone show that the edit is wrong.
#pragma once

#include <span>
#include <string_view>

#include "fuzz/program/rng.h"
#include "model/judge/kernel_event.h"

namespace bp {

struct RecordingEdit {
  std::string_view name;   ///< "zone-skipped"
  std::string_view what;   ///< One clause.
  std::string_view rules;  ///< That must refuse it, one of them, separated by blanks: by profile.
  /// Makes the edit somewhere in `h`, a sound history. False: no place; `h` is as it was.
  bool (*make)(KernelHistory& h, Rng& rng);
};

/// Every kind, answers before states; names differ.
std::span<const RecordingEdit> recording_edits();

/// Whether `rule` is one of `rules`, which blanks separate.
bool is_right(std::string_view rules, std::string_view rule);

// By subject, each in edited_SUBJECTs.cpp.
std::span<const RecordingEdit> answer_edits();
std::span<const RecordingEdit> zone_edits();
std::span<const RecordingEdit> type_edits();
std::span<const RecordingEdit> free_edits();
std::span<const RecordingEdit> state_edits();
std::span<const RecordingEdit> list_edits();

}  // namespace bp
