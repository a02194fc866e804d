// SPDX-License-Identifier: MIT
// The random numbers of generators and mutations: splitmix64. A seed gives the same numbers on
// every machine and standard library, which <random>'s distributions do not promise.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bp {

class Rng {
 public:
  using result_type = std::uint64_t;
  constexpr explicit Rng(std::uint64_t seed) : state_(seed) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }

  constexpr result_type operator()() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
  }

  /// 0..n-1, near enough to uniform for small n; 0 if n is 0.
  constexpr std::uint32_t below(std::size_t n) {
    return static_cast<std::uint32_t>(((*this)() >> 32) * static_cast<std::uint32_t>(n) >> 32);
  }
  /// first..last.
  constexpr std::uint32_t between(std::uint32_t first, std::uint32_t last) {
    return first + below(last - first + 1);
  }
  constexpr bool one_in(std::size_t n) { return below(n) == 0; }

  /// One of a list; the list has an element.
  template <class List>
  constexpr auto pick(const List& list) {
    return list[below(list.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace bp
