// SPDX-License-Identifier: MIT
// The table of edits, of recordings and of what the reference did: what the judges refuse, and by
// which rule. `buddyproof kernel judge --edited` and `buddyproof mutants --run --layer judge`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bp::cli {

enum class EditedFormat : std::uint8_t {
  table,
  object,  ///< One JSON object.
  lines,   ///< One a kind.
};

struct EditedFlags {
  std::vector<std::string> named;  ///< Recordings and folders.
  std::vector<std::string> only;   ///< Kinds by name; empty: all.
  unsigned places = 2;             ///< Edits of a kind for each profile and source, at most.
  EditedFormat format = EditedFormat::table;
};

bool is_edit(const std::string& name);

/// Prints a line for each kind of edit: kViolation if one was made nowhere, survived, or was
/// refused by a wrong rule.
int judge_edited(const EditedFlags& o);

}  // namespace bp::cli
