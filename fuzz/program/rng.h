// SPDX-License-Identifier: MIT
// The one source of random numbers: splitmix64, a word of state, the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bp {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  /// In [0, end); `end` is not 0.
  std::uint64_t below(std::uint64_t end) { return next() % end; }
  /// In [first, last].
  std::uint64_t between(std::uint64_t first, std::uint64_t last) {
    return first + below(last - first + 1);
  }
  /// True once in `n`.
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace bp
