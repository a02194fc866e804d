// SPDX-License-Identifier: MIT
#include "fuzz/report/to_c.h"

#include "fuzz/program/surroundings.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/to_c_requests.h"
#include "fuzz/report/to_c_runner.h"
#include "fuzz/subjects/alloc_flags.h"

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
  out += m.n_holes == 0 ? "{0, 0}},\n" : "},\n";
  if (m.highatomic != 0) out += "    .highatomic = 1,\n";
  if (m.n_cma == 0) return out + "};\n";
  out += fmt::format("    .n_cma = {},\n    .cma = {{", m.n_cma);
  for (std::uint32_t i = 0; i < m.n_cma; ++i)
    out += fmt::format("{}{{{:#x}, {:#x}}}", i == 0 ? "" : ", ", m.cma[i].begin, m.cma[i].end);
  return out + "},\n};\n";
}

std::string cpu_text(unsigned cpu) { return cpu == kAllCpus ? "BP_ON_BUDDY" : std::to_string(cpu); }

/// Only what a caller says: the fields that are not there are 0.
std::string alloc_text(const Op& op, Era era) {
  std::string out = fmt::format(".cpu = {}, .order = {}, .gfp = {:#x}, .node = {}", op.cpu,
                                static_cast<unsigned>(op.order), gfp_encode(op.gfp, era), op.node);
  if (op.nodemask != 0) out += fmt::format(", .nodemask = {:#x}", op.nodemask);
  if (op.call != Call::alloc) out += fmt::format(", .call = {}", static_cast<unsigned>(op.call));
  if (op.pages != 0) out += fmt::format(", .pages = {}", op.pages);
  if (op.gfp.has(GfpFlag::comp) && op.order > Order{0} && op.call != Call::exact)
    out += ", .compound = 1";
  return out;
}

std::string free_text(const Op& op) {
  return fmt::format(".cpu = {}, .order = {}, .handle = {}, .offset = {}{}", op.cpu,
                     static_cast<unsigned>(op.order), op.handle, op.offset,
                     op.by_address ? ", .by_address = 1" : "");
}

std::string answer_op_text(const Op& op) {
  const OpAnswer& a = op.answer;
  return fmt::format(
      ".from = {}, .result = {}, .progress = {}, .busy = {}, .mems = {:#x}, .handle = {}, "
      ".frees = {}",
      static_cast<unsigned>(a.from), a.result, a.progress, a.busy ? 1 : 0, a.mems, op.handle,
      a.frees);
}

std::string world_text(const Op& op, Era era) {
  return fmt::format(
      ".flags = {:#x}, .reclaimable = {}, .dirty_nodes = {:#x}, .gfp = {:#x}, .is_plain = {}",
      op.world.flags, op.world.reclaimable, op.world.dirty_nodes,
      gfp_encode(gfp_flags_of(era).without(op.gfp), era),
      op.world == OpWorld{} && op.gfp == Gfp{} ? 1 : 0);
}

std::string op_text(const Op& op, Era era) {
  const auto order = static_cast<unsigned>(op.order);
  const auto with = [](char kind, const std::string& fields) {
    return fmt::format("{{.kind = '{}'{}{}}}", kind, fields.empty() ? "" : ", ", fields);
  };
  switch (op.kind) {
    case OpKind::alloc: return with('a', alloc_text(op, era));
    case OpKind::free: return with('f', free_text(op));
    case OpKind::drain: return with('d', ".cpu = " + cpu_text(op.cpu));
    case OpKind::census: return with('c', "");
    case OpKind::task:
      return with('t',
                  fmt::format(".cpu = {}, .flags = {:#x}, .policy = {}, .policy_nodes = {:#x}, "
                              ".mems = {:#x}",
                              op.cpu, op.task.flags, static_cast<unsigned>(op.task.policy),
                              op.task.policy_nodes, op.task.mems));
    case OpKind::get: return with('g', fmt::format(".handle = {}", op.handle));
    case OpKind::split:
      return with('s', fmt::format(".handle = {}, .order = {}", op.handle, order));
    case OpKind::answer: return with('n', answer_op_text(op));
    case OpKind::world: return with('w', world_text(op, era));
    case OpKind::range:
      return with('r', fmt::format(".action = {}, .begin = {:#x}, .end = {:#x}",
                                   static_cast<unsigned>(op.range.action),
                                   static_cast<std::uint64_t>(op.range.begin),
                                   static_cast<std::uint64_t>(op.range.end())));
  }
  return "{.kind = 'c'}";
}

std::string ops_text(const Program& p, const History& h) {
  std::uint32_t handles = 0;
  for (const Op& op : p.ops) handles += op.defines();
  std::string out = fmt::format(
      "/* Handles count the blocks that are asked for, from 0. */\n"
      "#define N_HANDLES {}u\n#define N_OPS {}u\n#define ALL_FLAGS {:#x}u\n"
      "#define STEPS_MAX {}u\nstatic const op ops[N_OPS] = {{\n",
      handles, p.ops.size() + 2, gfp_encode(gfp_flags_of(p.machine.era), p.machine.era), kStepsMax);
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

/// FNV-1a over what the runner sees.
class Seen {
 public:
  Seen(const Program& p, const History& h) : program_(p), history_(h), types_(h.types) {
    around(0);
  }

  /// Up to and with event `last`.
  std::uint64_t until(std::size_t last) {
    for (std::size_t i = 0; i <= last && i < history_.outcomes.size(); ++i) {
      event(i);
      around(i + 1);
    }
    return hash_;
  }

 private:
  void mix(std::uint64_t value) { hash_ = (hash_ ^ value) * 1099511628211U; }
  void mix(Pages n) { mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(n))); }
  void mix(Pfn p) { mix(p == kNoPfn ? kNoFrame : static_cast<std::uint64_t>(p)); }

  void event(std::size_t i) {
    const Outcome& o = history_.outcomes[i];
    const Op op = i < program_.ops.size() ? program_.ops[i] : Op::census();
    const bool closing_drain = i == program_.ops.size();
    if (op.kind == OpKind::census && !closing_drain) census();
    if (o.traced) trace();
    mix(static_cast<std::uint64_t>(o.status));
    mix(o.pfn);
    if (op.kind == OpKind::alloc && op.call != Call::alloc && o.status != Status::skipped)
      called(op, o);
  }
  void census() {
    for (const CensusBlock& b : history_.census(censuses_++))
      mix(static_cast<std::uint64_t>(b.head)), mix(static_cast<unsigned>(b.order)), mix(b.cpu);
  }
  void called(const Op& op, const Outcome& o) {
    mix(o.address);
    mix(o.zeroed ? 1U : 0U);
    if (op.call != Call::bulk || o.status != Status::ok) return;
    for (const Pfn page : history_.bulk(bulks_++)) mix(page);
  }
  void trace() {
    const std::size_t begin = history_.trace_begin(traces_), end = history_.trace_end[traces_];
    ++traces_;
    for (std::size_t k = begin; k < end; ++k) step(history_.steps[k]);
  }
  void step(const Step& s) {
    const bool asks = s.action == Action::ask;
    const bool compacts = asks ? s.asked == Answerer::compaction : s.action == Action::compact;
    const bool reclaims =
        asks ? s.asked == Answerer::node_reclaim : s.action == Action::node_reclaim;
    const unsigned result = compacts   ? static_cast<unsigned>(s.compacted)
                            : reclaims ? static_cast<unsigned>(s.node_reclaimed)
                                       : 0;
    const auto pages = static_cast<std::uint64_t>(s.pages);
    if (asks) {
      for (const std::uint64_t v :
           {std::uint64_t{100} + static_cast<unsigned>(s.asked), std::uint64_t{result}, pages,
            std::uint64_t{s.busy}, std::uint64_t{s.nodemask}})
        mix(v);
      return;
    }
    for (const std::uint64_t v :
         {std::uint64_t(s.action), std::uint64_t(s.mark), std::uint64_t{abi_flags(s.flags)},
          std::uint64_t{s.node}, std::uint64_t{s.nodemask}, std::uint64_t(s.effort),
          std::uint64_t{result}, pages, std::uint64_t(s.why)})
      mix(v);
  }

  /// What is looked at before event `i`.
  void around(std::size_t i) {
    for (const ZoneCounters& c : history_.counters_before(i))
      for (const Pages n : {c.free, c.on_pcp, c.reserved, c.free_cma, c.boost}) mix(n);
    for (; i > 0 && changes_ < history_.type_changes.size() &&
           history_.type_changes[changes_].event == i - 1;
         ++changes_)
      types_[history_.type_changes[changes_].pageblock] = history_.type_changes[changes_].to;
    for (std::size_t n = 0; n < types_.size(); ++n)
      mix(std::uint64_t{n} << 8U | static_cast<unsigned>(types_[n]));
  }

  const Program& program_;
  const History& history_;
  std::vector<Migratetype> types_;
  std::uint64_t hash_ = 14695981039346656037U;
  std::size_t censuses_ = 0, traces_ = 0, bulks_ = 0, changes_ = 0;
};

std::string refused_text(const Program& p, const History& h, const Refusal* r) {
  if (r == nullptr) {
    return "/* No answer is known to be wrong. */\n#define REFUSED_EVENTS 0u\n"
           "#define REFUSED_HASH 0u\n#define REFUSED_AS \"\"\n";
  }
  return fmt::format(
      "/* The judge refused all that was seen up to event {} and hashes to this. */\n"
      "#define REFUSED_EVENTS {}u\n#define REFUSED_HASH {:#x}u\n"
      "#define REFUSED_AS \"{} {}: seen {}, allowed {}\"\n",
      r->event, r->event + 1, Seen(p, h).until(r->event), harmless(r->rule), harmless(r->statement),
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
             "/* a alloc, f free, d drain, c census; t task, g get, s split; n answer, w world;"
             " r range */\n"
             "typedef struct op {{\n  char kind;\n  uint32_t cpu, order, gfp;\n  int32_t node;\n"
             "  uint32_t nodemask, call, pages, compound;\n"
             "  uint32_t handle, offset, by_address;\n"
             "  uint32_t flags, policy, policy_nodes, mems;\n"
             "  uint32_t from, result, progress, busy, frees;\n"
             "  uint32_t reclaimable, dirty_nodes, is_plain;\n"
             "  uint32_t action;\n  uint64_t begin, end;\n}} op;\n"
             "\n{}\n{}\n{}",
             about, harmless(context.subject.empty() ? "lockfree" : context.subject),
             machine_text(m), ops_text(p, h), refused_text(p, h, refusal)) +
         kCFrames + kCRequests;
}

}  // namespace bp
