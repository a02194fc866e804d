// SPDX-License-Identifier: MIT
#include "proofs/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace bp::proofs {
namespace {

using Clock = std::chrono::steady_clock;

/// Both ends of a pipe; closed once.
struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) read_end = ends[0], write_end = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

/// The error number, 0 if the program started.
int start(const std::vector<std::string>& words, int output, pid_t& pid) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  const int error =
      ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Reads until the other side closes. False if `deadline` came first.
bool collect(int input, Clock::time_point deadline, std::string& printed) {
  std::array<char, 4096> buffer{};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{input, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<long>(left.count(), 1'000)));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const ssize_t n = ::read(input, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return true;
    const std::size_t room = kPrintedMax - printed.size();
    printed.append(buffer.data(), std::min(static_cast<std::size_t>(n), room));
  }
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

Finished run_program(const std::vector<std::string>& words, std::chrono::milliseconds limit) {
  Finished done;
  const auto begin = Clock::now();
  Pipe pipe;
  pid_t pid = 0;
  const int error = pipe.read_end < 0 ? errno : start(words, pipe.write_end, pid);
  if (error != 0) {
    done.is_missing = error == ENOENT;
    done.fault = words[0] + " cannot be started: " + std::strerror(error);
    return done;
  }
  Pipe::close_end(pipe.write_end);
  const bool in_time = collect(pipe.read_end, begin + limit, done.printed);
  if (!in_time) ::kill(pid, SIGKILL);
  const int status = wait_for(pid);
  done.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  if (!in_time) {
    done.fault = words[0] + " gave no answer in " + std::to_string(limit.count()) + " ms";
  } else if (WIFEXITED(status)) {
    done.status = WEXITSTATUS(status);
  } else {
    done.fault = words[0] + " was ended by signal " + std::to_string(WTERMSIG(status));
  }
  return done;
}

}  // namespace bp::proofs
