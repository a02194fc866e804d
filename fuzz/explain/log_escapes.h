// SPDX-License-Identifier: MIT
// What loggers, mail, browsers and terminals make of characters, undone: newlines written as four
// characters, entities and tags of HTML, quoted-printable, UTF-16, colours, lines that are JSON or
// comma-separated values.
#pragma once

#include <string>
#include <string_view>

namespace bp::explain {

/// A newline that was written as characters ends a line too, but counts as none.
inline constexpr char kSoftNewline = '\v';

/// One line as it was printed.
std::string without_escapes(std::string_view line);

/// Text in one byte a character, its lines ended by '\n': UTF-16 with a byte order mark, as some
/// shells redirect to files, and lines that end in '\r' alone.
std::string with_plain_lines(std::string_view text);

/// Mail in the form quoted-printable: told by "=3D", which every kernel line with '=' has there, or
/// by words that break off with '='.
bool is_quoted_printable(std::string_view text);
std::string unquoted_printable(std::string_view text);

}  // namespace bp::explain
