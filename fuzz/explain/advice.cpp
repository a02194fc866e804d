// SPDX-License-Identifier: MIT
#include "fuzz/explain/advice.h"

#include <algorithm>

#include "fuzz/explain/advice_sysctl.h"
#include "fuzz/report/fmt.h"

namespace bp::explain {
namespace {

using enum GfpFlag;
using rules::KernelAge;

/// The zone that serves the request in a changed situation, or none.
struct Served {
  std::string zone;
  std::string by;  ///< ", 12 above its mark"
};
std::optional<Served> served(const Situation& s) {
  const Verdict v = judge(s);
  if (v.outcome != Outcome::contradicted && v.outcome != Outcome::served) return std::nullopt;
  for (const ZoneAnswer& a : v.zones) {
    if (a.answer != Answer::passes) continue;
    const bool has_margin = a.sum && !a.ignored;
    return Served{s.zones[a.zone].name,
                  has_margin ? fmt::format(", {} above its mark", a.sum->margin.lo) : ""};
  }
  return std::nullopt;
}

void try_orders(const Situation& s, std::vector<Advice>& out) {
  Situation other = s;
  for (unsigned o = static_cast<unsigned>(*s.order); o-- > 0;) {
    other.order = Order{o};
    if (const auto by = served(other)) {
      out.push_back(
          {AdviceKind::order,
           fmt::format("order {}{}: {} passes{}", o, o > 0 ? " or less" : "", by->zone, by->by),
           "R-WMARK-2"});
      return;
    }
  }
  // Highatomic blocks serve the larger request and not the single page (R-RMQ-1, 2).
  other.order = Order{static_cast<unsigned>(*s.order) + 1};
  if (const auto by = served(other)) {
    out.push_back({AdviceKind::order,
                   fmt::format("the larger order {}: {} passes, as only orders above 0 may use "
                               "highatomic blocks",
                               static_cast<unsigned>(*other.order), by->zone),
                   "R-RMQ-2"});
  }
}

struct MaskChange {
  std::string_view text;
  Gfp add;
  Gfp remove;
  std::string_view rule;
};

/// What masks can be changed by, the mildest first.
std::vector<MaskChange> mask_changes(const Verdict& v) {
  const bool has_atomic = v.age >= KernelAge::v4_4 && v.age < KernelAge::v6_3;
  const Gfp blocking = v.age == KernelAge::before_4_4 ? Gfp{wait} : Gfp{direct_reclaim};
  return {
      {"without __GFP_DMA", {}, dma, "R-GFP-1"},
      {"without __GFP_DMA32", {}, dma32, "R-GFP-1"},
      {"with __GFP_HIGHMEM", highmem, {}, "R-GFP-1"},
      {"with __GFP_MOVABLE (it may use CMA)", movable, reclaimable, "R-CMA-1"},
      {"with __GFP_HIGHMEM|__GFP_MOVABLE (all zones, and CMA)", movable | highmem, reclaimable,
       "R-CMA-1"},
      {"with __GFP_HIGH", high, {}, v.age < KernelAge::v6_1 ? "R-WMARK-9" : "R-WMARK-17"},
      {"as GFP_ATOMIC", has_atomic ? high | atomic : Gfp{high}, blocking,
       v.age < KernelAge::v6_1 ? "R-AF-1" : "R-AF-4"},
      {"without __GFP_NOMEMALLOC", {}, nomemalloc, "R-AF-5"},
      {"with __GFP_MEMALLOC (all of memory)", memalloc, nomemalloc, "R-AF-5"},
  };
}

void try_masks(const Situation& s, const Verdict& v, std::vector<Advice>& out) {
  // A change would be one of all the masks that it may be.
  if (!s.gfp_of_ages.empty()) return;
  bool low_risk = false;
  for (const MaskChange& c : mask_changes(v)) {
    Situation other = s;
    other.gfp = s.gfp->without(c.remove) | c.add;
    if (*other.gfp == *s.gfp) continue;
    // What takes all of memory is named only where nothing else helps.
    if (c.add.has(memalloc) && low_risk) continue;
    const auto by = served(other);
    if (!by) continue;
    low_risk = true;
    out.push_back({AdviceKind::mask, fmt::format("{}: {} passes{}", c.text, by->zone, by->by),
                   std::string(c.rule)});
  }
}

void try_nodes(const Situation& s, std::vector<Advice>& out) {
  if (!s.nodes && !s.mems) return;
  Situation other = s;
  other.nodes.reset(), other.mems.reset();
  if (const auto by = served(other)) {
    out.push_back({AdviceKind::nodes,
                   fmt::format("with all nodes allowed: {} passes{}", by->zone, by->by),
                   "R-ZONE-11"});
  }
}

void count_pages(const Situation& s, const Verdict& v, std::vector<Advice>& out) {
  for (const ZoneAnswer& a : v.zones) {
    if (a.answer != Answer::below_mark || !a.sum || !a.sum->margin.known()) continue;
    const ZoneFacts& z = s.zones[a.zone];
    // More than it has in use is more than can ever come back.
    const std::int64_t most = z.managed.value_or(s.ram.value_or(1 - a.sum->margin.lo + *z.free));
    const bool possible = 1 - a.sum->margin.lo <= most - *z.free;
    if (!possible) continue;
    std::string block;
    if (!a.lists_known && *s.order > Order{0}) {
      block = fmt::format(", if a block of order {} is free, which the report does not say",
                          static_cast<unsigned>(*s.order));
    } else if (a.lists_known && a.large_blocks == 0) {
      block = fmt::format(", with a block of order {} among them", static_cast<unsigned>(*s.order));
    }
    out.push_back({AdviceKind::pages,
                   fmt::format("{} more free pages in {}{}", 1 - a.sum->margin.lo, z.name, block),
                   "R-WMARK-6"});
  }
}

}  // namespace

std::string_view advice_name(AdviceKind k) {
  switch (k) {
    case AdviceKind::order: return "order";
    case AdviceKind::mask: return "mask";
    case AdviceKind::nodes: return "nodes";
    case AdviceKind::sysctl: return "sysctl";
    case AdviceKind::pages: return "pages";
  }
  return "";
}

std::vector<Advice> advice_for(const Situation& s, const Verdict& v) {
  std::vector<Advice> out;
  const bool refused = v.outcome == Outcome::explained || v.outcome == Outcome::no_zone;
  if (!v.asked || !refused) return out;
  try_orders(s, out);
  try_masks(s, v, out);
  try_nodes(s, out);
  try_sysctls(s, v, out);
  count_pages(s, v, out);
  return out;
}

}  // namespace bp::explain
