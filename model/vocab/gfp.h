// SPDX-License-Identifier: MIT
// Allocation flags as symbols, and the bit each symbol has in each era of the kernel's headers. A
// raw number means nothing without its era: 0x200da names five different sets of flags (G-4). The
// bits are those of a kernel without KASAN_HW_TAGS and LOCKDEP: a flag that needs one of them is a
// symbol without a bit. Freestanding.
#pragma once

#include <bit>
#include <cstdint>

namespace bp {

/// The header layouts that were told apart.
enum class Era : std::uint8_t {
  e0,   ///< 4.0: before direct and background reclaim were split.
  e1,   ///< 4.4 to about 4.12.
  e2,   ///< 5.4.
  e2p,  ///< 5.15: as e2, with KASAN's flags.
  e3,   ///< 6.1 LTS.
  e4,   ///< 6.6: ATOMIC is gone.
  e5,   ///< 7.1: bits from an enumeration; those from 24 on move with the configuration.
};
inline constexpr unsigned kEras = 7;

enum class GfpFlag : std::uint8_t {
  dma,
  highmem,
  dma32,
  movable,      // The zone modifiers: bits 0..3 in every era.
  wait,         // E0: may block.
  reclaimable,  // The pages can be reclaimed: second migratetype bit.
  high,         // Priority, nothing to do with high memory.
  io,
  fs,
  cold,
  nowarn,
  repeat,
  retry_mayfail,
  nofail,
  noretry,
  memalloc,
  comp,
  zero,
  nomemalloc,
  hardwall,
  thisnode,
  atomic,
  account,
  notrack,
  no_kswapd,
  direct_reclaim,
  other_node,
  write,
  kswapd_reclaim,
  zerotags,
  skip_zero,
  skip_kasan_poison,
  skip_kasan_unpoison,
  skip_kasan,
  nolockdep,
  no_obj_ext,
};
inline constexpr unsigned kGfpFlags = 36;
static_assert(static_cast<unsigned>(GfpFlag::no_obj_ext) + 1 == kGfpFlags);

/// A set of flags, era-free.
class Gfp {
 public:
  constexpr Gfp() = default;
  constexpr Gfp(GfpFlag f) : set_(bit(f)) {}  // NOLINT: a flag is a set of one
  constexpr bool has(GfpFlag f) const { return (set_ & bit(f)) != 0; }
  constexpr bool has_all(Gfp g) const { return (set_ & g.set_) == g.set_; }
  constexpr bool empty() const { return set_ == 0; }
  /// Bit n: enumerator n. For loops over the flags of a set.
  constexpr std::uint64_t flags() const { return set_; }
  constexpr bool operator==(const Gfp&) const = default;
  constexpr Gfp& operator|=(Gfp g) { return set_ |= g.set_, *this; }
  friend constexpr Gfp operator|(Gfp a, Gfp b) { return a |= b; }
  constexpr Gfp without(Gfp g) const { return Gfp{set_ & ~g.set_}; }

 private:
  constexpr explicit Gfp(std::uint64_t set) : set_(set) {}
  static constexpr std::uint64_t bit(GfpFlag f) {
    return std::uint64_t{1} << static_cast<unsigned>(f);
  }
  std::uint64_t set_ = 0;
};
constexpr Gfp operator|(GfpFlag a, GfpFlag b) { return Gfp{a} | Gfp{b}; }

/// Marks a symbol that has no bit in an era.
inline constexpr std::int8_t kNoBit = -1;

namespace detail {
// G-1, G-2.
inline constexpr std::int8_t kGfpBit[kGfpFlags][kEras] = {
    // E0, E1, E2, E2p, E3, E4, E5
    {0, 0, 0, 0, 0, 0, 0},         // dma
    {1, 1, 1, 1, 1, 1, 1},         // highmem
    {2, 2, 2, 2, 2, 2, 2},         // dma32
    {3, 3, 3, 3, 3, 3, 3},         // movable
    {4, -1, -1, -1, -1, -1, -1},   // wait
    {19, 4, 4, 4, 4, 4, 4},        // reclaimable
    {5, 5, 5, 5, 5, 5, 5},         // high
    {6, 6, 6, 6, 6, 6, 6},         // io
    {7, 7, 7, 7, 7, 7, 7},         // fs
    {8, 8, -1, -1, -1, -1, -1},    // cold
    {9, 9, 13, 13, 13, 13, 13},    // nowarn
    {10, 10, -1, -1, -1, -1, -1},  // repeat
    {-1, -1, 14, 14, 14, 14, 14},  // retry_mayfail
    {11, 11, 15, 15, 15, 15, 15},  // nofail
    {12, 12, 16, 16, 16, 16, 16},  // noretry
    {13, 13, 17, 17, 17, 17, 17},  // memalloc
    {14, 14, 18, 18, 18, 18, 18},  // comp
    {15, 15, 8, 8, 8, 8, 8},       // zero
    {16, 16, 19, 19, 19, 19, 19},  // nomemalloc
    {17, 17, 20, 20, 20, 20, 20},  // hardwall
    {18, 18, 21, 21, 21, 21, 21},  // thisnode
    {-1, 19, 9, 9, 9, -1, -1},     // atomic
    {-1, 20, 22, 22, 22, 22, 22},  // account
    {21, 21, -1, -1, -1, -1, -1},  // notrack
    {22, -1, -1, -1, -1, -1, -1},  // no_kswapd
    {-1, 22, 10, 10, 10, 10, 10},  // direct_reclaim
    {23, 23, -1, -1, -1, -1, -1},  // other_node
    {24, 24, 12, 12, 12, 12, 12},  // write
    {-1, 25, 11, 11, 11, 11, 11},  // kswapd_reclaim
    {-1, -1, -1, 23, 23, 23, 23},  // zerotags
    {-1, -1, -1, -1, -1, -1, -1},  // skip_zero: KASAN_HW_TAGS (E3, E4: bit 24)
    {-1, -1, -1, 24, -1, -1, -1},  // skip_kasan_poison (E3: bit 26 with KASAN_HW_TAGS)
    {-1, -1, -1, -1, -1, -1, -1},  // skip_kasan_unpoison: KASAN_HW_TAGS (E3: bit 25)
    {-1, -1, -1, -1, -1, -1, -1},  // skip_kasan: KASAN_HW_TAGS (E4: bit 25)
    {-1, -1, -1, -1, -1, -1, -1},  // nolockdep: LOCKDEP (E2: 23, E2p: 25, E3: 27, E4: 26)
    {-1, -1, -1, -1, -1, -1, 24},  // no_obj_ext: the last bit; 24 without the conditional flags
};
}  // namespace detail

/// The bit number of a flag in an era, or kNoBit.
constexpr std::int8_t gfp_bit(GfpFlag f, Era e) {
  return detail::kGfpBit[static_cast<unsigned>(f)][static_cast<unsigned>(e)];
}

namespace detail {
/// The inverse: which flag a bit names in an era, kNoBit if none.
struct FlagOfBit {
  std::int8_t flag[kEras][32] = {};
  constexpr FlagOfBit() {
    for (unsigned e = 0; e < kEras; ++e) {
      for (std::int8_t& f : flag[e]) f = kNoBit;
      for (unsigned f = 0; f < kGfpFlags; ++f) {
        if (kGfpBit[f][e] != kNoBit) flag[e][kGfpBit[f][e]] = static_cast<std::int8_t>(f);
      }
    }
  }
};
inline constexpr FlagOfBit kFlagOfBit;
}  // namespace detail

/// All flags that have a bit in this era.
constexpr Gfp gfp_flags_of(Era e) {
  Gfp all;
  for (const std::int8_t f : detail::kFlagOfBit.flag[static_cast<unsigned>(e)]) {
    if (f != kNoBit) all |= GfpFlag{static_cast<std::uint8_t>(f)};
  }
  return all;
}

/// The mask as this era's kernel has it. Flags without a bit there are dropped: callers that must
/// not lose one compare with gfp_flags_of() first.
constexpr std::uint32_t gfp_encode(Gfp g, Era e) {
  std::uint32_t raw = 0;
  for (std::uint64_t rest = g.flags(); rest != 0; rest &= rest - 1) {
    const auto flag = GfpFlag{static_cast<std::uint8_t>(std::countr_zero(rest))};
    if (gfp_bit(flag, e) != kNoBit) raw |= std::uint32_t{1} << gfp_bit(flag, e);
  }
  return raw;
}

/// The flags that a raw mask names in this era. Bits that name none are ignored: see
/// gfp_known_bits().
constexpr Gfp gfp_decode(std::uint32_t raw, Era e) {
  Gfp g;
  for (std::uint32_t rest = raw; rest != 0; rest &= rest - 1) {
    const std::int8_t f = detail::kFlagOfBit.flag[static_cast<unsigned>(e)][std::countr_zero(rest)];
    if (f != kNoBit) g |= GfpFlag{static_cast<std::uint8_t>(f)};
  }
  return g;
}

/// The bits that name a flag in this era.
constexpr std::uint32_t gfp_known_bits(Era e) {
  std::uint32_t known = 0;
  for (unsigned b = 0; b < 32; ++b) {
    if (detail::kFlagOfBit.flag[static_cast<unsigned>(e)][b] != kNoBit)
      known |= std::uint32_t{1} << b;
  }
  return known;
}

}  // namespace bp
