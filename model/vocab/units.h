// SPDX-License-Identifier: MIT
// Page frame numbers, page counts and orders as three types that do not mix (R-GEN-1..3).
// `Pfn + Pages` is a Pfn, `Pfn - Pfn` is Pages, and nothing else compiles. Freestanding.
#pragma once

#include <compare>
#include <cstdint>

namespace bp {

/// Largest legal order, inclusive (R-GEN-3). Linux's MAX_ORDER meant 11, exclusive, until 6.4; the
/// bare name is never used here.
inline constexpr unsigned kOrderMax = 10;

/// Pages of 4 KiB: what min_free_kbytes and the per-CPU batch formulas divide by.
inline constexpr unsigned kPageShift = 12;

/// A number of pages. Signed: watermark arithmetic goes below zero on purpose (R-WMARK-2).
struct Pages {
  std::int64_t value = 0;

  constexpr Pages() = default;
  constexpr explicit Pages(std::int64_t n) : value(n) {}
  constexpr explicit operator std::int64_t() const { return value; }

  constexpr auto operator<=>(const Pages&) const = default;
  constexpr Pages& operator+=(Pages n) { return value += n.value, *this; }
  constexpr Pages& operator-=(Pages n) { return value -= n.value, *this; }
  friend constexpr Pages operator+(Pages a, Pages b) { return Pages{a.value + b.value}; }
  friend constexpr Pages operator-(Pages a, Pages b) { return Pages{a.value - b.value}; }
  friend constexpr Pages operator*(Pages a, std::int64_t n) { return Pages{a.value * n}; }
  friend constexpr Pages operator/(Pages a, std::int64_t n) { return Pages{a.value / n}; }
  friend constexpr std::int64_t operator/(Pages a, Pages b) { return a.value / b.value; }
  friend constexpr Pages operator%(Pages a, Pages b) { return Pages{a.value % b.value}; }
};

/// The order of a block: it has 2^order pages. 0..kOrderMax wherever a block exists.
struct Order {
  std::uint8_t value = 0;

  constexpr Order() = default;
  constexpr explicit Order(unsigned o) : value(static_cast<std::uint8_t>(o)) {}
  constexpr explicit operator unsigned() const { return value; }

  constexpr auto operator<=>(const Order&) const = default;
  constexpr Order& operator++() { return ++value, *this; }
  constexpr Order& operator--() { return --value, *this; }
  friend constexpr Order operator+(Order o, unsigned n) { return Order{o.value + n}; }
  friend constexpr Order operator-(Order o, unsigned n) { return Order{o.value - n}; }
};

/// How many pages a block of this order has.
constexpr Pages pages_in(Order o) { return Pages{std::int64_t{1} << o.value}; }

/// A page frame number: an address in units of pages.
struct Pfn {
  std::uint64_t value = 0;

  constexpr Pfn() = default;
  constexpr explicit Pfn(std::uint64_t n) : value(n) {}
  constexpr explicit operator std::uint64_t() const { return value; }

  constexpr auto operator<=>(const Pfn&) const = default;
  constexpr Pfn& operator++() { return ++value, *this; }
  constexpr Pfn& operator+=(Pages n) { return *this = *this + n; }
  friend constexpr Pfn operator+(Pfn p, Pages n) {
    return Pfn{p.value + static_cast<std::uint64_t>(n.value)};
  }
  friend constexpr Pfn operator-(Pfn p, Pages n) {
    return Pfn{p.value - static_cast<std::uint64_t>(n.value)};
  }
  friend constexpr Pages operator-(Pfn a, Pfn b) {
    return Pages{static_cast<std::int64_t>(a.value - b.value)};
  }
};

/// No frame: above every frame a machine can have.
inline constexpr Pfn kNoPfn{~std::uint64_t{0}};

/// Whether `p` can be the head of a block of this order (R-GEN-2).
constexpr bool is_aligned(Pfn p, Order o) {
  return (p.value & ((std::uint64_t{1} << o.value) - 1)) == 0;
}

/// The head of the aligned block of this order that holds `p`.
constexpr Pfn align_down(Pfn p, Order o) { return Pfn{p.value >> o.value << o.value}; }

/// The first head of a block of this order at or above `p`.
constexpr Pfn align_up(Pfn p, Order o) { return align_down(p + (pages_in(o) - Pages{1}), o); }

}  // namespace bp
