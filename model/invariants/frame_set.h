// SPDX-License-Identifier: MIT
// A set of frames of a machine, quick to ask about blocks: one bit per frame.
#pragma once

#include <cstdint>
#include <vector>

#include "model/rules/layout.h"

namespace bp {

/// One bit per frame of every zone, zone after zone; frames of different zones never share a word.
/// Frames of a zone's first and last word that lie outside it count as in the set.
class FrameSet {
 public:
  /// No frame of any zone of `l`; keeps its storage.
  void reset(const rules::Layout& l);

  bool has(unsigned zone, Pfn p) const { return (words_[word(zone, p)] >> bit(p) & 1) != 0; }
  bool any(unsigned zone, Pfn head, Order o) const;  ///< The block is aligned and inside the zone.
  void add(unsigned zone, Pfn head, Order o);
  void remove(unsigned zone, Pfn head, Order o);
  void add_range(unsigned zone, PfnRange r);

  /// Frames of `r`, which lies inside the zone, that are not in the set.
  Pages clear_frames(unsigned zone, PfnRange r) const;

  /// How many aligned blocks of this order, wholly inside the zone, have no frame in the set. May
  /// stop counting once it has `enough`.
  Pages clear_blocks(unsigned zone, Order o, Pages enough) const;

 private:
  static constexpr unsigned kWordOrder = 6;  ///< 64 frames a word.
  std::size_t word(unsigned zone, Pfn p) const;
  static unsigned bit(Pfn p) { return static_cast<unsigned>(static_cast<std::uint64_t>(p) & 63); }
  static std::uint64_t mask(Pfn head, Order o);
  void shut_outside(unsigned zone);

  struct Span {
    PfnRange frames;
    Pfn base;           ///< frames.begin rounded down to a word.
    std::size_t first;  ///< Index of the zone's first word.
  };
  std::vector<Span> zones_;
  std::vector<std::uint64_t> words_;
};

}  // namespace bp
