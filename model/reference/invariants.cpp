// SPDX-License-Identifier: MIT
#include "model/reference/invariants.h"

#include <algorithm>
#include <array>

#include "model/rules/buddy.h"
#include "model/rules/fallback.h"

namespace bp::reference {
namespace {

using Block = StateView::Block;
using Where = StateView::Block::Where;
using Fault = std::optional<StateFault>;

bool always(Profile) { return true; }
bool from_v6_1(Profile p) { return p != Profile::v4_7 && p != Profile::v5_15; }
bool from_v6_12(Profile p) { return p == Profile::v6_12 || p == Profile::v7_1; }
bool only_v7_1(Profile p) { return p == Profile::v7_1; }
bool only_v6_1(Profile p) { return p == Profile::v6_1_lts192; }
bool only_v5_15(Profile p) { return p == Profile::v5_15; }
bool only_v4_7(Profile p) { return p == Profile::v4_7; }

std::int64_t pages(Order o) { return static_cast<std::int64_t>(pages_in(o)); }
std::int64_t number_of(Pfn p) { return static_cast<std::int64_t>(static_cast<std::uint64_t>(p)); }

/// A counter with all CPUs' parts.
std::int64_t exact(const ZoneState& z, Stat s) {
  const auto i = static_cast<unsigned>(s);
  std::int64_t n = z.numbers.stat[i];
  for (const PcpState& p : z.pcp) n += p.numbers.diff[i];
  return n;
}

std::int64_t pageblock_pages(const KernelState& s) {
  return std::int64_t{1} << s.config.pageblock_order;
}

/// How many pageblocks of the zone have this type.
std::int64_t pageblocks_of(const StateView& v, const ZoneState& z, Migratetype t) {
  std::int64_t count = 0;
  const Order o{v.state().config.pageblock_order};
  const Pfn end = Pfn{static_cast<std::uint64_t>(z.numbers.start)} + Pages{z.numbers.spanned};
  for (std::size_t i = 0; i < z.pageblocks.size(); ++i) {
    if (z.pageblocks[i].type != t) continue;
    const Pfn run_end = i + 1 < z.pageblocks.size() ? z.pageblocks[i + 1].begin : end;
    count += (align_up(run_end, o) - align_down(z.pageblocks[i].begin, o)) / pages_in(o);
  }
  return count;
}

/// Looks at each zone; `judge` gives what is seen and expected.
struct Figures {
  std::int64_t seen = 0, expected = 0;
};
template <class Judge>
Fault each_zone(const StateView& v, std::string_view id, std::string_view unit, Judge judge) {
  for (std::size_t n = 0; n < v.state().zones.size(); ++n) {
    const Figures f = judge(v.state().zones[n]);
    if (f.seen != f.expected)
      return StateFault{
          .id = id, .zone = v.place(n), .seen = f.seen, .expected = f.expected, .unit = unit};
  }
  return std::nullopt;
}

Fault at(const StateView& v, std::string_view id, const Block& b, std::string_view unit,
         std::int64_t seen, std::int64_t expected) {
  return StateFault{.id = id,
                    .zone = v.place(b.zone),
                    .frame = b.head,
                    .seen = seen,
                    .expected = expected,
                    .unit = unit};
}

Fault exclusive(const StateView& v) {
  for (std::size_t i = 0; i < v.blocks().size(); ++i) {
    const Block& b = v.blocks()[i];
    const Pfn end = b.head + pages_in(b.order);
    if (i + 1 < v.blocks().size() && v.blocks()[i + 1].head < end) {
      return at(v, "I-1", v.blocks()[i + 1], "first frame after the block before",
                number_of(v.blocks()[i + 1].head), number_of(end));
    }
    if (b.where == Where::held) continue;
    const ZoneState& z = v.state().zones[b.zone];
    const Pfn start{static_cast<std::uint64_t>(z.numbers.start)};
    if (b.head < start || start + Pages{z.numbers.spanned} < end)
      return at(v, "I-1", b, "frames inside the zone", 0, pages(b.order));
  }
  return std::nullopt;
}

Fault conserved(const StateView& v) {
  for (std::size_t n = 0; n < v.state().zones.size(); ++n) {
    std::int64_t known = 0;
    for (const Block& b : v.blocks()) known += b.zone == n ? pages(b.order) : 0;
    const std::int64_t managed = v.state().zones[n].numbers.managed;
    if (known > managed)
      return StateFault{.id = "I-2",
                        .zone = v.place(n),
                        .seen = known,
                        .expected = managed,
                        .unit = "pages on lists, at most those managed"};
  }
  return std::nullopt;
}

Fault blocks_counted(const StateView& v) {
  for (unsigned o = 0; o < kOrders; ++o) {
    const Fault f = each_zone(v, "I-3", "free blocks of one order", [&](const ZoneState& z) {
      std::int64_t listed = 0;
      for (const auto& list : z.lists[o]) listed += static_cast<std::int64_t>(list.size());
      return Figures{z.nr_free[o], listed};
    });
    if (f) return f;
  }
  return std::nullopt;
}

/// Pages on the lists whose type `wanted` says yes to.
template <class Wanted>
std::int64_t listed_pages(const ZoneState& z, Wanted wanted) {
  std::int64_t n = 0;
  for (unsigned o = 0; o < kOrders; ++o) {
    for (unsigned t = 0; t < kTypes; ++t) {
      if (wanted(Migratetype(t)))
        n += static_cast<std::int64_t>(z.lists[o][t].size()) * pages(Order{o});
    }
  }
  return n;
}

Fault free_counted(const StateView& v) {
  return each_zone(v, "I-4", "free pages, all CPUs' parts included", [](const ZoneState& z) {
    return Figures{exact(z, Stat::free),
                   listed_pages(z, [](Migratetype t) { return t != Migratetype::isolate; })};
  });
}

Fault cma_counted(const StateView& v) {
  return each_zone(v, "I-5", "free CMA pages", [](const ZoneState& z) {
    return Figures{exact(z, Stat::cma),
                   listed_pages(z, [](Migratetype t) { return t == Migratetype::cma; })};
  });
}

/// The first free block whose list's type and a pageblock's of it disagree as `wrong` says.
template <class Wrong>
Fault mislisted(const StateView& v, std::string_view id, Wrong wrong) {
  for (const Block& b : v.blocks()) {
    if (b.where != Where::free) continue;
    const auto type = v.type_of(v.state().zones[b.zone], b.head);
    if (type && wrong(b.type, *type))
      return at(v, id, b, "migratetype of the list, of the pageblock",
                static_cast<std::int64_t>(b.type), static_cast<std::int64_t>(*type));
  }
  return std::nullopt;
}

Fault on_list_of_its_type(const StateView& v) {
  return mislisted(v, "I-6", [](Migratetype list, Migratetype block) { return list != block; });
}

Fault special_on_list_of_its_type(const StateView& v) {
  return mislisted(v, "I-6'", [](Migratetype list, Migratetype block) {
    const auto special = [](Migratetype t) {
      return t == Migratetype::cma || t == Migratetype::isolate;
    };
    return (special(list) || special(block)) && list != block;
  });
}

Fault aligned(const StateView& v) {
  for (const Block& b : v.blocks()) {
    if (!is_aligned(b.head, b.order)) return at(v, "I-7", b, "frames past an aligned one", 1, 0);
  }
  return std::nullopt;
}

/// Two free halves of one block, at an order that `looked_at` says yes to.
template <class LookedAt>
Fault unmerged(const StateView& v, std::string_view id, LookedAt looked_at) {
  for (const Block& b : v.blocks()) {
    if (b.where != Where::free || b.order >= Order{kOrderMax} || !looked_at(b)) continue;
    const Block* buddy = v.block_at(rules::buddy_of(b.head, b.order));
    if (buddy == nullptr || buddy->where != Where::free || buddy->zone != b.zone) continue;
    if (buddy->order == b.order) return at(v, id, b, "free halves of a block", 2, 1);
  }
  return std::nullopt;
}

Fault merged_below_pageblocks(const StateView& v) {
  const Order pageblock{v.state().config.pageblock_order};
  return unmerged(v, "I-8", [&](const Block& b) { return b.order < pageblock; });
}

/// E3, E4: only in zones where nothing keeps blocks apart, nor has since the state was made.
Fault merged_above_pageblocks(const StateView& v) {
  const Order pageblock{v.state().config.pageblock_order};
  const auto has_barrier = [&](const ZoneState& z) {
    return z.numbers.isolated != 0 || z.numbers.highatomic != 0 ||
           pageblocks_of(v, z, Migratetype::highatomic) != 0 ||
           pageblocks_of(v, z, Migratetype::cma) != 0 ||
           pageblocks_of(v, z, Migratetype::isolate) != 0;
  };
  std::vector<bool> barred;
  for (const ZoneState& z : v.state().zones) barred.push_back(has_barrier(z));
  return unmerged(v, "I-9",
                  [&](const Block& b) { return b.order >= pageblock && !barred[b.zone]; });
}

Fault pcp_counted(const StateView& v) {
  for (std::size_t cpu = 0; cpu < v.state().config.cpu_node.size(); ++cpu) {
    const Fault f = each_zone(v, "I-10", "pages on a CPU's lists", [&](const ZoneState& z) {
      if (cpu >= z.pcp.size()) return Figures{};
      std::int64_t listed = 0;
      const PcpState& p = z.pcp[cpu];
      for (unsigned l = 0; l < kPcpLists; ++l) {
        for (const PcpBlock& b : p.lists[l]) {
          const Block* found = v.block_at(b.head);
          listed += found != nullptr ? pages(found->order) : 0;
        }
      }
      return Figures{p.numbers.count, listed};
    });
    if (f) return f;
  }
  return std::nullopt;
}

Fault pcp_typed(const StateView& v) {
  for (const Block& b : v.blocks()) {
    if (b.where == Where::pcp && b.type == Migratetype::isolate)
      return at(v, "I-11", b, "isolated blocks on a per-CPU list", 1, 0);
  }
  return std::nullopt;
}

Fault reserve_whole(const StateView& v) {
  return each_zone(v, "I-12", "reserved pages beyond whole pageblocks", [&](const ZoneState& z) {
    return Figures{z.numbers.highatomic % pageblock_pages(v.state()), 0};
  });
}

Fault reserve_counted(const StateView& v) {
  return each_zone(v, "I-12'", "reserved pages", [&](const ZoneState& z) {
    return Figures{z.numbers.highatomic,
                   pageblocks_of(v, z, Migratetype::highatomic) * pageblock_pages(v.state())};
  });
}

Fault held_apart(const StateView& v) {
  for (std::size_t i = 0; i < v.blocks().size(); ++i) {
    const Block& b = v.blocks()[i];
    const bool twice = i + 1 < v.blocks().size() && v.blocks()[i + 1].head == b.head;
    if (twice && (b.where == Where::held) != (v.blocks()[i + 1].where == Where::held))
      return at(v, "I-13", b, "holders of a free or listed block", 1, 0);
  }
  return std::nullopt;
}

Fault isolation_counted(const StateView& v) {
  return each_zone(v, "I-14", "isolated pageblocks", [&](const ZoneState& z) {
    return Figures{z.numbers.isolated, pageblocks_of(v, z, Migratetype::isolate)};
  });
}

Fault cma_within_free(const StateView& v) {
  for (std::size_t n = 0; n < v.state().zones.size(); ++n) {
    const ZoneState& z = v.state().zones[n];
    const std::int64_t free = exact(z, Stat::free);
    const std::int64_t cma = exact(z, Stat::cma);
    if (cma < 0 || cma > free)
      return StateFault{.id = "I-15",
                        .zone = v.place(n),
                        .seen = cma,
                        .expected = free,
                        .unit = "free CMA pages, at most the free ones"};
  }
  return std::nullopt;
}

constexpr StateInvariant kInvariants[] = {
    {"I-1", "no frame is in two places, and a block lies in one zone", always, exclusive},
    {"I-2", "no more pages are on lists than the zone manages", always, conserved},
    {"I-3", "nr_free counts the blocks on all lists of its order", always, blocks_counted},
    {"I-4", "NR_FREE_PAGES counts the pages on all lists but ISOLATE", always, free_counted},
    {"I-5", "NR_FREE_CMA_PAGES counts the pages on CMA lists", always, cma_counted},
    {"I-6", "a free block stands on the list of its pageblock's type", from_v6_12,
     on_list_of_its_type},
    {"I-6'", "CMA and isolated pageblocks, and only they, are on the lists of their type",
     only_v6_1, special_on_list_of_its_type},
    {"I-7", "a block begins at a multiple of its size", always, aligned},
    {"I-8", "below the pageblock order, two free halves are one block", always,
     merged_below_pageblocks},
    {"I-9",
     "from the pageblock order on as well, unless their types keep them apart or did (E1..E6)",
     always, merged_above_pageblocks},
    {"I-10", "a per-CPU count is the pages on its lists", always, pcp_counted},
    {"I-11", "no isolated block is on a per-CPU list", always, pcp_typed},
    {"I-12", "whole pageblocks are reserved", always, reserve_whole},
    {"I-12'", "the reserve counts its pageblocks", only_v7_1, reserve_counted},
    {"I-13", "what is held is neither free nor on a per-CPU list", always, held_apart},
    {"I-14", "isolated pageblocks are counted", from_v6_1, isolation_counted},
    {"I-15", "free CMA pages are free pages", always, cma_within_free},
};

constexpr KernelDefect kDefects[] = {
    {"B-02", "I-10", only_v4_7, Doing::allocating,
     "pages that fail their check at a refill are counted on the per-CPU list though they are not "
     "on it"},
    {"B-32", "I-4", only_v4_7, Doing::allocating,
     "a block of a higher order that fails its check is dropped and stays counted as free"},
    {"R-ISO-4", "I-4", only_v4_7, Doing::anything_else,
     "a page freed into an isolated pageblock merges with a block that is still counted: "
     "NR_FREE_PAGES stays too high"},
    {"C10", "I-4", only_v5_15, std::nullopt,
     "a block that reaches over the edge of an isolated pageblock is not taken apart: what was not "
     "uncounted is counted when the isolation ends, and NR_FREE_PAGES stays too high"},
    {"C10", "I-5", only_v5_15, std::nullopt,
     "the same of NR_FREE_CMA_PAGES, where the pageblocks are CMA"},
    {"W-15", "I-4", only_v6_1, std::nullopt,
     "a block freed while its second pageblock is isolated is counted whole, and that half again "
     "when the isolation ends: NR_FREE_PAGES stays too high"},
    {"W-15", "I-14", only_v6_1, std::nullopt,
     "a fallback retypes an isolated pageblock; ending the isolation then finds nothing to end, "
     "and the zone counts one isolated pageblock for ever"},
    {"E4", "I-9", always, std::nullopt,
     "two halves were kept apart by the types of their pageblocks, which have changed since; they "
     "become one when either is next freed"},
};

}  // namespace

std::span<const StateInvariant> state_invariants() { return kInvariants; }
std::span<const KernelDefect> kernel_defects() { return kDefects; }

std::vector<StateFault> faults_of(const KernelState& s, std::span<const HeldBlock> held) {
  const StateView view(s, held);
  std::vector<StateFault> faults;
  for (const StateInvariant& i : kInvariants) {
    if (!i.holds_for(s.config.profile)) continue;
    if (const Fault f = i.first_fault(view)) faults.push_back(*f);
  }
  return faults;
}

const KernelDefect* defect_behind(const StateFault& f, Profile p, std::optional<Doing> by) {
  for (const KernelDefect& d : kDefects) {
    const bool fits = !d.by || !by || *d.by == *by;
    if (d.invariant == f.id && d.occurs_in(p) && fits) return &d;
  }
  return nullptr;
}

}  // namespace bp::reference
