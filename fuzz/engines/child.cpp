// SPDX-License-Identifier: MIT
#include "fuzz/engines/child.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <thread>

/// Of clang's runtime, in a build that counts what it runs: written at exit(), which a child skips.
extern "C" [[gnu::weak]] int __llvm_profile_write_file();

namespace bp {
namespace {

constexpr int kCannotRun = 127;  ///< As a shell says it.

void send_output_to(const std::filesystem::path& log) {
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0) ::_exit(kCannotRun);
  ::dup2(fd, STDOUT_FILENO);
  ::dup2(fd, STDERR_FILENO);
  const int none = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (none >= 0) ::dup2(none, STDIN_FILENO);
}

[[noreturn]] void become(const ChildPlan& plan, pid_t parent) {
  ::setpgid(0, 0);
  // SIGTERM, which afl-fuzz answers by ending its own children first.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(kCannotRun);  // It was gone before the request was made.
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  for (const auto& [name, value] : plan.environment) ::setenv(name.c_str(), value.c_str(), 1);
  if (!plan.log.empty()) send_output_to(plan.log);
  if (plan.body) {
    const int status = plan.body();
    std::fflush(nullptr);
    if (__llvm_profile_write_file != nullptr) __llvm_profile_write_file();
    ::_exit(status);
  }
  std::vector<char*> argv;
  for (const std::string& word : plan.command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  std::fprintf(stderr, "%s: cannot be run: %s\n", argv[0], ::strerror(errno));
  std::fflush(stderr);
  ::_exit(kCannotRun);
}

ChildEnd end_of(int status) {
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

}  // namespace

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), ended_(other.ended_) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(ended_, other.ended_);
  return *this;
}

Child::~Child() { end(); }

std::optional<Child> Child::start(const ChildPlan& plan) {
  std::fflush(nullptr);  // Or the child would write the parent's buffers a second time.
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return std::nullopt;
  if (pid == 0) become(plan, parent);
  ::setpgid(pid, pid);  // On both sides, so that the group exists before either goes on.
  return Child(pid);
}

std::optional<ChildEnd> Child::poll() {
  if (ended_ || pid_ < 0) return ended_;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) ended_ = end_of(status);
  return ended_;
}

ChildEnd Child::wait() {
  if (ended_) return *ended_;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  ended_ = end_of(status);
  return *ended_;
}

void Child::ask_to_end() {
  if (pid_ >= 0 && !poll()) ::kill(-pid_, SIGTERM);
}

void Child::end() {
  if (pid_ < 0) return;
  ask_to_end();
  const auto last = std::chrono::steady_clock::now() + kGrace;
  while (!poll() && std::chrono::steady_clock::now() < last)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ::kill(-pid_, SIGKILL);  // The rest of the group, whoever is left of it.
  wait();
  pid_ = -1;
}

std::string signal_text(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

ChildEnd isolated(const std::function<int()>& body) {
  ChildPlan plan;
  plan.body = body;
  std::optional<Child> child = Child::start(plan);
  if (!child) return {body(), 0};  // No process to be had: better unprotected than not at all.
  return child->wait();
}

}  // namespace bp
