// SPDX-License-Identifier: MIT
// Programs as text: the canonical form. print_text(parse_text(t)) is t for every t that print_text
// made, and parse_text(print_text(p)) is p for every legal program. '#' starts a comment, blank
// lines and spaces between words are free, and keys of a line may come in any order; printing has
// one order.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "model/vocab/program.h"

namespace bp {

inline constexpr std::size_t kTextMax = std::size_t{512}
                                        << 20;  ///< Larger files are refused unread.

struct TextFault {
  std::size_t line = 0;    ///< From 1.
  std::size_t column = 0;  ///< From 1, in bytes.
  std::string what;        ///< One clause.
};

struct TextParse {
  std::optional<Program> program;  ///< Legal (first_fault() is empty), or
  TextFault fault;                 ///< the first thing wrong.
};

TextParse parse_text(std::string_view text);

std::string print_text(const Program& p);

/// The line of one operation as print_text prints it, without the newline. `handle`: how many
/// allocs come before it. `order_of_handle`: for a free, what the alloc of its handle asked for.
std::string print_op(const Machine& m, const Op& op, std::size_t handle, Order order_of_handle);

}  // namespace bp
