// SPDX-License-Identifier: MIT
#include "fuzz/campaign/words.h"

#include <cmath>
#include <ctime>

#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::campaign {
namespace {

std::string two_units(std::uint64_t n, std::uint64_t per, std::string_view large,
                      std::string_view small) {
  if (n % per == 0) return fmt::format("{} {}", n / per, large);
  return fmt::format("{} {} {} {}", n / per, large, n % per, small);
}

/// The JSON library knows UTF-8, and what to put where it is broken.
std::string valid_utf8(std::string_view text) {
  using nlohmann::json;
  const std::string quoted =
      json(std::string(text)).dump(-1, ' ', false, json::error_handler_t::replace);
  return json::parse(quoted).get<std::string>();
}

}  // namespace

std::string grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string duration_text(double seconds) {
  if (!(seconds > 0)) return "0 s";
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  constexpr std::uint64_t kMinute = 60, kHour = 3600, kDay = 86400;
  if (whole < kMinute) return fmt::format("{} s", whole);
  if (whole < kHour) return two_units(whole, kMinute, "min", "s");
  if (whole < kDay) return two_units(whole / kMinute, 60, "h", "min");
  return two_units(whole / kHour, 24, "d", "h");
}

std::string rate_text(double per_second) {
  if (!(per_second > 0)) return "0/s";
  if (per_second < 10) return fmt::format("{:.1f}/s", per_second);
  return grouped(static_cast<std::uint64_t>(std::llround(per_second))) + "/s";
}

std::string counted(std::uint64_t n, std::string_view one, std::string_view many) {
  if (n != 1 && !many.empty()) return fmt::format("{} {}", grouped(n), many);
  return fmt::format("{} {}{}", grouped(n), one, n == 1 ? "" : "s");
}

std::string utc_text(std::int64_t unix_time) {
  const std::time_t when = unix_time;
  std::tm utc{};
  if (::gmtime_r(&when, &utc) == nullptr) return "?";
  char text[64] = {};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::string clean_text(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f) {
      out += "\xEF\xBF\xBD";
    } else {
      out += c;
    }
  }
  return out;
}

std::string markup(std::string_view text) {
  std::string out;
  for (const char c : clean_text(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace bp::campaign
