// SPDX-License-Identifier: MIT
// The types of the pageblocks of one tree as one word: a byte for each of its 8 pageblocks of 512
// frames, one bit of it for the type, the top bit while the pageblock is isolated. So the rows of
// all pageblocks of some types are a few operations away, whatever the set of types. Pure
// arithmetic. Word: std::uint64_t, or symbolic. Freestanding.
#pragma once

#include <cstdint>

#include "impl/row.h"
#include "model/vocab/migratetype.h"

namespace bp::impl {

/// A pageblock is 512 frames here, whatever the machine groups by: 8 rows of a tree's 64.
inline constexpr unsigned kPageblockOrder = 9;
inline constexpr unsigned kPageblockRows = 1U << (kPageblockOrder - kRowOrder);
inline constexpr unsigned kPageblocksPerTree = kRowBits / kPageblockRows;
static_assert(kPageblocksPerTree * 8 == 64, "a byte a pageblock makes one word a tree");

/// Bit t: the pageblocks of type number t that are not isolated.
using TypeSet = std::uint8_t;
constexpr TypeSet set_of(Migratetype t) {
  return static_cast<TypeSet>(1U << static_cast<unsigned>(t));
}
inline constexpr TypeSet kRequestable = 0b111;
inline constexpr TypeSet kHighatomic = set_of(Migratetype::highatomic);
inline constexpr TypeSet kCma = set_of(Migratetype::cma);
inline constexpr TypeSet kEveryType = kRequestable | kHighatomic | kCma;
/// A pageblock's byte: its type's bit, and this one while it is isolated; 0 if it is not there.
inline constexpr std::uint8_t kIsolated = 0x80;
static_assert((kEveryType & kIsolated) == 0);

inline constexpr std::uint64_t kEachByte = 0x0101010101010101;

/// 0xff in each byte of which `w` has one of the bits; `bits` below the top one.
template <class Word>
constexpr Word bytes_with(Word w, std::uint8_t bits) {
  const Word some = (w & Word(kEachByte * bits)) + Word(kEachByte * 0x7f);
  return (some >> Word(7) & Word(kEachByte)) * Word(0xff);
}
/// 0xff in each byte of an isolated pageblock.
template <class Word>
constexpr Word isolated_rows(Word types) {
  return (types >> Word(7) & Word(kEachByte)) * Word(0xff);
}
/// The rows of a tree, as in its L1 word, whose pageblocks are of one of the types.
template <class Word>
constexpr Word rows_of_types(Word types, TypeSet set) {
  return bytes_with(types & Word(kEachByte * 0x7f), set) & ~isolated_rows(types);
}
static_assert(rows_of_types(std::uint64_t{0x8204020102010204}, kRequestable) == 0x00ffffffffffffff);
static_assert(rows_of_types(std::uint64_t{0x8204020102010202}, set_of(Migratetype::movable)) ==
              0x0000ff00ff00ffff);

/// Which hints a pageblock's free blocks are found by: a class for each requestable type, and one
/// for all that most requests may not have.
inline constexpr unsigned kSpecialClass = 3;
inline constexpr unsigned kHintClasses = 4;
constexpr unsigned class_of(std::uint8_t byte) {
  constexpr std::uint8_t kOf[5] = {kSpecialClass, 0, 1, kSpecialClass, 2};
  return byte <= 4 ? kOf[byte] : kSpecialClass;
}
constexpr unsigned class_of(Migratetype t) { return class_of(set_of(t)); }
/// The rows of a tree whose pageblocks belong to the class; every row belongs to one.
constexpr std::uint64_t rows_of_class(std::uint64_t types, unsigned c) {
  if (c != kSpecialClass) return rows_of_types(types, static_cast<TypeSet>(1U << c));
  return ~rows_of_types(types, kRequestable);
}

}  // namespace bp::impl
