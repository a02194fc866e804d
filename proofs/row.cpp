// SPDX-License-Identifier: MIT
// The 64-bit words under both bitmap levels, over all 2^64 values and all orders.
//
// Given: any word; any run of any order; for the step statements any legal state of one row.
// Claim: the search finds a run exactly if there is one, claim and release touch exactly the run,
// a row moves between the levels exactly when it must, and the canonical decomposition changes by
// exactly one block in a split or merge (the block-tree invariant over 64 frames).
// Assumed: one thread; that the exchange publishes the word it computed is the memory model's.
// Trusted: SymWord's operators mean those of std::uint64_t.
// Not covered: groups of rows that span words: the layout forbids them (a static_assert in pick.h).
#include "proofs/row.h"

#include "proofs/fmt.h"
#include "proofs/row_spec.h"

namespace bp::proofs {
namespace {

/// `of(k)` for each order, as one statement an order.
template <class F>
void each_order(List& list, const std::string& id, const std::string& text, unsigned k_max, F of,
                const std::string& subject) {
  for (unsigned k = 0; k <= k_max; ++k) {
    Statement s = about_row(fmt::format("{}.order-{}", id, k), text,
                            claim([of, k](const auto& r) { return of(k, r); }), subject);
    add(list, s);
    add(list, about_duties(s, Asks::defined));
  }
}

void state_runs(List& list) {
  each_order(
      list, "ROW-runs", "a head is reported exactly where an aligned run of set bits starts",
      kRowOrder,
      [](unsigned k, const auto& r) {
        const auto w = r.word(kWord);
        const auto bit = r.word(kBit);
        return bit_set(impl::free_runs(w, k), bit) == run_starts_at(w, bit, k);
      },
      "free_runs(), aligned_heads()");
  for (unsigned cap = kRowOrder - 1; cap <= kRowOrder; ++cap) {
    add(list,
        about_row(fmt::format("ROW-canonical.cap-{}", cap),
                  "each set bit is in exactly one maximal run, each clear bit in none: the block "
                  "tree of 64 frames",
                  claim([cap](const auto& r) {
                    using R = std::decay_t<decltype(r)>;
                    using W = typename R::Word;
                    const auto w = r.word(kWord);
                    const auto bit = r.word(kBit);
                    typename R::Truth once = typename R::Truth(false);
                    typename R::Truth twice = typename R::Truth(false);
                    for (unsigned k = 0; k <= cap; ++k) {
                      const W head = bit & ~W((std::uint64_t{1} << k) - 1);
                      const auto in = bit_set(impl::maximal_runs(w, k, cap), head);
                      twice = twice || (once && in);
                      once = once || in;
                    }
                    return once == bit_set(w, bit) && !twice;
                  }),
                  "maximal_runs()"));
    add(list, about_row(fmt::format("ROW-maximal.cap-{}", cap),
                        "no maximal run below the cap has a free buddy of its order",
                        claim([cap](const auto& r) {
                          using R = std::decay_t<decltype(r)>;
                          using W = typename R::Word;
                          const auto w = r.word(kWord);
                          const auto bit = r.word(kBit);
                          typename R::Truth holds = typename R::Truth(true);
                          for (unsigned k = 0; k < cap; ++k) {
                            const W buddy = bit ^ W(std::uint64_t{1} << k);
                            holds = holds && !(bit_set(impl::maximal_runs(w, k, cap), bit) &&
                                               run_starts_at(w, buddy, k));
                          }
                          return holds;
                        }),
                        "maximal_runs()"));
  }
}

void state_one_run(List& list) {
  add(list, about_row("ROW-one-run",
                      "the set bits are said to follow one another exactly if at most one of them "
                      "has none before it",
                      claim([](const auto& r) {
                        using W = typename std::decay_t<decltype(r)>::Word;
                        const W w = r.word(kWord);
                        const W first = w & ~(w << W(1));
                        return impl::is_one_run(w) == ((first & (first - W(1))) == W(0));
                      }),
                      "is_one_run()"));
}

void state_claims(List& list) {
  each_order(
      list, "ROW-touch", "claim and release change the frames of the block and no others",
      kRowOrder,
      [](unsigned k, const auto& r) {
        using W = typename std::decay_t<decltype(r)>::Word;
        const W w = r.word(kWord);
        const W x = r.word(kBit);
        const W head = r.word(kSecond) & ~W((std::uint64_t{1} << k) - 1);
        // Wider than six bits never: the head is that of a bit number.
        const W start = head & W(kRowBits - 1);
        const W size = W(std::uint64_t{1} << k);
        const auto inside = start <= x && x - start < size;
        const W mask = impl::run_mask(start, k);
        const auto after_claim = bit_set(impl::claimed(w, mask), x);
        const auto after_release = bit_set(impl::released(w, mask), x);
        return bit_set(mask, x) == inside && after_claim == (bit_set(w, x) && !inside) &&
               after_release == (bit_set(w, x) || inside);
      },
      "run_mask(), claimed(), released()");
  add(list, about_row("ROW-legal",
                      "a claim is legal exactly if every frame of it is free, a release if "
                      "none is",
                      claim([](const auto& r) {
                        using W = typename std::decay_t<decltype(r)>::Word;
                        const W w = r.word(kWord);
                        const W mask = r.word(kSecond);
                        const W x = r.word(kBit);
                        const auto in = bit_set(mask, x);
                        return implies(impl::all_free(w, mask) && in, bit_set(w, x)) &&
                               implies(impl::none_free(w, mask) && in, !bit_set(w, x)) &&
                               impl::all_free(w, mask) == ((~w & mask) == W(0)) &&
                               impl::none_free(w, mask) == ((~w & mask) == mask) &&
                               implies(impl::none_free(w, mask),
                                       impl::claimed(impl::released(w, mask), mask) == w) &&
                               implies(impl::all_free(w, mask),
                                       impl::released(impl::claimed(w, mask), mask) == w);
                      }),
                      "all_free(), none_free(), claimed(), released()"));
}

void state_levels(List& list) {
  const GivenClaim apart{"the row is not free in both levels, and never full in L0",
                         claim([](const auto& r) {
                           using W = typename std::decay_t<decltype(r)>::Word;
                           const impl::RowPair<W> p{r.word(0), r.word(3)};
                           return levels_are_apart(p, r.word(1)) && p.row != W(kFullRow);
                         })};
  Statement up = about_row("ROW-levels.release",
                           "a release keeps the levels apart, frees exactly its frames, and leaves "
                           "no full row in L0: it moves up exactly when it is full",
                           claim([](const auto& r) {
                             using W = typename std::decay_t<decltype(r)>::Word;
                             const W bit = r.word(1);
                             const impl::RowPair<W> p{r.word(0), r.word(3)};
                             const W mask = r.word(2);
                             const auto q = impl::row_released(p, mask, bit);
                             const auto moved = bit_set(q.group, bit);
                             const W before = (W(0) - (p.group >> bit & W(1))) | p.row;
                             const W after = (W(0) - (q.group >> bit & W(1))) | q.row;
                             return levels_are_apart(q, bit) && q.row != W(kFullRow) &&
                                    after == (before | mask) && moved == (after == W(kFullRow)) &&
                                    (p.group | (W(1) << bit)) == (q.group | (W(1) << bit));
                           }),
                           "row_released()");
  up.symbols = {word("row"), word("number", 0, kRowBits - 1), word("mask", 1), word("group")};
  up.given = {apart, {"no frame of the mask is free", claim([](const auto& r) {
                        return impl::none_free(r.word(0), r.word(2)) &&
                               !bit_set(r.word(3), r.word(1));
                      })}};
  add(list, up);
  add(list, about_duties(up, Asks::defined));
  Statement kept = up;
  kept.id = "ROW-levels.kept";
  kept.text = "the same of a release that never moves a row up (edited: must be refuted)";
  kept.claim = claim([](const auto& r) {
    using W = typename std::decay_t<decltype(r)>::Word;
    return impl::released(r.word(0), r.word(2)) != W(kFullRow);
  });
  kept.expected = Answer::refuted;
  add(list, kept);
  Statement down = about_row("ROW-levels.claim",
                             "breaking a free row keeps the levels apart and takes "
                             "exactly the frames claimed",
                             claim([](const auto& r) {
                               using W = typename std::decay_t<decltype(r)>::Word;
                               const W bit = r.word(1);
                               const W mask = r.word(2);
                               const impl::RowPair<W> p{r.word(0), r.word(3)};
                               const auto q = impl::row_broken(p, mask, bit);
                               return levels_are_apart(q, bit) && q.row == ~mask &&
                                      q.row != W(kFullRow) && !bit_set(q.group, bit) &&
                                      (p.group | (W(1) << bit)) == (q.group | (W(1) << bit));
                             }),
                             "row_broken()");
  down.symbols = up.symbols;
  down.given = {apart, {"the row is wholly free", claim([](const auto& r) {
                          return bit_set(r.word(3), r.word(1));
                        })}};
  add(list, down);
  Statement hints =
      about_row("ROW-hints", "opening and closing a row's hint changes that row's only",
                claim([](const auto& r) {
                  const auto h = r.word(0);
                  const auto bit = r.word(1);
                  const auto x = r.word(2);
                  const auto other = x != bit;
                  const auto opened = impl::hint_opened(h, bit);
                  const auto closed = impl::hint_closed(h, bit);
                  return impl::is_open(opened, bit) && !impl::is_open(closed, bit) &&
                         implies(other, bit_set(opened, x) == bit_set(h, x) &&
                                            bit_set(closed, x) == bit_set(h, x));
                }),
                "hint_opened(), hint_closed(), is_open()");
  hints.symbols = {word("hints"), word("row", 0, kRowBits - 1), word("other", 0, kRowBits - 1)};
  add(list, hints);
  add(list, about_duties(hints, Asks::defined));
}

void state_arithmetic(List& list) {
  add_arithmetic(list, about_row("ROW-arithmetic", "the runs, masks and levels of any row",
                                 claim([](const auto& r) {
                                   using W = WordOf<decltype(r)>;
                                   const W w = r.word(kWord);
                                   const W bit = r.word(kBit);
                                   for (unsigned k = 0; k <= kRowOrder; ++k) {
                                     (void)impl::maximal_runs(w, k, kRowOrder);
                                     const W head = bit & ~W((std::uint64_t{1} << k) - 1);
                                     const W mask = impl::run_mask(head, k);
                                     const impl::RowPair<W> p{w, r.word(kSecond)};
                                     (void)impl::row_released(p, mask, bit);
                                     (void)impl::row_broken(p, mask, bit);
                                   }
                                   return TruthOf<decltype(r)>(true);
                                 }),
                                 "maximal_runs(), run_mask(), row_released(), row_broken()"));
}

}  // namespace

std::vector<Obligation> row_obligations() {
  List list;
  state_runs(list);
  state_one_run(list);
  state_claims(list);
  state_levels(list);
  state_arithmetic(list);
  return list;
}

}  // namespace bp::proofs
