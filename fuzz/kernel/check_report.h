// SPDX-License-Identifier: MIT
// Checked recordings as lines of a table, as a report of the first difference, and as JSON.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "fuzz/kernel/check_file.h"

namespace bp::kernel {

/// `file_width`: of the first column. None of these lines ends with a newline.
std::string check_heading(std::size_t file_width);
std::string check_row(const FileCheck& c, std::size_t file_width);
/// Sums of those that were replayed.
FileCheck check_total(const std::vector<FileCheck>& all);

/// Why a file was not replayed: "FILE: a trace without dumps; skipped".
std::string check_note(const FileCheck& c);

/// The first difference: where, what the kernel and the reference say, and the lists around it.
/// Several lines, a newline at the end.
std::string check_finding(const FileCheck& c);

/// What the kernel itself got wrong, with the defect that explains it. Two lines each.
std::string check_kernel(const FileCheck& c);

nlohmann::json check_json(const FileCheck& c);

}  // namespace bp::kernel
