// SPDX-License-Identifier: MIT
// The migratetype that a mask asks for, and the zones that a request may be served from.
//
// Given: any 32-bit mask in any era; any zone type, node 0 to 63, node mask.
// Claim: P-MT-1 to P-MT-6, and of one entry of a zonelist P-ZL-1, 2 and 8.
// Assumed: nothing beyond the ranges.
// Trusted: SymWord's operators; the zone of a mask is proved apart (gfp_zone.cpp).
// Not covered: that the list was built in the right order, and that the scan looks at each entry.
#include "proofs/request.h"

#include "impl/gfp_table.h"
#include "impl/migratetype_decode.h"
#include "impl/zone_filter.h"
#include "proofs/fmt.h"
#include "proofs/statement.h"

namespace bp::proofs {
namespace {

constexpr Era kEraList[] = {Era::e0, Era::e1, Era::e2, Era::e3, Era::e5};

/// As the flags' own table has it, not as the decoder does.
unsigned reclaimable_bit(Era e) { return static_cast<unsigned>(gfp_bit(GfpFlag::reclaimable, e)); }

Statement of_mask(std::string id, std::string text, Claim c,
                  std::source_location at = std::source_location::current()) {
  return statement_of(std::move(id), std::move(text),
                      "impl/migratetype_decode.h migratetype_bits()",
                      {word("gfp", 0, 0xffffffff), word("other", 0, 0xffffffff)}, std::move(c), at);
}

/// `of(era, r)` in every era, as one claim.
template <class F>
Claim every_era(F of) {
  return claim([of](const auto& r) {
    using Truth = typename std::decay_t<decltype(r)>::Truth;
    Truth all = Truth(true);
    for (const Era e : kEraList) all = all && of(e, r);
    return all;
  });
}

void state_types(List& list) {
  const Claim rule = every_era([](Era e, const auto& r) {
    using W = typename std::decay_t<decltype(r)>::Word;
    const W got = impl::migratetype_bits(r.word(0), e);
    const auto movable = bit_set(r.word(0), 3);
    const auto reclaimable = bit_set(r.word(0), reclaimable_bit(e));
    return implies(movable && !reclaimable, got == W(1)) &&
           implies(reclaimable && !movable, got == W(2)) &&
           implies(!movable && !reclaimable, got == W(0));
  });
  Statement legal = of_mask("P-MT-1",
                            "a legal mask asks for UNMOVABLE, MOVABLE or RECLAIMABLE as "
                            "its two flags say, in every era",
                            rule);
  add(list, legal);
  add(list, about_duties(legal, Asks::defined));
  add(list, of_mask("P-MT-2", "both flags give 3, which no per-CPU list has",
                    every_era([](Era e, const auto& r) {
                      using W = typename std::decay_t<decltype(r)>::Word;
                      return (impl::migratetype_bits(r.word(0), e) == W(3)) ==
                             (bit_set(r.word(0), 3) && bit_set(r.word(0), reclaimable_bit(e)));
                    })));
  Statement three = of_mask("P-MT-2.any-mask",
                            "every mask asks for a type that can be requested "
                            "(premise of legality left out)",
                            every_era([](Era e, const auto& r) {
                              using W = typename std::decay_t<decltype(r)>::Word;
                              return impl::migratetype_bits(r.word(0), e) <= W(2);
                            }));
  three.expected = Answer::refuted;
  add(list, three);
  add(list,
      of_mask("P-MT-3", "no other bit of the mask matters", every_era([](Era e, const auto& r) {
                using W = typename std::decay_t<decltype(r)>::Word;
                const W two = W((std::uint64_t{1} << 3) | std::uint64_t{1} << reclaimable_bit(e));
                return implies(
                    (r.word(0) & two) == (r.word(1) & two),
                    impl::migratetype_bits(r.word(0), e) == impl::migratetype_bits(r.word(1), e));
              })));
  Statement e0 =
      of_mask("P-MT-4", "E0 numbers MOVABLE 2 and RECLAIMABLE 1, later eras the other way",
              every_era([](Era e, const auto& r) {
                using W = typename std::decay_t<decltype(r)>::Word;
                const W got = impl::migratetype_number(r.word(0), e);
                const W movable = W(e == Era::e0 ? 2 : 1);
                const W reclaimable = W(e == Era::e0 ? 1 : 2);
                const auto m = bit_set(r.word(0), 3);
                const auto c = bit_set(r.word(0), reclaimable_bit(e));
                return implies(m && !c, got == movable) && implies(c && !m, got == reclaimable);
              }));
  e0.subject = "impl/migratetype_decode.h migratetype_number()";
  add(list, e0);
  const ZoneConfig config{.dma = true, .dma32 = true, .highmem = true, .device = false};
  const impl::GfpZoneTable table = impl::gfp_zone_table(config);
  const unsigned top = impl::zone_indices(config).movable;
  const auto zone_is_movable = [table, top](const auto& gfp) {
    using W = std::decay_t<decltype(gfp)>;
    return impl::gfp_zone_index(gfp, W(table.word), table.shift) == W(top);
  };
  add(list, of_mask("P-MT-5", "a mask whose zone is MOVABLE names __GFP_MOVABLE",
                    claim([zone_is_movable](const auto& r) {
                      return implies(zone_is_movable(r.word(0)), bit_set(r.word(0), 3));
                    })));
  Statement converse = of_mask("P-MT-5.converse",
                               "a mask that names __GFP_MOVABLE has the zone "
                               "MOVABLE",
                               claim([zone_is_movable](const auto& r) {
                                 return implies(bit_set(r.word(0), 3), zone_is_movable(r.word(0)));
                               }));
  converse.expected = Answer::refuted;
  add(list, converse);
  Statement cma = of_mask(
      "P-MT-6", "CMA is for requests of MOVABLE, so never without __GFP_MOVABLE",
      every_era([](Era e, const auto& r) {
        const auto eligible = impl::is_movable_request(r.word(0), e);
        return eligible == (bit_set(r.word(0), 3) && !bit_set(r.word(0), reclaimable_bit(e)));
      }));
  cma.subject = "impl/migratetype_decode.h is_movable_request()";
  add(list, cma);
  Statement arithmetic = of_mask("MT-arithmetic", "the types of any mask in every era",
                                 every_era([](Era e, const auto& r) {
                                   (void)impl::migratetype_number(r.word(0), e);
                                   return impl::is_movable_request(r.word(0), e);
                                 }));
  arithmetic.subject = "impl/migratetype_decode.h migratetype_number(), is_movable_request()";
  add_arithmetic(list, arithmetic);
}

enum FilterSymbol : unsigned { kType, kNode, kHighest, kNodemask, kHome, kHere };

template <class R>
auto serves(const R& r) {
  using W = typename R::Word;
  const W nodes = impl::nodes_allowed(r.word(kNodemask), r.truth(kHere), r.word(kHome));
  return impl::zone_serves(r.word(kType), r.word(kNode), r.word(kHighest), nodes);
}

Statement of_filter(std::string id, std::string text, Claim c,
                    std::source_location at = std::source_location::current()) {
  return statement_of(std::move(id), std::move(text),
                      "impl/zone_filter.h zone_serves(), nodes_allowed()",
                      {word("type", 0, 5), word("node", 0, 63), word("highest", 0, 5),
                       word("nodemask"), word("home", 0, 63), truth("THISNODE")},
                      std::move(c), at);
}

void state_filter(List& list) {
  const Statement filter =
      of_filter("P-ZL-1",
                "an entry is kept exactly if its type is not above the highest, its node is in the "
                "mask or there is none, and THISNODE is not set or it is the home node's",
                claim([](const auto& r) {
                  using W = typename std::decay_t<decltype(r)>::Word;
                  auto node = r.word(kNodemask) == W(0);
                  for (unsigned n = 0; n < 64; ++n) {
                    node = node || (r.word(kNode) == W(n) && bit_set(r.word(kNodemask), n));
                  }
                  const auto home = !r.truth(kHere) || r.word(kNode) == r.word(kHome);
                  return serves(r) == (r.word(kType) <= r.word(kHighest) && node && home);
                }));
  add(list, filter);
  add(list, about_duties(filter, Asks::defined));
  add(list, of_filter("P-ZL-2", "no zone above the highest is kept", claim([](const auto& r) {
                        return implies(serves(r), r.word(kType) <= r.word(kHighest));
                      })));
  add(list,
      of_filter("P-ZL-8", "THISNODE keeps zones of the home node only", claim([](const auto& r) {
                  return implies(serves(r) && r.truth(kHere), r.word(kNode) == r.word(kHome));
                })));
  Statement anywhere = of_filter(
      "P-ZL-8.fallback",
      "every zone kept is of the home node (THISNODE "
      "left out)",
      claim([](const auto& r) { return implies(serves(r), r.word(kNode) == r.word(kHome)); }));
  anywhere.expected = Answer::refuted;
  add(list, anywhere);
}

}  // namespace

std::vector<Obligation> request_obligations() {
  List list;
  state_types(list);
  state_filter(list);
  return list;
}

}  // namespace bp::proofs
