// SPDX-License-Identifier: MIT
// Buddies, parents and splits as the allocator computes them.
//
// Given: any frame number below 2^52, any order 0 to 10, both symbolic.
// Claim: P-BUD-1 to P-BUD-8 and P-BUD-11 of the properties, and that buddy and parent are the
// model's (which shifts where this flips bits).
// Assumed: nothing beyond the premises listed with each.
// Trusted: SymWord's operators mean those of std::uint64_t.
// Not covered: which buddies are free, and of which type: that is state, not arithmetic.
#include "proofs/buddy.h"

#include "impl/buddy_math.h"
#include "model/rules/buddy.h"
#include "model/vocab/units.h"
#include "proofs/fmt.h"
#include "proofs/statement.h"

namespace bp::proofs {
namespace {

enum BuddySymbol : unsigned { kPfn, kOrder, kOther, kOtherOrder };

std::vector<Symbol> one_block() { return {word("pfn", 0, kPagesMax), word("order", 0, kOrderMax)}; }
std::vector<Symbol> two_blocks() {
  return {word("pfn", 0, kPagesMax), word("order", 0, kOrderMax), word("other", 0, kPagesMax),
          word("other_order", 0, kOrderMax)};
}

Statement about(std::string id, std::string text, Claim c, std::string subject,
                std::source_location at = std::source_location::current()) {
  return statement_of(std::move(id), std::move(text), "impl/buddy_math.h " + subject, one_block(),
                      std::move(c), at);
}

/// Whether frame `x` is in the block; by ends, not by masks.
template <class W>
auto is_in(const W& x, const W& head, const W& order) {
  return head <= x && x < head + impl::block_pages(order);
}

const GivenClaim kAligned{"pfn is a multiple of 2^order", claim([](const auto& r) {
                            return impl::is_head(r.word(kPfn), r.word(kOrder));
                          })};

void state_buddies(List& list) {
  add(list, about("P-BUD-1", "the buddy's buddy is the block itself, and never the buddy",
                  claim([](const auto& r) {
                    const auto p = r.word(kPfn);
                    const auto o = r.word(kOrder);
                    const auto b = impl::buddy_of(p, o);
                    return impl::buddy_of(b, o) == p && b != p;
                  }),
                  "buddy_of()"));
  Statement aligned = about("P-BUD-2",
                            "the buddy is aligned like the block, the parent to the next "
                            "order",
                            claim([](const auto& r) {
                              using W = WordOf<decltype(r)>;
                              const auto p = r.word(kPfn);
                              const auto o = r.word(kOrder);
                              return impl::is_head(impl::buddy_of(p, o), o) &&
                                     impl::is_head(impl::parent_of(p, o), o + W(1));
                            }),
                            "buddy_of(), parent_of(), is_head()");
  aligned.given = {kAligned};
  add(list, aligned);
  add(list, about_duties(aligned, Asks::defined));
  add(list, about_duties(aligned, Asks::unwrapped));
  Statement anywhere = aligned;
  anywhere.id = "P-BUD-2.unaligned";
  anywhere.text += " (premise left out)";
  anywhere.given = {};
  anywhere.expected = Answer::refuted;
  add(list, anywhere);
  add(list, about("P-BUD-3", "block and buddy have one parent, the lower of the two where aligned",
                  claim([](const auto& r) {
                    const auto p = r.word(kPfn);
                    const auto o = r.word(kOrder);
                    const auto b = impl::buddy_of(p, o);
                    const auto parent = impl::parent_of(p, o);
                    return parent == impl::parent_of(b, o) && parent == (p & b) &&
                           (parent == p || parent == b) && parent <= p && parent <= b;
                  }),
                  "buddy_of(), parent_of()"));
  Statement halves =
      about("P-BUD-4",
            "a frame is in the parent exactly if it is in one, and only "
            "one, of block and buddy",
            claim([](const auto& r) {
              using W = WordOf<decltype(r)>;
              const auto p = r.word(kPfn);
              const auto o = r.word(kOrder);
              const auto x = r.word(kOther);
              const auto b = impl::buddy_of(p, o);
              const auto in_block = is_in(x, p, o);
              const auto in_buddy = is_in(x, b, o);
              return is_in(x, impl::parent_of(p, o), o + W(1)) == (in_block || in_buddy) &&
                     !(in_block && in_buddy);
            }),
            "buddy_of(), parent_of(), block_pages()");
  halves.symbols = two_blocks();
  halves.given = {kAligned};
  add(list, halves);
  add(list, about_duties(halves, Asks::unwrapped));
}

/// How v4.7 says it: the low 11 bits flipped apart from the rest.
template <class W>
auto masked_buddy(const W& p, const W& order) {
  const W low = p & W(0x7ff);
  return p + (low ^ (W(1) << order)) - low;
}

void state_index(List& list) {
  const Claim same = claim([](const auto& r) {
    return masked_buddy(r.word(kPfn), r.word(kOrder)) ==
           impl::buddy_of(r.word(kPfn), r.word(kOrder));
  });
  add(list, about("P-BUD-5", "v4.7's arithmetic on the low 11 bits finds the same buddy", same,
                  "buddy_of()"));
  Statement beyond = about("P-BUD-5.order-11", "the same at order 11", same, "buddy_of()");
  beyond.symbols = {word("pfn", 0, kPagesMax), word("order", 11, 11)};
  beyond.expected = Answer::refuted;
  add(list, beyond);
  add(list, about("BUD-model", "buddy and parent are those of the rules, which shift and compare",
                  claim([](const auto& r) {
                    using W = WordOf<decltype(r)>;
                    const auto p = r.word(kPfn);
                    const auto o = r.word(kOrder);
                    // The rule's align_down(), and the half of the parent that p is not in.
                    const W parent = p >> (o + W(1)) << (o + W(1));
                    const W head = p >> o << o;
                    W other = parent;
                    if (head == parent) other = parent + (W(1) << o);
                    return implies(impl::is_head(p, o), impl::parent_of(p, o) == parent &&
                                                            impl::buddy_of(p, o) == other) &&
                           impl::head_of(p, o) == head;
                  }),
                  "buddy_of(), parent_of(), head_of()"));
}

void state_nesting(List& list) {
  Statement local =
      about("P-BUD-6", "below the pageblock's order the buddy is in the same pageblock",
            claim([](const auto& r) {
              const auto p = r.word(kPfn);
              const auto o = r.word(kOrder);
              const auto pageblock = r.word(kOtherOrder);
              return implies(o < pageblock, impl::head_of(p, pageblock) ==
                                                impl::head_of(impl::buddy_of(p, o), pageblock));
            }),
            "buddy_of(), head_of()");
  local.symbols = two_blocks();
  add(list, local);
  Statement laminar =
      about("P-BUD-7", "two blocks are disjoint, or the smaller is inside the larger",
            claim([](const auto& r) {
              const auto p = r.word(kPfn);
              const auto o = r.word(kOrder);
              const auto q = r.word(kOther);
              const auto k = r.word(kOtherOrder);
              const auto disjoint = p + impl::block_pages(o) <= q || q + impl::block_pages(k) <= p;
              return implies(o <= k, disjoint || impl::head_of(p, k) == q);
            }),
            "head_of(), block_pages()");
  laminar.symbols = two_blocks();
  laminar.given = {kAligned, {"other is a multiple of 2^other_order", claim([](const auto& r) {
                                return impl::is_head(r.word(kOther), r.word(kOtherOrder));
                              })}};
  add(list, laminar);
}

void state_splits(List& list) {
  add(list, about("P-BUD-8",
                  "the part of order k that a split puts back lies 2^k above the head, is "
                  "aligned, and is the buddy of what is left at that order",
                  claim([](const auto& r) {
                    using R = std::decay_t<decltype(r)>;
                    using W = typename R::Word;
                    const W p = r.word(kPfn);
                    typename R::Truth all = typename R::Truth(true);
                    for (unsigned k = 0; k < kOrderMax; ++k) {
                      const W part = impl::split_part(p, W(k));
                      const auto halves = impl::is_head(p, W(k + 1));
                      all = all && part - p == W(std::uint64_t{1} << k) &&
                            implies(halves,
                                    impl::is_head(part, W(k)) && impl::buddy_of(part, W(k)) == p);
                    }
                    return all;
                  }),
                  "split_part(), buddy_of(), is_head()"));
  // By offsets from the head, since every part lies at a fixed one: `pfn` is the offset here.
  Statement cover = about(
      "P-BUD-8.cover", "split from order 10 or less, each page of the block is in exactly one part",
      claim([](const auto& r) {
        using R = std::decay_t<decltype(r)>;
        using W = typename R::Word;
        const W offset = r.word(0);
        const W low = r.word(1);
        const W high = r.word(2);
        typename R::Truth once = offset < impl::block_pages(low);
        typename R::Truth twice = typename R::Truth(false);
        for (unsigned k = 0; k < kOrderMax; ++k) {
          const auto is_split = low <= W(k) && W(k) < high;
          const W part = impl::split_part(W(0), W(k));
          const auto in = is_split && part <= offset && offset - part < impl::block_pages(W(k));
          twice = twice || (once && in);
          once = once || in;
        }
        return !twice && once == (offset < impl::block_pages(high));
      }),
      "split_part(), block_pages()");
  cover.symbols = {word("offset", 0, kPagesMax), word("low", 0, kOrderMax),
                   word("high", 0, kOrderMax)};
  cover.given = {{"low <= high", claim([](const auto& r) { return r.word(1) <= r.word(2); })}};
  add(list, cover);
  for (unsigned k = 0; k < kOrderMax; ++k) {
    add(list, about(fmt::format("P-BUD-9.order-{}", k),
                    "merging a part of a split with what is left gives the block of the next order "
                    "back",
                    claim([k](const auto& r) {
                      using W = WordOf<decltype(r)>;
                      const W p = r.word(kPfn);
                      const W part = impl::split_part(p, W(k));
                      return implies(impl::is_head(p, W(k + 1)),
                                     impl::buddy_of(p, W(k)) == part &&
                                         impl::parent_of(part, W(k)) == p &&
                                         impl::parent_of(p, W(k)) == p);
                    }),
                    "split_part(), buddy_of(), parent_of()"));
  }
  add(list, about("P-BUD-11", "a block's pages fit 32 bits, and its end does not wrap",
                  claim([](const auto& r) {
                    using W = WordOf<decltype(r)>;
                    const W pages = impl::block_pages(r.word(kOrder));
                    return pages <= W(0x7fffffff) && r.word(kPfn) < r.word(kPfn) + pages;
                  }),
                  "block_pages()"));
  Statement wraps = about("P-BUD-11.any-pfn", "no block's end wraps, whatever the frame number",
                          claim([](const auto& r) {
                            return r.word(kPfn) < r.word(kPfn) + impl::block_pages(r.word(kOrder));
                          }),
                          "block_pages()");
  wraps.symbols = {word("pfn"), word("order", 0, kOrderMax)};
  wraps.expected = Answer::refuted;
  add(list, wraps);
  Statement arithmetic =
      about("BUD-arithmetic", "heads and parts of any block", claim([](const auto& r) {
              using W = WordOf<decltype(r)>;
              const W head = impl::head_of(r.word(kPfn), r.word(kOrder));
              return impl::split_part(head, r.word(kOtherOrder)) != head;
            }),
            "head_of(), split_part()");
  arithmetic.symbols = two_blocks();
  add_arithmetic(list, arithmetic);
}

}  // namespace

std::vector<Obligation> buddy_obligations() {
  List list;
  state_buddies(list);
  state_index(list);
  state_nesting(list);
  state_splits(list);
  return list;
}

}  // namespace bp::proofs
