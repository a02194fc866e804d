// SPDX-License-Identifier: MIT
// `show` of a concurrent case: as text, as a test, as a picture of who owned what when.
#pragma once

#include <functional>
#include <string>

#include "fuzz/cli/show_program.h"

namespace bp::cli {

/// `subject`: see read_conc_on() in conc_file.h. Gives what is to be printed to `print`, with the
/// number of operations; returns the status.
int show_case(ProgramForm form, const std::string& file, const std::string& subject,
              const std::function<void(const std::string& shown, std::size_t operations)>& print);

}  // namespace bp::cli
