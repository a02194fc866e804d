// SPDX-License-Identifier: MIT
// Figures of a zone: per-CPU list sizes, lowmem reserve, highatomic cap.
//
// Given: zones of 0 to 2^40 - 1 managed pages, 1 to 1024 CPUs, stated fractions of 8 to 10^6,
// pageblocks of 1, 512 or 1024 pages, reserve ratios of 0 to 10^6.
// Claim: what ships is what the rules say, in every profile; P-LM-1 to P-LM-4, P-CFG-4 and 6,
// P-TR-11; no operation leaves 64 bits.
// Assumed: a zone's counts are exact.
// Trusted: SymInt stands for std::int64_t, which the ".defined" obligations of the same code show.
// Not covered: when the kernel computes them anew; the marks, which impl is given.
#include "proofs/figures.h"

#include "impl/highatomic_cap.h"
#include "impl/pcp_size.h"
#include "impl/reserve_column.h"
#include "model/vocab/machine.h"
#include "proofs/fmt.h"
#include "proofs/statement.h"

namespace bp::proofs {
namespace {

constexpr Profile kAll[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                            Profile::v7_1};
constexpr std::uint64_t kZoneMax = (std::uint64_t{1} << 40) - 1;
constexpr std::uint64_t kDivisorMax = 1'000'000;

Statement about(std::string id, std::string text, std::string subject, std::vector<Symbol> symbols,
                Claim c, std::source_location at = std::source_location::current()) {
  return statement_of(std::move(id), std::move(text), std::move(subject), std::move(symbols),
                      std::move(c), at);
}

/// R-CFG-11 and 12 read aloud: a thousandth, a bound, a quarter, 2^k - 1.
template <class N>
N spec_batch(const N& managed, std::int64_t bound) {
  N b = managed / N(1024);
  if (N(bound) < b) b = N(bound);
  b = b / N(4);
  if (b < N(1)) b = N(1);
  const N wide = b + b / N(2);
  for (std::int64_t power = 128; power > 1; power /= 2) {
    if (wide >= N(power)) return N(power - 1);
  }
  return N(0);
}

std::vector<Symbol> pcp_symbols() {
  return {number("managed", 0, kZoneMax), number("low", 0, kPagesMax), number("cpus", 1, 1024),
          number("fraction", 8, kDivisorMax)};
}

template <class R>
impl::PcpFigures<NumberOf<R>> figures_of(const R& r, bool stated) {
  using N = NumberOf<R>;
  return {r.number(0), r.number(1), r.number(2), stated ? r.number(3) : N(0)};
}

template <class N>
N at_least(const N& a, const N& b) {
  if (a >= b) return a;
  return b;
}

/// What the rules say of all four figures.
template <class N>
auto pcp_as_ruled(Profile p, const impl::PcpSizes<N>& got, const impl::PcpFigures<N>& z,
                  bool stated) {
  const bool floats = p == Profile::v6_12 || p == Profile::v7_1;
  if (p == Profile::v4_7) {
    const N raw = spec_batch(z.managed, 128);
    if (!stated) return got.high == raw * N(6) && got.batch == at_least(raw, N(1));
    const N high = z.managed / z.fraction;
    N batch = at_least(high / N(4), N(1));
    if (batch > N(96)) batch = N(96);
    return got.high == high && got.batch == batch;
  }
  const N batch = at_least(spec_batch(z.managed, 256), N(1));
  const N total = stated ? z.managed / z.fraction : z.low;
  const N least = at_least(total / z.cpus, batch * N(4));
  if (!floats) return got.high == least && got.batch == batch;
  const N most = stated ? least : at_least((z.managed / N(8)) / z.cpus, batch * N(4));
  return got.batch == batch && got.high_min == least && got.high_max == most && got.high == N(0);
}

void state_pcp(List& list) {
  const std::string subject = "impl/pcp_size.h pcp_sizes()";
  for (const Profile p : kAll) {
    for (const bool stated : {false, true}) {
      const Statement s =
          about(fmt::format("PCP-model.{}{}", profile_name(p), stated ? ".fraction" : ""),
                "the sizes of the per-CPU lists are those of the rules", subject, pcp_symbols(),
                claim([=](const auto& r) {
                  const auto z = figures_of(r, stated);
                  return pcp_as_ruled(p, impl::pcp_sizes(p, z), z, stated);
                }));
      add_with_duties(list, s);
    }
    add(list,
        about(fmt::format("P-CFG-6.{}", profile_name(p)),
              "without a stated fraction a batch is 2^k - 1, or 1, and at most a sixth (v4.7) "
              "or a quarter of the most pages on the lists, if any",
              subject, pcp_symbols(), claim([p](const auto& r) {
                using R = std::decay_t<decltype(r)>;
                using N = typename R::Number;
                const auto got = impl::pcp_sizes(p, figures_of(r, false));
                typename R::Truth power = typename R::Truth(false);
                for (std::int64_t n = 1; n <= 63; n = n + n + 1) {
                  power = power || got.batch == N(n);
                }
                const N high = got.high + got.high_min;
                const N times = p == Profile::v4_7 ? N(6) : N(4);
                return power && (got.batch * times <= high || high == N(0));
              })));
  }
  Statement fifth = about("P-CFG-6.edited",
                          "v4.7: a batch is at most a seventh of the lists (edited: "
                          "must be refuted)",
                          subject, pcp_symbols(), claim([](const auto& r) {
                            using N = NumberOf<decltype(r)>;
                            const auto got = impl::pcp_sizes(Profile::v4_7, figures_of(r, false));
                            return got.batch * N(7) <= got.high || got.high == N(0);
                          }));
  fifth.expected = Answer::refuted;
  add(list, fifth);
}

constexpr const char* kManaged[] = {"dma", "dma32", "normal", "highmem", "movable", "device"};

std::vector<Symbol> row_symbols() {
  std::vector<Symbol> symbols;
  for (const char* name : kManaged) symbols.push_back(number(name, 0, kZoneMax));
  symbols.push_back(number("ratio", 0, kDivisorMax));
  return symbols;
}

template <class R>
impl::ReserveRow<NumberOf<R>> row_of(const R& r, Profile p, unsigned own) {
  using N = NumberOf<R>;
  const N managed[kZoneTypes] = {r.number(0), r.number(1), r.number(2),
                                 r.number(3), r.number(4), r.number(5)};
  return impl::reserve_row(p, managed, own, r.number(kZoneTypes));
}

/// R-CFG-8 as a closed formula for one column.
template <class R>
auto spec_reserve(const R& r, Profile p, unsigned own, unsigned column) {
  using N = NumberOf<R>;
  N above = N(0);
  for (unsigned t = own + 1; t <= column; ++t) above = above + r.number(t);
  const N ratio = r.number(kZoneTypes);
  if (ratio == N(0)) return p == Profile::v4_7 ? above : N(0);
  if (p != Profile::v4_7 && r.number(own) == N(0)) return N(0);
  return above / ratio;
}

void state_reserve(List& list) {
  const std::string subject = "impl/reserve_column.h reserve_row()";
  for (const Profile p : {Profile::v4_7, Profile::v5_15, Profile::v7_1}) {
    for (unsigned own = 0; own < kZoneTypes; ++own) {
      const std::string name = fmt::format("{}.{}", profile_name(p), kManaged[own]);
      add_with_duties(
          list, about(fmt::format("P-LM-2.{}", name),
                      "each column of the reserve is the sum above, divided by the ratio", subject,
                      row_symbols(), claim([=](const auto& r) {
                        using Truth = typename std::decay_t<decltype(r)>::Truth;
                        const auto row = row_of(r, p, own);
                        Truth all = Truth(true);
                        for (unsigned c = 0; c < kZoneTypes; ++c) {
                          all = all && row.pages[c] == spec_reserve(r, p, own, c);
                        }
                        return all;
                      })));
    }
    for (const std::int64_t ratio : {1, 32, 256}) {
      add(list, about(fmt::format("P-LM-1.{}.ratio-{}", profile_name(p), ratio),
                      "DMA's row does not fall from column to column, and is 0 in its own (ratios "
                      "of the kernels' defaults)",
                      subject, row_symbols(), claim([p, ratio](const auto& r) {
                        using N = NumberOf<decltype(r)>;
                        const N managed[kZoneTypes] = {r.number(0), r.number(1), r.number(2),
                                                       r.number(3), r.number(4), r.number(5)};
                        const auto row = impl::reserve_row(p, managed, 0, N(ratio));
                        auto all = row.pages[0] == N(0);
                        for (unsigned c = 1; c < kZoneTypes; ++c) {
                          all = all && row.pages[c - 1] <= row.pages[c];
                        }
                        return all;
                      })));
    }
  }
  Statement rows = about("P-LM-3",
                         "a higher zone never keeps more of a column than a lower one "
                         "(ratios differ)",
                         subject, row_symbols(), claim([](const auto& r) {
                           using N = NumberOf<decltype(r)>;
                           const N managed[kZoneTypes] = {r.number(0), r.number(1), r.number(2),
                                                          r.number(3), r.number(4), r.number(5)};
                           const auto dma =
                               impl::reserve_row(Profile::v7_1, managed, 0, r.number(kZoneTypes));
                           const auto dma32 = impl::reserve_row(Profile::v7_1, managed, 1, N(1));
                           return dma32.pages[2] <= dma.pages[2];
                         }));
  rows.expected = Answer::refuted;
  add(list, rows);
  add(list, about("P-LM-4", "a ratio of 0 keeps all that is above in v4.7, and nothing later",
                  subject, row_symbols(), claim([](const auto& r) {
                    using N = NumberOf<decltype(r)>;
                    const auto old = row_of(r, Profile::v4_7, 0);
                    const auto young = row_of(r, Profile::v6_12, 0);
                    return implies(
                        r.number(kZoneTypes) == N(0),
                        old.pages[2] == r.number(1) + r.number(2) && young.pages[2] == N(0));
                  })));
  add(list, about("LM-column",
                  "v4.7 takes the column of the first zone in the list, later ones that "
                  "of the highest zone allowed",
                  "impl/reserve_column.h reserve_column()",
                  {number("first", 0, kZoneTypes - 1), number("highest", 0, kZoneTypes - 1)},
                  claim([](const auto& r) {
                    auto all = impl::reserve_column(Profile::v4_7, r.number(0), r.number(1)) ==
                               r.number(0);
                    for (const Profile p : kAll) {
                      if (p == Profile::v4_7) continue;
                      all = all && impl::reserve_column(p, r.number(0), r.number(1)) == r.number(1);
                    }
                    return all;
                  })));
  add(list,
      about("P-CFG-4", "the product divided in two steps is the product divided in one",
            "impl/pcp_size.h none: arithmetic of the marks",
            {number("managed", 0, kZoneMax), number("factor", 0, 3000)}, claim([](const auto& r) {
              using N = NumberOf<decltype(r)>;
              const N x = r.number(0);
              // The factor is 10, the default: one of them is enough for linear arithmetic.
              const N n = N(10);
              return x / N(10000) * n + (x % N(10000)) * n / N(10000) == x * n / N(10000);
            })));
}

void state_highatomic(List& list) {
  const std::string subject = "impl/highatomic_cap.h highatomic_cap(), may_reserve_highatomic()";
  for (const Profile p : kAll) {
    for (const std::int64_t pageblock : {std::int64_t{1}, std::int64_t{512}, std::int64_t{1024}}) {
      const bool late = p == Profile::v6_12 || p == Profile::v7_1;
      const std::string name = fmt::format("{}.pageblock-{}", profile_name(p), pageblock);
      add_with_duties(
          list, about(fmt::format("HA-model.{}", name), "the highatomic cap is that of the rules",
                      subject, {number("managed", 0, kZoneMax), number("reserved", 0, kZoneMax)},
                      claim([=](const auto& r) {
                        using N = NumberOf<decltype(r)>;
                        const N percent = r.number(0) / N(100);
                        N cap = percent + N(pageblock);
                        if (late) {
                          cap = (percent + N(pageblock - 1)) / N(pageblock) * N(pageblock);
                          if (percent < N(pageblock)) cap = N(0);
                        }
                        return impl::may_reserve_highatomic(p, r.number(0), N(pageblock),
                                                            r.number(1)) == !(r.number(1) >= cap);
                      })));
      add(list,
          about(fmt::format("P-TR-11.{}", name),
                "after one more pageblock the reserve is less than 1 % and two pageblocks, or "
                "(from v6.12) 1 % rounded up and the rest of a pageblock",
                subject, {number("managed", 0, kZoneMax), number("reserved", 0, kZoneMax)},
                claim([=](const auto& r) {
                  using N = NumberOf<decltype(r)>;
                  const auto may =
                      impl::may_reserve_highatomic(p, r.number(0), N(pageblock), r.number(1));
                  const N after = r.number(1) + N(pageblock);
                  return implies(may, after <= r.number(0) / N(100) + N(2 * pageblock - 1));
                })));
    }
  }
  Statement none =
      about("HA-model.edited",
            "v7.1: a zone of any size may reserve its first pageblock "
            "(edited: must be refuted)",
            subject, {number("managed", 0, kZoneMax)}, claim([](const auto& r) {
              using N = NumberOf<decltype(r)>;
              return impl::may_reserve_highatomic(Profile::v7_1, r.number(0), N(512), N(0));
            }));
  none.expected = Answer::refuted;
  add(list, none);
}

}  // namespace

std::vector<Obligation> figure_obligations() {
  List list;
  state_pcp(list);
  state_reserve(list);
  state_highatomic(list);
  return list;
}

}  // namespace bp::proofs
