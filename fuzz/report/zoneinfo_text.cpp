// SPDX-License-Identifier: MIT
// zoneinfo: zone by zone a head of numbers, counters, the reserve, the lists of each CPU, a tail.
// 4.7 prints the reserve behind the counters and only zones that have pages; later kernels print
// the head of every zone.
#include <algorithm>

#include "fuzz/report/fmt.h"
#include "fuzz/report/pageblocks.h"
#include "fuzz/report/proc_text.h"

namespace bp {
namespace {

using reference::Config;
using reference::KernelState;
using reference::PcpState;
using reference::Stat;
using reference::ZoneNumbers;
using reference::ZoneState;

/// Which lines a kernel has.
struct Format {
  bool empty_zones = true;
  bool boost = true;
  bool promo = true;
  bool cma = true;
  bool fair = false;
  bool blocks = false;
  bool high_bounds = false;  ///< Of the per-CPU `high`; the lines around are wider then.
  bool highatomic = false;
};

Format format_of(Profile p) {
  switch (p) {
    case Profile::v4_7:
      return {.empty_zones = false, .boost = false, .promo = false, .cma = false, .fair = true};
    case Profile::v5_15: return {.boost = false, .promo = false};
    case Profile::v6_1_lts192: return {.promo = false};
    case Profile::v6_12: return {};
    case Profile::v7_1: return {.blocks = true, .high_bounds = true, .highatomic = true};
  }
  return {};
}

/// What the kernel reads of a counter: the global part, which may be below zero for a moment.
std::int64_t stat(const ZoneState& z, Stat s) {
  return std::max<std::int64_t>(z.numbers.stat[static_cast<unsigned>(s)], 0);
}

void number(std::string& out, std::string_view name, std::int64_t value) {
  out += fmt::format("        {:<8} {}\n", name, value);
}

void cma_pages(std::string& out, const Config& config, const ZoneState& z) {
  if (config.cma && z.numbers.isolated > 0) return;
  const auto blocks = count_pageblocks(config, z)[static_cast<unsigned>(Migratetype::cma)];
  number(out, "cma", blocks << config.pageblock_order);
}

void head(std::string& out, const Config& config, const ZoneState& z) {
  const Format f = format_of(config.profile);
  const ZoneNumbers& n = z.numbers;
  out += fmt::format("Node {}, zone {:>8}\n", z.node, proc_zone_name(z.type));
  out += fmt::format("  pages free     {}\n", stat(z, Stat::free));
  if (f.boost) number(out, "boost", n.boost);
  number(out, "min", n.min + n.boost);
  number(out, "low", n.low + n.boost);
  number(out, "high", n.high + n.boost);
  if (f.promo) number(out, "promo", n.promo + n.boost);
  number(out, "spanned", n.spanned);
  number(out, "present", n.present);
  number(out, "managed", n.managed);
  if (f.cma) cma_pages(out, config, z);
}

void protection(std::string& out, const Config& config, const ZoneState& z) {
  out += "        protection: (";
  for (std::size_t i = 0; i < config.zones.size(); ++i) {
    out += fmt::format("{}{}", i == 0 ? "" : ", ", z.numbers.reserve[i]);
  }
  out += ")\n";
}

void counters(std::string& out, const Config& config, const ZoneState& z) {
  const Format f = format_of(config.profile);
  const std::string_view indent = config.profile == Profile::v4_7 ? "    " : "      ";
  const auto line = [&](std::string_view name, Stat s) {
    out += fmt::format("{}{:<12} {}\n", indent, name, stat(z, s));
  };
  line("nr_free_pages", Stat::free);
  if (f.fair) line("nr_alloc_batch", Stat::fair);
  if (f.blocks) line("nr_free_pages_blocks", Stat::blocks);
  line("nr_free_cma", Stat::cma);
}

void pageset(std::string& out, const Format& f, std::size_t cpu, const PcpState& pcp) {
  const auto line = [&](std::string_view name, int width, std::int64_t value) {
    out += fmt::format("              {:<{}} {}\n", name, width, value);
  };
  const int width = f.high_bounds ? 9 : 6;
  out += fmt::format("    cpu: {}\n", cpu);
  line("count:", width, pcp.numbers.count);
  line("high:", width, pcp.numbers.high);
  line("batch:", width, pcp.numbers.batch);
  if (f.high_bounds) line("high_min:", width, pcp.numbers.high_min);
  if (f.high_bounds) line("high_max:", width, pcp.numbers.high_max);
  out += fmt::format("  vm stats threshold: {}\n", pcp.numbers.threshold);
}

void tail(std::string& out, const Config& config, const ZoneState& z) {
  const Format f = format_of(config.profile);
  out += "  pagesets\n";
  for (std::size_t cpu = 0; cpu < z.pcp.size(); ++cpu) pageset(out, f, cpu, z.pcp[cpu]);
  const int width = config.profile == Profile::v4_7 ? 18 : 20;
  out += fmt::format("  {:<{}} {}\n", "start_pfn:", width, z.numbers.start);
  if (!f.highatomic) return;
  out += fmt::format("  reserved_highatomic: {}\n", z.numbers.highatomic);
  out += fmt::format("  free_highatomic:     {}\n", z.numbers.free_highatomic);
}

void zone_text(std::string& out, const Config& config, const ZoneState& z) {
  const bool has_pages = z.numbers.present > 0;
  const Format f = format_of(config.profile);
  if (!has_pages && !f.empty_zones) return;
  const bool reserve_first = config.profile != Profile::v4_7;
  head(out, config, z);
  if (reserve_first) protection(out, config, z);
  if (!has_pages) return;
  counters(out, config, z);
  if (!reserve_first) protection(out, config, z);
  tail(out, config, z);
}

}  // namespace

std::string zoneinfo_text(const KernelState& state) {
  std::string out;
  for (const ZoneState& z : state.zones) {
    if (state.nodes[z.node].present) zone_text(out, state.config, z);
  }
  return out;
}

}  // namespace bp
