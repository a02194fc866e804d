// SPDX-License-Identifier: MIT
// Edits of answers: frames that a request may not have.
#include "fuzz/mutants/edit_answers.h"

namespace bp {
namespace {

using namespace reference;

bool swap_frame(KernelHistory& h, Rng& rng) {
  for (unsigned tries = 0; tries < 8; ++tries) {
    const auto i = any_event_that(h, rng, [&](std::size_t, const KernelEvent& e) {
      return is_answered(e) && e.order <= kOrderMax;
    });
    if (!i) return false;
    if (!is_kept(h, *i)) continue;
    const KernelEvent& e = h.events[*i];
    const auto type = e.pageblock;
    const auto blocks = free_blocks(h.after, [&](const FreeBlock& b) {
      const ZoneState& z = h.after.zones[b.zone];
      return type && e.zone && ref_of(z) == *e.zone && b.order >= e.order &&
             static_cast<Migratetype>(b.type) == *type && b.type < kPcpTypes;
    });
    const auto b = any_untouched(h, blocks, rng);
    if (!b) continue;
    answer_with(h, *i, b->head);
    return true;
  }
  return false;
}

bool allocate_twice(KernelHistory& h, Rng& rng) {
  std::vector<std::pair<std::size_t, Pfn>> places;
  std::vector<HeldBlock> held = h.held;
  for (std::size_t i = 0; i < h.events.size() && places.size() < 64; ++i) {
    const KernelEvent& e = h.events[i];
    if (!is_answered(e)) continue;
    const auto fits = [&](const HeldBlock& b) {
      return b.order >= Order{e.order} && is_untouched(h, b.head, b.order);
    };
    const auto at = std::ranges::find_if(held, fits);
    if (at != held.end()) places.emplace_back(i, at->head);
  }
  const auto place = any_of_them(places, rng);
  if (!place) return false;
  answer_with(h, place->first, place->second);
  return true;
}

bool give_foreign(KernelHistory& h, Rng& rng) {
  const auto early = early_answers(h);
  const auto i = any_of_them(early, rng);
  if (!i) return false;
  for (unsigned z = 0; z < h.before.zones.size(); ++z) {
    for (const unsigned type : {0U, 1U, 2U}) {
      const auto full = full_pageblocks(h.before, z, type);
      for (const Pfn p : full) {
        const bool ours = std::ranges::any_of(h.held, [&](const HeldBlock& b) {
          return b.head == p || (b.head < p && p < b.head + pages_in(b.order));
        });
        if (ours || h.events[*i].order > h.before.config.pageblock_order) continue;
        answer_with(h, *i, p);
        return true;
      }
    }
  }
  return false;
}

bool misalign(KernelHistory& h, Rng& rng) {
  const auto i = any_event_that(
      h, rng, [](std::size_t, const KernelEvent& e) { return is_answered(e) && e.order > 0; });
  if (!i) return false;
  answer_with(h, *i, h.events[*i].head + Pages{1});
  return true;
}

bool leave_memory(KernelHistory& h, Rng& rng) {
  const auto i =
      any_event_that(h, rng, [](std::size_t, const KernelEvent& e) { return is_answered(e); });
  if (!i) return false;
  Pfn end{};
  for (const ZoneState& z : h.before.zones)
    end =
        std::max(end, Pfn{static_cast<std::uint64_t>(z.numbers.start)} + Pages{z.numbers.spanned});
  answer_with(h, *i, align_up(end, Order{kOrderMax}));
  return true;
}

bool exceed_order(KernelHistory& h, Rng& rng) {
  const auto i =
      any_event_that(h, rng, [](std::size_t, const KernelEvent& e) { return is_answered(e); });
  if (i) h.events[*i].order = kOrderMax + 1;
  return i.has_value();
}

bool mark_page(KernelHistory& h, Rng& rng) {
  const auto i = any_event_that(h, rng, [&](std::size_t, const KernelEvent& e) {
    return is_answered(e) && e.marked == false && !request_of(h.before, e).ignores_marks;
  });
  if (i) h.events[*i].marked = true;
  return i.has_value();
}

bool give_bad_page(KernelHistory& h, Rng& rng) {
  const bool any = std::ranges::any_of(
      h.events, [](const KernelEvent& e) { return e.act == KernelAct::go_bad; });
  if (!any) return false;
  Pfn bad = kNoPfn;
  std::vector<std::pair<std::size_t, Pfn>> places;
  for (std::size_t i = 0; i < h.events.size(); ++i) {
    const KernelEvent& e = h.events[i];
    if (e.act == KernelAct::go_bad) bad = e.head;
    if (bad == kNoPfn || !is_answered(e) || e.order == 0 || e.order > kOrderMax) continue;
    const auto in_free = free_blocks(h.before, [&](const FreeBlock& b) {
      return b.order >= e.order && b.head <= bad && bad < b.head + pages_in(Order{b.order}) &&
             is_untouched(h, align_down(bad, Order{e.order}), Order{0});
    });
    bool given = false;
    for (std::size_t k = 0; k < i && !given; ++k) {
      const KernelEvent& past = h.events[k];
      const Pfn head = align_down(bad, Order{e.order});
      given = is_answered(past) && past.head < head + pages_in(Order{e.order}) &&
              head < past.head + pages_in(Order{past.order});
    }
    if (!in_free.empty() && !given) places.emplace_back(i, align_down(bad, Order{e.order}));
  }
  const auto place = any_of_them(places, rng);
  if (!place) return false;
  answer_with(h, place->first, place->second);
  return true;
}

constexpr RecordingEdit kEdits[] = {
    {"frame-swapped", "an answer names another free block", "I-1", swap_frame},
    {"allocated-twice", "an answer names a block that is held", "I-1", allocate_twice},
    {"foreign-frame", "an answer names frames that were not free", "I-1", give_foreign},
    {"misaligned", "a block's head is a page further on", "R-BUDDY-2", misalign},
    {"outside-memory", "an answer names frames of no zone", "I-7", leave_memory},
    {"order-above-maximum", "a request above the maximum is served", "R-API-15", exceed_order},
    {"mark-unearned", "a page is marked pfmemalloc though the marks were kept", "R-PREP-4",
     mark_page},
    {"bad-page-given", "a block with a bad page is given out", "R-PREP-3", give_bad_page},
};

}  // namespace

std::span<const RecordingEdit> answer_edits() { return kEdits; }

}  // namespace bp
