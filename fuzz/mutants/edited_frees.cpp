// SPDX-License-Identifier: MIT
// Edits of what is given back, and of what is never said.
#include <algorithm>

#include "fuzz/mutants/edit_places.h"
#include "fuzz/mutants/edited_recording.h"

namespace bp {
namespace {

using namespace reference;

bool is_free(const KernelEvent& e) { return e.act == KernelAct::free; }

bool free_twice(KernelHistory& h, Rng& rng) {
  const auto i =
      any_event_that(h, rng, [](std::size_t, const KernelEvent& e) { return is_free(e); });
  if (!i) return false;
  const KernelEvent again = h.events[*i];
  h.events.insert(h.events.begin() + static_cast<std::ptrdiff_t>(*i), again);
  return true;
}

bool free_wrong_order(KernelHistory& h, Rng& rng) {
  const auto i =
      any_event_that(h, rng, [](std::size_t, const KernelEvent& e) { return is_free(e); });
  if (!i) return false;
  unsigned& order = h.events[*i].order;
  order = order == 0 ? 1 : order - 1;
  return true;
}

bool free_inside(KernelHistory& h, Rng& rng) {
  const auto i = any_event_that(
      h, rng, [](std::size_t, const KernelEvent& e) { return is_free(e) && e.order > 0; });
  if (!i) return false;
  ++h.events[*i].head;
  return true;
}

/// The event is the last one that speaks of its frames.
bool is_last_word(const KernelHistory& h, std::size_t at) {
  const KernelEvent& e = h.events[at];
  const Pfn end = e.head + pages_in(Order{e.order});
  for (std::size_t i = at + 1; i < h.events.size(); ++i) {
    const KernelEvent& later = h.events[i];
    if (later.head == kNoPfn) continue;
    if (later.head < end && e.head < later.head + pages_in(Order{std::min(later.order, kOrderMax)}))
      return false;
  }
  return true;
}

bool drop(KernelHistory& h, Rng& rng, KernelAct act) {
  std::vector<std::size_t> places;
  for (std::size_t i = h.events.size(); i-- > 0 && places.size() < 4;) {
    const KernelEvent& e = h.events[i];
    const bool fits = e.act == act && e.head != kNoPfn && e.order <= kOrderMax;
    if (fits && is_last_word(h, i)) places.push_back(i);
  }
  const auto i = any_of_them(places, rng);
  if (!i) return false;
  h.events.erase(h.events.begin() + static_cast<std::ptrdiff_t>(*i));
  return true;
}

bool hide_free(KernelHistory& h, Rng& rng) { return drop(h, rng, KernelAct::free); }
bool hide_alloc(KernelHistory& h, Rng& rng) {
  return !has_bad_pages(h) && drop(h, rng, KernelAct::alloc);
}

/// A block that was freed and stands on a list is on none.
bool lose_freed(KernelHistory& h, Rng& rng) {
  if (has_bad_pages(h)) return false;
  const auto blocks = free_blocks(h.after, [&](const FreeBlock& b) {
    return b.order < h.after.config.pageblock_order &&
           std::ranges::any_of(
               h.events,
               [&](const KernelEvent& e) {
                 return is_free(e) && b.head <= e.head &&
                        e.head < b.head + pages_in(Order{b.order});
               });
  });
  const auto b = any_of_them(blocks, rng);
  if (b) unlist(h.after, *b);
  return b.has_value();
}

/// A block that nobody spoke of is on no list any more.
bool lose_free(KernelHistory& h, Rng& rng) {
  if (has_bad_pages(h)) return false;
  const auto blocks = free_blocks(h.after, [&](const FreeBlock& b) { return b.type < kPcpTypes; });
  const auto b = any_untouched(h, blocks, rng);
  if (b) unlist(h.after, *b);
  return b.has_value();
}

/// Somebody else's frames come to a list of their own.
bool gain_foreign(KernelHistory& h, Rng& rng) {
  for (unsigned z = 0; z < h.after.zones.size(); ++z) {
    for (unsigned type = 0; type < kPcpTypes; ++type) {
      std::vector<Pfn> full = full_pageblocks(h.after, z, type);
      std::erase_if(full, [&](Pfn p) {
        const Order o{h.after.config.pageblock_order};
        return !is_untouched(h, p, o) || std::ranges::any_of(h.held, [&](const HeldBlock& b) {
          return b.head < p + pages_in(o) && p < b.head + pages_in(b.order);
        });
      });
      if (full.empty()) continue;
      list(h.after, z, 0, type, full[rng.below(full.size())]);
      return true;
    }
  }
  return false;
}

constexpr RecordingEdit kEdits[] = {
    {"freed-twice", "a block is freed once more", "R-BUDDY-18", free_twice},
    {"freed-by-wrong-order", "a block is freed with another order", "R-API-13", free_wrong_order},
    {"freed-inside", "a page inside a block is freed", "R-BUDDY-18", free_inside},
    {"free-hidden", "a block is on a list though nobody freed it", "I-1", hide_free},
    {"alloc-hidden", "a block is on no list though nobody was given it", "I-2", hide_alloc},
    {"freed-not-returned", "a freed block is on no list", "I-2", lose_freed},
    {"free-block-lost", "a free block is on no list any more", "I-2", lose_free},
    {"foreign-page-listed", "a page that nobody gave back is on a list", "I-2", gain_foreign},
};

}  // namespace

std::span<const RecordingEdit> free_edits() { return kEdits; }

}  // namespace bp
