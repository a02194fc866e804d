// SPDX-License-Identifier: MIT
// A symbolic number of pages: a mathematical integer that stands for a std::int64_t. It has the
// operators of the shipped templates and no other. Each operation owes (Duty::defined) that its
// result is one that 64 bits hold: under the premises of a proof that discharges these duties, the
// integer and the machine's word are the same.
#pragma once

#include "proofs/z3.h"

#include <cstdint>
#include <limits>
#include <optional>

#include "proofs/truth.h"

namespace bp::proofs {

class SymInt {
 public:
  SymInt() = default;
  explicit SymInt(std::int64_t number) : number_(number) {}
  explicit SymInt(const z3::expr& value) : value_(value) {
    check(value.is_int(), "a symbol has its number's sort");
  }

  z3::expr value(z3::context& ctx) const { return value_ ? *value_ : ctx.int_val(number_); }

  friend SymInt operator+(const SymInt& a, const SymInt& b) {
    return combine(a, b, [](const auto& x, const auto& y) { return x + y; });
  }
  friend SymInt operator-(const SymInt& a, const SymInt& b) {
    return combine(a, b, [](const auto& x, const auto& y) { return x - y; });
  }
  friend SymInt operator*(const SymInt& a, const SymInt& b) {
    return combine(a, b, [](const auto& x, const auto& y) { return x * y; });
  }
  /// C++ rounds towards 0. SMT-LIB's div does so for a dividend that is not negative.
  friend SymInt operator/(const SymInt& a, const SymInt& b) {
    return divide(a, b, [](const z3::expr& x, const z3::expr& y) {
      return z3::ite(x >= 0, x / y, -((-x) / y));
    });
  }
  friend SymInt operator%(const SymInt& a, const SymInt& b) {
    return divide(a, b, [](const z3::expr& x, const z3::expr& y) {
      return z3::ite(x >= 0, z3::mod(x, y), -z3::mod(-x, y));
    });
  }

  friend SymTruth operator<(const SymInt& a, const SymInt& b) {
    return compare(a, b, [](const auto& x, const auto& y) { return x < y; });
  }
  friend SymTruth operator<=(const SymInt& a, const SymInt& b) { return !(b < a); }
  friend SymTruth operator>(const SymInt& a, const SymInt& b) { return b < a; }
  friend SymTruth operator>=(const SymInt& a, const SymInt& b) { return !(a < b); }
  friend SymTruth operator==(const SymInt& a, const SymInt& b) {
    return compare(a, b, [](const auto& x, const auto& y) { return x == y; });
  }
  friend SymTruth operator!=(const SymInt& a, const SymInt& b) { return !(a == b); }

 private:
  static z3::context* context_of(const SymInt& a, const SymInt& b) {
    if (a.value_) return &a.value_->ctx();
    if (b.value_) return &b.value_->ctx();
    // Two numbers: inside an exploration their duties are still owed.
    return Explorer::current() == nullptr ? nullptr : &Explorer::current()->ctx();
  }

  static void owe_range(const z3::expr& result) {
    if (Explorer::current() == nullptr) return;
    z3::context& ctx = result.ctx();
    Explorer::current()->owe(Duty::defined,
                             result >= ctx.int_val(std::numeric_limits<std::int64_t>::min()) &&
                                 result <= ctx.int_val(std::numeric_limits<std::int64_t>::max()));
  }

  template <class Operation>
  static SymInt combine(const SymInt& a, const SymInt& b, Operation operation) {
    z3::context* ctx = context_of(a, b);
    if (ctx == nullptr) return SymInt{operation(a.number_, b.number_)};
    const z3::expr result = operation(a.value(*ctx), b.value(*ctx));
    owe_range(result);
    return SymInt{result};
  }

  template <class Operation>
  static SymInt divide(const SymInt& a, const SymInt& b, Operation operation) {
    z3::context* ctx = context_of(a, b);
    check(ctx != nullptr, "a division of numbers happens inside an exploration");
    const z3::expr result = operation(a.value(*ctx), b.value(*ctx));
    if (Explorer::current() != nullptr) {
      Explorer::current()->owe(Duty::defined, b.value(*ctx) > 0);
    }
    return SymInt{result};
  }

  template <class Operation>
  static SymTruth compare(const SymInt& a, const SymInt& b, Operation operation) {
    if (!a.value_ && !b.value_) return SymTruth{operation(a.number_, b.number_)};
    z3::context& ctx = a.value_ ? a.value_->ctx() : b.value_->ctx();
    return SymTruth{operation(a.value(ctx), b.value(ctx))};
  }

  std::int64_t number_ = 0;        ///< If value_ is empty.
  std::optional<z3::expr> value_;  ///< A term of sort Int.
};

}  // namespace bp::proofs
