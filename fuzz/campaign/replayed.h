// SPDX-License-Identifier: MIT
// One saved input run again in a process of its own: refused, accepted, ended by a signal, or not
// ended in time. A refused program is also made smaller in memory, for a bounded while: what is
// left of it says what the bug needs, which groups crashes better than what a fuzzer piled up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/engines/execute.h"
#include "fuzz/explore/case_file.h"
#include "model/vocab/program.h"

namespace bp::campaign {

/// A run of one input, with its reduction, in seconds: longer is a hang.
inline constexpr unsigned kReplaySeconds = 20;
/// Operations run to make one program smaller, at most: about a second.
inline constexpr std::size_t kReduceOps = 200'000;

/// A block's time in the hands of the program, for a picture.
struct BlockLife {
  std::uint64_t head = 0, pages = 0;  ///< Frames [head, head + pages).
  std::size_t from = 0, to = 0;       ///< Events: allocated at `from`, freed at `to`.
  bool freed = false;                 ///< Otherwise held to the end, which is `to`.
};

/// A program that the judge refused, as values.
struct RefusedRun {
  std::string rule, statement;
  std::string file;  ///< Where the rule is decided, from the top of the tree, and
  int line = 0;
  std::size_t event = 0, operations = 0;
  std::string operation, answer, seen, allowed;
  std::string text;    ///< The program.
  std::string report;  ///< As `repro` prints it, without commands.
  std::string kinds;   ///< Operations up to the event: "2 alloc o=0 / free / drain".
  std::vector<BlockLife> lives;
};

struct Replayed {
  enum class End : std::uint8_t {
    refused,   ///< A rule is broken: `as_found` and `reduced`.
    accepted,  ///< Nothing is wrong in this build.
    crashed,   ///< A signal, or a sanitizer's exit: `signal` and `stack`.
    hung,      ///< kReplaySeconds passed.
    not_run,   ///< `fault` says why.
  };
  End end = End::not_run;
  RefusedRun as_found, reduced;
  std::string signal;
  std::vector<std::string> stack;
  std::string fault;
};

/// Runs `p`. Nothing that it does can end the caller.
Replayed replay_apart(const Program& p, Setup setup);

/// Replays a concurrent case; it is not made smaller. One that does not replay as it says is not
/// run: it is of another version of the allocator.
Replayed replay_case_apart(const explore::Case& c);

/// "2 alloc o=0 / free / drain": the first `n` operations by kind, order with allocs, sorted.
std::string kinds_of(const Program& p, std::size_t n);

}  // namespace bp::campaign
