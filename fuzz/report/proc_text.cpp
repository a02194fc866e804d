// SPDX-License-Identifier: MIT
// buddyinfo and pagetypeinfo. Every row ends in a blank, as the kernel's do.
#include "fuzz/report/proc_text.h"

#include "fuzz/report/fmt.h"
#include "fuzz/report/pageblocks.h"

namespace bp {
namespace {

using reference::KernelState;
using reference::kOrders;
using reference::kTypes;
using reference::ZoneState;

/// Later kernels stop counting a list here, lest interrupts stay off too long, and print ">100000".
constexpr std::size_t kCountMax = 100000;

std::string free_count(std::size_t blocks, Profile profile) {
  if (profile == Profile::v4_7 || blocks < kCountMax) return fmt::format("{:6} ", blocks);
  return fmt::format(">{:6} ", kCountMax);
}

std::vector<const ZoneState*> populated(const KernelState& state, unsigned node) {
  std::vector<const ZoneState*> zones;
  for (const ZoneState& z : state.zones) {
    if (z.node == node && z.numbers.present > 0) zones.push_back(&z);
  }
  return zones;
}

void print_free(std::string& out, const KernelState& state, unsigned node) {
  out += fmt::format("{:<43} ", "Free pages count per migrate type at order");
  for (unsigned order = 0; order < kOrders; ++order) out += fmt::format("{:6} ", order);
  out += '\n';
  for (const ZoneState* z : populated(state, node)) {
    for (const Migratetype t : types_of(state.config)) {
      out += fmt::format("Node {:4}, zone {:>8}, type {:>12} ", node, proc_zone_name(z->type),
                         proc_type_name(t));
      for (const auto& by_type : z->lists) {
        out += free_count(by_type[static_cast<unsigned>(t)].size(), state.config.profile);
      }
      out += '\n';
    }
  }
}

void print_pageblocks(std::string& out, const KernelState& state, unsigned node) {
  const std::vector<Migratetype> types = types_of(state.config);
  out += fmt::format("\n{:<23}", "Number of blocks type ");
  for (const Migratetype t : types) out += fmt::format("{:>12} ", proc_type_name(t));
  out += '\n';
  for (const ZoneState* z : populated(state, node)) {
    const auto counts = count_pageblocks(state.config, *z);
    out += fmt::format("Node {}, zone {:>8} ", node, proc_zone_name(z->type));
    for (const Migratetype t : types) {
      out += fmt::format("{:12} ", counts[static_cast<unsigned>(t)]);
    }
    out += '\n';
  }
}

}  // namespace

std::string_view proc_zone_name(ZoneType t) {
  constexpr std::string_view kNames[kZoneTypes] = {"DMA",     "DMA32",   "Normal",
                                                   "HighMem", "Movable", "Device"};
  return kNames[static_cast<unsigned>(t)];
}

std::string_view proc_type_name(Migratetype t) {
  constexpr std::string_view kNames[kTypes] = {"Unmovable",  "Movable", "Reclaimable",
                                               "HighAtomic", "CMA",     "Isolate"};
  return kNames[static_cast<unsigned>(t)];
}

std::vector<Migratetype> types_of(const reference::Config& config) {
  std::vector<Migratetype> types;
  for (unsigned t = 0; t < kTypes; ++t) {
    const auto type = static_cast<Migratetype>(t);
    if (type != Migratetype::cma || config.cma) types.push_back(type);
  }
  return types;
}

std::string buddyinfo_text(const KernelState& state) {
  std::string out;
  for (const ZoneState& z : state.zones) {
    if (z.numbers.present <= 0) continue;
    out += fmt::format("Node {}, zone {:>8} ", z.node, proc_zone_name(z.type));
    for (const std::int64_t blocks : z.nr_free) out += fmt::format("{:6} ", blocks);
    out += '\n';
  }
  return out;
}

std::string pagetypeinfo_text(const KernelState& state) {
  std::string out;
  for (unsigned node = 0; node < state.nodes.size(); ++node) {
    if (populated(state, node).empty()) continue;
    out += fmt::format("Page block order: {}\nPages per block:  {}\n\n",
                       state.config.pageblock_order, 1U << state.config.pageblock_order);
    print_free(out, state, node);
    print_pageblocks(out, state, node);
  }
  return out;
}

}  // namespace bp
