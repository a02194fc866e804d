// SPDX-License-Identifier: MIT
#include "fuzz/campaign/stack_trace.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "fuzz/campaign/scratch.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/files.h"
#include "fuzz/report/fmt.h"

namespace bp::campaign {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFatal{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
constexpr const char* kFrameMark = "    #";  ///< As sanitizers print frames.

/// A stack that overflowed cannot be printed on itself.
alignas(16) char signal_stack[64 << 10];

void print_stack(int signal) {
  void* frames[kFramesMax];
  const int n = ::backtrace(frames, static_cast<int>(kFramesMax));
  for (int i = 0; i < n; ++i) {
    Dl_info info{};
    const bool known = ::dladdr(frames[i], &info) != 0 && info.dli_fname != nullptr;
    const auto address = reinterpret_cast<std::uintptr_t>(frames[i]);
    const auto base = known ? reinterpret_cast<std::uintptr_t>(info.dli_fbase) : 0;
    // The process ends in any case, so that what a handler may not call can do no more harm.
    std::fprintf(stderr, "%s%d 0x%zx  (%s+0x%zx)\n", kFrameMark, i, address,
                 known ? info.dli_fname : "?", address - base);
  }
  std::fflush(stderr);
  // Waits until this handler, which is put aside by now, has returned; then it ends the process.
  ::raise(signal);
}

/// One printed frame: a name, if it was printed with one, and its place.
struct Frame {
  std::string name, module;
  std::string offset;  ///< "0x1234"
};

/// A function's name without its arguments.
std::string bare_name(std::string_view printed) {
  constexpr std::string_view kUnnamed = "(anonymous namespace)::";
  std::string name(printed);
  for (auto at = name.find(kUnnamed); at != std::string::npos; at = name.find(kUnnamed))
    name.erase(at, kUnnamed.size());
  return name.substr(0, name.find('('));
}

/// "    #3 0x55.. in bp::run(int) /a/b.cpp:3:4" or "    #3 0x55..  (module+0x12)".
std::optional<Frame> frame_of(std::string_view line) {
  if (!line.starts_with(kFrameMark)) return std::nullopt;
  Frame f;
  if (const auto in = line.find(" in "); in != std::string_view::npos) {
    std::string_view rest = line.substr(in + 4);
    // The place follows the name: a path, or the module in brackets.
    rest = rest.substr(0, std::min(rest.find(" /"), rest.find(" (/")));
    f.name = bare_name(rest);
    return f;
  }
  const auto open = line.rfind('('), plus = line.rfind('+'), close = line.rfind(')');
  if (open == std::string_view::npos || plus == std::string_view::npos || plus < open ||
      close == std::string_view::npos || close < plus)
    return std::nullopt;
  f.module = line.substr(open + 1, plus - open - 1);
  f.offset = line.substr(plus + 1, close - plus - 1);
  return f;
}

std::vector<Frame> frames_in(std::string_view log) {
  std::vector<Frame> frames;
  for (std::size_t at = 0; at < log.size() && frames.size() < kFramesMax;) {
    const std::size_t end = std::min(log.find('\n', at), log.size());
    if (auto f = frame_of(log.substr(at, end - at))) {
      // A report's second stack says where memory came from, not where it ended.
      if (log.substr(at, end - at).starts_with("    #0 ") && !frames.empty()) break;
      frames.push_back(std::move(*f));
    }
    at = end + 1;
  }
  return frames;
}

std::string symbolizer() {
  const char* wanted = std::getenv("ASAN_SYMBOLIZER_PATH");
  for (const char* name : {wanted, "/usr/lib/llvm-19/bin/llvm-symbolizer"}) {
    if (name != nullptr && ::access(name, X_OK) == 0) return name;
  }
  return "llvm-symbolizer";
}

/// Names by llvm-symbolizer, one a frame of `module`; none if it cannot be asked.
void name_frames(std::vector<Frame>& frames, const std::string& module) {
  const Scratch scratch;
  if (scratch.path().empty()) return;
  ChildPlan plan;
  plan.command = {symbolizer(), "--obj=" + module, "--functions=linkage",
                  "--demangle", "--no-inlines",    "--output-style=GNU"};
  for (const Frame& f : frames) {
    if (f.module == module && f.name.empty()) plan.command.push_back(f.offset);
  }
  plan.log = scratch.path() / "names";
  auto child = Child::start(plan);
  if (!child || child->wait().status != 0) return;
  const FileRead read = read_whole(plan.log);
  if (!read.bytes) return;
  // Two lines an address: the function and its place.
  const std::string_view text(reinterpret_cast<const char*>(read.bytes->data()),
                              read.bytes->size());
  std::size_t at = 0;
  for (Frame& f : frames) {
    if (f.module != module || !f.name.empty()) continue;
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return;
    const std::string_view name = text.substr(at, end - at);
    if (name != "??") f.name = bare_name(name);
    at = std::min(text.find('\n', end + 1), text.size() - 1) + 1;
  }
}

void name_all(std::vector<Frame>& frames) {
  std::vector<std::string> modules;
  for (const Frame& f : frames) {
    if (!f.module.empty() && std::ranges::find(modules, f.module) == modules.end())
      modules.push_back(f.module);
  }
  for (const std::string& module : modules) name_frames(frames, module);
}

/// Ours and the C library's, between the fault and the print.
bool is_machinery(const Frame& f) {
  const std::string module = fs::path(f.module).filename().string();
  if (module.starts_with("libc.so") || module.starts_with("libpthread") ||
      module == "linux-vdso.so.1")
    return true;
  for (const std::string_view part :
       {"print_stack", "__restore_rt", "raise", "abort", "pthread_kill", "__sanitizer", "__asan",
        "__ubsan", "__interceptor"}) {
    if (f.name.find(part) != std::string::npos) return true;
  }
  return false;
}

std::string text_of(const Frame& f) {
  if (!f.name.empty()) return f.name;
  return fmt::format("{}+{}", fs::path(f.module).filename().string(), f.offset);
}

}  // namespace

void print_stack_on_signal() {
  void* warm[1];
  ::backtrace(warm, 1);  // Loads what it needs now, not when memory is broken.
  stack_t stack{};
  stack.ss_sp = signal_stack;
  stack.ss_size = sizeof signal_stack;
  ::sigaltstack(&stack, nullptr);
  for (const int signal : kFatal) {
    struct sigaction now{};
    ::sigaction(signal, nullptr, &now);
    if (now.sa_handler != SIG_DFL) continue;
    struct sigaction print{};
    print.sa_handler = print_stack;
    print.sa_flags = static_cast<int>(SA_RESETHAND) | SA_ONSTACK;
    ::sigaction(signal, &print, nullptr);
  }
}

std::vector<std::string> stack_in(std::string_view log) {
  std::vector<Frame> frames = frames_in(log);
  name_all(frames);
  while (!frames.empty() && is_machinery(frames.front())) frames.erase(frames.begin());
  std::vector<std::string> names;
  for (const Frame& f : frames) names.push_back(text_of(f));
  return names;
}

}  // namespace bp::campaign
