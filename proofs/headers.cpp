// SPDX-License-Identifier: MIT
// A kernel's own gfp table, zone numbers and flags, as its headers compile, are the rule's and
// ours.
//
// Given: any 32-bit mask; the zone configuration of the headers, and for flags the era nearest to
// them.
// Claim: P-GFP-1 to P-GFP-5 and P-GFP-8 of the headers' table, P-GFP-10 of their flags; their zone
// numbers are the rule's; the shipped table of this configuration gives the same zones.
// Trusted: the compiler that found the values; besides what gfp_zone.cpp trusts.
// Not covered: other configurations of the same kernel.
#include "proofs/headers.h"

#include <algorithm>

#include "model/vocab/gfp_text.h"
#include "model/vocab/machine.h"
#include "proofs/fmt.h"
#include "proofs/gfp_claims.h"
#include "proofs/gfp_state.h"

namespace bp::proofs {
namespace {

constexpr std::uint64_t kNibbles = 16;

GfpTables tables_with(const HeaderFacts& facts) {
  GfpTables tables = shipped_tables();
  tables[facts.zones.bits()] = facts.table;
  return tables;
}

/// Its bit in the era, as a mask; 0 if it has none.
std::uint64_t bit_in(GfpFlag flag, Era era) {
  const int bit = gfp_bit(flag, era);
  return bit == kNoBit ? 0 : std::uint64_t{1} << bit;
}

unsigned differing_flags(const HeaderFacts& facts, Era era) {
  unsigned count = 0;
  for (unsigned f = 0; f < kGfpFlags; ++f) {
    if (facts.flag[f] != bit_in(GfpFlag{static_cast<std::uint8_t>(f)}, era)) ++count;
  }
  return count;
}

std::string differing_text(const HeaderFacts& facts, Era era) {
  std::string text;
  for (unsigned f = 0; f < kGfpFlags; ++f) {
    const auto flag = GfpFlag{static_cast<std::uint8_t>(f)};
    if (facts.flag[f] == bit_in(flag, era)) continue;
    text += fmt::format("{}{} = 0x{:x}, expected 0x{:x}", text.empty() ? "" : "; ",
                        gfp_flag_name(flag), facts.flag[f], bit_in(flag, era));
  }
  return text;
}

std::string numbers_text(const HeaderFacts& facts) {
  std::string text;
  for (unsigned t = 0; t < kZoneTypes; ++t) {
    if (!facts.number[t]) continue;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ",
                        zone_name(ZoneType{static_cast<std::uint8_t>(t)}), *facts.number[t]);
  }
  return text;
}

/// The statements of one package, each under its configuration.
class Statements {
 public:
  explicit Statements(const HeaderFacts& facts) : facts_(facts), tables_(tables_with(facts)) {}

  template <class Claim, class... Givens>
  void add(Heading heading, const Claim& claim, const Givens&... given) {
    add_of(tables_, std::move(heading), claim, given...);
  }
  template <class Claim, class... Givens>
  void add_of(const GfpTables& tables, Heading heading, const Claim& claim,
              const Givens&... given) {
    const ZoneConfig zones = facts_.zones;
    heading.subject = facts_.package + " " + heading.subject;
    const auto here = [zones](const auto& w) {
      auto same = w.truth(true);
      for (unsigned t = 0; t < kZoneTypes; ++t) {
        const auto type = ZoneType{static_cast<std::uint8_t>(t)};
        same = same && w.configured(type) == w.truth(zones.has(type));
      }
      return same;
    };
    list.push_back(gfp_obligation(heading, tables, claim,
                                  Given{"the zone configuration is the headers'", here}, given...));
  }

  std::vector<Obligation> list;

 private:
  const HeaderFacts& facts_;
  GfpTables tables_;
};

void state_table(Statements& all, const HeaderFacts& facts) {
  const Given legal{"the mask is legal", is_legal};
  all.add({.id = "P-GFP-1.headers",
           .statement = "every legal mask decodes to the rule's zone",
           .subject = "GFP_ZONE_TABLE"},
          follows_rule, legal);
  GfpTables edited = tables_with(facts);
  impl::GfpZoneTable& row = edited[facts.zones.bits()];
  row.word ^= std::uint64_t{1} << (0xaU * row.shift);
  all.add_of(edited,
             {.id = "P-GFP-1.headers-edited",
              .statement = "the same with a bit of one row edited",
              .expected = Answer::refuted,
              .subject = "GFP_ZONE_TABLE"},
             follows_rule, legal);
  all.add({.id = "P-GFP-3.headers",
           .statement = "a bad mask decodes to index 0",
           .subject = "GFP_ZONE_TABLE"},
          is_lowest, Given{"the mask is bad", is_bad});
  all.add({.id = "P-GFP-4.headers",
           .statement = "every result fits its entry, is at most MOVABLE, never DEVICE",
           .subject = "GFP_ZONE_TABLE, GFP_ZONES_SHIFT"},
          fits_its_entry);
  all.add({.id = "P-GFP-5.headers",
           .statement = "the 16 rows of the table are disjoint and fit 64 bits",
           .subject = "GFP_ZONES_SHIFT"},
          rows_are_disjoint);
}

void state_agreement(Statements& all, const HeaderFacts& facts) {
  const std::uint64_t bad = facts.bad;
  all.add({.id = "P-GFP-2.headers",
           .statement = "GFP_ZONE_BAD has a mask exactly if it names two of DMA, HIGHMEM, DMA32",
           .subject = "GFP_ZONE_BAD",
           .tell =
               [bad](const ConcreteGfp& w) {
                 return fmt::format("{}: the headers' 0x{:x} calls it {}", where_text(w), bad,
                                    (bad >> (w.gfp() & kNibble) & 1) != 0 ? "bad" : "legal");
               }},
          [bad](const auto& w) {
            auto same = w.truth(true);
            for (std::uint64_t k = 0; k < kNibbles; ++k) {
              const auto is_k = (w.gfp() & w.number(kNibble)) == w.number(k);
              same = same && (!is_k || names_two_limits(w) == w.truth((bad >> k & 1) != 0));
            }
            return same && bad >> kNibbles == 0;
          });
  const impl::GfpZoneTable ours = impl::gfp_zone_table(facts.zones);
  all.add(
      {.id = "GFP-headers.shipped",
       .statement = "the shipped table of this configuration gives the same zone for every mask",
       .subject = "GFP_ZONE_TABLE"},
      [ours](const auto& w) {
        auto same = w.truth(true);
        for (std::uint32_t k = 0; k < kNibbles; ++k) {
          const auto is_k = (w.gfp() & w.number(kNibble)) == w.number(k);
          const std::uint64_t index = impl::gfp_zone_index(k, ours.word, ours.shift);
          same = same && (!is_k || w.shipped_index(w.gfp()) == w.number(index));
        }
        return same;
      });
  const auto number = facts.number;
  const std::uint64_t count = facts.count;
  const std::string numbers = numbers_text(facts);
  all.add(
      {.id = "GFP-headers.numbers",
       .statement = "the zones are numbered as the rule numbers them, and no others are counted",
       .subject = "enum zone_type, MAX_NR_ZONES",
       .tell =
           [numbers, count](const ConcreteGfp& w) {
             return fmt::format("{}: the headers have {}, and {} zones", config_text(w), numbers,
                                count);
           }},
      [number, count](const auto& w) {
        auto same = w.truth(true);
        std::uint64_t zones = 0;
        for (unsigned t = 0; t < kZoneTypes; ++t) {
          if (!number[t]) continue;
          const auto type = ZoneType{static_cast<std::uint8_t>(t)};
          same = same && w.index_of(type) == w.number(*number[t]);
          ++zones;
        }
        return same && zones == count;
      });
}

void state_flags(Statements& all, const HeaderFacts& facts) {
  const Era era = era_of(facts);
  const auto flags = facts.flag;
  const std::string differing = differing_text(facts, era);
  all.add(
      {.id = "P-GFP-10.headers",
       .statement = fmt::format("every flag has its bit of era {}, and a flag of no bit is 0",
                                era_name(era)),
       .subject = "___GFP_ flags",
       .tell = [differing](const ConcreteGfp& w) { return where_text(w) + ": " + differing; }},
      [flags](const auto& w) {
        auto same = w.truth(true);
        for (unsigned f = 0; f < kGfpFlags; ++f) {
          const auto named = w.names(w.gfp(), GfpFlag{static_cast<std::uint8_t>(f)});
          same = same && named == !((w.gfp() & w.number(flags[f])) == w.number(0));
        }
        return same;
      },
      Given{"the era is that of the headers", [era](const auto& w) { return w.is_era(era); }});
}

}  // namespace

Era era_of(const HeaderFacts& facts) {
  Era best = Era::e0;
  for (unsigned e = 0; e < kEras; ++e) {
    const auto era = Era{static_cast<std::uint8_t>(e)};
    if (differing_flags(facts, era) < differing_flags(facts, best)) best = era;
  }
  return best;
}

std::string headers_text(const HeaderFacts& facts) {
  return fmt::format(
      "{} ({}, {}): {}; GFP_ZONES_SHIFT {}, GFP_ZONE_TABLE 0x{:x}, GFP_ZONE_BAD 0x{:x}",
      facts.package, facts.architecture, era_name(era_of(facts)), numbers_text(facts),
      facts.table.shift, facts.table.word, facts.bad);
}

std::vector<Obligation> header_obligations(const HeaderFacts& facts) {
  Statements all(facts);
  state_table(all, facts);
  state_agreement(all, facts);
  state_flags(all, facts);
  return std::move(all.list);
}

}  // namespace bp::proofs
