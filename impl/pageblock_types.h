// SPDX-License-Identifier: MIT
// The type of each pageblock of a zone (R-MT-1, R-MT-13): one word a tree, see type_word.h.
//
// Contract
//   who       any thread with any thread; place() before anyone else knows the zone.
//   means     which requests a free block is for. It decides nothing about who owns a frame: that
//             is the bitmaps' alone, so that a type which changes during a claim costs a block in
//             the wrong company and no more.
//   order     all but looks ahead is seq_cst. A releaser writes its block's word and reads the type
//             for the hint; who changes a type writes it and then reads the words for the new
//             hints: a Dekker pair, see hints.h. And who asks for a block after a range was
//             isolated must see that. As plain loads on x86 they cost nothing.
//   progress  lock-free: a change repeats only when another pageblock of the tree changed.
//   ABA       harmless: a type that compares equal is all that a change depends on.
// Freestanding.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "impl/hints.h"
#include "impl/type_word.h"

namespace bp::impl {

template <class Policy>
class PageblockTypes {
 public:
  using Word = typename Policy::template atomic<std::uint64_t>;

  /// `words` is raw memory for one a tree.
  void place(Word* words, std::uint64_t trees, Migratetype all) {
    words_ = words;
    for (std::uint64_t t = 0; t < trees; ++t) ::new (words_ + t) Word{kEachByte * set_of(all)};
  }
  /// Before anybody else looks: the type of the pageblock of a row.
  void set(std::uint64_t row, Migratetype to) {
    Word& w = words_[row >> kRowOrder];
    const unsigned shift = shift_of(row);
    // relaxed: before publication.
    const std::uint64_t others =
        w.load(std::memory_order_relaxed) & ~(std::uint64_t{0xff} << shift);
    w.store(others | std::uint64_t{set_of(to)} << shift, std::memory_order_relaxed);
  }

  /// The same: it has none, which is what a pageblock that is not there has.
  void clear(std::uint64_t row) {
    Word& w = words_[row >> kRowOrder];
    // relaxed: before publication.
    w.store(w.load(std::memory_order_relaxed) & ~(std::uint64_t{0xff} << shift_of(row)),
            std::memory_order_relaxed);
  }

  /// The same words for frames that are counted from the first row's first one.
  class FromBase {
   public:
    FromBase() = default;
    explicit FromBase(const Word* words) : words_(words) {}
    /// The word of the frame's tree.
    const Word& word_of(std::uint32_t at) const { return words_[at >> kTreeOrder]; }
    /// Of that word's value the byte of the frame's pageblock.
    static std::uint8_t byte_of(std::uint32_t at, std::uint64_t word) {
      return static_cast<std::uint8_t>(word >> shift_of(at >> kRowOrder));
    }

   private:
    const Word* words_ = nullptr;
  };
  FromBase from_base() const { return FromBase(words_); }

  /// The types of a tree's pageblocks.
  std::uint64_t word(std::uint64_t tree) const {
    // dekker: see the contract.
    return words_[tree].load(memory_order_dekker);
  }
  /// The byte of the pageblock of a row.
  std::uint8_t byte(std::uint64_t row) const {
    return static_cast<std::uint8_t>(word(row >> kRowOrder) >> shift_of(row));
  }
  std::uint64_t rows(std::uint64_t tree, TypeSet set) const { return rows_of(word(tree), set); }
  /// The same of a word() that was read before.
  static std::uint64_t rows_of(std::uint64_t w, TypeSet set) {
    if (Policy::planted(Bug::isolated_handed_out)) return bytes_with(w & kEachByte * 0x7f, set);
    return rows_of_types(w, set);
  }
  std::uint64_t class_rows(std::uint64_t tree, unsigned c) const {
    return rows_of_class(word(tree), c);
  }

  /// The pageblock of a row goes from one byte to another; false if it is not what it was.
  bool change(std::uint64_t row, std::uint8_t from, std::uint8_t to) {
    Word& w = words_[row >> kRowOrder];
    const unsigned shift = shift_of(row);
    // relaxed: a look ahead, the exchange compares the byte that it read.
    std::uint64_t old = w.load(std::memory_order_relaxed);
    do {
      if (static_cast<std::uint8_t>(old >> shift) != from) return false;
      // dekker: before the caller reads the words that the new type's hints are for. relaxed on
      // failure: the byte that it read is compared again.
    } while (!w.compare_exchange_weak(old, old ^ std::uint64_t(from ^ to) << shift,
                                      memory_order_dekker, std::memory_order_relaxed));
    return true;
  }

 private:
  static unsigned shift_of(std::uint64_t row) {
    return static_cast<unsigned>(row & (kRowBits - 1)) / kPageblockRows * 8;
  }

  Word* words_ = nullptr;  ///< Constant after place().
};

}  // namespace bp::impl
