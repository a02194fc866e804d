// SPDX-License-Identifier: MIT
// Who owns what, by the rules and not by the allocator, and what the rules make of each answer.
//   S1 no overlap      a frame that alloc gives belongs to nobody, from response to invocation
//   S2 hand-over       what the last owner wrote happens before the frame is given again
//   S3 shape           aligned, of one zone, no hole; a free of an owned block is accepted
//   S4 zone            of a type that the request allows; a less preferred zone only if none of
//                      those before it was plainly able
//   S7 watermark       a block above the mark: at some moment so many pages were free
//   L1 null            refused if a block lay untouched the whole time
//   L2 null alone      refused if nothing overlapped and the free frames have a block
// A zone is plainly able (S4, L1) if a row of 64 frames that nobody who overlaps has touched holds
// a free aligned block, no list can hold it, and the low mark holds with it gone. A task overlaps
// if what it did does not happen before: stale reads are no fault.
//   S8 reserves        nothing is given of a range while it is isolated, and one that leaves the
//                      machine is nobody's
// A range that has left belongs to who took it away. With ranges or a highatomic reserve in the
// scenario no zone is plainly able, and L2 asks nothing: what is free is not for everybody.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/explore/history.h"
#include "fuzz/sched/world.h"

namespace bp::explore {

inline constexpr std::uint64_t kRowFrames = 64;

class Ghost {
 public:
  void begin(const Scenario& s);

  /// The running task asks; the number of its operation.
  std::size_t invoke(const Op& op, std::uint64_t head);
  /// ... and is answered. `ok` is of a free, or of a range; `sealed`: an isolated one is for good.
  void respond(std::size_t operation, std::uint64_t head, bool ok, bool sealed = true);

  /// Of a range that the scenario isolated or took away, and that is so still.
  bool isolated(const Span& range) const { return all_are(range, kIsolated); }
  bool taken_away(const Span& range) const { return all_are(range, kAway); }
  /// Free pages of the zone in isolated pageblocks.
  std::uint64_t isolated_free(std::size_t zone) const;
  std::size_t isolated_pageblocks(std::size_t zone) const;
  bool is_isolated(std::uint64_t pfn) const {
    return pageblocks_[pfn / kPageblockFrames].state == kIsolated;
  }

  const History& history() const { return history_; }
  bool managed(std::uint64_t pfn) const { return zone_of(pfn) != kNoZone; }
  bool owned(std::uint64_t pfn) const { return owner_[pfn] != kFree; }
  std::uint64_t owned_frames() const;
  /// Whether the free frames of the zone have an aligned block of this order.
  bool has_block(std::size_t zone, unsigned order) const;
  /// Pages that nobody owns.
  std::uint64_t free_pages(std::size_t zone) const { return free_[zone]; }
  /// Whether the zone passes its low mark with such a block gone, for a request of that type.
  bool clear_of_marks(std::size_t zone, unsigned order, ZoneType highest) const;

  std::uint64_t nulls = 0;            ///< Allocs that said null.
  std::uint64_t nulls_with_free = 0;  ///< L0: of them, with an eligible block at the response.

 private:
  static constexpr std::size_t kNoZone = ~std::size_t{0};
  static constexpr std::uint8_t kFree = 0xff;

  enum State : std::uint8_t { kOrdinary, kIsolated, kAway };
  struct Pageblock {
    State state = kOrdinary;
    std::uint64_t sealed = kOpen;  ///< Isolated for all that begins later; kOpen: not for sure.
  };

  bool all_are(const Span& range, State state) const;
  void set(const Span& range, State state, std::uint64_t sealed);
  void own_range(const Done& d);
  void release_range(const Done& d);
  void range_done(const Done& d, bool sealed);
  bool is_for_everybody() const { return !s_->ranges && !s_->highatomic; }
  std::size_t zone_of(std::uint64_t pfn) const;
  void given(const Done& d);
  void said_null(const Done& d);
  bool block_fits(std::size_t zone, std::uint64_t head, unsigned order) const;
  bool knows_all_others(unsigned me) const;
  bool plainly_able(std::size_t zone, const Done& d) const;
  bool row_untouched(std::uint64_t row, const Done& d) const;
  void touch_payload(std::uint64_t pfn, unsigned task);
  void count(std::uint64_t head, unsigned order, bool free);
  void fail(std::string why) { sched::World::current().stop(std::move(why)); }

  const Scenario* s_ = nullptr;
  History history_;
  std::uint64_t moment_ = 0;
  std::vector<std::uint8_t> owner_;  ///< By frame: task, or kFree.
  std::vector<std::uint32_t> payload_;
  std::vector<Pageblock> pageblocks_;
  std::vector<std::uint64_t> free_;                      ///< By zone, now,
  std::vector<std::uint64_t> free_max_;                  ///< and ever since the start.
  std::array<std::uint32_t, sched::kTasksMax> done_{};   ///< A variable that says: up to here.
  std::array<bool, sched::kTasksMax> active_{};          ///< In an operation.
  std::array<bool, sched::kTasksMax> known_at_start_{};  ///< Of its operation: see respond().
  std::array<std::uint64_t, sched::kTasksMax> ops_{};    ///< Begun.
};

}  // namespace bp::explore
