// SPDX-License-Identifier: MIT
#include "fuzz/engines/features.h"

#include <algorithm>
#include <bit>

namespace bp {
namespace {

/// Kinds of feature; each has 24 bits of its own below it.
enum class Kind : std::uint32_t {
  machine,
  answer,
  pair,
  level,
  list,
  census,
  mask,
  refusal,
  trace
};

std::uint32_t feature(Kind k, std::uint32_t value) {
  return static_cast<std::uint32_t>(k) << 24 | (value & 0xffffffU);
}

/// 0, 1, 2, 3-4, 5-8, ...
std::uint32_t bucket(std::int64_t n) {
  return static_cast<std::uint32_t>(
      std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(n, 0))));
}

std::uint32_t answer(const Op& op, const Outcome& o) {
  const auto how =
      static_cast<std::uint32_t>(op.kind) + kOpKinds * static_cast<std::uint32_t>(op.call);
  const auto action = op.is_range() ? static_cast<std::uint32_t>(op.range.action) : 0U;
  return how << 8 | action << 5 | static_cast<std::uint32_t>(op.order) << 4 |
         static_cast<std::uint32_t>(o.status) << 1 | (op.offset != 0 ? 1U : 0U);
}

/// What was done, why, and what was said; not how often.
std::uint32_t trace_step(const Step& s) {
  const auto said = static_cast<std::uint32_t>(s.compacted) |
                    static_cast<std::uint32_t>(s.node_reclaimed) << 4 |
                    (s.pages != 0 ? 1U : 0U) << 6;
  return static_cast<std::uint32_t>(s.action) | static_cast<std::uint32_t>(s.why) << 4 |
         static_cast<std::uint32_t>(s.asked) << 9 | static_cast<std::uint32_t>(s.mark) << 12 |
         said << 14;
}

std::uint32_t hash_of(std::string_view text) {
  std::uint32_t h = 2166136261U;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
  return h;
}

void add_machine(const Machine& m, Features& out) {
  std::uint32_t zones = 0;
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) zones |= 1U << static_cast<unsigned>(z.type);
  }
  const auto nodes = static_cast<std::uint32_t>(m.nodes.size());
  out.insert(
      feature(Kind::machine, static_cast<std::uint32_t>(m.profile) << 16 | nodes << 8 | zones));
}

void add_counters(const History& h, std::size_t event, Features& out) {
  unsigned zone = 0;
  for (const ZoneCounters& c : h.counters_before(event + 1)) {
    out.insert(feature(Kind::level, zone << 8 | bucket(static_cast<std::int64_t>(c.free))));
    out.insert(feature(Kind::list, zone++ << 8 | bucket(static_cast<std::int64_t>(c.on_pcp))));
  }
}

}  // namespace

Features features_of(const Program& p, const History& h, const Verdict& v) {
  Features out;
  add_machine(p.machine, out);
  std::uint32_t last = 0;
  for (std::size_t i = 0; i < std::min(p.ops.size(), h.outcomes.size()); ++i) {
    const std::uint32_t now = answer(p.ops[i], h.outcomes[i]);
    out.insert(feature(Kind::answer, now));
    out.insert(feature(Kind::pair, last << 12 | now));
    if (p.ops[i].kind == OpKind::alloc) {
      const std::uint32_t mask = gfp_encode(p.ops[i].gfp, p.machine.era);
      out.insert(feature(Kind::mask, (mask * 2654435761U >> 9) << 1 |
                                         (h.outcomes[i].status == Status::ok ? 1U : 0U)));
    }
    add_counters(h, i, out);
    last = now;
  }
  for (const Step& s : h.steps) out.insert(feature(Kind::trace, trace_step(s)));
  for (const CensusBlock& b : h.blocks)
    out.insert(feature(Kind::census,
                       static_cast<std::uint32_t>(b.order) << 1 | (b.cpu == kOnBuddy ? 0U : 1U)));
  if (!v.accepted()) out.insert(feature(Kind::refusal, hash_of(v.refusal->rule)));
  return out;
}

}  // namespace bp
