// SPDX-License-Identifier: MIT
// Relations between at most 32 events as rows of bits, with the few operations that axioms of
// memory models are written in.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace bp::sched {

using EventSet = std::uint32_t;
inline constexpr unsigned kEventsMax = 32;

class Relation {
 public:
  bool has(unsigned a, unsigned b) const { return (row_[a] >> b & 1) != 0; }
  void add(unsigned a, unsigned b) { row_[a] |= EventSet{1} << b; }
  EventSet& operator[](unsigned a) { return row_[a]; }
  EventSet operator[](unsigned a) const { return row_[a]; }

  friend Relation operator|(Relation a, const Relation& b) {
    for (unsigned i = 0; i < kEventsMax; ++i) a.row_[i] |= b.row_[i];
    return a;
  }
  /// a then b.
  friend Relation operator*(const Relation& a, const Relation& b) {
    Relation both;
    for (unsigned i = 0; i < kEventsMax; ++i) {
      for (EventSet left = a.row_[i]; left != 0; left &= left - 1)
        both.row_[i] |= b.row_[static_cast<unsigned>(std::countr_zero(left))];
    }
    return both;
  }
  /// Transitive closure.
  Relation closed() const {
    Relation c = *this;
    for (unsigned via = 0; via < kEventsMax; ++via) {
      if (c.row_[via] == 0) continue;
      for (unsigned i = 0; i < kEventsMax; ++i) {
        if (c.has(i, via)) c.row_[i] |= c.row_[via];
      }
    }
    return c;
  }
  /// With every event related to itself.
  Relation reflexive() const {
    Relation r = *this;
    for (unsigned i = 0; i < kEventsMax; ++i) r.add(i, i);
    return r;
  }
  /// Only pairs from `from` to `to`.
  Relation between(EventSet from, EventSet to) const {
    Relation r;
    for (unsigned i = 0; i < kEventsMax; ++i) {
      if ((from >> i & 1) != 0) r.row_[i] = row_[i] & to;
    }
    return r;
  }
  bool irreflexive() const {
    for (unsigned i = 0; i < kEventsMax; ++i) {
      if (has(i, i)) return false;
    }
    return true;
  }
  bool acyclic() const { return closed().irreflexive(); }

 private:
  std::array<EventSet, kEventsMax> row_{};
};

}  // namespace bp::sched
