// SPDX-License-Identifier: MIT
// What the files of statements share: how one is made and listed, and the words that claims use.
#pragma once

#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "proofs/reading.h"

namespace bp::proofs {

using List = std::vector<Obligation>;

template <class R>
using WordOf = typename std::decay_t<R>::Word;
template <class R>
using NumberOf = typename std::decay_t<R>::Number;
template <class R>
using TruthOf = typename std::decay_t<R>::Truth;

template <class A, class B>
auto implies(const A& a, const B& b) {
  return !a || b;
}

/// By a symbolic number of the bit.
template <class W>
auto bit_set(const W& w, const W& bit) {
  return (w >> bit & W(1)) == W(1);
}
/// By a known one.
template <class W>
auto bit_set(const W& w, unsigned bit) {
  return (w & W(std::uint64_t{1} << bit)) != W(0);
}

/// `subject` as "impl/row.h free_runs()".
inline Statement statement_of(std::string id, std::string text, std::string subject,
                              std::vector<Symbol> symbols, Claim c, std::source_location at) {
  Statement s;
  s.at = at;
  s.id = std::move(id);
  s.text = std::move(text);
  s.subject = std::move(subject);
  s.symbols = std::move(symbols);
  s.claim = std::move(c);
  return s;
}

inline void add(List& list, const Statement& s) { list.push_back(obligation(s)); }

inline void add_with_duties(List& list, const Statement& s) {
  add(list, s);
  add(list, about_duties(s, Asks::defined));
}

/// Of a claim that only runs code and says nothing of what it gives: its operations are defined and
/// do not wrap.
inline void add_arithmetic(List& list, const Statement& s) {
  add(list, about_duties(s, Asks::defined));
  add(list, about_duties(s, Asks::unwrapped));
}

}  // namespace bp::proofs
