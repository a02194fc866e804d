// SPDX-License-Identifier: MIT
#include "model/invariants/state_invariants.h"

namespace bp {
namespace {

constexpr StateInvariant kInvariants[] = {
    {"I-7", shape_of_blocks},
    {"I-1", one_owner},
    {"I-3", nr_free_by_order},
    {"I-4", free_counter},
    {"I-4a", free_parts_counters},
    {"I-5", cma_counter},
    {"I-15", counters_ordered},
    {"I-2", conservation},
    {"I-8", merged_below_pageblock},
    {"I-9", merged_from_pageblock},
    {"I-6", lists_by_pageblock},
    {"I-6'", special_lists_by_pageblock},
    {"I-10a", pcp_count},
    {"I-10", pcp_bound},
    {"I-11", pcp_lists_by_type},
    {"I-12", reserve_whole_pageblocks},
    {"I-12a", reserve_capped},
    {"I-12b", reserve_is_pageblocks},
    {"I-14", isolated_pageblocks},
};
constexpr std::size_t kPresumed = 2;  // What the others take for granted stands first.

void check_zone(const ZoneView& z, std::vector<Violation>& out) {
  for (std::size_t i = 0; i < std::size(kInvariants); ++i) {
    const StateInvariant& invariant = kInvariants[i];
    if (!statement(invariant.id).holds.has(z.profile())) continue;
    auto fault = invariant.first_fault(z);
    if (!fault) continue;
    const reference::ZoneRef zone{static_cast<std::uint8_t>(z.zone().node),
                                  static_cast<std::uint8_t>(z.zone().index)};
    out.push_back({invariant.id, zone, std::move(*fault)});
    if (i < kPresumed) return;
  }
}

}  // namespace

std::span<const StateInvariant> state_invariants() { return kInvariants; }

std::vector<Violation> violations(const reference::KernelState& s, const Known& known) {
  std::vector<Violation> out;
  for (const reference::ZoneState& z : s.zones) check_zone(ZoneView(s, z, known), out);
  return out;
}

std::optional<Violation> first_violation(const reference::KernelState& s, const Known& known) {
  auto all = violations(s, known);
  if (all.empty()) return std::nullopt;
  return std::move(all.front());
}

}  // namespace bp
