// SPDX-License-Identifier: MIT
#include "proofs/reading.h"

#include "proofs/fmt.h"

#include "proofs/gfp_state.h"

namespace bp::proofs {
namespace {

z3::expr constant(z3::context& ctx, const Symbol& s) {
  switch (s.kind) {
    case Kind::number: return ctx.int_const(s.name.c_str());
    case Kind::word: return ctx.bv_const(s.name.c_str(), 64);
    case Kind::truth: return ctx.bool_const(s.name.c_str());
  }
  return ctx.bool_const(s.name.c_str());
}

bool is_bounded(const Symbol& s) {
  return s.kind == Kind::number || s.low != 0 || s.high != ~std::uint64_t{0};
}

Premise range_of(z3::context& ctx, const Symbol& s, const z3::expr& x) {
  const std::string text = fmt::format("{} <= {} <= {}", s.low, s.name, s.high);
  if (s.kind == Kind::number) {
    return {text, x >= ctx.int_val(s.low) && x <= ctx.int_val(s.high)};
  }
  return {text, z3::uge(x, ctx.bv_val(s.low, 64)) && z3::ule(x, ctx.bv_val(s.high, 64))};
}

bool in_range(const Statement& s, const ConcreteReading& r) {
  for (std::size_t i = 0; i < s.symbols.size(); ++i) {
    const Symbol& symbol = s.symbols[i];
    if (symbol.kind == Kind::truth) continue;
    if (r.values[i] < symbol.low || r.values[i] > symbol.high) return false;
  }
  return true;
}

/// What the statement asks, as a term under the premises.
z3::expr asked(const Statement& s, z3::context& ctx, const SymbolicReading& r,
               const std::vector<z3::expr>& premises) {
  Explorer explorer(ctx, premises);
  if (s.asks == Asks::truth) {
    return explorer.all_ways([&] { return s.claim.symbolic(r).value(ctx); });
  }
  const Duty kind = s.asks == Asks::defined ? Duty::defined : Duty::unwrapped;
  return explorer.all_duties(kind, [&] { (void)s.claim.symbolic(r); });
}

/// Duties have no machine instance: constants stand for the symbols, and all terms fold.
bool duties_hold(const Statement& s, const ConcreteReading& values) {
  z3::context ctx;
  SymbolicReading r;
  for (std::size_t i = 0; i < s.symbols.size(); ++i) {
    const std::uint64_t v = values.values[i];
    switch (s.symbols[i].kind) {
      case Kind::number: r.symbols.push_back(ctx.int_val(v)); break;
      case Kind::word: r.symbols.push_back(ctx.bv_val(v, 64)); break;
      case Kind::truth: r.symbols.push_back(ctx.bool_val(v != 0)); break;
    }
  }
  return asked(s, ctx, r, {}).simplify().is_true();
}

Replay replayed(const Statement& s, std::span<const std::uint64_t> values) {
  const ConcreteReading r{{values.begin(), values.end()}};
  bool given = in_range(s, r);
  for (const GivenClaim& g : s.given) given = given && g.holds.concrete(r);
  std::string text = values_text(s, r);
  if (!given) return {text + ": outside of the premises", false};
  if (s.tell) text += ": " + s.tell(r);
  const bool holds = s.asks == Asks::truth ? s.claim.concrete(r) : duties_hold(s, r);
  return {text, !holds};
}

Query query_of(const Statement& s, z3::context& ctx) {
  SymbolicReading r;
  std::vector<Premise> premises;
  std::vector<z3::expr> assumed;
  const auto assume = [&](Premise p) {
    assumed.push_back(p.holds);
    premises.push_back(std::move(p));
  };
  for (const Symbol& symbol : s.symbols) {
    r.symbols.push_back(constant(ctx, symbol));
    if (symbol.kind != Kind::truth && is_bounded(symbol)) {
      assume(range_of(ctx, symbol, r.symbols.back()));
    }
  }
  for (const GivenClaim& g : s.given) {
    Explorer explorer(ctx, assumed);
    assume({g.text, explorer.all_ways([&] { return g.holds.symbolic(r).value(ctx); })});
  }
  return {r.symbols, premises, asked(s, ctx, r, assumed),
          [s](std::span<const std::uint64_t> values) { return replayed(s, values); }};
}

}  // namespace

Symbol number(const char* name, std::uint64_t low, std::uint64_t high) {
  return {name, Kind::number, low, high};
}
Symbol word(const char* name, std::uint64_t low, std::uint64_t high) {
  return {name, Kind::word, low, high};
}
Symbol truth(const char* name) { return {name, Kind::truth, 0, 1}; }

SymInt SymbolicReading::pow2(const SymInt& order) const {
  z3::context& ctx = Explorer::current()->ctx();
  const z3::expr o = order.value(ctx);
  z3::expr power = ctx.int_val(std::int64_t{1} << 62);
  for (int k = 61; k >= 0; --k) power = z3::ite(o == k, ctx.int_val(std::int64_t{1} << k), power);
  return SymInt{power};
}

std::string values_text(const Statement& s, const ConcreteReading& r) {
  std::string text;
  for (std::size_t i = 0; i < s.symbols.size(); ++i) {
    const Symbol& symbol = s.symbols[i];
    if (symbol.kind == Kind::truth && !r.truth(static_cast<unsigned>(i))) continue;
    if (!text.empty()) text += ", ";
    text += symbol.name;
    if (symbol.kind == Kind::number) text += fmt::format(" = {}", r.values[i]);
    if (symbol.kind == Kind::word) text += fmt::format(" = 0x{:x}", r.values[i]);
  }
  return text;
}

Statement about_duties(Statement s, Asks asks) {
  const bool defined = asks == Asks::defined;
  s.id += defined ? ".defined" : ".unwrapped";
  s.text = (defined ? "no shift, quotient or signed result is undefined in: "
                    : "no sum or difference of words wraps in: ") +
           s.text;
  s.expected = Answer::proved;
  s.asks = asks;
  s.tell = {};
  return s;
}

Obligation obligation(const Statement& s) {
  Obligation o;
  o.id = s.id;
  o.statement = s.text;
  o.subject = s.subject;
  o.file = tree_path(s.at.file_name());
  o.line = s.at.line();
  o.expected = s.expected;
  o.is_long = s.is_long;
  o.state = [s](z3::context& ctx) { return query_of(s, ctx); };
  return o;
}

}  // namespace bp::proofs
