// SPDX-License-Identifier: MIT
// How a row is searched and counted, over all 2^64 words and all orders.
//
// Given: any word.
// Claim: the search takes the lowest maximal run of the smallest order that has one, and finds none
// exactly if no run of the order asked for is free; the lowest bits and the number of bits are
// that. Said in parts that a solver can decide: what the search looks at, as whole words (Whole,
// below); that the lowest bit of a word is one of it; that a run has runs of lower orders at its
// start. With ROW-runs, which says what a run is, they give: a run is found exactly if there is
// one, it is free, and no maximal run that could hold it is smaller. Assumed, trusted: as row.cpp.
// Not covered: the whole statement as one question, which cvc5 does not decide for orders below 4.
#include "proofs/row_search.h"

#include "proofs/fmt.h"
#include "proofs/row_spec.h"

namespace bp::proofs {
namespace {

/// A word of which the lowest set bit is not looked up: asked for it, it gives itself. A search on
/// such words says which bits it would choose the lowest of.
template <class W>
struct Whole {
  W w;
  explicit Whole(std::uint64_t n) : w(n) {}
  explicit Whole(W word, int) : w(std::move(word)) {}
  friend Whole operator&(const Whole& a, const Whole& b) { return Whole(a.w & b.w, 0); }
  friend Whole operator|(const Whole& a, const Whole& b) { return Whole(a.w | b.w, 0); }
  friend Whole operator<<(const Whole& a, const Whole& b) { return Whole(a.w << b.w, 0); }
  friend Whole operator>>(const Whole& a, const Whole& b) { return Whole(a.w >> b.w, 0); }
  friend Whole operator~(const Whole& a) { return Whole(~a.w, 0); }
  friend auto operator==(const Whole& a, const Whole& b) { return a.w == b.w; }
  friend auto operator!=(const Whole& a, const Whole& b) { return a.w != b.w; }
  friend W lowest_set(const Whole& a) { return a.w; }
};

/// Of order k, where runs of `cap` are the largest there are.
Statement search_of(unsigned k, unsigned cap) {
  return about_row(fmt::format("ROW-search.order-{}.cap-{}", k, cap),
                   "the search chooses among the maximal runs of the smallest order that has any, "
                   "and finds none "
                   "exactly if no run is free",
                   claim([k, cap](const auto& r) {
                     using W = WordOf<decltype(r)>;
                     const W w = r.word(kWord);
                     const auto run = impl::tightest_run(Whole<W>(w, 0), k, cap);
                     if (!run.found()) return TruthOf<decltype(r)>(impl::free_runs(w, k) == W(0));
                     auto holds =
                         TruthOf<decltype(r)>(run.bit == impl::maximal_runs(w, run.fit, cap)) &&
                         run.bit != W(0);
                     for (unsigned fit = k; fit < run.fit; ++fit) {
                       holds = holds && impl::maximal_runs(w, fit, cap) == W(0);
                     }
                     return holds;
                   }),
                   "tightest_run()");
}

void state_search(List& list) {
  for (unsigned cap : {kRowOrder - 2, kRowOrder - 1}) {
    for (unsigned k = 0; k <= cap; ++k) {
      const Statement s = search_of(k, cap);
      add(list, s);
      if (k == 0) add(list, about_duties(s, Asks::defined));
    }
  }
  Statement chosen =
      about_row("ROW-search.chosen", "the lowest set bit is set, and none below it is",
                claim([](const auto& r) {
                  using W = WordOf<decltype(r)>;
                  using impl::lowest_set;
                  const W w = r.word(kWord);
                  const W bit = W(lowest_set(w));
                  return bit_set(w, bit) && (w & ((W(1) << bit) - W(1))) == W(0);
                }),
                "lowest_set()");
  chosen.given = {{"a bit is set",
                   claim([](const auto& r) { return r.word(kWord) != WordOf<decltype(r)>(0); })}};
  add(list, chosen);
  for (unsigned k = 0; k < kRowOrder; ++k) {
    add(list, about_row(fmt::format("ROW-search.nested-{}", k),
                        "where a run starts, one of the next lower order starts",
                        claim([k](const auto& r) {
                          using W = WordOf<decltype(r)>;
                          const W w = r.word(kWord);
                          return (impl::free_runs(w, k + 1) & ~impl::free_runs(w, k)) == W(0);
                        }),
                        "free_runs()"));
  }
  Statement loose = about_row("ROW-search.edited",
                              "a search that leaves the alignment out finds only runs (edited: "
                              "must be refuted)",
                              claim([](const auto& r) {
                                using W = WordOf<decltype(r)>;
                                const W w = r.word(kWord);
                                return implies(bit_set(w & (w >> W(1)), r.word(kBit)),
                                               run_starts_at(w, r.word(kBit), 1));
                              }),
                              "free_runs()");
  loose.expected = Answer::refuted;
  add(list, loose);
}

void state_lowest(List& list) {
  add(list, about_row("ROW-lowest.1", "the lowest set bit is the one below which none is set",
                      claim([](const auto& r) {
                        using W = WordOf<decltype(r)>;
                        const W w = r.word(kWord);
                        const W bit = r.word(kBit);
                        const auto none_below = (w & ((W(1) << bit) - W(1))) == W(0);
                        return bit_set(impl::lowest_bits(w, 1), bit) ==
                               (bit_set(w, bit) && none_below);
                      }),
                      "lowest_bits()"));
  for (unsigned n : {2U, 3U}) {
    add(list, about_row(fmt::format("ROW-lowest.{}", n),
                        "that many lowest bits are one fewer, and the lowest one of the rest",
                        claim([n](const auto& r) {
                          using W = WordOf<decltype(r)>;
                          const W w = r.word(kWord);
                          const W fewer = impl::lowest_bits(w, n - 1);
                          return impl::lowest_bits(w, n) ==
                                 (fewer | impl::lowest_bits(w & ~fewer, 1));
                        }),
                        "lowest_bits()"));
  }
}

constexpr unsigned kByte = 8;
constexpr std::uint64_t kByteMask = 0xff;

template <class W>
W bits_one_by_one(const W& w, unsigned begin, unsigned end) {
  W sum = W(0);
  for (unsigned bit = begin; bit < end; ++bit) sum = sum + (w >> W(bit) & W(1));
  return sum;
}

/// Each byte apart, and that the bytes add up: by induction from the lowest.
void state_count(List& list) {
  for (unsigned begin = 0; begin < kRowBits; begin += kByte) {
    add(list, about_row(fmt::format("ROW-count.byte-{}", begin / kByte),
                        "set_bits() of a word whose other bytes are 0 is the number of set bits",
                        claim([begin](const auto& r) {
                          using W = WordOf<decltype(r)>;
                          const W w = r.word(kWord) & W(kByteMask << begin);
                          return impl::set_bits(w) == bits_one_by_one(w, begin, begin + kByte);
                        }),
                        "set_bits()"));
    if (begin == 0) continue;
    add(list,
        about_row(fmt::format("ROW-count.sum-{}", begin / kByte),
                  "set_bits() of a word that ends with this byte is that of the byte and that of "
                  "those below",
                  claim([begin](const auto& r) {
                    using W = WordOf<decltype(r)>;
                    const W byte = r.word(kWord) & W(kByteMask << begin);
                    const W below = r.word(kWord) & W((std::uint64_t{1} << begin) - 1);
                    return impl::set_bits(byte | below) ==
                           impl::set_bits(byte) + impl::set_bits(below);
                  }),
                  "set_bits()"));
  }
}

/// The product in set_bits() is meant to wrap: its upper bytes are not looked at, and products of
/// words owe nothing.
void state_search_arithmetic(List& list) {
  add_arithmetic(list, about_row("ROW-search.arithmetic", "the lowest bits and the number of bits",
                                 claim([](const auto& r) {
                                   (void)impl::lowest_bits(r.word(kWord), 3);
                                   (void)impl::set_bits(r.word(kWord));
                                   return TruthOf<decltype(r)>(true);
                                 }),
                                 "lowest_bits(), set_bits()"));
}

}  // namespace

std::vector<Obligation> row_search_obligations() {
  List list;
  state_search(list);
  state_lowest(list);
  state_count(list);
  state_search_arithmetic(list);
  return list;
}

}  // namespace bp::proofs
