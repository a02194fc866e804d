// SPDX-License-Identifier: MIT
#include "model/reference/bulk.h"

#include <algorithm>
#include <bit>

#include "model/reference/buddy.h"
#include "model/reference/pcp.h"
#include "model/reference/policy.h"
#include "model/reference/request.h"
#include "model/reference/watermark_check.h"

namespace bp::reference {
namespace {

/// The first zone of the preferred node that stays above its low mark with all `n` taken.
Zone* zone_for_bulk(Allocator& a, const Context& c, AllocFlags f, std::size_t n) {
  for (std::size_t i = c.preferred; i < c.zonelist.size(); ++i) {
    const ZoneRef at = c.zonelist[i];
    if (!c.allows(at)) continue;
    if (a.rules.bulk_keeps_node && at.node != c.preferred_zone().node) return nullptr;
    Zone& z = a.zone(at);
    const std::int64_t mark = a.rules.mark_of(z, Mark::low) + static_cast<std::int64_t>(n);
    if (is_watermark_ok_fast(a, z, Order{0}, mark, c.preferred_zone().index, f, false, false))
      return &z;
  }
  return nullptr;
}

}  // namespace

Answer alloc_plain(Allocator& a, const Request& r) {
  if (r.node < 0) return alloc_by_policy(a, r);
  return alloc_on(a, r, r.gfp, static_cast<unsigned>(r.node), r.nodemask);
}

void hand_out(Allocator& a, Pfn head, Order o, bool compound) {
  Frame& f = a.frames[head];
  f.use = FrameUse::allocated;
  f.order = static_cast<std::uint8_t>(static_cast<unsigned>(o));
  f.references = 1;
  f.compound = compound && o > Order{0};
}

unsigned alloc_bulk(Allocator& a, const Request& r, std::span<Pfn> pages) {
  const auto is_empty = [](Pfn p) { return p == kNoPfn; };
  auto at = static_cast<std::size_t>(std::ranges::find_if(pages, is_empty) - pages.begin());
  const std::size_t left = pages.size() - at;
  if (left == 0) return static_cast<unsigned>(at);

  const unsigned node = r.node < 0 ? a.config.cpu_node[a.cpu] : static_cast<unsigned>(r.node);
  const auto give = [&](Pfn head) {
    hand_out(a, head, Order{0}, false);
    pages[at++] = head;
  };
  Zone* z = nullptr;
  const Task task = a.rules.bulk_applies_scope ? r.task : Task{};
  const Context c = context_of(a, r.gfp, 0, task, node, 0);
  const AllocFlags f{.cma = a.config.cma && c.type == Migratetype::movable, .cpuset = true};
  if (left > 1) z = zone_for_bulk(a, c, f, a.rules.bulk_asks_for_all ? pages.size() : left);
  bool any = false;
  while (z != nullptr && at < pages.size()) {
    if (!is_empty(pages[at])) {
      ++at;
      continue;
    }
    const Pfn head = pcp_take(a, *z, own_pcp(a, *z), Order{0}, c.type, f);
    if (head == kNoPfn) break;
    give(head);
    any = true;
  }
  if (!any) {
    Request one = r;
    one.order = 0;
    if (const Answer p = alloc_on(a, one, r.gfp, node, 0); p.head != kNoPfn) give(p.head);
  }
  return static_cast<unsigned>(at);
}

Answer alloc_exact(Allocator& a, const Request& r, unsigned pages) {
  Request rounded = r;
  rounded.order = static_cast<unsigned>(std::bit_width(pages - 1));
  rounded.gfp = r.gfp.without(GfpFlag::comp | GfpFlag::highmem);
  const Answer got = alloc_plain(a, rounded);
  if (got.head == kNoPfn) return got;
  Zone& z = a.zone_of_block(got.head);
  const Pfn end = got.head + pages_in(Order{rounded.order});
  Pfn p = got.head;
  for (unsigned i = 0; i < pages; ++i, ++p) {
    a.frames[p].zone = static_cast<std::uint8_t>(z.id);
    hand_out(a, p, Order{0}, false);
  }
  for (; p < end; ++p) {
    if (a.rules.exact_frees_to_pcp) {
      a.frames[p].zone = static_cast<std::uint8_t>(z.id);
      a.rules.pcp_free(a, z, p, Order{0}, false);
    } else {
      free_by_pageblock(a, z, p, Order{0}, Placement::tail);
    }
  }
  return got;
}

}  // namespace bp::reference
