// SPDX-License-Identifier: MIT
// Words of a report by themselves: fields, numbers with a unit, counts of blocks. Each reader takes
// a whole word or nothing: a word that a line's end cut off has no number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fuzz/explain/failure_report.h"

namespace bp::explain {

/// All of it digits, at most 18 of them.
Maybe decimal(std::string_view s);
/// "0x24201ca", at most eight digits.
std::optional<std::uint32_t> hexadecimal(std::string_view s);

/// "free:924kB", "reserved_highatomic:0KB": a field of a zone, in kB.
struct KbField {
  std::string_view name;
  std::int64_t kb = 0;
};
std::optional<KbField> kb_field(std::string_view word);

/// "free:690": a field of the totals, in pages.
struct PageField {
  std::string_view name;
  std::int64_t pages = 0;
};
std::optional<PageField> page_field(std::string_view word);

/// "77*4kB", and what Markdown makes of it, "77_4kB".
struct BlockCount {
  std::int64_t count = 0;
  std::int64_t size_kb = 0;
};
std::optional<BlockCount> block_count(std::string_view word);

/// "(UMEH)", and what a torn line leaves of it, "(UM" or "EH)", is none.
std::optional<TypeSet> type_letters(std::string_view word);

/// "DMA", "Normal", as logs spell them.
std::optional<ZoneType> log_zone(std::string_view word);

/// "4.9.0-0.rc8.git2" and its first two numbers.
std::optional<rules::KernelVersion> kernel_version(std::string_view word);

}  // namespace bp::explain
