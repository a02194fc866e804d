// SPDX-License-Identifier: MIT
// What stands before a message: marks of quoting, syslog in its many forms, times, levels, callers.
#include <algorithm>
#include <array>
#include <optional>

#include "fuzz/explain/log_tokens.h"
#include "fuzz/explain/log_words.h"

namespace bp::explain {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\0'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  return s;
}

/// Quotation marks of mail: '>' and '|', each perhaps after blanks.
std::string_view without_quotes(std::string_view s) {
  for (std::string_view t = trimmed(s); !t.empty(); t = trimmed(t)) {
    // A mask that was broken off goes on with '|' and a word.
    const bool is_bar = t.front() == '|' && (t.size() == 1 || is_space(t[1]));
    if (t.front() != '>' && !is_bar) break;
    t.remove_prefix(1);
    s = t;
  }
  return s;
}

/// "<4>".
std::string_view without_priority(std::string_view s) {
  if (s.size() < 3 || s.front() != '<' || !is_digit(s[1])) return s;
  const std::size_t end = s.find('>');
  return end == s.npos || end > 4 ? s : s.substr(end + 1);
}

/// "16:37:06" somewhere in it.
bool has_time(std::string_view s) {
  for (std::size_t i = 0; i + 8 <= s.size(); ++i) {
    bool fits = true;
    for (std::size_t k = 0; fits && k < 8; ++k)
      fits = k == 2 || k == 5 ? s[i + k] == ':' : is_digit(s[i + k]);
    if (fits) return true;
  }
  return false;
}

/// A host's, blanks around it.
bool is_one_name(std::string_view s) {
  s = trimmed(s);
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s.find_first_of(" \t:[]()=<>") == s.npos;
}

/// "Jun 18 16:37:06 host kernel: ", "2024-01-01T00:00:00+00:00 host kernel: ", "kernel: ",
/// "1 2024-01-01T00:00:00Z host kernel - - - ".
std::string_view without_syslog(std::string_view s, std::string_view name) {
  constexpr std::size_t kFar = 160;  // Names of hosts are bounded; a message may say "kernel:" too.
  const std::size_t at = s.substr(0, kFar).find(name);
  if (at == s.npos || (at != 0 && !is_space(s[at - 1]))) return s;
  const bool timed = has_time(s.substr(0, at));
  if (at != 0 && !timed && !is_one_name(s.substr(0, at))) return s;
  std::size_t end = at + name.size();
  if (timed && s.substr(end).starts_with(" - - - ")) return s.substr(end + 7);
  while (end < s.size() && (is_space(s[end]) || s[end] == '[' || s[end] == ']' || is_digit(s[end])))
    ++end;
  if (end == s.size() || s[end] != ':') return s;
  return s.substr(end + 1);
}

std::string_view without_syslog(std::string_view s) {
  for (const std::string_view name : {"kernel", "vmunix", "klogd"}) {
    const std::string_view rest = without_syslog(s, name);
    if (rest != s) return rest;
  }
  return s;
}

/// The time that the kernel gave the line, "[  123.456789]", and whatever was put before it.
std::string_view without_stamp(std::string_view s) {
  constexpr std::size_t kFar = 160, kFraction = 6;
  for (std::size_t open = s.find('['); open < kFar && open != s.npos;
       open = s.find('[', open + 1)) {
    std::size_t at = open + 1;
    while (at < s.size() && s[at] == ' ') ++at;
    const std::size_t seconds = at;
    while (at < s.size() && is_digit(s[at])) ++at;
    if (at == seconds || at == s.size() || s[at] != '.') continue;
    const std::size_t fraction = ++at;
    while (at < s.size() && is_digit(s[at])) ++at;
    const std::string_view before = s.substr(0, open);
    // A message that another one was printed into keeps its begin.
    const bool is_prefix =
        before.find_first_of("=()\v") == before.npos && before.find("kB") == before.npos;
    if (at - fraction == kFraction && at < s.size() && s[at] == ']' && is_prefix)
      return s.substr(at + 1);
  }
  return s;
}

/// "kern  :warn  : ", which `dmesg -x` puts there.
std::string_view without_level(std::string_view s) {
  constexpr std::string_view kFacilities[] = {"kern", "user", "daemon", "syslog"};
  const std::size_t first = s.find(':');
  if (first == s.npos || first > 8) return s;
  std::string_view facility = s.substr(0, first);
  while (!facility.empty() && is_space(facility.back())) facility.remove_suffix(1);
  if (std::ranges::find(kFacilities, facility) == std::end(kFacilities)) return s;
  const std::size_t second = s.find(':', first + 1);
  if (second == s.npos || second > first + 8) return s;
  return is_one_name(s.substr(first + 1, second - first - 1)) ? s.substr(second + 1) : s;
}

/// "4,1200,5678901,-,caller=T11;", a record of /dev/kmsg or netconsole: what is behind it, and who
/// wrote it.
std::string_view without_record(std::string_view s, std::string_view& caller) {
  constexpr std::size_t kFar = 96;
  const std::size_t end = s.find(';');
  if (end == s.npos || end > kFar || end == 0 || !is_digit(s.front())) return s;
  const std::string_view head = s.substr(0, end);
  if (std::ranges::count(head, ',') < 3 || head.find_first_of(" ()") != head.npos) return s;
  constexpr std::string_view kCaller = ",caller=";
  if (const std::size_t at = head.find(kCaller); at != head.npos && caller.empty())
    caller = head.substr(at + kCaller.size());
  return s.substr(end + 1);
}

/// "  0     0 W tag: ", as Android's log has it behind the time.
std::string_view without_tag(std::string_view s) {
  std::string_view rest = trimmed(s);
  for (unsigned numbers = 0; numbers < 2; ++numbers) {
    if (rest.starts_with("root ")) rest = trimmed(rest.substr(5));
    const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (end == 0 || end == rest.size() || !is_space(rest[end])) return s;
    rest = trimmed(rest.substr(end));
  }
  constexpr std::string_view kLevels = "VDIWEFA";
  if (rest.size() < 2 || kLevels.find(rest.front()) == kLevels.npos || !is_space(rest[1])) return s;
  const std::size_t colon = rest.find(':');
  if (colon == rest.npos || !is_one_name(rest.substr(1, colon - 1))) return s;
  return rest.substr(colon + 1);
}

/// "  12\t", "12: ": the number of the line.
std::string_view without_number(std::string_view s) {
  const std::size_t end = std::min(s.find_first_not_of("0123456789"), s.size());
  if (end == 0 || end + 1 >= s.size() || end > 7) return s;
  const bool ends = s[end] == '\t' || (s[end] == ':' && !is_digit(s[end + 1]));
  return ends ? s.substr(end + 1) : s;
}

/// "123.456789 ": a time in seconds that stands alone.
std::string_view without_seconds(std::string_view s) {
  const std::size_t end = std::min(s.find_first_of(" \t"), s.size());
  const std::string_view word = s.substr(0, end);
  const std::size_t dot = word.find('.');
  const bool fits = dot != word.npos && dot > 0 && word.size() == dot + 7 &&
                    word.find_first_not_of("0123456789.") == word.npos;
  return fits ? s.substr(end) : s;
}

/// "# ", "* ", "// ", "- ", "MESSAGE=": of comments, lists and journals; "AB> " of old mail.
std::string_view without_mark(std::string_view s) {
  const std::size_t end =
      s.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  if (end != s.npos && end > 0 && end < 10 && s.substr(end).starts_with("> "))
    return s.substr(end + 2);
  for (const std::string_view mark : {"# ", "* ", "// ", "- ", "MESSAGE="}) {
    if (s.starts_with(mark)) return s.substr(mark.size());
  }
  return s;
}

/// "name  | ", which Docker puts there.
std::string_view without_container(std::string_view s) {
  const std::size_t bar = s.find(" | ");
  return bar != s.npos && bar < 40 && is_one_name(s.substr(0, bar)) ? s.substr(bar + 3) : s;
}

/// A word of digits with ':' or '-' between: a time or a date that stands alone.
std::string_view without_time(std::string_view s) {
  const std::size_t end = std::min(s.find_first_of(" \t"), s.size());
  const std::string_view word = s.substr(0, end);
  if (word.size() < 5 || !is_digit(word.front())) return s;
  const auto fits = [](char c) {
    return is_digit(c) || c == ':' || c == '-' || c == '.' || c == 'T' || c == 'Z' || c == '+' ||
           c == ',';
  };
  const bool is_time = std::ranges::all_of(word, fits) &&
                       std::ranges::any_of(word, [](char c) { return c == ':' || c == '-'; });
  return is_time ? s.substr(end) : s;
}

/// What a bracket says of who wrote the line: "[    T1]", "[C" and a number,
/// "[pid:1361,cpu5,comm]",
/// "[3:  Binder:9343_3:22875]".
std::string_view caller_in(std::string_view inside) {
  inside = trimmed(inside);
  if (inside.size() > 1 && (inside[0] == 'T' || inside[0] == 'C') &&
      std::ranges::all_of(inside.substr(1), is_digit))
    return inside;
  if (inside.starts_with("pid:")) return inside.substr(0, inside.find(','));
  if (!inside.empty() && is_digit(inside[0]) && inside.find(": ") != inside.npos) return inside;
  return {};
}

/// One bracket, unless it is an address of a trace: "[<ffff>]", "[c01b661c]", or part of a word.
std::optional<std::string_view> bracket(std::string_view s) {
  constexpr std::size_t kLong = 64;
  if (s.empty() || s.front() != '[' || s.starts_with("[<")) return std::nullopt;
  const std::size_t end = s.find(']');
  if (end == s.npos || end > kLong) return std::nullopt;
  return s.substr(1, end - 1);
}

/// "(2)[1234:kworker/2:1]": the CPU before the task.
bool has_cpu(std::string_view s) {
  if (s.starts_with('-')) s.remove_prefix(1);  // With interrupts off.
  return s.size() > 3 && s.front() == '(' && is_digit(s[1]) && s.substr(2, 3).find(")[") != s.npos;
}

/// "W/KERNEL  (  123): ", Android's brief form.
std::string_view without_brief_tag(std::string_view s) {
  constexpr std::string_view kLevels = "VDIWEFA";
  if (s.size() < 2 || kLevels.find(s[0]) == kLevels.npos || s[1] != '/') return s;
  const std::size_t open = s.find('('), close = s.find("): ");
  if (open == s.npos || close == s.npos || close < open || !is_one_name(s.substr(2, open - 2)))
    return s;
  const std::string_view number = trimmed(s.substr(open + 1, close - open - 1));
  return std::ranges::all_of(number, is_digit) ? s.substr(close + 3) : s;
}

/// "[   45.073877]" at the end of what was taken off, in microseconds.
std::optional<std::int64_t> stamp_at_end(std::string_view taken) {
  constexpr std::size_t kFraction = 6;
  const std::size_t open = taken.rfind('[');
  if (open == taken.npos || !taken.ends_with(']')) return std::nullopt;
  const std::string_view inside = trimmed(taken.substr(open + 1, taken.size() - open - 2));
  const std::size_t dot = inside.find('.');
  if (dot == inside.npos || inside.size() != dot + kFraction + 1) return std::nullopt;
  const Maybe seconds = decimal(inside.substr(0, dot));
  const Maybe fraction = decimal(inside.substr(dot + 1));
  // Some ten thousand years are no time since the start.
  constexpr std::int64_t kSecondsMax = 400'000'000'000;
  if (!seconds || !fraction || *seconds > kSecondsMax) return std::nullopt;
  return *seconds * 1'000'000 + *fraction;
}

using Peel = std::string_view (*)(std::string_view);
constexpr std::array<Peel, 11> kPeels{without_priority,  without_level,     without_syslog,
                                      without_time,      without_number,    without_seconds,
                                      without_tag,       without_brief_tag, without_mark,
                                      without_container, without_stamp};

}  // namespace

Unprefixed without_prefix(std::string_view line) {
  Unprefixed u{without_quotes(line), {}, {}};
  // Each pass takes one thing off; the most that was seen on real lines is five.
  for (unsigned pass = 0; pass < 10; ++pass) {
    std::string_view s = trimmed(u.rest);
    if (s.empty()) break;
    if (has_cpu(s)) {
      s = s.substr(s.find('['));
      if (const auto inside = bracket(s); inside && u.caller.empty()) u.caller = *inside;
    }
    if (const auto inside = bracket(s)) {
      if (u.caller.empty()) u.caller = caller_in(*inside);
      u.rest = s.substr(inside->size() + 2);
      if (!u.stamp) u.stamp = stamp_at_end(s.substr(0, inside->size() + 2));
      continue;
    }
    std::string_view rest = without_record(s, u.caller);
    for (const Peel peel : kPeels) {
      if (rest == s) rest = peel(s);
    }
    if (rest == s) break;
    u.rest = rest;
    if (!u.stamp) u.stamp = stamp_at_end(s.substr(0, s.size() - rest.size()));
  }
  return u;
}

}  // namespace bp::explain
