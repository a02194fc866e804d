// SPDX-License-Identifier: MIT
// Numbers as the canonical text has them: pfns from 10 on and masks in hex, the rest decimal.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include "model/vocab/units.h"

namespace bp {

inline void append_decimal(std::string& out, std::uint64_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

inline void append_hex(std::string& out, std::uint64_t number) {
  char digits[18] = {'0', 'x'};
  out.append(digits, std::to_chars(digits + 2, digits + sizeof digits, number, 16).ptr);
}

inline void append_pfn(std::string& out, Pfn p) {
  if (p < Pfn{10}) return append_decimal(out, static_cast<std::uint64_t>(p));
  append_hex(out, static_cast<std::uint64_t>(p));
}

}  // namespace bp
