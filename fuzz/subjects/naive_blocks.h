// SPDX-License-Identifier: MIT
// The free blocks of one zone of the naive subject, and what its pageblocks of 512 frames are. A
// block says nothing of types: whose it is, is what its pageblock is at that moment, and of the
// largest blocks each half may be another's. So nothing is ever moved from list to list.
//
// Types are chosen as in kernels (R-MT-2..12), which differ: up to 6.1 the largest block of the
// first other type is broken up; later ones do that only for whole pageblocks that they claim.
// Nothing is reserved for high-order atomic requests, which no kernel promises either.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "fuzz/subject.h"

namespace bp::naive {

inline constexpr std::uint32_t kPageblockOrder = 9;
constexpr std::uint64_t size_of(std::uint32_t order) { return std::uint64_t{1} << order; }

/// Whom a block is for.
struct Wanted {
  std::uint32_t type = BP_TYPE_UNMOVABLE;  ///< One of the first three.
  bool may_use_cma() const { return type == BP_TYPE_MOVABLE; }
};
/// A mask with both flags is illegal, and means neither here (L-2).
Wanted wanted_of(const bp_machine& m, std::uint32_t gfp);

class FreeBlocks {
 public:
  /// No block is free, and every hole of a whole pageblock is offline.
  FreeBlocks(const bp_machine& m, std::uint32_t zone);

  std::set<std::uint64_t> heads[BP_ORDER_MAX + 1];
  std::uint64_t nr_free = 0;  ///< Pages in them.

  std::uint64_t free_cma() const;
  bool has(std::uint32_t order, const Wanted& w) const;

  struct Found {
    std::uint64_t head;
    std::uint32_t order;  ///< At least what was asked for.
  };
  /// Takes a block out of the sets. Pageblocks may become of the type that is wanted.
  std::optional<Found> take_off(std::uint32_t order, const Wanted& w);
  /// The same of every block of a pageblock. Pages.
  std::uint64_t take_off_all(std::uint64_t pageblock);

  // Pageblocks, by any frame of theirs.

  enum class State : std::uint8_t { there, isolated, offline };
  State state(std::uint64_t pfn) const { return pageblock(pfn).state; }
  bool is_isolated(std::uint64_t pfn) const { return state(pfn) == State::isolated; }
  /// It was offline once: what the machine calls a hole there is none any more.
  bool has_joined(std::uint64_t pfn) const { return pageblock(pfn).joined; }
  std::uint32_t type(std::uint64_t pfn) const { return pageblock(pfn).type; }
  void set_state(std::uint64_t pfn, State s) { pageblocks_[index(pfn)].state = s; }
  void join(std::uint64_t pfn) { pageblocks_[index(pfn)] = {BP_TYPE_MOVABLE, State::there, true}; }
  /// Both halves of a block of the largest order are CMA's, or neither.
  bool is_of_one_kind(std::uint64_t head) const;

 private:
  struct Pageblock {
    std::uint32_t type = BP_TYPE_MOVABLE;
    State state = State::there;
    bool joined = false;
  };
  /// A planted bug merges beyond the zone's ends; what lies there is as plain as can be.
  Pageblock pageblock(std::uint64_t pfn) const {
    const std::size_t i = index(pfn);
    return i < pageblocks_.size() ? pageblocks_[i] : Pageblock{};
  }
  std::size_t index(std::uint64_t pfn) const {
    return static_cast<std::size_t>((pfn >> kPageblockOrder) - (begin_ >> kPageblockOrder));
  }
  std::optional<Found> find(std::uint32_t order, std::uint32_t type) const;
  std::optional<Found> find_mixed(const Wanted& w) const;
  std::optional<Found> first_of_others(std::uint32_t order, const Wanted& w) const;
  std::optional<Found> smallest(std::uint32_t order, std::uint32_t type) const;
  std::optional<Found> smallest_of_others(std::uint32_t order, const Wanted& w) const;
  std::optional<Found> from_others(std::uint32_t order, const Wanted& w);
  bool claims(const Found& f, const Wanted& w);
  std::uint64_t free_in(std::uint64_t pageblock) const;
  Found off(const Found& f);

  std::uint64_t begin_;
  bool breaks_largest_;
  bool prefers_cma_;  ///< To a type's own, while most of what is free is CMA's (R-MT-4).
  std::vector<Pageblock> pageblocks_;
};

}  // namespace bp::naive
