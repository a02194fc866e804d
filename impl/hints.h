// SPDX-License-Identifier: MIT
// free_area without lists: for each class of types and each order one bit per tree, "this tree may
// hold a free block of exactly this order in a pageblock of this class". A set bit may be wrong and
// is then taken back by whoever looks; a clear bit is right but for the moment between a release
// and its announcement.
//
// Contract
//   who       any thread with any thread; lock-free, every call ends after a few own steps.
//   lost bit  none: a releaser writes the block's word and then reads the hint, a scanner clears
//             the hint and then reads the word (Dekker). All four are seq_cst: with anything
//             weaker both may read the old value, and the block is seen only by a full scan. x86
//             would not show it.
//   use       a hint saves time and decides nothing: "nothing found" is said by a scan without it.
// Freestanding.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <new>

#include "impl/pick.h"
#include "impl/planted.h"
#include "impl/type_word.h"

namespace bp::impl {

/// The order of both halves of the handshake: seq_cst. Each side writes one word and then reads the
/// other's; only a single order of all four lets at least one side see the other. As a write it is
/// a release too, as a read an acquire.
inline constexpr std::memory_order memory_order_dekker = std::memory_order_seq_cst;

/// Sets a bit that announces something, unless it is set.
template <class Word>
void announce_bit(Word& word, std::uint64_t bit) {
  // dekker: after the releaser's write of what is announced; partner of retract_bit().
  if ((word.load(memory_order_dekker) & bit) == 0) word.fetch_or(bit, memory_order_dekker);
}

/// Takes a bit back that announced nothing. Whoever does looks once more, and announces what is
/// there after all.
template <class Word>
void retract_bit(Word& word, std::uint64_t bit) {
  // dekker: before the scanner's second look; partner of announce_bit().
  word.fetch_and(~bit, memory_order_dekker);
}

template <class Policy>
class TreeHints {
 public:
  using Word = typename Policy::template atomic<std::uint64_t>;
  static constexpr unsigned kOrders = kOrderMax + 1;

  static std::uint64_t words_of(std::uint64_t trees) {
    return kHintClasses * kOrders * words_per_order(trees);
  }

  /// `words` is raw memory for words_of(trees), all zero if the policy takes zeros as placed.
  void place(Word* words, std::uint64_t trees) {
    words_ = words;
    per_order_ = words_per_order(trees);
    if constexpr (!Policy::kZeroIsPlaced) {
      for (std::uint64_t i = 0; i < words_of(trees); ++i) ::new (words_ + i) Word{0};
    }
  }

  void announce(unsigned c, unsigned order, std::uint64_t tree) {
    announce_bit(word(c, order, tree), bit(tree));
  }

  /// `still()` is the second look.
  template <class Still>
  void retract(unsigned c, unsigned order, std::uint64_t tree, Still&& still) {
    retract_bit(word(c, order, tree), bit(tree));
    if (still()) announce(c, order, tree);
  }

  /// At quiescence.
  bool says(unsigned c, unsigned order, std::uint64_t tree) const {
    // relaxed: nobody writes.
    const Word& w = words_[(c * kOrders + order) * per_order_ + tree / 64];
    return (w.load(std::memory_order_relaxed) & bit(tree)) != 0;
  }

  /// Before anybody else looks.
  void set(unsigned c, unsigned order, std::uint64_t tree) {
    Word& w = word(c, order, tree);
    // relaxed: before publication.
    w.store(w.load(std::memory_order_relaxed) | bit(tree), std::memory_order_relaxed);
  }

  /// The lowest order in [from, end) for which the class has any hint, or `end`. A few words an
  /// order, one after another: most orders have none, and this sees it sooner than any_from().
  unsigned first_order(unsigned c, unsigned from, unsigned end) const {
    const Word* w = words_ + (c * kOrders + from) * per_order_;
    for (; from < end; ++from) {
      for (const Word* const next = w + per_order_; w != next; ++w)
        if (w->load(std::memory_order_relaxed) != 0) return from;  // relaxed: as in any_from().
    }
    return end;
  }

  /// Calls visit(tree) for the trees of this class and order from `start` on and around until it
  /// says true.
  template <class Visit>
  bool any_from(unsigned c, unsigned order, std::uint64_t start, Visit&& visit) {
    const Word* const words = words_ + (c * kOrders + order) * per_order_;
    const std::uint64_t above = ~std::uint64_t{0} << (start % 64);
    std::uint64_t at = start / 64;
    const std::uint64_t words_to_see = per_order_ + (start % 64 != 0 ? 1 : 0);
    for (std::uint64_t i = 0; i < words_to_see; ++i) {
      // relaxed: a hint; what it leads to is looked at with care.
      std::uint64_t w = words[at].load(std::memory_order_relaxed);
      w &= i == 0 ? above : i == per_order_ ? ~above : ~std::uint64_t{0};
      for (; w != 0; w &= w - 1)
        if (visit(at * 64 + static_cast<unsigned>(std::countr_zero(w)))) return true;
      if (++at == per_order_) at = 0;
      if (at == 0 && Policy::planted(Bug::scan_no_wrap)) return false;
    }
    return false;
  }

 private:
  static std::uint64_t words_per_order(std::uint64_t trees) { return (trees + 63) / 64; }
  static std::uint64_t bit(std::uint64_t tree) { return std::uint64_t{1} << (tree % 64); }
  Word& word(unsigned c, unsigned order, std::uint64_t tree) {
    return words_[(c * kOrders + order) * per_order_ + tree / 64];
  }

  Word* words_ = nullptr;
  std::uint64_t per_order_ = 0;
};

}  // namespace bp::impl
