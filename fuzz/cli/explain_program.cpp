// SPDX-License-Identifier: MIT
#include "fuzz/cli/explain_program.h"

#include <algorithm>

#include "fuzz/engines/execute.h"
#include "fuzz/engines/replay.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/report/fmt.h"
#include "model/vocab/gfp_text.h"

namespace bp::cli {
namespace {

std::int64_t number(Pages p) { return static_cast<std::int64_t>(p); }

/// The version that a program's profile stands for.
rules::KernelVersion version_of(Profile p) {
  switch (p) {
    case Profile::v4_7: return {4, 7};
    case Profile::v5_15: return {5, 15};
    case Profile::v6_1_lts192: return {6, 1};
    case Profile::v6_12: return {6, 12};
    case Profile::v7_1: return {7, 1};
  }
  return {6, 1};
}

explain::ZoneFacts facts_of(const rules::ZoneLayout& z, ZoneConfig c,
                            const ZoneCounters& counters) {
  explain::ZoneFacts f;
  f.name = fmt::format("Node {} {}", z.node, explain::log_name(z.type));
  f.node = z.node, f.type = z.type;
  f.free = number(counters.free);
  f.managed = f.present = number(z.managed);
  f.min = number(z.marks.min), f.low = number(z.marks.low), f.high = number(z.marks.high);
  // Programs know no types of pageblocks: nothing is CMA, and nothing reserved.
  f.free_cma = f.highatomic = explain::Range{0, 0};
  for (unsigned t = 0; t < kZoneTypes; ++t) {
    if (c.has(ZoneType{static_cast<std::uint8_t>(t)}))
      f.reserve.push_back(number(z.lowmem_reserve[t]));
  }
  f.orders.resize(kOrderMax + 1);
  for (explain::OrderFacts& o : f.orders) o.types.known = true;
  return f;
}

void add_blocks(const rules::Layout& l, std::span<const CensusBlock> blocks,
                explain::Situation& s) {
  for (explain::ZoneFacts& z : s.zones) z.listed = 0;
  for (const CensusBlock& b : blocks) {
    const auto zone = rules::zone_of(l, b.head);
    if (b.cpu != kOnBuddy || !zone) continue;
    explain::ZoneFacts& z = s.zones[*zone];
    explain::OrderFacts& o = z.orders[static_cast<unsigned>(b.order)];
    ++o.count;
    o.types.has[static_cast<unsigned>(Migratetype::movable)] = true;
    *z.listed += number(pages_in(b.order));
  }
}

void set_request(const Program& p, const Op& op, const rules::Layout& l, bool refused,
                 explain::Situation& s) {
  s.kind = refused ? explain::ReportKind::failure : explain::ReportKind::question;
  s.who = fmt::format("CPU {}", op.cpu);
  s.kernel = version_of(p.machine.profile);
  s.version = std::string(profile_name(p.machine.profile));
  s.ages = {rules::age_of(*s.kernel)};
  s.gfp = op.gfp, s.order = op.order;
  s.mask = gfp_text(op.gfp, p.machine.era);
  s.configs = {p.machine.zones};
  const unsigned node =
      op.node == kNoNode ? node_of_cpu(p.machine, op.cpu) : static_cast<unsigned>(op.node);
  for (const std::uint8_t n : l.fallback[node]) s.node_order.push_back(n);
  if (op.gfp.has(GfpFlag::thisnode)) s.nodes = {node};
  if (op.nodemask == kNoNodemask) return;
  s.nodes.emplace();
  for (unsigned n = 0; n < kNodesMax; ++n) {
    if ((op.nodemask >> n & 1) != 0) s.nodes->push_back(n);
  }
}

ProgramSituation fault(std::string what) { return {{}, std::move(what)}; }

}  // namespace

bool is_program(std::string_view bytes) {
  while (bytes.starts_with('#') || bytes.starts_with('\n'))
    bytes.remove_prefix(std::min(bytes.find('\n'), bytes.size() - 1) + 1);
  return bytes.starts_with("buddyproof ");
}

ProgramSituation situation_of_program(std::string_view bytes, const std::string& file,
                                      std::size_t op, const std::string& subject) {
  Loaded loaded = unpacked_program(bytes, file);
  if (!loaded.program) return fault(loaded.fault);
  Program& p = *loaded.program;
  if (op == 0 || op > p.ops.size())
    return fault(fmt::format("--op {}: {} has {} operations", op, file, p.ops.size()));
  const Op asked = p.ops[op - 1];
  if (asked.kind != OpKind::alloc)
    return fault(fmt::format("--op {}: that operation allocates nothing", op));
  const SetupLookup found = find_setup(subject);
  if (!found.fault.empty()) return fault(found.fault);
  // What it finds: a census in front of it, and nothing after it.
  p.ops.resize(op);
  p.ops.insert(p.ops.end() - 1, Op::census());
  Executor execute(found.setup);
  if (!execute.run(p)) return fault(fmt::format("subject {} could not be created", subject));
  const History& h = execute.history();
  // The judge stops at what it refuses; the request may lie behind that.
  if (h.outcomes.size() <= op)
    return fault(fmt::format("{}: the run ended before operation {}", file, op));
  ProgramSituation out;
  const auto counters = h.counters_before(op);
  const rules::Layout& l = execute.layout();
  for (std::size_t i = 0; i < l.zones.size(); ++i)
    out.situation.zones.push_back(facts_of(l.zones[i], p.machine.zones, counters[i]));
  const auto is_census = [](const Op& o) { return o.kind == OpKind::census; };
  const auto censuses = static_cast<std::size_t>(std::ranges::count_if(p.ops, is_census));
  add_blocks(l, h.census(censuses - 1), out.situation);
  set_request(p, asked, l, h.outcomes[op].status == Status::no_memory, out.situation);
  return out;
}

}  // namespace bp::cli
