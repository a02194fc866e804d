// SPDX-License-Identifier: MIT
#include "fuzz/mutants/model_vectors.h"

#include "fuzz/mutants/model_subjects.h"
#include "model/reference/request.h"

namespace bp {
namespace {

using namespace reference::plants;
using reference::Allocator;
using reference::AllocFlags;
using reference::KernelState;
using reference::Mark;
using reference::Rulebook;
using reference::Stat;
using reference::ZoneState;

constexpr Profiles kAny{v4_7, v5_15, v6_1_lts192, v6_12, v7_1};
constexpr Profiles kSinceBoosts{v5_15, v6_1_lts192, v6_12, v7_1};

ZoneState zone_of_frames(unsigned index, ZoneType type, std::int64_t begin, std::int64_t end) {
  ZoneState z;
  z.index = index;
  z.type = type;
  z.numbers.start = begin;
  z.numbers.managed = z.numbers.present = z.numbers.spanned = end - begin;
  z.numbers.min = 100, z.numbers.low = 150, z.numbers.high = 200;
  z.pageblocks = {{Pfn{static_cast<std::uint64_t>(begin)}, Migratetype::movable}};
  z.pcp.resize(1);
  return z;
}

/// Two zones that meet at frame 4102, which is in the middle of a block of order 2.
KernelState small_machine() {
  KernelState s;
  s.config.zones = {ZoneType::dma, ZoneType::normal};
  s.config.cpu_node = {0};
  s.nodes.resize(1);
  s.nodes[0].fallback = {{0, 1}, {0, 0}};
  s.zones = {zone_of_frames(0, ZoneType::dma, 2048, 4102),
             zone_of_frames(1, ZoneType::normal, 4102, 8192)};
  return s;
}

/// `holds` on the small machine under these rules.
template <class Holds>
bool on_small_machine(const Rulebook& r, Holds&& holds) {
  Allocator a(small_machine(), r);
  return holds(a);
}

bool lowers_marks_as_4_7(const Rulebook& r) {
  const auto mark = [&](AllocFlags f) { return r.watermark.effective_mark(Pages{101}, f); };
  return mark({}) == Pages{101} && mark({.high = true}) == Pages{51} &&
         mark({.harder = true}) == Pages{76} && mark({.high = true, .harder = true}) == Pages{39};
}

bool lowers_marks_as_6_1(const Rulebook& r) {
  const auto mark = [&](AllocFlags f) { return r.watermark.effective_mark(Pages{101}, f); };
  return mark({.harder = true}) == Pages{101} &&
         mark({.high = true, .harder = true}) == Pages{39} &&
         mark({.high = true, .oom = true}) == Pages{26};
}

bool halves_marks_of_victims(const Rulebook& r) {
  return r.watermark.effective_mark(Pages{101}, {.oom = true}) == Pages{51};
}

bool reads_no_counter_below_zero(const Rulebook& r) {
  return on_small_machine(r, [](Allocator& a) {
    a.zones[0].n.stat[static_cast<unsigned>(Stat::free)] = -5;
    return a.read(a.zones[0], Stat::free) == 0;
  });
}

/// A free block on one list alone.
bool sees_block_on(const Rulebook& r, Migratetype t, AllocFlags f) {
  return on_small_machine(r, [&](Allocator& a) {
    a.add(a.zones[0], Pfn{2048}, Order{3}, t, false);
    return a.rules.has_block(a, a.zones[0], Order{2}, f);
  });
}

bool sees_blocks_of_requestable_types(const Rulebook& r) {
  return sees_block_on(r, Migratetype::movable, {}) && !sees_block_on(r, Migratetype::cma, {}) &&
         sees_block_on(r, Migratetype::cma, {.cma = true}) &&
         !sees_block_on(r, Migratetype::highatomic, {}) &&
         !sees_block_on(r, Migratetype::isolate, {});
}

bool takes_above_low(const Rulebook& r) {
  return on_small_machine(r, [](Allocator& a) {
    a.zones[0].n.stat[static_cast<unsigned>(Stat::free)] = 130;
    const bool above_min = a.rules.may_take_free_block(a, a.zones[0], Order{0});
    a.zones[0].n.stat[static_cast<unsigned>(Stat::free)] = 152;
    return !above_min && a.rules.may_take_free_block(a, a.zones[0], Order{0});
  });
}

bool takes_above_min(const Rulebook& r) {
  return on_small_machine(r, [](Allocator& a) {
    a.zones[0].n.stat[static_cast<unsigned>(Stat::free)] = 101;
    const bool at_min = a.rules.may_take_free_block(a, a.zones[0], Order{0});
    a.zones[0].n.stat[static_cast<unsigned>(Stat::free)] = 102;
    return !at_min && a.rules.may_take_free_block(a, a.zones[0], Order{0});
  });
}

bool retypes_all_but_isolated_and_cma(const Rulebook& r) {
  using enum Migratetype;
  return r.is_retyped_when_taken(unmovable) && r.is_retyped_when_taken(highatomic) &&
         !r.is_retyped_when_taken(cma) && !r.is_retyped_when_taken(isolate);
}

bool retypes_requestable_types(const Rulebook& r) {
  using enum Migratetype;
  return r.is_retyped_when_taken(unmovable) && !r.is_retyped_when_taken(highatomic) &&
         !r.is_retyped_when_taken(cma) && !r.is_retyped_when_taken(isolate);
}

bool retypes_from_half_a_pageblock(const Rulebook& r) {
  return !r.is_retyped_at(Order{7}, 9) && r.is_retyped_at(Order{8}, 9);
}

bool keeps_zones_apart(const Rulebook& r) {
  return on_small_machine(r, [](Allocator& a) {
    a.add(a.zones[1], Pfn{4102}, Order{1}, Migratetype::movable, false);
    return !a.rules.is_free_buddy(a, a.zones[0], Pfn{4102}, Order{1}) &&
           a.rules.is_free_buddy(a, a.zones[1], Pfn{4102}, Order{1});
  });
}

bool places_without_other_zones(const Rulebook& r) {
  return on_small_machine(r, [](Allocator& a) {
    a.add(a.zones[1], Pfn{4102}, Order{1}, Migratetype::movable, false);
    return !a.rules.goes_to_tail(a, a.zones[0], Pfn{4100}, Order{0});
  });
}

bool stores_one_type_ungrouped(const Rulebook& r) {
  return on_small_machine(r, [](Allocator& a) {
    a.config.grouping_disabled = true;
    a.set_type(Pfn{2048}, Migratetype::reclaimable);
    const bool one = a.type_of(Pfn{2048}) == Migratetype::unmovable;
    a.set_type(Pfn{2048}, Migratetype::cma);
    return one && a.type_of(Pfn{2048}) == Migratetype::cma;
  });
}

bool spares_small_zones_a_boost(const Rulebook& r) {
  return on_small_machine(r, [](Allocator& a) {
    reference::Zone& z = a.zones[0];
    z.n.managed = 4 * a.pageblock_pages() - 1;
    const bool small = a.rules.boost(a, z);
    z.n.managed = 4 * a.pageblock_pages();
    return !small && a.rules.boost(a, z) && z.n.boost == a.pageblock_pages();
  });
}

bool boosts_nothing_when_off(const Rulebook& r) {
  return on_small_machine(r, [](Allocator& a) {
    a.config.boost_factor = 0;
    a.zones[0].n.managed = 1 << 20;
    return !a.rules.boost(a, a.zones[0]) && a.zones[0].n.boost == 0;
  });
}

bool renews_turns(const Rulebook& r) {
  return on_small_machine(r, [](Allocator& a) {
    a.rules.after_setup(a, a.zones[0]);
    return a.zones[0].n.stat[static_cast<unsigned>(Stat::fair)] == 50;
  });
}

bool gives_victims_half(const Rulebook& r) {
  reference::Context c;
  c.task.oom_victim = true;
  return r.reserve_flags(c) == AllocFlags{.oom = true};
}

constexpr ModelVector kVectors[] = {
    {"R-WMARK-9, a mark of 101", kUntil5_15, lowers_marks_as_4_7},
    {"R-WMARK-15, an OOM victim's mark of 101", kSinceBoosts, halves_marks_of_victims},
    {"R-WMARK-17, a mark of 101", Profiles({v6_1_lts192, v6_12, v7_1}), lowers_marks_as_6_1},
    {"R-WMARK-13, a counter of -5", kAny, reads_no_counter_below_zero},
    {"R-WMARK-8, a block on one list alone", kAny, sees_blocks_of_requestable_types},
    {"R-ISO-5, free pages between min and low", kV4_7, takes_above_low},
    {"R-ISO-5, free pages at min", kSinceBoosts, takes_above_min},
    {"R-ISO-5, types retyped", kUntil5_15, retypes_all_but_isolated_and_cma},
    {"R-ISO-5, types retyped since 6.1", Profiles({v6_1_lts192, v6_12, v7_1}),
     retypes_requestable_types},
    {"R-ISO-5, half a pageblock", kAny, retypes_from_half_a_pageblock},
    {"R-BUDDY-7, a buddy of the next zone", kAny, keeps_zones_apart},
    {"R-BUDDY-11, a parent's buddy of the next zone", kAny, places_without_other_zones},
    {"R-MT-14, a type set while grouping is off", kAny, stores_one_type_ungrouped},
    {"R-MT-15, a zone of four pageblocks less one page", kSinceBoosts, spares_small_zones_a_boost},
    {"R-MT-15, factor 0", kSinceBoosts, boosts_nothing_when_off},
    {"R-CFG-7, marks 150 and 200", kV4_7, renews_turns},
    {"R-AF-5, an OOM victim", kSinceBoosts, gives_victims_half},
};

}  // namespace

std::span<const ModelVector> model_vectors() { return kVectors; }

const ModelVector* broken_vector(const Rulebook& r) {
  for (const ModelVector& v : kVectors) {
    if (v.profiles.has(r.profile) && !v.holds(r)) return &v;
  }
  return nullptr;
}

}  // namespace bp
