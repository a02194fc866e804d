// SPDX-License-Identifier: MIT
// A scenario: a machine of a few frames and a few tasks of a few operations, as text. What is left
// open is the schedule.
//
//   conc 1                        the format's version, first
//   cpus 2                        1..8; default 2
//   zone normal 0 8 pcp 2 batch 1 min 0 low 0 high 0 reserve 0
//                                 frames [0, 8); types dma, dma32, normal, ascending
//   hole 3 4                      frames of no zone
//   machine types highatomic      pageblocks of 512 frames by migratetype; reserved for atomic
//   requests section rseq                  kind of the per-CPU sections: atomic (default), pinned,
//   rseq allow freezes 1 kills 1 migrations 1 aborts 1 steps 5000 setup operations before the
//   tasks, by nobody's task
//     alloc 0 a                   a block of order 0, from now on called a
//   task 0                        on CPU 0; tasks are numbered from 1 in the order written
//     alloc 1 b dma32             limited to zones up to DMA32
//     alloc 2 c atomic            or movable, reclaimable: what the request is for
//     free a                      of a block allocated by the set-up or by this task before;
//                                 if that alloc said null, nothing
//     drain                       all CPUs' lists; "drain 1": one CPU's
//     isolate 512 1024            whole pageblocks; "restore 512 1024" ends that
//     offline 512 1024            they leave the machine; "online 512 1024": those that left
//     hold                        a step at which others may come
// '#' begins a comment.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocab/zone.h"

namespace bp::explore {

inline constexpr unsigned kFormat = 1;
inline constexpr std::uint64_t kFramesMax = 4096;
inline constexpr std::size_t kTasksMax = 4;
inline constexpr std::size_t kOpsMax = 16;  ///< Of one task.
inline constexpr unsigned kOrderMaxOfScenario = 10;
inline constexpr int kEveryCpu = -1;

/// As impl/section.h and impl/restartable.h have them.
enum class SectionKind : std::uint8_t {
  atomic,
  pinned,  ///< Tasks have a CPU each and stay there.
  rseq,
};
inline constexpr std::array<std::string_view, 3> kSectionWords{"atomic", "pinned", "rseq"};

enum class OpKind : std::uint8_t { alloc, free, drain, hold, isolate, restore, offline, online };
inline constexpr std::size_t kOpKinds = 8;
constexpr bool is_of_range(OpKind k) { return k >= OpKind::isolate; }
/// What a request is for; all but `plain` have a word of their own.
enum class Purpose : std::uint8_t { plain, atomic, movable, reclaimable };
inline constexpr std::array<std::string_view, 4> kPurposeWords{"", "atomic", "movable",
                                                               "reclaimable"};
/// Of which ranges are made.
inline constexpr std::uint64_t kPageblockFrames = 512;
const char* op_name(OpKind k);
/// "dma", "dma32" or "normal": a scenario has no other zones.
std::string_view zone_word(ZoneType t);

/// Frames [begin, end).
struct Span {
  std::uint64_t begin = 0, end = 0;
};

struct Op {
  OpKind kind = OpKind::hold;
  unsigned order = 0;                   ///< alloc.
  ZoneType highest = ZoneType::normal;  ///< alloc.
  std::size_t block = 0;                ///< alloc, free: index into Scenario::blocks.
  int cpu = kEveryCpu;                  ///< drain.
  Purpose purpose = Purpose::plain;     ///< alloc.
  Span range;                           ///< isolate, restore, offline, online.
};

struct ZoneText {
  ZoneType type = ZoneType::normal;
  std::uint64_t begin = 0, end = 0;
  unsigned pcp = 0, batch = 1;
  unsigned min = 0, low = 0, high = 0;
  unsigned reserve = 0;  ///< Kept from requests whose highest zone is another one.
};

struct TaskText {
  unsigned cpu = 0;
  std::vector<Op> ops;
};

struct Scenario {
  unsigned cpus = 2;
  std::vector<ZoneText> zones;
  std::vector<Span> holes;
  std::vector<Op> setup;
  std::vector<TaskText> tasks;
  std::vector<std::string> blocks;  ///< Names.
  SectionKind section = SectionKind::atomic;
  unsigned freezes = 0, kills = 0, migrations = 0, aborts = 0;
  unsigned steps = 20'000;
  bool types = false;  ///< Grouped by mobility, however small the machine is.
  bool highatomic = false;
  bool ranges = false;  ///< Some operation is of a range.

  std::uint64_t frames_end() const { return zones.empty() ? 0 : zones.back().end; }
  /// That a block is allocated with.
  unsigned order_of(std::size_t block) const;
};

/// A scenario, or the first fault and where it is (from 1).
struct ScenarioParse {
  std::optional<Scenario> scenario;
  std::string fault;
  std::size_t line = 0;
  std::size_t column = 0;
};
ScenarioParse parse_scenario(std::string_view text);

/// What parse_scenario() reads again as the same.
std::string scenario_text(const Scenario& s);
std::string op_text(const Scenario& s, const Op& op);

}  // namespace bp::explore
