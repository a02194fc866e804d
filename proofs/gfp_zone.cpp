// SPDX-License-Identifier: MIT
// The packed gfp table that ships gives what the model's rule says (R-GFP-1).
//
// Given: any 32-bit mask, any of the 16 zone configurations, any era of the flags' bits.
// Claim: P-GFP-1 to P-GFP-9 of the specification; what it says is false is stated as such, with the
// exact set of failures as an obligation of its own.
// Assumed: nothing about the mask beyond the premises listed with each.
// Trusted: SymWord's operators mean those of unsigned words; vocab's table of flag bits (its tests
// hold it against numbers of the headers); the rule, which is a readable decision.
// Not covered: migratetypes; that callers pass the configuration that they run on.
#include "proofs/gfp_zone.h"

#include "proofs/fmt.h"
#include "proofs/gfp_claims.h"
#include "proofs/gfp_state.h"

namespace bp::proofs {
namespace {

using enum ZoneType;

constexpr std::uint64_t kMovableBit = 0x8;
constexpr ZoneConfig kThreeOptional{.dma = true, .dma32 = true, .highmem = true, .device = false};
static_assert(static_cast<std::uint32_t>(impl::gfp_zone_table(kThreeOptional).word) == 0x20010c2,
              "P-GFP-6: 32-bit arithmetic gives 0x20010c2 for DMA+DMA32+HIGHMEM");

/// The shipped index of the mask with its zone modifiers replaced.
template <class W>
auto index_with(const W& w, std::uint64_t modifiers) {
  return w.shipped_index((w.gfp() & w.number(~kNibble & 0xffffffff)) | w.number(modifiers));
}
template <class W>
auto index_with_movable(const W& w) {
  return w.shipped_index(w.gfp() | w.number(kMovableBit));
}
template <class W>
auto index_without_movable(const W& w) {
  return w.shipped_index(w.gfp() & w.number(~kMovableBit & 0xffffffff));
}

std::string tell_bad(const ConcreteGfp& w) {
  return fmt::format("{}: the rule calls it {}, shipped code gives {}", where_text(w),
                     w.rule_bad(w.gfp()) ? "bad" : "legal", w.shipped_bad(w.gfp()));
}
std::string tell_movable(const ConcreteGfp& w) {
  return fmt::format("{}: without __GFP_MOVABLE {}, with it {}", where_text(w),
                     zone_text(w, index_without_movable(w)), zone_text(w, index_with_movable(w)));
}
std::string tell_order(const ConcreteGfp& w) {
  return fmt::format(
      "{}: __GFP_DMA allows {}, __GFP_DMA32 {}, neither {}, __GFP_HIGHMEM {}, with __GFP_MOVABLE "
      "{}",
      config_text(w), zone_text(w, index_with(w, 0x1)), zone_text(w, index_with(w, 0x4)),
      zone_text(w, index_with(w, 0x0)), zone_text(w, index_with(w, 0x2)),
      zone_text(w, index_with(w, 0xa)));
}
std::string tell_rows(const ConcreteGfp& w) {
  return fmt::format("{}: its row of {} bits is at bit {}", where_text(w), w.shift(),
                     (w.gfp() & kNibble) * w.shift());
}
std::string tell_lowest(const ConcreteGfp& w) {
  return fmt::format("{}: got {}, not index 0", where_text(w),
                     zone_text(w, w.shipped_index(w.gfp())));
}

/// DMA, DMA32, none, HIGHMEM, HIGHMEM and MOVABLE: from the strictest to the freest mask.
constexpr auto is_ascending = [](const auto& w) {
  return w.at_most(index_with(w, 0x1), index_with(w, 0x4)) &&
         w.at_most(index_with(w, 0x4), index_with(w, 0x0)) &&
         w.at_most(index_with(w, 0x0), index_with(w, 0x2)) &&
         w.at_most(index_with(w, 0x2), index_with(w, 0xa));
};

/// The four zone modifiers are bits 0 to 3, and no other flag of any era is.
constexpr auto modifiers_are_the_nibble = [](const auto& w) {
  const auto is_set = [&](std::uint64_t bit) { return (w.gfp() & w.number(bit)) == w.number(bit); };
  auto holds = w.truth(true);
  for (unsigned f = 0; f < kGfpFlags; ++f) {
    const auto flag = GfpFlag{static_cast<std::uint8_t>(f)};
    switch (flag) {
      case GfpFlag::dma: holds = holds && w.names(w.gfp(), flag) == is_set(0x1); break;
      case GfpFlag::highmem: holds = holds && w.names(w.gfp(), flag) == is_set(0x2); break;
      case GfpFlag::dma32: holds = holds && w.names(w.gfp(), flag) == is_set(0x4); break;
      case GfpFlag::movable: holds = holds && w.names(w.gfp(), flag) == is_set(0x8); break;
      default:
        holds = holds &&
                w.names(w.gfp(), flag) == w.names(w.gfp() & w.number(~kNibble & 0xffffffff), flag);
    }
  }
  return holds;
};

using List = std::vector<Obligation>;

void state_decode(List& list, const GfpTables& t) {
  list.push_back(tables_follow_rule("P-GFP-1", Answer::proved, t));
  list.push_back(
      tables_follow_rule("P-GFP-1.edited-row", Answer::refuted, edited_tables(t, 0xc, 0x8)));
  list.push_back(gfp_obligation(
      {.id = "P-GFP-2",
       .statement = "a mask is called bad exactly if it names two of DMA, HIGHMEM, DMA32",
       .subject = "impl/gfp_table.h gfp_zone_bad()",
       .tell = tell_bad},
      t, [](const auto& w) {
        const auto two = names_two_limits(w);
        const auto bad = w.shipped_bad(w.gfp());
        return w.rule_bad(w.gfp()) == two &&
               ((bad == w.number(1) && two) || (bad == w.number(0) && !two));
      }));
  list.push_back(gfp_obligation(
      {.id = "P-GFP-3", .statement = "a bad mask decodes to index 0", .tell = tell_lowest}, t,
      is_lowest, Given{"the mask is bad", is_bad}));
  list.push_back(gfp_obligation({.id = "P-GFP-3.any-mask",
                                 .statement = "any mask decodes to index 0 (premise left out)",
                                 .expected = Answer::refuted,
                                 .tell = tell_lowest},
                                t, is_lowest));
}

void state_layout(List& list, const GfpTables& t) {
  list.push_back(
      gfp_obligation({.id = "P-GFP-4",
                      .statement = "every result fits its entry, is at most MOVABLE, never DEVICE"},
                     t, fits_its_entry));
  list.push_back(gfp_obligation({.id = "P-GFP-5",
                                 .statement = "the 16 rows of a table are disjoint and fit 64 bits",
                                 .tell = tell_rows},
                                t, rows_are_disjoint));
  list.push_back(gfp_obligation({.id = "P-GFP-5.shifts",
                                 .statement = "no shift in the lookup is by a word's width or more",
                                 .tell = tell_rows},
                                t,
                                [](const auto& w) { return w.shipped_shifts_defined(w.gfp()); }));
}

void state_overflow(List& list, const GfpTables& t) {
  const GfpTables narrow = tables_of_32_bits(t);
  list.push_back(
      gfp_obligation({.id = "P-GFP-6",
                      .statement = "a table built in 32 bits decodes as the rule says (overflow)",
                      .expected = Answer::refuted},
                     narrow, follows_rule));
  list.push_back(gfp_obligation(
      {.id = "P-GFP-6.exact",
       .statement = "it fails exactly at 0xa and 0xc, exactly with DMA, DMA32 and HIGHMEM"},
      narrow, [](const auto& w) {
        const auto nibble = w.gfp() & w.number(kNibble);
        const auto lost = w.configured(dma) && w.configured(dma32) && w.configured(highmem) &&
                          (nibble == w.number(0xa) || nibble == w.number(0xc));
        return (w.shipped_index(w.gfp()) != w.rule_index(w.gfp())) == lost;
      }));
}

void state_movable(List& list, const GfpTables& t) {
  const auto is_neutral = [](const auto& w) {
    return index_with_movable(w) == index_without_movable(w);
  };
  list.push_back(gfp_obligation(
      {.id = "P-GFP-7",
       .statement = "__GFP_MOVABLE changes no zone without __GFP_HIGHMEM",
       .tell = tell_movable},
      t, is_neutral,
      Given{"the mask lacks __GFP_HIGHMEM", [](const auto& w) { return !names_highmem(w); }}));
  list.push_back(gfp_obligation({.id = "P-GFP-7.any-mask",
                                 .statement = "__GFP_MOVABLE changes no zone (premise left out)",
                                 .expected = Answer::refuted,
                                 .tell = tell_movable},
                                t, is_neutral));
  list.push_back(gfp_obligation(
      {.id = "P-GFP-7.highmem",
       .statement = "with __GFP_HIGHMEM it selects MOVABLE, and never a lower zone",
       .tell = tell_movable},
      t,
      [](const auto& w) {
        return index_with_movable(w) == w.index_of(movable) &&
               w.at_most(index_without_movable(w), w.index_of(movable));
      },
      Given{"the mask is legal", is_legal}, Given{"the mask has __GFP_HIGHMEM", names_highmem}));
}

void state_degradation(List& list, const GfpTables& t) {
  list.push_back(gfp_obligation(
      {.id = "P-GFP-8", .statement = "a limit whose zone is not configured means NORMAL"}, t,
      means_normal, Given{"the mask is legal", is_legal},
      Given{"the mask names a limit that is not configured", names_missing_limit}));
  list.push_back(gfp_obligation(
      {.id = "P-GFP-8.dma32", .statement = "__GFP_DMA32 without DMA32 never means DMA"}, t,
      [](const auto& w) { return w.shipped_index(w.gfp()) != w.index_of(dma); },
      Given{"the mask is legal", is_legal},
      Given{"the mask has __GFP_DMA32",
            [](const auto& w) { return w.names(w.gfp(), GfpFlag::dma32); }},
      Given{"DMA is configured, DMA32 is not",
            [](const auto& w) { return w.configured(dma) && !w.configured(dma32); }}));
}

void state_order(List& list, const GfpTables& t) {
  list.push_back(gfp_obligation(
      {.id = "P-GFP-9",
       .statement = "DMA <= DMA32 <= neither <= HIGHMEM <= HIGHMEM|MOVABLE, by zone index",
       .tell = tell_order},
      t, is_ascending, Given{"DMA and DMA32 are both configured or both absent", [](const auto& w) {
                               return w.configured(dma) == w.configured(dma32);
                             }}));
  list.push_back(gfp_obligation({.id = "P-GFP-9.any-config",
                                 .statement = "the same in every configuration (premise left out)",
                                 .expected = Answer::refuted,
                                 .tell = tell_order},
                                t, is_ascending));
  list.push_back(
      gfp_obligation({.id = "P-GFP-9.exact",
                      .statement = "it fails exactly where DMA32 is configured and DMA is not",
                      .tell = tell_order},
                     t, [](const auto& w) {
                       return is_ascending(w) == !(w.configured(dma32) && !w.configured(dma));
                     }));
}

}  // namespace

Obligation tables_follow_rule(const std::string& id, Answer expected, const GfpTables& tables) {
  const std::string what = expected == Answer::proved ? "" : " (one row edited)";
  return gfp_obligation({.id = id,
                         .statement = "every legal mask decodes to the rule's zone" + what,
                         .expected = expected},
                        tables, follows_rule, Given{"the mask is legal", is_legal});
}

GfpTables edited_tables(GfpTables tables, unsigned nibble, unsigned as_nibble) {
  for (impl::GfpZoneTable& t : tables) {
    const std::uint64_t entry = (std::uint64_t{1} << t.shift) - 1;
    const std::uint64_t source = t.word >> (as_nibble * t.shift) & entry;
    t.word &= ~(entry << (nibble * t.shift));
    t.word |= source << (nibble * t.shift);
  }
  return tables;
}

GfpTables tables_of_32_bits(GfpTables tables) {
  for (impl::GfpZoneTable& t : tables) t.word &= 0xffffffff;
  return tables;
}

std::vector<Obligation> gfp_zone_obligations(const GfpTables& tables) {
  List list;
  state_decode(list, tables);
  state_layout(list, tables);
  state_overflow(list, tables);
  state_movable(list, tables);
  state_degradation(list, tables);
  state_order(list, tables);
  list.push_back(gfp_obligation(
      {.id = "P-GFP-10.zone-bits",
       .statement = "in every era the zone modifiers, and no other flags, are bits 0 to 3",
       .subject = "model/vocab/gfp.h gfp_bit()",
       .tell = where_text},
      tables, modifiers_are_the_nibble));
  return list;
}

}  // namespace bp::proofs
