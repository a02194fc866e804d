// SPDX-License-Identifier: MIT
// Child processes of a campaign: started with their own output file and environment, gone when
// their parent is gone, ended for certain when their time is up.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bp {

/// What a child was started with.
struct ChildPlan {
  std::vector<std::string> command;  ///< Program and arguments; or
  std::function<int()> body;         ///< what the child does itself, and its exit status.
  std::vector<std::pair<std::string, std::string>> environment;  ///< Added to the parent's.
  std::filesystem::path log;  ///< Takes stdout and stderr; empty: the parent's own.
};

/// How a child ended.
struct ChildEnd {
  int status = 0;  ///< Exit status, if no signal ended it.
  int signal = 0;  ///< The signal, or 0.
};

/// One running child, in a process group of its own. Destroying it ends the group.
class Child {
 public:
  static constexpr std::chrono::milliseconds kGrace{
      2000};  ///< Between the request to end and SIGKILL.

  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();

  /// Nothing if the process could not be made; a command that cannot be run ends with 127.
  static std::optional<Child> start(const ChildPlan& plan);

  /// How it ended, once it has. Does not wait.
  std::optional<ChildEnd> poll();
  /// Waits for the end.
  ChildEnd wait();
  /// Asks for the end; returns at once.
  void ask_to_end();
  /// Asks, waits for at most kGrace, and kills.
  void end();

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
  std::optional<ChildEnd> ended_;
};

/// "SIGSEGV", or "signal 40".
std::string signal_text(int signal);

/// Runs `body` in a child, so that a crash of a subject ends the child alone. Output is the
/// parent's own.
ChildEnd isolated(const std::function<int()>& body);

}  // namespace bp
