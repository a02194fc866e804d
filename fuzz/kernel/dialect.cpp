// SPDX-License-Identifier: MIT
#include "fuzz/kernel/dialect.h"

#include <array>
#include <span>

#include "fuzz/kernel/line_cursor.h"
#include "fuzz/kernel/trace.h"

namespace bp::kernel {
namespace {

struct Letter {
  char letter;
  OpKind kind;
};

constexpr Letter kLetters47[] = {
    {'a', OpKind::alloc},       {'f', OpKind::free},        {'c', OpKind::free_cold},
    {'d', OpKind::drain_local}, {'i', OpKind::isolate},     {'u', OpKind::unisolate},
    {'U', OpKind::unreserve},   {'I', OpKind::take},        {'r', OpKind::put_extra},
    {'x', OpKind::split_free},  {'Z', OpKind::drain_batch}, {'b', OpKind::bad_frame},
    {'B', OpKind::bad_slot},    {'m', OpKind::grouping},
};
constexpr Letter kLetters515[] = {
    {'a', OpKind::alloc},           {'f', OpKind::free},     {'d', OpKind::drain_all},
    {'g', OpKind::free_while_held}, {'v', OpKind::tick_age}, {'w', OpKind::watermarks},
    {'r', OpKind::reclaim_active},  {'I', OpKind::isolate},  {'U', OpKind::unisolate},
};
constexpr Letter kLetters61[] = {
    {'a', OpKind::alloc},          {'f', OpKind::free},      {'g', OpKind::get},
    {'p', OpKind::split},          {'u', OpKind::bulk},      {'q', OpKind::show},
    {'e', OpKind::exact},          {'d', OpKind::drain_all}, {'l', OpKind::drain_local},
    {'v', OpKind::tick},           {'r', OpKind::unreserve}, {'k', OpKind::task},
    {'z', OpKind::reclaim_active}, {'i', OpKind::take},      {'j', OpKind::put_back},
    {'I', OpKind::isolate},        {'J', OpKind::unisolate},
};

constexpr unsigned char kNoKind = 255;
using KindByLetter = std::array<unsigned char, 128>;

constexpr KindByLetter by_letter(std::span<const Letter> letters) {
  KindByLetter table{};
  for (unsigned char& entry : table) entry = kNoKind;
  for (const Letter& l : letters) {
    table[static_cast<unsigned char>(l.letter)] = static_cast<unsigned char>(l.kind);
  }
  return table;
}
constexpr KindByLetter kKinds[] = {by_letter(kLetters47), by_letter(kLetters515),
                                   by_letter(kLetters61)};

/// A dump names its zones, and with them its per-CPU lists, within its first lines: free lists of
/// the first zone, orders times types, are the most that stand before them.
constexpr unsigned kDumpLinesTold = 256;

/// The profile that a dump's first lines give away.
Profile profile_of_dump(Lines lines) {
  for (unsigned n = 0; n < kDumpLinesTold && !lines.at_end(); ++n) {
    const std::string_view line = lines.take();
    if (line.starts_with("gl ")) return Profile::v4_7;
    if (line.starts_with("cfg orders ")) {
      return line.find(" pcplists 15 ") != std::string_view::npos ? Profile::v5_15 : Profile::v7_1;
    }
    if (line.starts_with("pcp ")) {
      const bool tuned = line.find(" hmin ") != std::string_view::npos;
      return tuned ? Profile::v6_12 : Profile::v6_1_lts192;
    }
  }
  return Profile::v6_1_lts192;
}

}  // namespace

Dialect dialect_of(Profile written, Profile profile) {
  const auto with = [&](Recorder r, unsigned lists) {
    return Dialect{.profile = profile, .written = written, .recorder = r, .pcp_lists = lists};
  };
  switch (written) {
    case Profile::v4_7: return with(Recorder::v4_7, 3);
    case Profile::v5_15: return with(Recorder::v5_15_and_7_1, 15);
    case Profile::v6_1_lts192:
    case Profile::v6_12: return with(Recorder::v6_1, 14);
    case Profile::v7_1: return with(Recorder::v5_15_and_7_1, 14);
  }
  return {};
}

bool fits(Profile written, Profile rules) {
  return dialect_of(written).recorder == dialect_of(rules).recorder;
}

std::optional<OpKind> kind_of(Recorder r, char letter) {
  const auto at = static_cast<unsigned char>(letter);
  const KindByLetter& kinds = kKinds[static_cast<unsigned>(r)];
  if (at >= kinds.size() || kinds[at] == kNoKind) return std::nullopt;
  return OpKind{kinds[at]};
}

FileShape shape_of(std::string_view text) {
  Lines lines(text);
  while (!lines.at_end()) {
    const std::string_view line = lines.take();
    if (line.starts_with("@@S0")) {
      const bool organic = text.find("\n@@TRACE") != std::string_view::npos;
      return {organic ? FileKind::organic : FileKind::recording, profile_of_dump(lines)};
    }
    if (line.starts_with("@@") || line.starts_with("sysctl ")) continue;
    if (line.empty() || line[0] == '#') continue;
    const bool event = read_trace_line(line).event.has_value();
    return {event ? FileKind::trace : FileKind::unknown, {}};
  }
  return {};
}

}  // namespace bp::kernel
