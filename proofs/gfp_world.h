// SPDX-License-Identifier: MIT
// The words in which the gfp statements are written, with two readings. In ConcreteGfp a mask, a
// zone configuration and an era are given, and everything runs as compiled. In SymbolicGfp all
// three are symbols, and the very same functions give terms: impl's templates through SymWord, the
// model's rules through all_paths(), the flags' bits through vocab's table. A statement is a
// template over the reading, so what is proved and what a counterexample is replayed against cannot
// differ.
//
// The table itself is a parameter, because the shift of its entries is a number in the shipped
// template and not a symbol: one instance per configuration, chosen by the symbolic configuration.
#pragma once

#include "proofs/z3.h"

#include <array>
#include <cstdint>

#include "impl/gfp_table.h"
#include "model/rules/gfp_zone.h"
#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::proofs {

/// By ZoneConfig::bits().
using GfpTables = std::array<impl::GfpZoneTable, kZoneConfigs>;

/// What gfp_zone_table() makes, for every configuration.
GfpTables shipped_tables();

class ConcreteGfp {
 public:
  using Number = std::uint64_t;
  using Truth = bool;

  ConcreteGfp(const GfpTables& tables, std::uint32_t gfp, ZoneConfig config, Era era)
      : table_(tables[config.bits()]), gfp_(gfp), config_(config), era_(era) {}

  Number gfp() const { return gfp_; }
  ZoneConfig config() const { return config_; }
  Era era() const { return era_; }

  static Number number(std::uint64_t n) { return n; }
  static Truth truth(bool t) { return t; }
  static Truth at_most(Number a, Number b) { return a <= b; }
  /// As the solvers have it: nothing is left of a word that is shifted by its width or more.
  static Number shifted_left(Number a, Number by) { return by < 64 ? a << by : 0; }

  Truth names(Number gfp, GfpFlag flag) const { return decoded(gfp).has(flag); }
  Truth is_era(Era era) const { return era_ == era; }
  Truth configured(ZoneType type) const { return config_.has(type); }
  Number index_of(ZoneType type) const { return rules::zone_index(type, config_); }
  Number rule_index(Number gfp) const {
    return rules::zone_index(rules::highest_zone(decoded(gfp), config_), config_);
  }
  Truth rule_bad(Number gfp) const { return rules::is_bad(decoded(gfp)); }

  Number shift() const { return table_.shift; }
  Number shipped_index(Number gfp) const {
    return impl::gfp_zone_index(static_cast<std::uint32_t>(gfp), table_.word, table_.shift);
  }
  Number shipped_bad(Number gfp) const {
    return impl::gfp_zone_bad(static_cast<std::uint32_t>(gfp));
  }
  Truth shipped_shifts_defined(Number gfp) const;

 private:
  Gfp decoded(Number gfp) const { return gfp_decode(static_cast<std::uint32_t>(gfp), era_); }

  impl::GfpZoneTable table_;
  std::uint32_t gfp_;
  ZoneConfig config_;
  Era era_;
};

/// Numbers are terms of 64 bits, of which a mask fills the lower 32.
class SymbolicGfp {
 public:
  using Number = z3::expr;
  using Truth = z3::expr;

  SymbolicGfp(z3::context& ctx, const GfpTables& tables);

  z3::expr gfp() const { return z3::zext(gfp_, 32); }
  /// The symbols, in the order mask, configuration, era.
  std::vector<z3::expr> symbols() const { return {gfp_, config_, era_}; }
  z3::expr era_exists() const;
  z3::expr is_era(Era era) const { return era_ == ctx_->bv_val(static_cast<unsigned>(era), 3); }

  z3::expr number(std::uint64_t n) const { return ctx_->bv_val(n, 64); }
  z3::expr truth(bool t) const { return ctx_->bool_val(t); }
  static z3::expr at_most(const z3::expr& a, const z3::expr& b) { return z3::ule(a, b); }
  static z3::expr shifted_left(const z3::expr& a, const z3::expr& by) { return z3::shl(a, by); }

  z3::expr names(const z3::expr& gfp, GfpFlag flag) const;
  z3::expr configured(ZoneType type) const;
  z3::expr index_of(ZoneType type) const;
  z3::expr rule_index(const z3::expr& gfp) const;
  z3::expr rule_bad(const z3::expr& gfp) const;

  z3::expr shift() const;
  z3::expr shipped_index(const z3::expr& gfp) const;
  z3::expr shipped_bad(const z3::expr& gfp) const;
  z3::expr shipped_shifts_defined(const z3::expr& gfp) const;

 private:
  /// `f(bits)` of the configuration with these bits, as one term.
  template <class F>
  z3::expr by_config(const F& f) const;
  /// The rule's result as one term: `term` makes one of each result.
  template <class Rule, class Term>
  z3::expr by_path(const z3::expr& gfp, const Rule& rule, const Term& term) const;

  z3::context* ctx_;
  GfpTables tables_;
  z3::expr gfp_, config_, era_;
};

}  // namespace bp::proofs
