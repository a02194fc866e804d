// SPDX-License-Identifier: MIT
#include "fuzz/explain/log_words.h"

#include <charconv>

namespace bp::explain {
namespace {

constexpr std::string_view kZones[] = {"DMA", "DMA32", "Normal", "HighMem", "Movable", "Device"};

/// "12kB" or "12KB".
Maybe kilobytes(std::string_view s) {
  if (!s.ends_with("kB") && !s.ends_with("KB")) return std::nullopt;
  return decimal(s.substr(0, s.size() - 2));
}

}  // namespace

Maybe decimal(std::string_view s) {
  constexpr std::size_t kDigitsMax = 18;
  if (s.empty() || s.size() > kDigitsMax) return std::nullopt;
  std::int64_t n = 0;
  for (const char c : s) {
    if (c < '0' || c > '9') return std::nullopt;
    n = n * 10 + (c - '0');
  }
  return n;
}

std::optional<std::uint32_t> hexadecimal(std::string_view s) {
  if (!s.starts_with("0x") || s.size() == 2) return std::nullopt;
  std::uint32_t n = 0;
  const auto [end, error] = std::from_chars(s.data() + 2, s.data() + s.size(), n, 16);
  if (error != std::errc{} || end != s.data() + s.size()) return std::nullopt;
  return n;
}

std::optional<KbField> kb_field(std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon == word.npos || colon == 0) return std::nullopt;
  const Maybe kb = kilobytes(word.substr(colon + 1));
  if (!kb) return std::nullopt;
  return KbField{word.substr(0, colon), *kb};
}

std::optional<PageField> page_field(std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon == word.npos || colon == 0) return std::nullopt;
  const Maybe pages = decimal(word.substr(colon + 1));
  if (!pages) return std::nullopt;
  return PageField{word.substr(0, colon), *pages};
}

std::optional<BlockCount> block_count(std::string_view word) {
  // Web pages that take '*' for a mark of their own leave "\*" of it, or '_'.
  const std::size_t star = word.find_first_of("*_");
  if (star == word.npos) return std::nullopt;
  const bool is_escaped = star > 0 && word[star - 1] == '\\';
  const Maybe count = decimal(word.substr(0, is_escaped ? star - 1 : star));
  const Maybe size = kilobytes(word.substr(star + 1));
  if (!count || !size || *size == 0) return std::nullopt;
  // No machine has more: what is beyond is damage, and would overflow a product.
  constexpr std::int64_t kMax = std::int64_t{1} << 40;
  if (*count > kMax || *size > kMax / (*count + 1)) return std::nullopt;
  return BlockCount{*count, *size};
}

std::optional<TypeSet> type_letters(std::string_view word) {
  if (word.size() < 3 || word.front() != '(' || word.back() != ')') return std::nullopt;
  TypeSet t{.known = true, .reserve = false, .has = {}};
  for (const char c : word.substr(1, word.size() - 2)) {
    const auto set = [&](Migratetype m) { t.has[static_cast<unsigned>(m)] = true; };
    switch (c) {
      case 'U': set(Migratetype::unmovable); break;
      case 'M': set(Migratetype::movable); break;
      case 'E': set(Migratetype::reclaimable); break;
      case 'H': set(Migratetype::highatomic); break;
      case 'C': set(Migratetype::cma); break;
      case 'I': set(Migratetype::isolate); break;
      case 'R': t.reserve = true; break;
      default: return std::nullopt;
    }
  }
  return t;
}

std::optional<ZoneType> log_zone(std::string_view word) {
  for (unsigned t = 0; t < kZoneTypes; ++t) {
    if (kZones[t] == word) return ZoneType{static_cast<std::uint8_t>(t)};
  }
  return std::nullopt;
}

std::string_view log_name(ZoneType t) { return kZones[static_cast<unsigned>(t)]; }

std::string name_of(const ZoneLines& z) {
  std::string name = z.node ? "Node " + std::to_string(*z.node) + " " : "";
  return name += log_name(z.type);
}

std::optional<rules::KernelVersion> kernel_version(std::string_view word) {
  const std::size_t dot = word.find('.');
  if (dot == word.npos) return std::nullopt;
  const std::size_t end = std::min(word.find_first_not_of("0123456789", dot + 1), word.size());
  const Maybe major = decimal(word.substr(0, dot));
  const Maybe minor = decimal(word.substr(dot + 1, end - dot - 1));
  const bool goes_on = end < word.size() && (word[end] == '.' || word[end] == '-' ||
                                             word[end] == '+' || word[end] == '_');
  if (!major || !minor || *major < 2 || *major > 20 || *minor > 999) return std::nullopt;
  if (end != word.size() && !goes_on) return std::nullopt;
  return rules::KernelVersion{static_cast<unsigned>(*major), static_cast<unsigned>(*minor)};
}

}  // namespace bp::explain
