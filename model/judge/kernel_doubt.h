// SPDX-License-Identifier: MIT
// Why the judge of kernels could not show that an answer was right, and accepted it: what it would
// have had to know that no recording of requests, answers and two states tells.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bp {

enum class Doubt : std::uint8_t {
  unseen,    ///< Pages of a bulk request were given out, and which ones is told later.
  walks,     ///< A policy, or a slow path that leaves it, may have walked another zonelist.
  passed,    ///< A zone before the answer's may have been above its mark, or below it.
  mark,      ///< The zone may have been above its mark, or below it.
  marks,     ///< Watermarks were computed anew since the first state.
  room,      ///< A free block large enough may have been there as the mark was checked, or not.
  list,      ///< Its pageblock has another type; on which list it was is not told.
  stray,     ///< Its pageblock has the type asked for; whether it was claimed now is not told.
  own,       ///< The type's own lists may have run out, or not.
  grouping,  ///< Mobility grouping was switched.
  request,   ///< The mask asks for two types, or for spreading dirty pages.
  nothing,   ///< A null: some zone may have had a block, or none had.
};
inline constexpr unsigned kDoubts = 12;

/// One word, and one clause for people.
std::string_view doubt_name(Doubt d);
std::string_view doubt_text(Doubt d);

/// Of one answer.
class Doubts {
 public:
  void add(Doubt d) { set_ |= 1U << static_cast<unsigned>(d); }
  void add(Doubts d) { set_ |= d.set_; }
  bool has(Doubt d) const { return (set_ >> static_cast<unsigned>(d) & 1U) != 0; }
  bool none() const { return set_ == 0; }

 private:
  std::uint32_t set_ = 0;
};

/// Of many: how many answers had each doubt, and how many had no other.
struct DoubtCounts {
  std::array<std::uint64_t, kDoubts> all{}, alone{};

  void count(Doubts d);
  void add(const DoubtCounts& other);
};

}  // namespace bp
