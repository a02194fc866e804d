// SPDX-License-Identifier: MIT
// The byte format: the one place that says how a value is spelled. A program is
//
//   [magic] version machine nr_ops(u32) record{nr_ops} [hash(u64) choice...]
//
// little endian. A record is 8 bytes, so that one changed byte changes one operation. A machine's
// numbers are one byte where they are small and 0xff + LEB128 where not. Everything is read
// totally: missing bytes are zero, and a spelling that the writer never uses means something near
// what it could have meant. What the writer writes is the identity.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/vocab/gfp.h"

namespace bp::bytes {

/// Lifts the small bounds to those of the vocabulary.
inline constexpr std::array<std::uint8_t, 8> kMagic = {'B', 'P', 'L', 'A', 'R', 'G', 'E', '1'};
/// 1 has no calls, tasks and references; what is read as it, is written as 2. 3 has types of
/// pageblocks behind the machine, and ranges. Any other byte is read as 2.
inline constexpr std::uint8_t kVersion = 2;
inline constexpr std::uint8_t kVersionWithoutCalls = 1;
inline constexpr std::uint8_t kVersionWithTypes = 3;

inline constexpr std::uint8_t kEscape = 0xff;  ///< A LEB128 number follows.
inline constexpr unsigned kLebMax = 10;        ///< Bytes of a 64-bit LEB128 number.

/// Bits of the machine's options byte: which of the rarer numbers are stated.
enum Option : std::uint8_t {
  kEraStated = 1,
  kScaleStated = 2,
  kRatioStated = 4,
  kBatchStated = 8,
  kHighStated = 16,
};
inline constexpr unsigned kOptionsMax = 31;
inline constexpr unsigned kCommonOptions = kRatioStated | kHighStated;  ///< Of spellings above.

/// The byte behind the machine, of version 3: this bit, and above it the number of CMA areas. Each
/// is the number of its first pageblock among those inside zones, and its pageblocks less one.
inline constexpr unsigned kHasHighatomic = 1;

/// Bits of a node's byte, above those of its zone types: set when all ones.
inline constexpr unsigned kDistanceStated = 0xe0;

/// Kinds of operation in the low nibble of a record: as many spellings as a random program wants.
inline constexpr unsigned kAllocKind = 0;  ///< 0..7
inline constexpr unsigned kFreeKind = 8;   ///< 8..13
inline constexpr unsigned kDrainKind = 14;
// From version 2 on; they were allocs and frees before.
inline constexpr unsigned kRangeKind = 4;  ///< From version 3 on.
inline constexpr unsigned kAnswerKind = 5;
inline constexpr unsigned kWorldKind = 11;
inline constexpr unsigned kCallKind = 6;
inline constexpr unsigned kTaskKind = 7;
inline constexpr unsigned kGetKind = 12;
inline constexpr unsigned kSplitKind = 13;
inline constexpr unsigned kCensusKind = 15;

// Byte 0 of a record is kind | order << 4, byte 1 the CPU in its low 6 bits.
inline constexpr unsigned kCpuBits = 0x3f;
inline constexpr unsigned kDrainAll = 0x80;  ///< Byte 1 of a drain: from here on, every CPU.

// alloc: byte 2 has the node + 1 in its low nibble and says with its top bit whether byte 3 is a
// node mask. Bytes 4..7 are the mask in the machine's era, or, with bit 31, a composite's number
// (byte 4) and a flag to change (byte 5, if there is such a flag): random bytes then make masks
// that kernels use.
inline constexpr unsigned kMaskStated = 0x80;
inline constexpr std::uint32_t kCompositeBit = std::uint32_t{1} << 31;

// free: bytes 2..4 are the handle's place in the list of live handles, bytes 5..6 the offset, byte
// 7 two nibbles that are set when all ones: the low one says that the place is a handle's own
// number, the high one that order and offset are as the record says and not the alloc's own.
inline constexpr unsigned kStale = 0x0f;
inline constexpr unsigned kExplicit = 0xf0;

/// Byte 1 of a free, from version 2 on: by address.
inline constexpr unsigned kByAddress = 0x40;

// call: as an alloc, with the call's number in byte 3. Pages less one have 10 bits: the order's
// nibble, the high nibble of byte 2, the high bits of byte 1. task: flags, policy and its nodes in
// bytes 2, 3 and 4, the cpuset's nodes in byte 5. get, split: as a free, without an offset.
//
// answer: whose in the nibble of byte 0, the result in byte 1 (or its top bit: busy), the first
// handle given back as a free has it, in byte 5 how many or the cpuset's nodes, in byte 6 the
// progress. world: flags in byte 1, nodes in byte 2, pages in byte 3, what is forbidden in bytes
// 4..7.
inline constexpr unsigned kBusy = 0x80;

// range: what is done in the nibble of byte 0, how many pageblocks less one in byte 1 (above 15
// something smaller), in bytes 2..5 the number of the first among those inside zones, or, if all
// bits of byte 7 are set, its frame / 512.
inline constexpr unsigned kOutsideZones = 0xff;

inline constexpr std::size_t kRecordBytes = 8;
using Record = std::array<std::uint8_t, kRecordBytes>;

/// 0, 1, -1, 2, -2, ...
constexpr std::uint64_t zigzag(std::int64_t n) {
  return (static_cast<std::uint64_t>(n) << 1) ^ static_cast<std::uint64_t>(n >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t z) {
  return static_cast<std::int64_t>(z >> 1 ^ (~(z & 1) + 1));
}
static_assert(unzigzag(zigzag(-5)) == -5 && unzigzag(zigzag(7)) == 7);

}  // namespace bp::bytes
