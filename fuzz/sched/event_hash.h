// SPDX-License-Identifier: MIT
// One number for all events of an execution: a replay has the same, whatever the process, the
// compiler or the addresses. Not for adversaries.
#pragma once

#include <bit>
#include <cstdint>

namespace bp::sched {

enum class Event : std::uint8_t {
  load,
  store,
  rmw,
  fence,
  read_var,
  write_var,
  start,
  end,
  frozen,
  killed,
  migrated,
  aborted,
  note,
};

class EventHash {
 public:
  void clear() { sum_ = kSeed; }
  void add(Event what, unsigned task, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
    mix(static_cast<std::uint64_t>(what) | std::uint64_t{task} << 8 | a << 16);
    mix(b ^ std::rotl(c, 32));
  }
  std::uint64_t sum() const { return sum_ ^ sum_ >> 32; }

 private:
  static constexpr std::uint64_t kSeed = 0x6a09e667f3bcc908U;
  void mix(std::uint64_t word) { sum_ = std::rotl((sum_ ^ word) * 0x9e3779b97f4a7c15U, 29); }
  std::uint64_t sum_ = kSeed;
};

}  // namespace bp::sched
