// SPDX-License-Identifier: MIT
#include "model/judge/kernel_books.h"

#include <algorithm>

namespace bp {

using namespace reference;

namespace {

/// What a merge above the pageblock may bring from one list to another (R-BUDDY-9).
const std::int64_t kLargest = static_cast<std::int64_t>(pages_in(Order{kOrderMax}));

}  // namespace

KernelBooks::KernelBooks(const KernelHistory& h)
    : history(h), census(h.before, h.held), bad(h.bad) {
  for (const ZoneState& z : h.before.zones) zones.emplace_back(h.before.config, z);
  note_whole_pageblocks();
  for (const Pfn p : h.bad) {
    if (const auto z = census.zone_of(p)) zones[*z].forget();
  }
}

/// A pageblock of which nothing is missing but what stands on per-CPU lists merges as those are
/// drained, whenever that is.
void KernelBooks::note_whole_pageblocks() {
  std::set<Pfn> whole;
  for (const ZoneState& z : history.before.zones) {
    for (const PcpState& p : z.pcp) {
      for (const auto& list : p.lists) {
        for (const PcpBlock& b : list) {
          if (census.is_pageblock_available(b.head)) whole.insert(pageblock_of(b.head));
        }
      }
    }
  }
  for (const Pfn p : whole) note_merge(p);
}

void KernelBooks::note_merge(Pfn pageblock) {
  if (!may_have_merged.insert(align_down(pageblock, Order{kOrderMax})).second) return;
  if (const auto z = census.zone_of(pageblock)) zones[*z].disturb(kLargest);
}

/// What was freed, or stood on a per-CPU list, is on the lists of its pageblock's type, or on the
/// per-CPU list for it: known where no pageblock can have changed its type.
std::optional<Migratetype> KernelBooks::sure_list_of_freed(Pfn head) const {
  const auto zone_number = census.zone_of(head);
  if (!zone_number || !types_known || !zones[*zone_number].keeps_types()) return std::nullopt;
  const auto type = census.first_type(head);
  if (!type || static_cast<unsigned>(*type) >= kPcpTypes || !census.is_by_type(head))
    return std::nullopt;
  const Pages step = pages_in(Order{history.before.config.pageblock_order});
  const Pfn area = align_down(head, Order{kOrderMax});
  for (Pfn p = area; p < area + pages_in(Order{kOrderMax}); p += step) {
    if (touched.contains(p) || may_be_reserved.contains(p)) return std::nullopt;
    const auto other = census.first_type(p);
    if (other && other != type && may_have_merged.contains(area)) return std::nullopt;
  }
  return type;
}

std::optional<Migratetype> KernelBooks::sure_list(Pfn head) const {
  if (unseen > 0) return std::nullopt;
  if (const auto type = sure_list_of_freed(head)) return type;
  if (may_have_merged.contains(align_down(head, Order{kOrderMax}))) return std::nullopt;
  // A stray block merges with what is freed beside it and goes to its list (R-MT-13).
  const auto list = census.first_list(head);
  return list == census.first_type(head) ? list : std::nullopt;
}

void KernelBooks::draw(Pfn head, Order o, Migratetype t, unsigned zone) {
  zones[zone].draw(t, o);
  drawn_[static_cast<std::uint64_t>(head)] = {o, t, zone};
}

/// It goes back to the lists of its pageblock's type, which is that of its list if it was then.
void KernelBooks::note_return(Pfn head, Order o) {
  const auto was = drawn_.find(static_cast<std::uint64_t>(head));
  if (was == drawn_.end()) return;
  const Drawn d = was->second;
  drawn_.erase(was);
  if (d.order == o && census.first_type(head) == d.type) zones[d.zone].give_back(d.type, o);
}

bool KernelBooks::is_bad_in(Pfn head, Order o) const {
  return std::ranges::any_of(bad, [&](Pfn p) { return head <= p && p < head + pages_in(o); });
}

void KernelBooks::release(Pfn head, Order o) {
  census.release(head, o);
  note_return(head, o);
  const Pfn end = head + pages_in(o);
  for (Pfn p = pageblock_of(head); p < end;
       p += pages_in(Order{history.before.config.pageblock_order})) {
    if (census.is_pageblock_available(p)) note_merge(p);
  }
}

void KernelBooks::bulk(const KernelEvent& e) {
  unseen += e.pages;  // Which zone they are of is said as they are shown.
}

void KernelBooks::isolation(Pfn p, bool isolated) {
  touched.insert(pageblock_of(p));
  const auto z = census.zone_of(p);
  if (!z) return;
  census.forget_lists(p);
  isolated ? zones[*z].isolate_pageblock() : zones[*z].forget();
}

void KernelBooks::unreserved() {
  reserve_grows_only = false;
  census.forget_lists();
  std::ranges::for_each(zones, &ZoneBounds::forget);
}

void KernelBooks::grouping() {
  types_known = false;
  census.forget_lists();
  std::ranges::for_each(zones, &ZoneBounds::forget);
}

void KernelBooks::go_bad(Pfn p) {
  bad.push_back(p);
  if (const auto z = census.zone_of(p)) zones[*z].forget();
}

}  // namespace bp
