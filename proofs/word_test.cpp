// SPDX-License-Identifier: MIT
#include "proofs/word.h"

#include <gtest/gtest.h>

#include "proofs/gfp_world.h"
#include "proofs/paths.h"

namespace bp::proofs {
namespace {

constexpr std::uint64_t kSamples[] = {0, 1, 2, 13, 31, 32, 63, 0xe8e8, 0x80000000, 0xdeadbeef};

std::uint64_t value_of(const z3::expr& term) { return term.simplify().get_numeral_uint64(); }

/// A word that is a term, so that no operation on it is folded as a number.
template <unsigned Bits>
SymWord<Bits> as_term(z3::context& ctx, std::uint64_t n) {
  return SymWord<Bits>{ctx.bv_val(n, Bits)};
}

// Every operator on numbers, on terms and mixed gives what the compiled one gives.
TEST(SymWord, OperatorsMeanThoseOfUnsignedWords) {
  z3::context ctx;
  for (std::uint64_t x : kSamples) {
    for (std::uint64_t y : kSamples) {
      const auto a = static_cast<std::uint32_t>(x);
      const auto b = static_cast<std::uint32_t>(y);
      const SymWord<32> numbers[] = {SymWord<32>{x}, as_term<32>(ctx, x)};
      const SymWord<32> others[] = {SymWord<32>{y}, as_term<32>(ctx, y)};
      for (const auto& m : numbers) {
        for (const auto& n : others) {
          EXPECT_EQ(value_of((m & n).value(ctx)), a & b);
          EXPECT_EQ(value_of((m * n).value(ctx)), a * b);
          EXPECT_EQ((m >> n).defined(ctx).simplify().is_true(), b < 32) << x << " >> " << y;
          if (b >= 32) continue;
          EXPECT_EQ(value_of((m >> n).value(ctx)), a >> b);
        }
      }
    }
  }
}

// A wide word may be shifted by a narrow amount and the other way round, as in C++.
TEST(SymWord, ShiftsByAnAmountOfAnotherWidth) {
  z3::context ctx;
  const std::uint64_t wide = 0x11020010c2;
  EXPECT_EQ(value_of((SymWord<64>{wide} >> as_term<32>(ctx, 30)).value(ctx)), wide >> 30);
  EXPECT_EQ(value_of((as_term<8>(ctx, 0xf0) >> as_term<64>(ctx, 4)).value(ctx)), 0xfU);
  const std::uint64_t beyond = std::uint64_t{1} << 40;
  EXPECT_TRUE((as_term<8>(ctx, 1) >> as_term<64>(ctx, beyond)).defined(ctx).simplify().is_false());
}

// An undefined shift stays undefined whatever is done with its result.
TEST(SymWord, UndefinedIsInherited) {
  z3::context ctx;
  const auto undefined = SymWord<32>{1} >> SymWord<32>{32};
  const auto later = (as_term<32>(ctx, 7) & undefined) * SymWord<32>{0};
  EXPECT_TRUE(later.defined(ctx).simplify().is_false());
}

TEST(Paths, EveryMaskTakesExactlyOne) {
  const ZoneConfig config = ZoneConfig::from_bits(0xf);
  const auto paths =
      all_paths([&](const ScriptedFlags& flags) { return rules::highest_zone(flags, config); });
  EXPECT_GT(paths.size(), 4U);
  for (std::uint32_t nibble = 0; nibble < 16; ++nibble) {
    const Gfp gfp = gfp_decode(nibble, Era::e3);
    unsigned taken = 0;
    for (const auto& path : paths) {
      bool fits = true;
      for (const auto& [flag, answer] : path.answers) fits = fits && gfp.has(flag) == answer;
      if (!fits) continue;
      ++taken;
      EXPECT_EQ(path.result, rules::highest_zone(gfp, config)) << nibble;
    }
    EXPECT_EQ(taken, 1U) << nibble;
  }
}

// Both readings of the words in which statements are written give the same, value by value.
TEST(GfpWorld, SymbolicReadingIsTheConcreteOne) {
  z3::context ctx;
  const GfpTables tables = shipped_tables();
  const SymbolicGfp symbolic(ctx, tables);
  const z3::expr index = symbolic.shipped_index(symbolic.gfp());
  const z3::expr rule = symbolic.rule_index(symbolic.gfp());
  const z3::expr bad = symbolic.shipped_bad(symbolic.gfp());
  const z3::expr rule_bad = symbolic.rule_bad(symbolic.gfp());
  z3::expr_vector symbols(ctx);
  for (const z3::expr& s : symbolic.symbols()) symbols.push_back(s);
  for (std::uint32_t n = 0; n < 256; ++n) {
    const std::uint32_t gfp = (n * 0x9e3779b9U & ~0xfU) | (n & 0xf);  // Other flags come and go.
    const unsigned config = n >> 4;
    const unsigned era = n % kEras;
    z3::expr_vector values(ctx);
    values.push_back(ctx.bv_val(gfp, 32));
    values.push_back(ctx.bv_val(config, 4));
    values.push_back(ctx.bv_val(era, 3));
    const auto at = [&](z3::expr term) { return term.substitute(symbols, values); };
    const ConcreteGfp w(tables, gfp, ZoneConfig::from_bits(config),
                        Era{static_cast<std::uint8_t>(era)});
    ASSERT_EQ(value_of(at(index)), w.shipped_index(gfp)) << n;
    ASSERT_EQ(value_of(at(rule)), w.rule_index(gfp)) << n;
    ASSERT_EQ(value_of(at(bad)), w.shipped_bad(gfp)) << n;
    ASSERT_EQ(at(rule_bad).simplify().is_true(), w.rule_bad(gfp)) << n;
  }
}

}  // namespace
}  // namespace bp::proofs
