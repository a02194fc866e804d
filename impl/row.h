// SPDX-License-Identifier: MIT
// Free runs inside one 64-bit word: the pure arithmetic under both bitmap levels. In L0 a bit is a
// frame, in L1 a bit is a row of 64 free frames; the functions count in bits and know neither.
//
// A run of order k is 2^k set bits that start at a multiple of 2^k. Every function takes the word's
// type as a parameter, so that the proofs instantiate these very expressions with symbolic words,
// the searches included: a symbolic truth value lets every branch be taken in turn. Freestanding.
#pragma once

#include <bit>
#include <cstdint>

namespace bp::impl {

inline constexpr unsigned kRowOrder = 6;  ///< A row is 2^6 frames: the bits of one word.
inline constexpr unsigned kRowBits = 1U << kRowOrder;
inline constexpr unsigned kTreeOrder = 2 * kRowOrder;  ///< 4096 frames: the rows of one L1 word.
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

/// The set bits follow one another; also if there are none.
template <class Word>
constexpr auto is_one_run(Word w) {
  const Word lowest = w & (~w + Word(1));
  return ((w + lowest) & w) == Word(0);
}

/// The number of the lowest set bit; `w` is not 0. A symbolic word has one of its own.
constexpr unsigned lowest_set(std::uint64_t w) {
  return static_cast<unsigned>(std::countr_zero(w));
}

/// A run found in a word. `fit` is the order of the maximal run that holds it: the smaller, the
/// less is broken.
template <class Bit>
struct RunAt {
  static constexpr unsigned kNone = ~0U;
  Bit bit = Bit(0);
  unsigned fit = kNone;
  constexpr bool found() const { return fit != kNone; }
};
using Run = RunAt<unsigned>;

/// The run of order k inside the smallest maximal run of at most order `cap` that can hold it;
/// k <= cap < kRowOrder.
template <class Word>
constexpr auto tightest_run(Word w, unsigned k, unsigned cap) {
  RunAt<decltype(lowest_set(w))> found;
  Word runs = free_runs(w, k);
  for (unsigned fit = k; fit <= cap; ++fit) {
    if (runs == Word(0)) return found;
    const Word size = Word(std::uint64_t{1} << fit);
    const Word parents =
        fit == cap ? Word(0) : runs & (runs >> size) & aligned_heads<Word>(fit + 1);
    const Word maximal = runs & ~(parents | (parents << size));
    if (maximal != Word(0)) {
      found.bit = lowest_set(maximal);
      found.fit = fit;
      return found;
    }
    runs = parents;
  }
  return found;
}

/// The lowest `n` set bits of `w`, or all if it has fewer; n >= 1.
template <class Word>
constexpr Word lowest_bits(Word w, unsigned n) {
  Word rest = w;
  for (; n != 0; --n) {
    if (rest == Word(0)) return w;
    rest = rest & (rest - Word(1));
  }
  return w & ~rest;
}

/// How many bits of `w` are set. By hand: for a target without the instruction std::popcount
/// becomes a call into the compiler's library, which a freestanding program may not have.
template <class Word>
constexpr Word set_bits(Word w) {
  w = w - (w >> Word(1) & Word(0x5555555555555555));
  w = (w & Word(0x3333333333333333)) + (w >> Word(2) & Word(0x3333333333333333));
  w = (w + (w >> Word(4))) & Word(0x0f0f0f0f0f0f0f0f);
  return w * Word(0x0101010101010101) >> Word(56);
}
constexpr unsigned bits_in(std::uint64_t w) { return static_cast<unsigned>(set_bits(w)); }

/// The word of hints after row number `bit` was seen non-empty, or empty; and whether it says so.
template <class Word>
constexpr Word hint_opened(Word hints, Word bit) {
  return hints | Word(1) << bit;
}
template <class Word>
constexpr Word hint_closed(Word hints, Word bit) {
  return hints & ~(Word(1) << bit);
}
template <class Word>
constexpr auto is_open(Word hints, Word bit) {
  return (hints >> bit & Word(1)) == Word(1);
}

/// Both levels of one row: its L0 word and its bit in the L1 word.
template <class Word>
struct RowPair {
  Word row;    ///< L0: the free frames of a row that is not wholly free.
  Word group;  ///< L1: the wholly free rows of its tree.
};

/// A release of `mask` into row number `bit`, without anybody in between: a full row moves up.
template <class Word>
constexpr RowPair<Word> row_released(RowPair<Word> r, Word mask, Word bit) {
  const Word now = released(r.row, mask);
  if (now == Word(kFullRow)) return {Word(0), released(r.group, Word(1) << bit)};
  return {now, r.group};
}

/// A claim of `mask` out of the wholly free row number `bit`: what is left moves down.
template <class Word>
constexpr RowPair<Word> row_broken(RowPair<Word> r, Word mask, Word bit) {
  return {claimed(Word(kFullRow), mask), claimed(r.group, Word(1) << bit)};
}

}  // namespace bp::impl
