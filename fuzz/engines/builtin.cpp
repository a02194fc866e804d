// SPDX-License-Identifier: MIT
#include "fuzz/engines/builtin.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "fuzz/engines/files.h"
#include "fuzz/engines/found_rules.h"
#include "fuzz/engines/live_stats.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/program/bytes.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/mutate.h"

namespace bp {

const Program& Builtin::next() {
  if (pool_.empty() || rng_.one_in(2)) {
    program_ = random_program(rng_, 1 + rng_.below(kBuiltinOps));
    keep(program_);
  } else {
    mutate_one_of_pool();
  }
  return program_;
}

/// Without coverage nothing says which program is worth keeping: any may take another's place.
void Builtin::keep(const Program& p) {
  encode(p, bytes_);
  if (bytes_.size() > kBuiltinBytes) return;
  if (pool_.size() < kPool) {
    pool_.push_back(bytes_);
  } else if (rng_.one_in(16)) {
    pool_[rng_.below(kPool)] = bytes_;
  }
}

void Builtin::mutate_one_of_pool() {
  const auto& from = pool_[rng_.below(pool_.size())];
  bytes_.resize(kBuiltinBytes);
  std::size_t size = 0;
  if (rng_.one_in(8)) {
    size = cross_bytes(from, pool_[rng_.below(pool_.size())], bytes_.data(), bytes_.size(), rng_());
  } else {
    std::copy(from.begin(), from.end(), bytes_.begin());
    size = mutate_bytes(bytes_.data(), from.size(), bytes_.size(), rng_());
  }
  bytes_.resize(size);
  decode(bytes_, program_);
}

namespace {

void add_seed_files(const std::filesystem::path& folder, Builtin& engine) {
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec)) {
    const FileRead file = read_whole(entry.path());
    if (file.bytes && file.bytes->size() <= kBuiltinBytes) engine.add_seed(*file.bytes);
  }
}

/// What a crash handler may touch: set up before, never allocated in it.
std::span<const std::uint8_t> running_input;
std::string crash_path;

/// A subject that crashes takes this process with it; the input is written on the way.
void save_running_input(int signal) {
  const int fd = ::open(crash_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd >= 0) {
    const ssize_t written = ::write(fd, running_input.data(), running_input.size());
    static_cast<void>(written);  // Nothing is left to be done about it.
    ::close(fd);
  }
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void save_input_on_crash(const std::filesystem::path& found) {
  // One name a process: a campaign that starts the engine again must see that it is another input.
  crash_path = (found / ("crash-signal-" + std::to_string(::getpid()) + ".bin")).string();
  for (const int s : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::signal(s, save_running_input);
}

}  // namespace

int run_builtin_process(const CampaignOptions& o, std::uint64_t seed,
                        const std::filesystem::path& seeds, const std::filesystem::path& found,
                        const std::filesystem::path& stats) {
  Executor execute(o.setup);
  Builtin engine(seed);
  add_seed_files(seeds, engine);
  LiveStats live(stats.string());
  FoundRules rules_found(found);
  save_input_on_crash(found);
  const auto end = std::chrono::steady_clock::now() + o.time;
  while (std::chrono::steady_clock::now() < end) {
    const Program& p = engine.next();
    running_input = engine.bytes();
    if (!execute.run(p)) return 3;
    live.publish(execute.tallies());
    if (!execute.verdict().accepted())
      rules_found.note(execute.verdict().refusal->rule, engine.bytes());
  }
  return 0;
}

}  // namespace bp
