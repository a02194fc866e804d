// SPDX-License-Identifier: MIT
// Statements about the shipped templates, written once and read twice. A statement is a function of
// a reading: the symbolic one gives numbers, words and truth values that are symbols, and the
// solvers are asked; the concrete one gives machine values, and the same statement judges what the
// solvers found, on the code as it is compiled.
//
// So what is proved and what a counterexample is run against cannot differ. Ranges of numbers are
// premises of their own. See "proofs/truth.h" for how branches are taken.
#pragma once

#include <cstdint>
#include <functional>
#include <source_location>
#include <string>
#include <vector>

#include "proofs/integer.h"
#include "proofs/prove.h"
#include "proofs/query.h"
#include "proofs/word.h"

namespace bp::proofs {

enum class Kind : std::uint8_t { number, word, truth };

/// A symbol of a statement. Numbers and words are in [low, high], words as unsigned.
struct Symbol {
  std::string name;
  Kind kind = Kind::number;
  std::uint64_t low = 0;
  std::uint64_t high = ~std::uint64_t{0};
};
Symbol number(const char* name, std::uint64_t low, std::uint64_t high);
Symbol word(const char* name, std::uint64_t low = 0, std::uint64_t high = ~std::uint64_t{0});
Symbol truth(const char* name);

/// Numbers of pages are below 2^52: all memory that 64-bit addresses reach.
inline constexpr std::uint64_t kPagesMax = (std::uint64_t{1} << 52) - 1;

struct SymbolicReading {
  using Number = SymInt;
  using Word = SymWord<64>;
  using Truth = SymTruth;
  std::vector<z3::expr> symbols;

  Number number(unsigned i) const { return Number{symbols[i]}; }
  Word word(unsigned i) const { return Word{symbols[i]}; }
  Truth truth(unsigned i) const { return Truth{symbols[i]}; }
  /// 2^order for an order 0..62.
  Number pow2(const Number& order) const;
};

struct ConcreteReading {
  using Number = std::int64_t;
  using Word = std::uint64_t;
  using Truth = bool;
  std::vector<std::uint64_t> values;

  Number number(unsigned i) const { return static_cast<std::int64_t>(values[i]); }
  Word word(unsigned i) const { return values[i]; }
  Truth truth(unsigned i) const { return values[i] != 0; }
  Number pow2(Number order) const { return std::int64_t{1} << order; }
};

/// A generic function of a reading, in both its instances.
struct Claim {
  std::function<SymTruth(const SymbolicReading&)> symbolic;
  std::function<bool(const ConcreteReading&)> concrete;
};
template <class F>
Claim claim(F f) {
  return {[f](const SymbolicReading& r) { return SymTruth{f(r)}; },
          [f](const ConcreteReading& r) { return static_cast<bool>(f(r)); }};
}

struct GivenClaim {
  std::string text;
  Claim holds;
};

/// What is asked about the code that a statement runs.
enum class Asks : std::uint8_t {
  truth,      ///< That the statement holds.
  defined,    ///< That every operation of the code is defined (Duty::defined).
  unwrapped,  ///< That no unsigned operation of it wraps (Duty::unwrapped).
};

struct Statement {
  std::string id;
  std::string text;
  std::string subject;  ///< "impl/row.h free_runs()".
  std::vector<Symbol> symbols;
  Claim claim;
  std::vector<GivenClaim> given = {};
  Answer expected = Answer::proved;
  Asks asks = Asks::truth;
  bool is_long = false;
  /// Words for a counterexample beside the symbols' values; may be empty.
  std::function<std::string(const ConcreteReading&)> tell = {};
  std::source_location at = std::source_location::current();
};

Obligation obligation(const Statement& s);

/// The statement again, asking for the duties of its code.
Statement about_duties(Statement s, Asks asks);

/// "free = 5, mark = 3, HIGH"
std::string values_text(const Statement& s, const ConcreteReading& r);

}  // namespace bp::proofs
