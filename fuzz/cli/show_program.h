// SPDX-License-Identifier: MIT
// `show` of a program in the forms that need a run of it: a GoogleTest test, a C99 test, a map of
// memory step by step. The run is in a process of its own.
#pragma once

#include <functional>
#include <string>

#include "model/vocab/program.h"

namespace bp::cli {

enum class ProgramForm : std::uint8_t { text, cpp, c, svg, html };

/// "text", "cpp", "c", "svg", "html".
std::string_view form_name(ProgramForm f);

/// Gives what is to be printed to `print`, if it can be made. A run that ends by a signal has no
/// map, and its tests know no refused answer. `subject` empty: the default. Returns the status.
int show_run(ProgramForm form, const Program& p, const std::string& file,
             const std::string& subject, const std::function<void(const std::string&)>& print);

}  // namespace bp::cli
