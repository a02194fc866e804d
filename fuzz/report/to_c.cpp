// SPDX-License-Identifier: MIT
#include "fuzz/report/to_c.h"

#include "fuzz/report/fmt.h"
#include "fuzz/report/to_c_runner.h"

namespace bp {
namespace {

constexpr std::uint64_t kNoFrame = ~std::uint64_t{0};

/// A text inside a C string or a C comment.
std::string harmless(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '*';
    out += plain ? c : '?';
  }
  return out;
}

std::string zone_text(const bp_zone& z) {
  std::string reserve;
  for (const std::int64_t pages : z.lowmem_reserve) reserve += fmt::format("{}, ", pages);
  reserve.resize(reserve.size() - 2);
  return fmt::format("        {{{}, {}, {:#x}, {:#x}, {}, {}, {}, {{{}}}, {}, {}}},\n", z.node,
                     z.type, z.begin, z.end, z.mark_min, z.mark_low, z.mark_high, reserve,
                     z.pcp_high, z.pcp_batch);
}

template <class Range>
std::string list(const Range& all, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i)
    out += fmt::format("{}{}", i == 0 ? "" : ", ", static_cast<unsigned>(all[i]));
  return n == 0 ? "0" : out;
}

std::string machine_text(const bp_machine& m) {
  std::string out = fmt::format(
      "static const bp_machine machine = {{\n"
      "    .abi_version = BP_ABI_VERSION,\n    .profile = {},\n    .era = {},\n"
      "    .zone_config = {},\n    .cpus = {},\n    .pageblock_order = {},\n    .n_nodes = {},\n"
      "    .n_zones = {},\n    .n_holes = {},\n    .node_of_cpu = {{{}}},\n    .fallback = {{",
      m.profile, m.era, m.zone_config, m.cpus, m.pageblock_order, m.n_nodes, m.n_zones, m.n_holes,
      list(m.node_of_cpu, m.cpus));
  for (std::uint32_t n = 0; n < m.n_nodes; ++n)
    out += fmt::format("{}{{{}}}", n == 0 ? "" : ", ", list(m.fallback[n], m.n_fallback[n]));
  out += fmt::format("}},\n    .n_fallback = {{{}}},\n    .zones = {{\n",
                     list(m.n_fallback, m.n_nodes));
  for (std::uint32_t z = 0; z < m.n_zones; ++z) out += zone_text(m.zones[z]);
  out += "    },\n    .holes = {";
  for (std::uint32_t h = 0; h < m.n_holes; ++h)
    out += fmt::format("{}{{{:#x}, {:#x}}}", h == 0 ? "" : ", ", m.holes[h].begin, m.holes[h].end);
  return out + (m.n_holes == 0 ? "{0, 0}},\n};\n" : "},\n};\n");
}

std::string cpu_text(unsigned cpu) { return cpu == kAllCpus ? "BP_ON_BUDDY" : std::to_string(cpu); }

std::string op_text(const Op& op, Era era) {
  const auto order = static_cast<unsigned>(op.order);
  switch (op.kind) {
    case OpKind::alloc:
      return fmt::format("{{'a', {}, {}, {:#x}, {}, {:#x}, 0, 0}}", op.cpu, order,
                         gfp_encode(op.gfp, era), op.node, op.nodemask);
    case OpKind::free:
      return fmt::format("{{'f', {}, {}, 0, -1, 0, {}, {}}}", op.cpu, order, op.handle, op.offset);
    case OpKind::drain: return fmt::format("{{'d', {}, 0, 0, -1, 0, 0, 0}}", cpu_text(op.cpu));
    case OpKind::census:
    case OpKind::task:
    case OpKind::get:
    case OpKind::split:
    case OpKind::answer:
    case OpKind::range:
    case OpKind::world: break;  // has_calls(): not shown as C.
  }
  return "{'c', 0, 0, 0, -1, 0, 0, 0}";
}

std::string ops_text(const Program& p, const History& h) {
  std::string out = fmt::format(
      "/* Kind, CPU, order, mask, node, nodemask, handle, offset; handles count the allocs. */\n"
      "#define N_OPS {}u\nstatic const op ops[N_OPS] = {{\n",
      p.ops.size() + 2);
  for (std::size_t i = 0; i < p.ops.size() + 2; ++i) {
    const Op op = i < p.ops.size()    ? p.ops[i]
                  : i == p.ops.size() ? Op::drain(kAllCpus)
                                      : Op::census();
    out += fmt::format("    {}, /* {}: {}{} */\n", op_text(op, p.machine.era), i,
                       harmless(event_text(p, i)),
                       h.outcomes.empty() ? "" : ": " + harmless(answer_text(p, h, i)));
  }
  return out + "};\n";
}

/// FNV-1a over what the runner sees up to and with event `last`.
std::uint64_t hash_of(const Program& p, const History& h, std::size_t last) {
  std::uint64_t hash = 14695981039346656037U;
  const auto mix = [&](std::uint64_t value) { hash = (hash ^ value) * 1099511628211U; };
  const auto mix_counters = [&](std::size_t i) {
    for (const ZoneCounters& c : h.counters_before(i)) {
      mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(c.free)));
      mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(c.on_pcp)));
    }
  };
  mix_counters(0);
  std::size_t census = 0;
  for (std::size_t i = 0; i <= last && i < h.outcomes.size(); ++i) {
    const bool is_census =
        i < p.ops.size() ? p.ops[i].kind == OpKind::census : i == p.ops.size() + 1;
    if (is_census) {
      for (const CensusBlock& b : h.census(census++))
        mix(static_cast<std::uint64_t>(b.head)), mix(static_cast<unsigned>(b.order)), mix(b.cpu);
    }
    const Outcome& o = h.outcomes[i];
    mix(static_cast<std::uint64_t>(o.status));
    mix(o.pfn == kNoPfn ? kNoFrame : static_cast<std::uint64_t>(o.pfn));
    mix_counters(i + 1);
  }
  return hash;
}

std::string refused_text(const Program& p, const History& h, const Refusal* r) {
  if (r == nullptr) {
    return "/* No answer is known to be wrong. */\n#define REFUSED_EVENTS 0u\n"
           "#define REFUSED_HASH 0u\n#define REFUSED_AS \"\"\n";
  }
  return fmt::format(
      "/* The judge refused all that was seen up to event {} and hashes to this. */\n"
      "#define REFUSED_EVENTS {}u\n#define REFUSED_HASH {:#x}u\n"
      "#define REFUSED_AS \"{} {}: seen {}, allowed {}\"\n",
      r->event, r->event + 1, hash_of(p, h, r->event), harmless(r->rule), harmless(r->statement),
      harmless(r->seen), harmless(r->allowed));
}

}  // namespace

std::string to_c(const Program& p, const bp_machine& m, const History& h, const Refusal* refusal,
                 const ReportContext& context) {
  const std::string about = refusal == nullptr
                                ? std::string("No rule was broken")
                                : fmt::format("Breaks {} until it is fixed", refusal->rule);
  return fmt::format(
             "/* SPDX-License-Identifier: MIT\n"
             " * {}; found with {}. Needs fuzz/subject.h and a subject:\n"
             " *   cc -std=c99 -I TREE test.c ./libmine.so -o test && ./test\n"
             " * Status 0: passed, 1: failed, as stderr says, 3: not run.\n */\n"
             "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\n"
             "#include \"fuzz/subject.h\"\n\n"
             "typedef struct op {{\n  char kind; /* a alloc, f free, d drain, c census */\n"
             "  uint32_t cpu, order, gfp;\n  int32_t node;\n  uint32_t nodemask, handle, offset;\n"
             "}} op;\n"
             "typedef struct block {{\n  uint64_t head;\n  uint32_t order;\n  int held;\n}} "
             "block;\n"
             "\n{}\n{}\n{}",
             about, harmless(context.subject.empty() ? "lockfree" : context.subject),
             machine_text(m), ops_text(p, h), refused_text(p, h, refusal)) +
         kCRunner;
}

}  // namespace bp
