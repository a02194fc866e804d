// SPDX-License-Identifier: MIT
// A symbolic truth value, and how shipped code that branches on one is run: every branch in turn.
// A statement is executed once for each way in which its branches can go; what it returns on a way
// is claimed under the conditions of that way. A branch that can go one way only, by what z3 finds,
// is not taken the other way, and that it cannot is added to the claim: so the second solver checks
// the pruning too, and an error in it refutes instead of hiding a way.
//
// Each operation on the way also leaves what C++ asks of it (Duty). Trusted: that conversions to
// bool in the shipped templates are their only decisions on symbols, which the types enforce.
#pragma once

#include "proofs/z3.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "model/vocab/check.h"

namespace bp::proofs {

/// What an operation must keep to.
enum class Duty : std::uint8_t {
  defined,    ///< No shift by the width or more, no division by 0, no signed result past 64 bits.
  unwrapped,  ///< No unsigned sum, difference or product past 64 bits. Defined, but often unmeant.
};

class Explorer {
 public:
  Explorer(z3::context& ctx, const std::vector<z3::expr>& premises);
  ~Explorer();
  Explorer(const Explorer&) = delete;
  Explorer& operator=(const Explorer&) = delete;

  /// Statements that hold on a way, as one term: `way` returns what it claims, and is run once for
  /// each way. What is not decided on the way is left to `conclude`.
  z3::expr all_ways(const std::function<z3::expr()>& way);

  /// The same for the duties of one kind that operations on the ways have.
  z3::expr all_duties(Duty kind, const std::function<void()>& way);

  bool decide(const z3::expr& condition);
  void owe(Duty kind, const z3::expr& condition);

  std::size_t ways() const { return ways_; }
  z3::context& ctx() const { return *ctx_; }

  /// Of this thread; null outside of an exploration.
  static Explorer* current();

 private:
  struct Decision {
    z3::expr condition;
    bool answer;
    bool forced;
  };
  z3::expr condition_of_way() const;
  bool possible(const z3::expr& condition);
  void begin_way();
  bool advance();
  z3::expr explore(const std::function<z3::expr()>& way);

  z3::context* ctx_;
  z3::solver solver_;
  std::vector<Decision> decisions_;
  std::size_t at_ = 0;                        ///< Decisions taken on this way so far.
  std::unordered_map<unsigned, bool> known_;  ///< Answers on this way, by the term's id.
  std::vector<z3::expr> forced_;              ///< "On such a way the answer is this".
  std::vector<std::pair<Duty, z3::expr>> duties_;
  std::size_t ways_ = 0;
  Explorer* outer_;
};

/// No statement goes more ways than this.
inline constexpr std::size_t kWaysMax = 4096;

class SymTruth {
 public:
  explicit SymTruth(bool known) : known_(known) {}
  explicit SymTruth(const z3::expr& value) : value_(value) {}

  z3::expr value(z3::context& ctx) const { return value_ ? *value_ : ctx.bool_val(known_); }

  /// Takes a branch: the explorer chooses.
  explicit operator bool() const {
    if (!value_) return known_;
    check(Explorer::current() != nullptr, "a symbolic branch is taken inside an exploration");
    return Explorer::current()->decide(*value_);
  }

  friend SymTruth operator!(const SymTruth& a) {
    return a.value_ ? SymTruth{!*a.value_} : SymTruth{!a.known_};
  }
  friend SymTruth operator&&(const SymTruth& a, const SymTruth& b) {
    if (!a.value_) return a.known_ ? b : a;
    if (!b.value_) return b.known_ ? a : b;
    return SymTruth{*a.value_ && *b.value_};
  }
  friend SymTruth operator||(const SymTruth& a, const SymTruth& b) { return !(!a && !b); }
  friend SymTruth operator==(const SymTruth& a, const SymTruth& b) {
    if (!a.value_) return a.known_ ? b : !b;
    if (!b.value_) return b.known_ ? a : !a;
    return SymTruth{*a.value_ == *b.value_};
  }
  friend SymTruth operator!=(const SymTruth& a, const SymTruth& b) { return !(a == b); }

 private:
  bool known_ = false;             ///< If value_ is empty.
  std::optional<z3::expr> value_;  ///< A term of sort Bool.
};

}  // namespace bp::proofs
