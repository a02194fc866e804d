// SPDX-License-Identifier: MIT
// The machine and node lines of program text, read key by key.
#pragma once

#include <optional>
#include <string>

#include "fuzz/program/text_words.h"
#include "model/vocab/machine.h"

namespace bp::text {

/// What is wrong with a word, or nothing.
struct Fault {
  std::size_t column = 1;
  std::string what;
};
using MaybeFault = std::optional<Fault>;

/// Reads the words after `machine`. `zones_given`: whether zones= was among them.
MaybeFault read_machine(Words& words, Machine& m, bool& zones_given);

/// Reads the words after `node`: its number, which must be the next, and its keys.
MaybeFault read_node(Words& words, Machine& m);

/// The number after `key=` in a word, within [0, max].
MaybeFault read_number(const Word& w, std::string_view value, std::uint64_t max,
                       std::uint64_t& out);

/// "'word' ..." for messages; long words are cut.
std::string quoted(std::string_view word);

/// The value of a `key=value` word, and its column.
Word value_of(const Word& w);

}  // namespace bp::text
