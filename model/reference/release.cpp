// SPDX-License-Identifier: MIT
#include "model/reference/release.h"

#include "model/reference/buddy.h"
#include "model/reference/bulk.h"
#include "model/reference/page_checks.h"
#include "model/vocab/check.h"

namespace bp::reference {

void release(Allocator& a, Pfn head, Order o, bool cold) {
  Zone& z = a.zone_of_block(head);
  a.frames[head].use = FrameUse::other;
  if (a.rules.pcp_takes(o, a.config)) return a.rules.pcp_free(a, z, head, o, cold);
  // A bad block is leaked (R-FREE-1); a single page is looked at later (M-5).
  if (!a.rules.checks_direct_free || !is_bad(a, head, o)) free_by_pageblock(a, z, head, o);
}

void become_block(Allocator& a, Zone& z, Pfn head, Order o) {
  a.frames[head].zone = static_cast<std::uint8_t>(z.id);
  hand_out(a, head, o, false);
}

void drop_reference(Allocator& a, Pfn head, Order o, bool cold) {
  Frame& f = a.frames[head];
  check(f.use == FrameUse::allocated, "only an allocated block is freed");
  if (--f.references == 0) return release(a, head, o, cold);
  if ((f.compound && a.rules.spares_compound) || !a.rules.frees_tails) return;
  // Somebody else holds the head: it stays, alone. The tails go, largest first (R-API-11, W-8).
  Zone& z = a.zone_of_block(head);
  f.order = 0;
  while (o > Order{0}) {
    --o;
    const Pfn tail = head + pages_in(o);
    become_block(a, z, tail, o);
    a.frames[tail].references = 0;
    release(a, tail, o, false);
  }
}

void drain_all(Allocator& a) {
  const std::size_t cpus = a.config.cpu_node.size();
  const auto nth = [&](std::size_t i, std::size_t n) {
    return a.rules.drains_ascending ? i : n - 1 - i;
  };
  for (std::size_t c = 0; c < cpus; ++c) {
    for (std::size_t i = 0; i < a.zones.size(); ++i) {
      Zone& z = a.zones[nth(i, a.zones.size())];
      if (z.populated()) a.rules.drain(a, z, z.pcp[nth(c, cpus)]);
    }
  }
}

}  // namespace bp::reference
