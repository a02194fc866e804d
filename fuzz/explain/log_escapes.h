// SPDX-License-Identifier: MIT
// What loggers, mail, browsers and terminals make of characters, undone: newlines written as four
// characters, entities of HTML, quoted-printable, colours, lines that are JSON.
#pragma once

#include <string>
#include <string_view>

namespace bp::explain {

/// A newline that was written as characters ends a line too, but counts as none.
inline constexpr char kSoftNewline = '\v';

/// One line as it was printed.
std::string without_escapes(std::string_view line);

/// Mail in the form quoted-printable: told by "=3D", which every kernel line with '=' has there.
bool is_quoted_printable(std::string_view text);
std::string unquoted_printable(std::string_view text);

}  // namespace bp::explain
