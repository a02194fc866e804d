// SPDX-License-Identifier: MIT
// A directory of cache lines: which CPU's cache has a copy of which line, under MESI with caches
// that never run full. It counts what CPUs have to ask of one another:
//   transfer      a CPU gets a line that another one has: the line travels.
//   upgrade       a CPU writes to a line that it shares: nothing travels but the word that others
//                 must drop theirs.
//   invalidation  one copy dropped, by either.
//   fill          a CPU gets a line that no cache has: from memory, no other CPU is asked.
// A read-modify-write is a write, also one that fails: the machine takes the line before it looks.
// Leaves out what is no matter between CPUs: E and M differ by what goes back to memory, and a
// cache's size decides what comes from there. Nor does it know distances, prefetch or store
// buffers.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace bp::coherence {

inline constexpr unsigned kCpusMax = 256;
inline constexpr std::size_t kLineBytes = 64;

struct Tally {
  std::uint64_t accesses = 0;  ///< One to each line that is touched.
  std::uint64_t transfers = 0;
  std::uint64_t upgrades = 0;
  std::uint64_t invalidations = 0;
  std::uint64_t fills = 0;

  bool operator==(const Tally&) const = default;
};

class Directory {
 public:
  /// CPU `cpu`, below kCpusMax, reads `bytes` bytes, at least 1, from `address` on.
  void read(unsigned cpu, std::uintptr_t address, std::size_t bytes);
  /// The same for a write, or for a read-modify-write.
  void write(unsigned cpu, std::uintptr_t address, std::size_t bytes);

  /// Since the last restart().
  const Tally& tally() const { return tally_; }
  /// Counts from zero; caches keep what they have.
  void restart() { tally_ = {}; }

 private:
  /// The caches that have the line. One alone has it exclusive or modified, several share it.
  using Holders = std::bitset<kCpusMax>;

  template <class Touch>
  void each_line(std::uintptr_t address, std::size_t bytes, Touch&& touch);
  Holders& holders(std::uintptr_t line);
  void fetch(Holders& line, unsigned cpu);

  std::unordered_map<std::uintptr_t, Holders> lines_;  ///< By address over kLineBytes.
  /// Where lines seen lately are in lines_, which moves none: a search for each access is slow.
  struct Found {
    std::uintptr_t line = 0;
    Holders* holders = nullptr;
  };
  static constexpr std::size_t kFound = 4096;
  std::vector<Found> found_ = std::vector<Found>(kFound);
  Tally tally_;
};

}  // namespace bp::coherence
