// SPDX-License-Identifier: MIT
#include "fuzz/engines/live_stats.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <utility>

namespace bp {
namespace {

constexpr std::uint64_t kMagic = 0x31737461'74735042;  ///< "BPstats1", in memory order.
constexpr std::size_t kWords = 1 + kTallies;           ///< The magic, then one word a tally.
constexpr std::size_t kSize = kWords * sizeof(std::uint64_t);

std::uint64_t* map(const std::string& path, bool writable) {
  const int flags = writable ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC;
  const int fd = ::open(path.c_str(), flags, 0666);
  if (fd < 0) return nullptr;
  struct stat s{};
  bool ok = ::fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
  if (ok && static_cast<std::size_t>(s.st_size) < kSize)
    // With blocks of its own: a write into a hole on a full disk would be a SIGBUS.
    ok = writable && ::posix_fallocate(fd, 0, static_cast<off_t>(kSize)) == 0;
  void* at =
      ok ? ::mmap(nullptr, kSize, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0)
         : MAP_FAILED;
  ::close(fd);
  return at == MAP_FAILED ? nullptr : static_cast<std::uint64_t*>(at);
}

void unmap(std::uint64_t* words) {
  if (words != nullptr) ::munmap(words, kSize);
}

/// Relaxed: each value stands alone, and no reader draws a conclusion from two of them.
std::uint64_t load(std::uint64_t& word) {
  return std::atomic_ref<std::uint64_t>(word).load(std::memory_order_relaxed);
}
/// Relaxed, and no read-modify-write: there is one writer.
void store(std::uint64_t& word, std::uint64_t value) {
  std::atomic_ref<std::uint64_t>(word).store(value, std::memory_order_relaxed);
}

}  // namespace

LiveStats::LiveStats(const std::string& path) : words_(map(path, true)) {
  if (words_ != nullptr) store(words_[0], kMagic);
}

LiveStats::~LiveStats() { unmap(words_); }

LiveStats::LiveStats(LiveStats&& other) noexcept
    : words_(std::exchange(other.words_, nullptr)), published_(other.published_) {}

LiveStats& LiveStats::operator=(LiveStats&& other) noexcept {
  std::swap(words_, other.words_);
  std::swap(published_, other.published_);
  return *this;
}

void LiveStats::publish(const Tallies& t) {
  if (words_ == nullptr) return;
  for (unsigned i = 0; i < kTallies; ++i) {
    if (t[i] != published_[i]) store(words_[1 + i], load(words_[1 + i]) + t[i] - published_[i]);
  }
  published_ = t;
}

std::optional<Tallies> read_live_stats(const std::string& path) {
  std::uint64_t* words = map(path, false);
  if (words == nullptr) return std::nullopt;
  std::optional<Tallies> t;
  // A const word cannot be read through atomic_ref in C++20; a read-only mapping can.
  if (load(words[0]) == kMagic) {
    t.emplace();
    for (unsigned i = 0; i < kTallies; ++i) (*t)[i] = load(words[1 + i]);
  }
  unmap(words);
  return t;
}

}  // namespace bp
