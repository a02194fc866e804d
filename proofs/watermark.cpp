// SPDX-License-Identifier: MIT
// The watermark check that ships is the one of the rules, in every profile, and has the properties
// that the rest of the allocator counts on.
//
// Given: page figures of 0 to 2^52 - 1, orders 0 to 10, any privileges.
// Claim: P-WM-1 to P-WM-8, 12, 15, 16; per profile equality with the restated rules; that no
// operation leaves 64 bits.
// Assumed: the counters are exact and not negative (R-WMARK-13).
// Trusted: SymInt stands for std::int64_t, which the ".defined" obligations of the same code show.
// Not covered: which counter was read, and when; the search for a block.
#include "proofs/watermark.h"

#include "impl/policy.h"
#include "model/vocab/machine.h"
#include "model/vocab/migratetype.h"
#include "proofs/fmt.h"
#include "proofs/statement.h"
#include "proofs/watermark_spec.h"

namespace bp::proofs {
namespace {

using impl::StdPolicy;
constexpr Profile kAll[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                            Profile::v7_1};

/// The allocator with one bug planted: its check must be refuted.
template <impl::Bug kBug>
struct Planted : StdPolicy {
  static constexpr bool planted(impl::Bug b) { return b == kBug; }
};

template <class R>
auto shipped(Profile p, const R& r, const WatermarkCase<R>& c) {
  return shipped_above_marks<StdPolicy>(p, r, c);
}

std::string told(Profile p, const ConcreteReading& r) {
  const auto c = watermark_case(r);
  const auto say = [](bool yes) { return yes ? "passes" : "is refused"; };
  return fmt::format("{}: by the rules the request {}, by the shipped check it {}", profile_name(p),
                     say(rules::above_mark(p, model_input(c))), say(shipped(p, r, c)));
}

Statement about(std::string id, std::string text, Claim c, std::string subject,
                std::source_location at = std::source_location::current()) {
  return statement_of(std::move(id), std::move(text), "impl/watermark.h " + subject,
                      watermark_symbols(), std::move(c), at);
}

Claim equals_rules(Profile p) {
  return claim([p](const auto& r) {
    const auto c = watermark_case(r);
    return shipped(p, r, c) == spec_above_mark(p, r, c);
  });
}

template <impl::Bug kBug>
Statement with_bug(const char* name, Profile p) {
  Statement s =
      about(fmt::format("WM-model.{}", name),
            fmt::format("{}: the check is that of the rules (with a bug planted)", profile_name(p)),
            claim([p](const auto& r) {
              const auto c = watermark_case(r);
              return shipped_above_marks<Planted<kBug>>(p, r, c) == spec_above_mark(p, r, c);
            }),
            "above_marks()");
  s.expected = Answer::refuted;
  return s;
}

/// A statement and the duties of its code.
void state_equality(List& list) {
  for (const Profile p : kAll) {
    Statement s = about(fmt::format("WM-model.{}", profile_name(p)),
                        fmt::format("{}: the check is that of the rules, for all figures, orders "
                                    "and privileges",
                                    profile_name(p)),
                        equals_rules(p), "above_marks()");
    s.tell = [p](const ConcreteReading& r) { return told(p, r); };
    add(list, s);
    add(list, about_duties(s, Asks::defined));
  }
  using impl::Bug;
  add(list, with_bug<Bug::watermark_inclusive>("inclusive", Profile::v4_7));
  add(list, with_bug<Bug::reserve_ignored>("reserve-ignored", Profile::v5_15));
  add(list, with_bug<Bug::harder_halves>("harder-halves", Profile::v6_1_lts192));
  add(list, with_bug<Bug::request_uncharged>("request-uncharged", Profile::v6_12));
  add(list, with_bug<Bug::min_reserve_kept>("min-reserve-kept", Profile::v7_1));
  add_with_duties(
      list, about("WM-model.orders",
                  "the check of each order 0 to 10 charges the block's pages less one, in every "
                  "profile",
                  claim([](const auto& r) {
                    const auto c = watermark_case(r);
                    using Number = typename std::decay_t<decltype(r)>::Number;
                    using Truth = typename std::decay_t<decltype(r)>::Truth;
                    const impl::WatermarkInput<Number> z{c.free, c.mark, c.reserve, c.highatomic,
                                                         c.free_cma};
                    Truth all = Truth(true);
                    for (const Profile p : kAll) {
                      std::int64_t pages = 1;
                      for (unsigned order = 0; order <= kOrderMax; ++order, pages += pages) {
                        const impl::PrivilegesOf<Truth> none;
                        all =
                            all && impl::watermark_ok<StdPolicy>(p, order, z, none) ==
                                       impl::above_marks<StdPolicy>(p, Number(pages - 1), z, none);
                      }
                    }
                    return all;
                  }),
                  "watermark_ok()"));
}

/// `claim_of` for each profile in turn, as one statement each.
template <class F>
void each_profile(List& list, const std::string& id, const std::string& text, F claim_of,
                  const std::string& subject, std::vector<GivenClaim> given = {}) {
  for (const Profile p : kAll) {
    Statement s = about(fmt::format("{}.{}", id, profile_name(p)), text,
                        claim([=](const auto& r) { return claim_of(p, r); }), subject);
    s.given = given;
    add(list, s);
  }
}

/// A request is no worse off in the case that `change` makes, or, if that does not help, no better.
template <class F>
void monotone(List& list, const char* id, const char* text, bool helps, F change) {
  each_profile(
      list, id, text,
      [=](Profile p, const auto& r) {
        const auto c = watermark_case(r);
        auto changed = c;
        change(changed);
        const auto before = shipped(p, r, c);
        const auto after = shipped(p, r, changed);
        return helps ? implies(before, after) : implies(after, before);
      },
      "above_marks()");
}

/// By one at a time: by induction on the difference each holds for any two figures.
void state_monotone(List& list) {
  monotone(list, "P-WM-1", "what passes, passes with one more page free", true,
           [](auto& c) { c.free = c.free + decltype(c.free)(1); });
  monotone(list, "P-WM-2", "what is refused, is refused at a mark one higher", false,
           [](auto& c) { c.mark = c.mark + decltype(c.mark)(1); });
  monotone(list, "P-WM-3", "what is refused, is refused with one page more kept in reserve", false,
           [](auto& c) { c.reserve = c.reserve + decltype(c.reserve)(1); });
  monotone(list, "P-WM-4", "what is refused, is refused at the next order", false,
           [](auto& c) { c.order = c.order + decltype(c.order)(1); });
}

/// Every privilege helps, each on its own, whatever the others are.
void state_privileges(List& list) {
  for (const Profile p : {Profile::v4_7, Profile::v6_1_lts192, Profile::v7_1}) {
    const std::string id = p == Profile::v4_7 ? "P-WM-5" : "P-WM-15";
    add(list, about(fmt::format("{}.{}", id, profile_name(p)),
                    "what passes, passes with any one privilege more", claim([p](const auto& r) {
                      using Truth = typename std::decay_t<decltype(r)>::Truth;
                      const auto c = watermark_case(r);
                      const Truth before = shipped(p, r, c);
                      Truth holds = Truth(true);
                      const auto with = [&](auto member) {
                        auto more = c;
                        more.may.*member = Truth(true);
                        holds = holds && implies(before, shipped(p, r, more));
                      };
                      using May = impl::PrivilegesOf<Truth>;
                      with(&May::high);
                      with(&May::harder);
                      with(&May::highatomic);
                      with(&May::cma);
                      with(&May::oom);
                      return holds;
                    }),
                    "above_marks()"));
  }
}

template <class R>
auto lowered(Profile p, const WatermarkCase<R>& c, bool high, bool harder, bool oom = false) {
  using Truth = typename R::Truth;
  impl::PrivilegesOf<Truth> may;
  may.high = Truth(high);
  may.harder = Truth(harder);
  may.oom = Truth(oom);
  return impl::lowered_mark<StdPolicy>(p, c.mark, may);
}

void state_lowered(List& list) {
  add(list, about("P-WM-5.order",
                  "v4.7: HIGH and HARDER lower the mark at least as far as each "
                  "alone, and HIGH at least as far as HARDER",
                  claim([](const auto& r) {
                    const auto c = watermark_case(r);
                    const auto both = lowered(Profile::v4_7, c, true, true);
                    const auto high = lowered(Profile::v4_7, c, true, false);
                    const auto harder = lowered(Profile::v4_7, c, false, true);
                    return both <= high && both <= harder && high <= harder;
                  }),
                  "lowered_mark()"));
  add(list, about("P-WM-6",
                  "HIGH leaves half of the mark rounded up, HARDER all but a quarter "
                  "rounded down, and never nothing of something",
                  claim([](const auto& r) {
                    const auto c = watermark_case(r);
                    using Number = typename std::decay_t<decltype(r)>::Number;
                    const auto high = lowered(Profile::v4_7, c, true, false);
                    const auto harder = lowered(Profile::v4_7, c, false, true);
                    const auto some = c.mark >= Number(1);
                    return high == (c.mark + Number(1)) / Number(2) &&
                           harder == c.mark - c.mark / Number(4) &&
                           implies(some, high >= Number(1) && harder >= Number(1));
                  }),
                  "lowered_mark()"));
  each_profile(
      list, "P-WM-7", "HIGH and HARDER together leave 3/8 of the mark, and at most 2 pages more",
      [](Profile p, const auto& r) {
        const auto c = watermark_case(r);
        using Number = typename std::decay_t<decltype(r)>::Number;
        const auto both = lowered(p, c, true, true) * Number(8);
        return c.mark * Number(3) <= both && both <= c.mark * Number(3) + Number(16);
      },
      "lowered_mark()");
  add(list, about("P-WM-15.non-block", "from v6.1 on NON_BLOCK alone lowers no mark (R-WMARK-18)",
                  claim([](const auto& r) {
                    const auto c = watermark_case(r);
                    return lowered(Profile::v6_1_lts192, c, false, true) == c.mark &&
                           lowered(Profile::v7_1, c, false, true) == c.mark;
                  }),
                  "lowered_mark()"));
  Statement wrong = about(
      "P-WM-15.v5.15", "v5.15: HARDER beside an OOM victim's half lowers the mark further",
      claim([](const auto& r) {
        const auto c = watermark_case(r);
        using Number = typename std::decay_t<decltype(r)>::Number;
        return implies(c.mark >= Number(8), lowered(Profile::v5_15, c, false, true, true) <
                                                lowered(Profile::v5_15, c, false, false, true));
      }),
      "lowered_mark()");
  wrong.expected = Answer::refuted;
  add(list, wrong);
}

void state_order_0(List& list) {
  const auto order_0 = GivenClaim{"the order is 0", claim([](const auto& r) {
                                    return r.number(kOrder) == decltype(r.number(kOrder))(0);
                                  })};
  each_profile(list, "P-WM-8",
               "an order-0 request that the full check passes leaves the zone at the mark",
               [](Profile p, const auto& r) {
                 const auto c = watermark_case(r);
                 using Number = typename std::decay_t<decltype(r)>::Number;
                 const auto limit = spec_effective_mark(p, c) + c.reserve;
                 return implies(shipped(p, r, c) && p != Profile::v4_7,
                                c.free - Number(1) - spec_unusable(p, c) >= limit);
               },
               "above_marks()", {order_0});
  add(list, about("P-WM-10.accepts", "v4.7: order 0 passes if only highatomic pages are left",
                  claim([](const auto& r) {
                    const auto c = watermark_case(r);
                    using Number = typename std::decay_t<decltype(r)>::Number;
                    return implies(c.order == Number(0) && c.free == c.highatomic &&
                                       c.mark + c.reserve + c.free_cma < c.free,
                                   shipped(Profile::v4_7, r, c));
                  }),
                  "above_marks()"));
  Statement honest =
      about("P-WM-10",
            "v4.7: an order-0 request passes only if pages beyond the highatomic "
            "reserve are free (the short test forgets the reserve)",
            claim([](const auto& r) {
              const auto c = watermark_case(r);
              return implies(shipped(Profile::v4_7, r, c) && !c.may.harder, c.highatomic < c.free);
            }),
            "above_marks()");
  honest.expected = Answer::refuted;
  honest.given = {order_0};
  add(list, honest);
  add(list, about("P-WM-12.v4.7", "v4.7: the check passes whatever the full check alone passes",
                  claim([](const auto& r) {
                    const auto c = watermark_case(r);
                    return implies(spec_full_check(Profile::v4_7, r, c),
                                   shipped(Profile::v4_7, r, c));
                  }),
                  "above_marks()"));
  each_profile(
      list, "P-WM-12.short",
      "from v5.15 on the short test passes nothing that the full one refuses",
      [](Profile p, const auto& r) {
        const auto c = watermark_case(r);
        return implies(spec_short_test(p, c) && p != Profile::v4_7, spec_full_check(p, r, c));
      },
      "above_marks()");
}

void state_signs(List& list) {
  Statement trap = about("P-WM-13",
                         "v4.7: fewer pages free than in CMA are refused also where the comparison "
                         "is of unsigned words (it is not: they pass)",
                         claim([](const auto& r) {
                           using R = std::decay_t<decltype(r)>;
                           const typename R::Word left = r.word(0) - r.word(1);
                           return implies(r.word(0) < r.word(1), left <= r.word(2));
                         }),
                         "above_marks()");
  trap.symbols = {word("free", 0, kPagesMax), word("free_cma", 0, kPagesMax),
                  word("limit", 0, kPagesMax)};
  trap.expected = Answer::refuted;
  add(list, trap);
  add(list, about("P-WM-13.signed", "what ships compares signed numbers: such a zone is refused",
                  claim([](const auto& r) {
                    const auto c = watermark_case(r);
                    auto all = !(c.free < c.free_cma) || c.may.cma;
                    for (const Profile p : kAll) all = all || !shipped(p, r, c);
                    return all;
                  }),
                  "above_marks()"));
  Statement flip = about("P-WM-14",
                         "a mark read as a signed word is not negative, whatever the word (marks "
                         "of 2^63 and more are)",
                         claim([](const auto& r) {
                           using R = std::decay_t<decltype(r)>;
                           return r.word(0) <= typename R::Word((std::uint64_t{1} << 63) - 1);
                         }),
                         "above_marks()");
  flip.symbols = {word("mark")};
  flip.expected = Answer::refuted;
  add(list, flip);
}

void state_columns(List& list) {
  Statement s = about("P-WM-16",
                      "what passes with the larger reserve of the highest zone's column, passes "
                      "with the smaller of a lower one",
                      claim([](const auto& r) {
                        const auto c = watermark_case(r);
                        auto lower = c;
                        lower.reserve = r.number(kCma + 1);
                        return implies(lower.reserve <= c.reserve && shipped(Profile::v4_7, r, c),
                                       shipped(Profile::v4_7, r, lower));
                      }),
                      "above_marks()");
  s.symbols.push_back(number("lower_reserve", 0, kPagesMax));
  add(list, s);
}

/// The lists of R-WMARK-8, 15 and 17, said type by type.
template <class R>
auto spec_counts_list(Profile p, Migratetype t, const impl::PrivilegesOf<typename R::Truth>& may) {
  using Truth = typename R::Truth;
  if (p == Profile::v4_7 && may.harder) return Truth(true);
  switch (t) {
    case Migratetype::unmovable:
    case Migratetype::movable:
    case Migratetype::reclaimable: return Truth(true);
    case Migratetype::cma: return may.cma;
    case Migratetype::isolate: return Truth(false);
    case Migratetype::highatomic: break;
  }
  if (p == Profile::v4_7) return Truth(false);
  if (p == Profile::v5_15) return may.harder || may.oom;
  return may.highatomic || may.oom;
}

void state_lists(List& list) {
  each_profile(
      list, "P-WM-9.lists",
      "a high order counts the lists of the rules: requestable types, CMA, HIGHATOMIC",
      [](Profile p, const auto& r) {
        using R = std::decay_t<decltype(r)>;
        using Word = typename R::Word;
        const auto may = watermark_case(r).may;
        const Word lists = impl::counted_lists<Word>(p, may);
        typename R::Truth holds = lists <= Word(impl::kAnyList);
        for (unsigned t = 0; t <= static_cast<unsigned>(Migratetype::isolate); ++t) {
          const auto counted = (lists >> Word(t) & Word(1)) == Word(1);
          holds = holds && counted == spec_counts_list<R>(p, static_cast<Migratetype>(t), may);
        }
        return holds;
      },
      "counted_lists()");
  Statement sound =
      about("P-WM-9",
            "v4.7: a list that counts for a high order is one that can serve a "
            "request (HARDER counts ISOLATE)",
            claim([](const auto& r) {
              using Word = typename std::decay_t<decltype(r)>::Word;
              const auto may = watermark_case(r).may;
              return impl::counted_lists<Word>(Profile::v4_7, may) <= Word(impl::kAnyList >> 1);
            }),
            "counted_lists()");
  sound.expected = Answer::refuted;
  add(list, sound);
  add_with_duties(
      list,
      about("WM-boost",
            "the boost raises every mark but v4.7's, and only the rules' requests "
            "are tried without it",
            claim([](const auto& r) {
              using R = std::decay_t<decltype(r)>;
              using Truth = typename R::Truth;
              const auto c = watermark_case(r);
              const Truth atomic = c.may.harder;
              const Truth reserve = c.may.high;
              Truth holds = impl::boosted_mark(Profile::v4_7, c.mark, c.reserve) == c.mark;
              for (const Profile p : kAll) {
                if (p != Profile::v4_7) {
                  holds = holds && impl::boosted_mark(p, c.mark, c.reserve) == c.mark + c.reserve;
                }
                const bool old = p == Profile::v5_15 || p == Profile::v6_1_lts192;
                const Truth expected = p == Profile::v4_7 ? Truth(false) : old ? atomic : reserve;
                holds = holds && impl::retries_unboosted(p, atomic, reserve) == expected;
              }
              return holds;
            }),
            "boosted_mark(), retries_unboosted()"));
}

}  // namespace

std::vector<Symbol> watermark_symbols() {
  return {number("free", 0, kPagesMax),
          number("free_cma", 0, kPagesMax),
          number("highatomic", 0, kPagesMax),
          number("mark", 0, kPagesMax),
          number("lowmem_reserve", 0, kPagesMax),
          number("order", 0, kOrderMax),
          truth("HIGH"),
          truth("HARDER"),
          truth("HIGHATOMIC"),
          truth("OOM"),
          truth("CMA")};
}

rules::WatermarkInput model_input(const WatermarkCase<ConcreteReading>& c) {
  rules::WatermarkInput in;
  in.free = Pages{c.free};
  in.free_cma = Pages{c.free_cma};
  in.highatomic = Pages{c.highatomic};
  in.mark = Pages{c.mark};
  in.reserve = Pages{c.reserve};
  in.order = Order{static_cast<unsigned>(c.order)};
  in.flags.high = c.may.high;
  in.flags.harder = c.may.harder;
  in.flags.highatomic = c.may.highatomic;
  in.flags.oom = c.may.oom;
  in.flags.cma = c.may.cma;
  return in;
}

std::vector<Obligation> watermark_obligations() {
  List list;
  state_equality(list);
  state_monotone(list);
  state_privileges(list);
  state_lowered(list);
  state_order_0(list);
  state_signs(list);
  state_columns(list);
  state_lists(list);
  return list;
}

}  // namespace bp::proofs
