// SPDX-License-Identifier: MIT
// Free runs inside one 64-bit word: the pure arithmetic under both bitmap levels. In L0 a bit is a
// frame, in L1 a bit is a row of 64 free frames; the functions count in bits and know neither.
//
// A run of order k is 2^k set bits that start at a multiple of 2^k. Every function takes the word's
// type as a parameter, so that the proofs instantiate these very expressions with symbolic words.
// Those that search (tightest_run, lowest_bits) decide on the word and exist for std::uint64_t
// only. Freestanding.
#pragma once

#include <bit>
#include <cstdint>

namespace bp::impl {

inline constexpr unsigned kRowOrder = 6;  ///< A row is 2^6 frames: the bits of one word.
inline constexpr unsigned kRowBits = 1U << kRowOrder;
inline constexpr std::uint64_t kFullRow = ~std::uint64_t{0};

/// Where runs of order k can start, k <= 6.
template <class Word>
constexpr Word aligned_heads(unsigned k) {
  constexpr std::uint64_t kHeads[kRowOrder + 1] = {
      0xffffffffffffffff, 0x5555555555555555, 0x1111111111111111, 0x0101010101010101,
      0x0001000100010001, 0x0000000100000001, 0x0000000000000001};
  return Word(kHeads[k]);
}

/// The heads of all runs of order k in `w`, contained ones included.
template <class Word>
constexpr Word free_runs(Word w, unsigned k) {
  for (unsigned s = 0; s < k; ++s) w = w & (w >> Word(std::uint64_t{1} << s));
  return w & aligned_heads<Word>(k);
}

/// The heads of runs of order k that no run of order k + 1 contains; runs do not grow past `cap`.
/// Over all k <= cap they are the canonical decomposition of the word.
template <class Word>
constexpr Word maximal_runs(Word w, unsigned k, unsigned cap) {
  const Word runs = free_runs(w, k);
  if (k >= cap) return runs;
  const Word parents = free_runs(w, k + 1);
  return runs & ~(parents | (parents << Word(std::uint64_t{1} << k)));
}

/// The bits of the run of order k that starts at bit number `bit`.
template <class Word>
constexpr Word run_mask(Word bit, unsigned k) {
  if (k == kRowOrder) return Word(kFullRow);
  return Word((std::uint64_t{1} << (1U << k)) - 1) << bit;
}

/// The word after a claim or a release of `mask`, and whether that was legal.
template <class Word>
constexpr Word claimed(Word w, Word mask) {
  return w & ~mask;
}
template <class Word>
constexpr Word released(Word w, Word mask) {
  return w | mask;
}
template <class Word>
constexpr auto all_free(Word w, Word mask) {
  return (w & mask) == mask;
}
template <class Word>
constexpr auto none_free(Word w, Word mask) {
  return (w & mask) == Word(0);
}

/// A run found in a word. `fit` is the order of the maximal run that holds it: the smaller, the
/// less is broken.
struct Run {
  static constexpr unsigned kNone = ~0U;
  unsigned bit = 0;
  unsigned fit = kNone;
  constexpr bool found() const { return fit != kNone; }
};

/// The run of order k inside the smallest maximal run of at most order `cap` that can hold it;
/// k <= cap < kRowOrder.
constexpr Run tightest_run(std::uint64_t w, unsigned k, unsigned cap) {
  std::uint64_t runs = free_runs(w, k);
  for (unsigned fit = k; runs != 0; ++fit) {
    const std::uint64_t parents =
        fit == cap ? 0 : runs & (runs >> (1U << fit)) & aligned_heads<std::uint64_t>(fit + 1);
    const std::uint64_t maximal = runs & ~(parents | (parents << (1U << fit)));
    if (maximal != 0) return {static_cast<unsigned>(std::countr_zero(maximal)), fit};
    runs = parents;
  }
  return {};
}

/// The lowest `n` set bits of `w`, or all if it has fewer; n >= 1.
constexpr std::uint64_t lowest_bits(std::uint64_t w, unsigned n) {
  std::uint64_t rest = w;
  for (; n != 0 && rest != 0; --n) rest &= rest - 1;
  return w & ~rest;
}

/// How many bits of `w` are set. By hand: for a target without the instruction std::popcount
/// becomes a call into the compiler's library, which a freestanding program may not have.
constexpr unsigned bits_in(std::uint64_t w) {
  w -= w >> 1 & 0x5555555555555555;
  w = (w & 0x3333333333333333) + (w >> 2 & 0x3333333333333333);
  w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return static_cast<unsigned>(w * 0x0101010101010101 >> 56);
}

}  // namespace bp::impl
