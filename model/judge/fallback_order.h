// SPDX-License-Identifier: MIT
// Which block of another type a request may get that has none of its own left (R-MT-2, 5..12), as
// far as it can be known from what is free and whose pageblocks it is in. Kernels differ, and so
// may subjects, in what they do with a pageblock that is partly free; asked is what every one of
// them does:
//   - a whole pageblock that is free is taken from before anything smaller, the largest first, and
//     of the same size the better type's; it becomes the request's type;
//   - a pageblock that is the first to be asked for, and half free, becomes the request's type;
//   - of blocks that are as good the better type's is taken.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "model/invariants/frame_set.h"
#include "model/vocab/migratetype.h"
#include "model/vocab/operation.h"
#include "model/vocab/profile.h"
#include "model/vocab/verdict.h"

namespace bp {

/// A pageblock of a zone, as it was before the request and as it is now.
struct SeenPageblock {
  PfnRange frames;  ///< Those of the zone.
  Migratetype before, after;
};

/// What is free in a zone's pageblocks of one type.
class FreeOfType {
 public:
  /// Free is what is not in `shut`.
  FreeOfType(std::span<const SeenPageblock> zone, unsigned number, Migratetype t,
             const FrameSet& shut);

  /// The largest block of at least a pageblock; nothing: none.
  std::optional<Order> whole() const { return whole_; }
  /// Blocks smaller than a pageblock that are half of no larger free block.
  bool has(Order o) const { return (orders_ >> static_cast<unsigned>(o) & 1) != 0; }
  bool has_any(Order least, Order most) const;
  /// Every pageblock with such a block is half free.
  bool are_half_free(Order o) const { return (poor_ >> static_cast<unsigned>(o) & 1) == 0; }

 private:
  std::optional<Order> whole_;
  unsigned orders_ = 0;  ///< Bit o.
  unsigned poor_ = 0;    ///< Bit o: some pageblock with such a block has less.
};

/// A block of `order` for a request of `type` that found none of its own.
struct Fallback {
  Profile profile;
  Migratetype type;
  Order order;
  std::span<const SeenPageblock> zone;
  unsigned number;  ///< Of the zone.
  const FrameSet& shut;

  /// It is the block at `head`, in a pageblock of another type that can be requested.
  std::optional<Refusal> first_fault(Pfn head) const;

 private:
  std::optional<Refusal> of_whole(const SeenPageblock& from, Pfn head, const FreeOfType& best,
                                  const FreeOfType& second) const;
  bool is_claimed(const FreeOfType& best, const FreeOfType& second) const;
  bool has_as_good(const PfnRange& pageblock, Pfn head, const FreeOfType& best) const;
};

}  // namespace bp
