// SPDX-License-Identifier: MIT
// The block tree over 64 frames (one word) and over 128 (two rows and their word of wholly free
// rows): a block that is taken splits the run that holds it and nothing else, and its release
// merges what was split (I-7, I-8).
//
// Given: any word; for 128 frames any two neighbouring rows and any word over them in which the
// levels are apart and no row is full in L0; any block, its order as one statement an order.
// Claim: the step keeps that, changes exactly the block's frames, leaves each maximal run elsewhere
// one, makes new ones only out of free frames; release after take, and take after release, give the
// state before. So by induction every state that is reached has it.
// Assumed: one thread.
// Trusted: as row.cpp.
// Not covered: trees of more words; which list a run stands in.
#include "proofs/row_tree.h"

#include <algorithm>

#include "proofs/fmt.h"
#include "proofs/row_spec.h"

namespace bp::proofs {
namespace {

/// The block tree: a claim of a block out of a maximal run splits that run and nothing else, and
/// the release that follows merges it again over 64 frames; symbolic block.
void state_tree(List& list) {
  for (unsigned k = 0; k <= kRowOrder; ++k) {
    Statement s = about_row(
        fmt::format("ROW-tree.order-{}", k),
        "a maximal run elsewhere stays one when a block is taken, and after its release all are as "
        "before",
        claim([k](const auto& r) {
          using R = std::decay_t<decltype(r)>;
          using W = typename R::Word;
          const W w = r.word(kWord);
          const W start = r.word(kSecond) & W(kRowBits - 1) & ~W((std::uint64_t{1} << k) - 1);
          const W mask = impl::run_mask(start, k);
          const W after = impl::claimed(w, mask);
          typename R::Truth holds = impl::released(after, mask) == w;
          for (unsigned o = 0; o <= kRowOrder; ++o) {
            const W size = W((std::uint64_t{1} << o) - 1);
            const W head = r.word(kBit) & ~size;
            // Disjoint from the block that is taken.
            const auto apart = (impl::run_mask(head, o) & mask) == W(0);
            const auto was = bit_set(impl::maximal_runs(w, o, kRowOrder), head);
            const auto is = bit_set(impl::maximal_runs(after, o, kRowOrder), head);
            holds = holds && implies(was && apart, is);
            // What is new is inside the run that was split.
            holds = holds &&
                    implies(is && !was, (impl::run_mask(head, o) & w) == impl::run_mask(head, o));
          }
          return holds;
        }),
        "claimed(), released(), maximal_runs()");
    s.symbols = {word("w"), word("bit", 0, kRowBits - 1), word("block", 0, kRowBits - 1)};
    s.given = {{"the block is free", claim([k](const auto& r) {
                  using W = typename std::decay_t<decltype(r)>::Word;
                  const W start =
                      r.word(kSecond) & W(kRowBits - 1) & ~W((std::uint64_t{1} << k) - 1);
                  return run_starts_at(r.word(kWord), start, k);
                })}};
    add(list, s);
  }
}

constexpr unsigned kTreeOrder = kRowOrder + 1;
constexpr unsigned kTreeFrames = 2 * kRowBits;
enum TreeSymbol : unsigned { kRow0, kRow1, kGroup, kPair, kFrame, kBlock };

std::vector<Symbol> tree_symbols() {
  return {word("row0"),
          word("row1"),
          word("group"),
          word("pair", 0, kRowBits / 2 - 1),
          word("frame", 0, kTreeFrames - 1),
          word("block", 0, kTreeFrames - 1)};
}

/// Two neighbouring rows in L0, and L1; `pair` numbers the first of them.
template <class R>
struct Tree {
  using W = typename R::Word;
  using Truth = typename R::Truth;
  W row[2];
  W group;
  W pair;

  /// Which of the two rows has the frame: the way splits.
  static unsigned row_of(const W& frame) { return frame < W(kRowBits) ? 0 : 1; }
  W number(unsigned i) const { return pair + W(i); }
  impl::RowPair<W> levels(unsigned i) const { return {row[i], group}; }
  void put(unsigned i, const impl::RowPair<W>& p) { row[i] = p.row, group = p.group; }

  bool operator==(const Tree&) const = delete;
  Truth is(const Tree& t) const {
    return row[0] == t.row[0] && row[1] == t.row[1] && group == t.group;
  }
  Truth is_sound() const {
    Truth sound = Truth(true);
    for (unsigned i = 0; i < 2; ++i) {
      sound = sound && levels_are_apart(levels(i), number(i)) && row[i] != W(kFullRow);
    }
    return sound;
  }
  /// The frames of row i that are free in either level.
  W free_in(unsigned i) const { return row[i] | (W(0) - (group >> number(i) & W(1))); }
  Truth is_free(const W& frame) const {
    return bit_set(free_in(row_of(frame)), frame & W(kRowBits - 1));
  }
  /// A maximal run of the order has this head.
  Truth has_run(const W& head, unsigned order) const {
    if (order == kTreeOrder) return bit_set(impl::maximal_runs(group, 1, 1), pair);
    const unsigned i = row_of(head);
    if (order == kRowOrder) return bit_set(impl::maximal_runs(group, 0, 1), number(i));
    return bit_set(impl::maximal_runs(row[i], order, kRowOrder), head & W(kRowBits - 1));
  }
};

template <class R>
Tree<R> tree_of(const R& r) {
  return {{r.word(kRow0), r.word(kRow1)}, r.word(kGroup), r.word(kPair) + r.word(kPair)};
}

template <class W>
W head_of(const W& frame, unsigned order) {
  return frame & ~W((std::uint64_t{1} << order) - 1);
}

template <class W>
auto in_block(const W& frame, const W& block, unsigned order) {
  return head_of(frame, order) == head_of(block, order);
}

/// The frames of a block below a row, in the word of its row.
template <class W>
W mask_in_row(const W& block, unsigned order) {
  return impl::run_mask(head_of(block & W(kRowBits - 1), order), order);
}
/// The rows of a block of one or two, in the group's word.
template <class R>
auto mask_in_group(const Tree<R>& t, const typename R::Word& block, unsigned order) {
  const typename R::Word first = order == kTreeOrder ? t.pair : t.number(Tree<R>::row_of(block));
  return impl::run_mask(first, order - kRowOrder);
}

/// Every frame of the block is free, or none is.
template <class R>
auto whole(const Tree<R>& t, const typename R::Word& block, unsigned order, bool free) {
  using W = typename R::Word;
  const auto row_is = [&](unsigned i) { return t.free_in(i) == W(free ? kFullRow : 0); };
  if (order == kTreeOrder) return row_is(0) && row_is(1);
  const unsigned i = Tree<R>::row_of(block);
  if (order == kRowOrder) return row_is(i);
  const W mask = mask_in_row(block, order);
  return free ? impl::all_free(t.free_in(i), mask) : impl::none_free(t.free_in(i), mask);
}

/// As the allocator does it: a wholly free row is broken, or left to L0.
template <class R>
void take(Tree<R>& t, const typename R::Word& block, unsigned order) {
  using W = typename R::Word;
  if (order >= kRowOrder) {
    t.group = impl::claimed(t.group, mask_in_group(t, block, order));
    return;
  }
  const unsigned i = Tree<R>::row_of(block);
  const W mask = mask_in_row(block, order);
  if (bit_set(t.group, t.number(i))) {
    t.put(i, impl::row_broken(t.levels(i), mask, t.number(i)));
  } else {
    t.row[i] = impl::claimed(t.row[i], mask);
  }
}

template <class R>
void release(Tree<R>& t, const typename R::Word& block, unsigned order) {
  using W = typename R::Word;
  if (order >= kRowOrder) {
    t.group = impl::released(t.group, mask_in_group(t, block, order));
    return;
  }
  const unsigned i = Tree<R>::row_of(block);
  const W mask = mask_in_row(block, order);
  t.put(i, impl::row_released(t.levels(i), mask, t.number(i)));
}

Statement about_tree(std::string id, std::string text, Claim c, std::string subject,
                     std::source_location at = std::source_location::current()) {
  Statement s = statement_of(std::move(id), std::move(text), "impl/row.h " + subject,
                             tree_symbols(), std::move(c), at);
  s.given = {{"the levels are apart, and no row is full in L0",
              claim([](const auto& r) { return tree_of(r).is_sound(); })}};
  s.is_long = true;
  return s;
}

GivenClaim block_is(unsigned k, bool free) {
  return {free ? "the block is free" : "no frame of the block is free",
          claim([=](const auto& r) { return whole(tree_of(r), r.word(kBlock), k, free); })};
}

/// The steps, of blocks of order k.
void state_steps(List& list, unsigned k) {
  Statement taken = about_tree(
      fmt::format("TREE-128.take.order-{}", k),
      "taking a block keeps the levels apart, takes exactly its frames, and its release gives the "
      "state before",
      claim([k](const auto& r) {
        const auto before = tree_of(r);
        auto after = before;
        take(after, r.word(kBlock), k);
        const auto f = r.word(kFrame);
        const auto same_frames =
            after.is_free(f) == (before.is_free(f) && !in_block(f, r.word(kBlock), k));
        const auto sound = after.is_sound();
        release(after, r.word(kBlock), k);
        return sound && same_frames && after.is(before);
      }),
      "claimed(), row_broken(), row_released()");
  taken.given.push_back(block_is(k, true));
  add(list, taken);
  Statement freed =
      about_tree(fmt::format("TREE-128.release.order-{}", k),
                 "releasing a block keeps the levels apart, frees exactly its frames, and taking "
                 "it again gives "
                 "the state before",
                 claim([k](const auto& r) {
                   const auto before = tree_of(r);
                   auto after = before;
                   release(after, r.word(kBlock), k);
                   const auto f = r.word(kFrame);
                   const auto same_frames =
                       after.is_free(f) == (before.is_free(f) || in_block(f, r.word(kBlock), k));
                   const auto sound = after.is_sound();
                   take(after, r.word(kBlock), k);
                   return sound && same_frames && after.is(before);
                 }),
                 "released(), row_released(), row_broken()");
  freed.given.push_back(block_is(k, false));
  add(list, freed);
}

/// What a taken block of order k does to the maximal runs of order o.
void state_splits(List& list, unsigned k, unsigned o) {
  Statement split = about_tree(
      fmt::format("TREE-128.split.order-{}.runs-{}", k, o),
      "a maximal run elsewhere stays one when a block is taken, and a new one was free",
      claim([k, o](const auto& r) {
        const auto before = tree_of(r);
        auto after = before;
        take(after, r.word(kBlock), k);
        const auto head = head_of(r.word(kFrame), o);
        const auto was = before.has_run(head, o);
        const auto is = after.has_run(head, o);
        const unsigned wide = std::max(k, o);
        const auto apart = !in_block(head, r.word(kBlock), wide);
        return implies(was && apart, is) && implies(is && !was, whole(before, head, o, true));
      }),
      "claimed(), row_broken(), maximal_runs()");
  split.given.push_back(block_is(k, true));
  add(list, split);
}

void state_tree_of_128(List& list) {
  for (unsigned k = 0; k <= kTreeOrder; ++k) {
    state_steps(list, k);
    for (unsigned o = 0; o <= kTreeOrder; ++o) state_splits(list, k, o);
  }
  add(list, about_tree("TREE-128.canonical",
                       "each free frame is in exactly one maximal run, each other in none",
                       claim([](const auto& r) {
                         const auto t = tree_of(r);
                         auto once = TruthOf<decltype(r)>(false);
                         auto twice = TruthOf<decltype(r)>(false);
                         for (unsigned o = 0; o <= kTreeOrder; ++o) {
                           const auto in = t.has_run(head_of(r.word(kFrame), o), o);
                           twice = twice || (once && in);
                           once = once || in;
                         }
                         return once == t.is_free(r.word(kFrame)) && !twice;
                       }),
                       "maximal_runs()"));
  Statement unmerged = about_tree("TREE-128.unmerged",
                                  "a row that a release fills may stay in L0 (edited: must be "
                                  "refuted)",
                                  claim([](const auto& r) {
                                    auto t = tree_of(r);
                                    using W = WordOf<decltype(r)>;
                                    const W bit = r.word(kBlock) & W(kRowBits - 1);
                                    t.row[0] = impl::released(t.row[0], impl::run_mask(bit, 0));
                                    return t.is_sound();
                                  }),
                                  "released()");
  unmerged.expected = Answer::refuted;
  unmerged.is_long = false;
  add(list, unmerged);
}

}  // namespace

std::vector<Obligation> row_tree_obligations() {
  List list;
  state_tree(list);
  state_tree_of_128(list);
  return list;
}

}  // namespace bp::proofs
