// SPDX-License-Identifier: MIT
// A symbolic unsigned word, for instantiating the shipped templates: the same expression then means
// every value at once. It has the operators that those templates use and no other, so that a
// template which starts to use another one stops compiling here instead of being proved with a
// wrong meaning.
//
// C++ leaves a shift by the width or more undefined, SMT-LIB gives it a value: a word therefore
// carries, beside its value, the condition that every shift on the way to it was defined. A word
// made from a number stays a number until it meets a symbol, because shipped code makes its
// constants where no solver is in sight.
#pragma once

#include "proofs/z3.h"

#include <cstdint>
#include <optional>

#include "model/vocab/check.h"
#include "proofs/truth.h"

namespace bp::proofs {

template <unsigned Bits>
class SymWord {
  static_assert(Bits <= 64, "a number that stands for a word is kept in 64 bits");

 public:
  explicit SymWord(std::uint64_t number) : number_(number & kMask) {}
  explicit SymWord(const z3::expr& value) : value_(value) {
    check(value.is_bv() && value.get_sort().bv_size() == Bits, "a symbol has its word's width");
  }

  /// The value as a term of `ctx`.
  z3::expr value(z3::context& ctx) const { return value_ ? *value_ : ctx.bv_val(number_, Bits); }

  /// Whether every shift on the way here was by less than the width of what it shifted.
  z3::expr defined(z3::context& ctx) const {
    return defined_ ? *defined_ && ctx.bool_val(number_defined_) : ctx.bool_val(number_defined_);
  }

  friend SymWord operator&(const SymWord& a, const SymWord& b) {
    return combine(a, b, [](const auto& x, const auto& y) { return x & y; });
  }
  friend SymWord operator*(const SymWord& a, const SymWord& b) {
    return combine(a, b, [](const auto& x, const auto& y) { return x * y; });
  }

  friend SymWord operator|(const SymWord& a, const SymWord& b) {
    return combine(a, b, [](const auto& x, const auto& y) { return x | y; });
  }
  friend SymWord operator^(const SymWord& a, const SymWord& b) {
    return combine(a, b, [](const auto& x, const auto& y) { return x ^ y; });
  }
  friend SymWord operator~(const SymWord& a) {
    return a ^ SymWord { kMask };
  }
  friend SymWord operator+(const SymWord& a, const SymWord& b) {
    const SymWord sum = combine(a, b, [](const auto& x, const auto& y) { return x + y; });
    owe_unwrapped(sum, a, [](const z3::expr& s, const z3::expr& x) { return z3::uge(s, x); });
    return sum;
  }
  friend SymWord operator-(const SymWord& a, const SymWord& b) {
    const SymWord rest = combine(a, b, [](const auto& x, const auto& y) { return x - y; });
    owe_unwrapped(rest, a, [](const z3::expr& r, const z3::expr& x) { return z3::ule(r, x); });
    return rest;
  }

  friend SymTruth operator==(const SymWord& a, const SymWord& b) {
    return compare(a, b, [](const auto& x, const auto& y) { return x == y; });
  }
  friend SymTruth operator!=(const SymWord& a, const SymWord& b) { return !(a == b); }
  friend SymTruth operator<=(const SymWord& a, const SymWord& b) {
    return compare(a, b, [](const auto& x, const auto& y) { return at_most(x, y); });
  }
  friend SymTruth operator<(const SymWord& a, const SymWord& b) { return !(b <= a); }

  /// By less than the width; the shipped templates shift left by words of the same width.
  friend SymWord operator<<(const SymWord& a, const SymWord& by) {
    const bool fits = by.number_ < Bits;
    SymWord result = combine(a, by, [&](const auto& x, const auto& y) { return left(x, y); });
    if (z3::context* ctx = a.context_with(by)) {
      result.require(z3::ult(by.value(*ctx), ctx->bv_val(Bits, Bits)));
      owe_shift(by.value(*ctx));
    } else {
      result.number_defined_ = result.number_defined_ && fits;
    }
    return result;
  }

  /// The amount may have another width, as in C++.
  template <unsigned AmountBits>
  friend SymWord operator>>(const SymWord& a, const SymWord<AmountBits>& amount) {
    return a.shifted_right(amount);
  }

 private:
  template <unsigned>
  friend class SymWord;

  static constexpr std::uint64_t kMask = ~std::uint64_t{0} >> (64 - Bits);

  /// Whichever context the operands have; null if both are numbers.
  template <unsigned OtherBits>
  z3::context* context_with(const SymWord<OtherBits>& other) const {
    if (value_) return &value_->ctx();
    return other.value_ ? &other.value_->ctx() : nullptr;
  }

  template <class Operation>
  static SymWord combine(const SymWord& a, const SymWord& b, Operation operation) {
    z3::context* ctx = a.context_with(b);
    SymWord result = ctx == nullptr ? SymWord{operation(a.number_, b.number_)}
                                    : SymWord{operation(a.value(*ctx), b.value(*ctx))};
    result.inherit(a);
    result.inherit(b);
    return result;
  }

  template <unsigned AmountBits>
  SymWord shifted_right(const SymWord<AmountBits>& amount) const {
    z3::context* ctx = context_with(amount);
    if (ctx == nullptr) {
      const bool fits = amount.number_ < Bits;
      SymWord result{fits ? number_ >> amount.number_ : 0};
      result.inherit(*this);
      result.inherit(amount);
      result.number_defined_ = result.number_defined_ && fits;
      return result;
    }
    constexpr unsigned kWide = Bits > AmountBits ? Bits : AmountBits;
    const z3::expr wide_value = z3::zext(value(*ctx), kWide - Bits);
    const z3::expr wide_amount = z3::zext(amount.value(*ctx), kWide - AmountBits);
    SymWord result{z3::lshr(wide_value, wide_amount).extract(Bits - 1, 0)};
    result.inherit(*this);
    result.inherit(amount);
    result.require(z3::ult(wide_amount, ctx->bv_val(Bits, kWide)));
    owe_shift(wide_amount);
    return result;
  }

  static std::uint64_t left(std::uint64_t x, std::uint64_t by) { return by < Bits ? x << by : 0; }
  static z3::expr left(const z3::expr& x, const z3::expr& by) { return z3::shl(x, by); }
  static bool at_most(std::uint64_t x, std::uint64_t y) { return x <= y; }
  static z3::expr at_most(const z3::expr& x, const z3::expr& y) { return z3::ule(x, y); }

  static void owe_shift(const z3::expr& amount) {
    if (Explorer::current() == nullptr) return;
    const unsigned bits = amount.get_sort().bv_size();
    Explorer::current()->owe(Duty::defined, z3::ult(amount, amount.ctx().bv_val(Bits, bits)));
  }

  template <class Holds>
  static void owe_unwrapped(const SymWord& result, const SymWord& operand, Holds holds) {
    if (Explorer::current() == nullptr || !result.value_) return;
    z3::context& ctx = result.value_->ctx();
    Explorer::current()->owe(Duty::unwrapped, holds(*result.value_, operand.value(ctx)));
  }

  template <class Operation>
  static SymTruth compare(const SymWord& a, const SymWord& b, Operation operation) {
    z3::context* ctx = a.context_with(b);
    if (ctx == nullptr) return SymTruth{operation(a.number_, b.number_)};
    return SymTruth{operation(a.value(*ctx), b.value(*ctx))};
  }

  template <unsigned OtherBits>
  void inherit(const SymWord<OtherBits>& operand) {
    number_defined_ = number_defined_ && operand.number_defined_;
    if (operand.defined_) require(*operand.defined_);
  }
  void require(const z3::expr& condition) {
    defined_ = defined_ ? *defined_ && condition : condition;
  }

  std::uint64_t number_ = 0;         ///< The value, if value_ is empty.
  std::optional<z3::expr> value_;    ///< The value, if it is symbolic.
  bool number_defined_ = true;       ///< Of the shifts of numbers by numbers.
  std::optional<z3::expr> defined_;  ///< Of the shifts in which a symbol took part.
};

/// The number of the lowest set bit, as a word; 0 for 0. What impl/row.h's lowest_set() is for a
/// machine word.
SymWord<64> lowest_set(const SymWord<64>& w);

}  // namespace bp::proofs
