// SPDX-License-Identifier: MIT
#include "proofs/gfp_world.h"

#include "proofs/paths.h"
#include "proofs/word.h"

namespace bp::proofs {
namespace {

/// The shipped lookup on words that also know whether every shift was defined.
SymWord<64> lookup(const SymWord<32>& gfp, const impl::GfpZoneTable& table) {
  return impl::gfp_zone_index(gfp, SymWord<64>{table.word}, table.shift);
}

/// Masks are the lower half of a number.
SymWord<32> mask_word(const z3::expr& gfp) { return SymWord<32>{gfp.extract(31, 0)}; }

}  // namespace

GfpTables shipped_tables() {
  GfpTables tables;
  for (unsigned bits = 0; bits < kZoneConfigs; ++bits) {
    tables[bits] = impl::gfp_zone_table(ZoneConfig::from_bits(bits));
  }
  return tables;
}

bool ConcreteGfp::shipped_shifts_defined(Number gfp) const {
  z3::context ctx;  // The words stay numbers; it is for the type of the answer only.
  const SymWord<32> mask{gfp};
  const z3::expr all = lookup(mask, table_).defined(ctx) && impl::gfp_zone_bad(mask).defined(ctx);
  return all.simplify().is_true();
}

SymbolicGfp::SymbolicGfp(z3::context& ctx, const GfpTables& tables)
    : ctx_(&ctx),
      tables_(tables),
      gfp_(ctx.bv_const("gfp", 32)),
      config_(ctx.bv_const("config", 4)),
      era_(ctx.bv_const("era", 3)) {}

z3::expr SymbolicGfp::era_exists() const { return z3::ult(era_, ctx_->bv_val(kEras, 3)); }

template <class F>
z3::expr SymbolicGfp::by_config(const F& f) const {
  z3::expr term = f(kZoneConfigs - 1);
  for (unsigned bits = kZoneConfigs - 1; bits-- > 0;) {
    term = z3::ite(config_ == ctx_->bv_val(bits, 4), f(bits), term);
  }
  return term;
}

template <class Rule, class Term>
z3::expr SymbolicGfp::by_path(const z3::expr& gfp, const Rule& rule, const Term& term) const {
  const auto paths = all_paths(rule);
  z3::expr result = term(paths.back().result);
  for (std::size_t i = paths.size() - 1; i-- > 0;) {
    z3::expr taken = truth(true);
    for (const auto& [flag, answer] : paths[i].answers) {
      taken = taken && (names(gfp, flag) == truth(answer));
    }
    result = z3::ite(taken, term(paths[i].result), result);
  }
  return result;
}

z3::expr SymbolicGfp::names(const z3::expr& gfp, GfpFlag flag) const {
  z3::expr named = truth(false);
  for (unsigned e = 0; e < kEras; ++e) {
    const int bit = gfp_bit(flag, Era{static_cast<std::uint8_t>(e)});
    if (bit == kNoBit) continue;
    const auto at = static_cast<unsigned>(bit);
    named = named || (era_ == ctx_->bv_val(e, 3) && gfp.extract(at, at) == ctx_->bv_val(1, 1));
  }
  return named;
}

z3::expr SymbolicGfp::configured(ZoneType type) const {
  return by_config([&](unsigned bits) { return truth(ZoneConfig::from_bits(bits).has(type)); });
}

z3::expr SymbolicGfp::index_of(ZoneType type) const {
  return by_config(
      [&](unsigned bits) { return number(rules::zone_index(type, ZoneConfig::from_bits(bits))); });
}

z3::expr SymbolicGfp::rule_index(const z3::expr& gfp) const {
  return by_config([&](unsigned bits) {
    const ZoneConfig config = ZoneConfig::from_bits(bits);
    const auto rule = [&](const ScriptedFlags& flags) {
      return rules::zone_index(rules::highest_zone(flags, config), config);
    };
    return by_path(gfp, rule, [&](unsigned index) { return number(index); });
  });
}

z3::expr SymbolicGfp::rule_bad(const z3::expr& gfp) const {
  const auto rule = [](const ScriptedFlags& flags) { return rules::is_bad(flags); };
  return by_path(gfp, rule, [&](bool bad) { return truth(bad); });
}

z3::expr SymbolicGfp::shift() const {
  return by_config([&](unsigned bits) { return number(tables_[bits].shift); });
}

z3::expr SymbolicGfp::shipped_index(const z3::expr& gfp) const {
  return by_config(
      [&](unsigned bits) { return lookup(mask_word(gfp), tables_[bits]).value(*ctx_); });
}

z3::expr SymbolicGfp::shipped_bad(const z3::expr& gfp) const {
  return z3::zext(impl::gfp_zone_bad(mask_word(gfp)).value(*ctx_), 32);
}

z3::expr SymbolicGfp::shipped_shifts_defined(const z3::expr& gfp) const {
  return impl::gfp_zone_bad(mask_word(gfp)).defined(*ctx_) && by_config([&](unsigned bits) {
           return lookup(mask_word(gfp), tables_[bits]).defined(*ctx_);
         });
}

}  // namespace bp::proofs
