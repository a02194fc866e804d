// SPDX-License-Identifier: MIT
#include "fuzz/program/generate.h"

#include <algorithm>
#include <array>

#include "fuzz/program/bytes.h"
#include "fuzz/program/live_handles.h"
#include "model/vocab/gfp_text.h"

namespace bp {
namespace {

/// What one program draws from.
struct Swarm {
  std::array<unsigned, kOpKinds>
      weight{};  ///< By OpKind; not 0 for those of calls if there are any.
  unsigned weights = 0;
  FixedVec<Gfp, 4> masks;  ///< Empty: any.
  Order order_max{kOrderMax};
  bool one_order = false;    ///< All allocs ask for order_max.
  bool one_cpu = false;      ///< All on CPU 0.
  bool bad_frees = false;    ///< Wrong orders, offsets and double frees now and then.
  bool calls = false;        ///< The kernel's other interfaces, tasks and references.
  bool types = false;        ///< Ranges of pageblocks.
  bool environment = false;  ///< Answers, and requests that wait for them.
};

Swarm random_swarm(Rng& rng, Era era) {
  Swarm s;
  s.weight = {rng.between(8, 16), rng.one_in(8) ? 0U : rng.between(4, 14),
              rng.one_in(2) ? 0U : rng.between(1, 3), rng.one_in(2) ? 0U : 1U};
  s.calls = rng.one_in(4);
  if (s.calls) {
    for (const OpKind k : {OpKind::task, OpKind::get, OpKind::split})
      s.weight[static_cast<unsigned>(k)] = rng.one_in(3) ? 0U : rng.between(1, 3);
  }
  s.environment = rng.one_in(4);
  if (s.environment) {
    s.weight[static_cast<unsigned>(OpKind::answer)] = rng.between(4, 16);
    for (const OpKind k : {OpKind::world, OpKind::task})
      s.weight[static_cast<unsigned>(k)] = rng.one_in(3) ? 0U : rng.between(1, 3);
  }
  s.types = rng.one_in(4);
  if (s.types) s.weight[static_cast<unsigned>(OpKind::range)] = rng.between(1, 4);
  for (const unsigned w : s.weight) s.weights += w;
  if (!rng.one_in(3)) {
    for (unsigned n = rng.between(1, 4); n > 0; --n) s.masks.push_back(random_gfp(rng, era));
  }
  if (rng.one_in(2)) s.order_max = Order{rng.below(kOrderMax + 1)};
  s.one_order = rng.one_in(4);
  s.one_cpu = rng.one_in(4);
  s.bad_frees = rng.one_in(8);
  return s;
}

OpKind random_kind(Rng& rng, const Swarm& s) {
  unsigned ticket = rng.below(s.weights);
  for (unsigned k = 0; k < kOpKinds; ++k) {
    if (ticket < s.weight[k]) return OpKind{static_cast<std::uint8_t>(k)};
    ticket -= s.weight[k];
  }
  return OpKind::alloc;
}

Op swarm_alloc(Rng& rng, const Swarm& s, const Machine& m) {
  Op op = random_alloc(rng, m);
  if (!s.masks.empty()) op.gfp = s.masks[rng.below(s.masks.size())];
  if (s.one_order || op.order > s.order_max) op.order = s.order_max;
  return s.calls && rng.one_in(2) ? random_call(rng, m, op) : op;
}

/// Pages that are blocks of their own are freed one by one.
unsigned random_offset(Rng& rng, const LiveHandles& handles, std::uint32_t handle) {
  const unsigned pages = handles.pages_of(handle);
  return handles.order_of(handle) == Order{0} && pages > 1 ? rng.below(pages) : 0;
}

/// A handle, mostly one that is held.
std::uint32_t any_handle(Rng& rng, const LiveHandles& handles) {
  if (handles.live() == 0 || rng.one_in(8)) return rng.below(handles.handles());
  return handles.live_at(rng.below(handles.live()));
}

Op split_or_get(Rng& rng, const LiveHandles& handles, bool split) {
  const std::uint32_t handle = any_handle(rng, handles);
  if (!split || handles.is_compound(handle)) return Op::get(handle);
  return Op::split(handle, rng.one_in(8) ? random_order(rng) : handles.order_of(handle));
}

Op swarm_free(Rng& rng, const Swarm& s, const Machine& m, const LiveHandles& handles) {
  const bool bad = s.bad_frees && rng.one_in(6);
  if (!bad && handles.live() == 0) return Op::census();
  const std::uint32_t handle =
      bad ? rng.below(handles.handles()) : handles.live_at(rng.below(handles.live()));
  Op op = Op::free(handle, rng.below(m.cpus), handles.order_of(handle),
                   s.calls ? random_offset(rng, handles, handle) : 0);
  op.by_address = s.calls && rng.one_in(4);
  if (bad && rng.one_in(2)) op.order = random_order(rng);
  if (bad && rng.one_in(3)) op.offset = static_cast<std::uint16_t>(rng.below(kOffsetMax + 1));
  return op;
}

/// Every second one gives something back that is held.
Op swarm_answer(Rng& rng, const Machine& m, const LiveHandles& handles) {
  Op op = random_answer(rng, m);
  if (handles.handles() == 0 || !may_free(op.answer.from) || rng.one_in(2)) return op;
  op.handle = any_handle(rng, handles);
  const std::size_t left = handles.handles() - op.handle;
  op.answer.frees =
      static_cast<std::uint8_t>(std::min<std::size_t>(rng.between(1, kFreesMax), left));
  return op;
}

Op swarm_op(Rng& rng, const Swarm& s, const Machine& m, const LiveHandles& handles) {
  Op op;
  const OpKind kind = random_kind(rng, s);
  switch (kind) {
    case OpKind::alloc: op = swarm_alloc(rng, s, m); break;
    case OpKind::free:
      op = handles.handles() == 0 ? swarm_alloc(rng, s, m) : swarm_free(rng, s, m, handles);
      break;
    case OpKind::drain: op = Op::drain(rng.one_in(2) ? kAllCpus : rng.below(m.cpus)); break;
    case OpKind::census: return Op::census();
    case OpKind::task: op = random_task(rng, m); break;
    case OpKind::answer: return swarm_answer(rng, m, handles);
    case OpKind::world: return random_world(rng, m);
    case OpKind::range: return random_range(rng, m);
    case OpKind::get:
    case OpKind::split:
      if (handles.handles() == 0) return Op::census();
      return split_or_get(rng, handles, kind == OpKind::split);
  }
  const bool on_a_cpu = op.kind != OpKind::census && op.cpu != kAllCpus;
  if (s.one_cpu && on_a_cpu) op.cpu = 0;
  return op;
}

unsigned nodes_with_memory(const Machine& m) {
  unsigned nodes = 0;
  for (std::size_t n = 0; n < m.nodes.size(); ++n) {
    if (!m.nodes[n].zones.empty()) nodes |= 1U << n;
  }
  return nodes;
}

}  // namespace

Gfp random_gfp(Rng& rng, Era era) {
  if (rng.one_in(16)) return gfp_decode(static_cast<std::uint32_t>(rng()), era);
  const GfpComposite& composite = gfp_composites()[rng.below(gfp_composites().size())];
  const std::int64_t raw = std::max<std::int64_t>(composite.raw[static_cast<unsigned>(era)], 0);
  auto bits = static_cast<std::uint32_t>(raw);
  while (rng.one_in(4)) {
    const auto flag = GfpFlag{static_cast<std::uint8_t>(rng.below(kGfpFlags))};
    if (gfp_bit(flag, era) != kNoBit) bits ^= std::uint32_t{1} << gfp_bit(flag, era);
  }
  return gfp_decode(bits, era);
}

Order random_order(Rng& rng) {
  if (rng.one_in(2)) return Order{0};
  return Order{rng.one_in(3) ? rng.below(kOrderMax + 1) : rng.between(1, 4)};
}

Op random_alloc(Rng& rng, const Machine& m) {
  Op op = Op::alloc(rng.below(m.cpus), random_order(rng), random_gfp(rng, m.era));
  const std::size_t nodes = m.nodes.size();
  if (rng.one_in(nodes == 1 ? 8 : 3)) op.node = static_cast<std::int8_t>(rng.below(nodes));
  if (rng.one_in(8)) op.nodemask = static_cast<std::uint8_t>(rng.below(std::size_t{1} << nodes));
  return op;
}

Op random_call(Rng& rng, const Machine& m, Op op) {
  op.call = Call{static_cast<std::uint8_t>(rng.below(kCalls))};
  if (rng.one_in(8)) op.node = static_cast<std::int8_t>(rng.below(m.nodes.size()));
  if (has_pages(op.call))
    op.pages = static_cast<std::uint16_t>(
        rng.between(1, op.call == Call::bulk || !rng.one_in(4) ? 16 : 256));
  fit_call(op);
  return op;
}

void fit_call(Op& op) {
  if (op.call != Call::alloc) op.nodemask = kNoNodemask;
  if (!has_node(op.call)) op.node = kNoNode;
  if (op.call == Call::node_raw && op.node == kNoNode) op.node = 0;
  if (!has_order(op.call)) op.order = Order{0};
  if (!has_pages(op.call)) op.pages = 0;
  const unsigned most = op.call == Call::bulk ? kBulkMax : kExactMax;
  if (has_pages(op.call))
    op.pages = static_cast<std::uint16_t>(std::clamp<unsigned>(op.pages, 1, most));
}

Op random_task(Rng& rng, const Machine& m) {
  OpTask t;
  while (rng.one_in(2)) t.flags = static_cast<std::uint8_t>(t.flags | 1U << rng.below(kTaskFlags));
  if (rng.one_in(2)) {
    t.policy = Policy{static_cast<std::uint8_t>(rng.between(1, kPolicies - 1))};
    t.policy_nodes = static_cast<std::uint8_t>(rng.below(std::size_t{1} << m.nodes.size()));
  }
  if (rng.one_in(4))
    t.mems = static_cast<std::uint8_t>(rng.below(std::size_t{1} << m.nodes.size()));
  fit_task(t, m);
  return Op::of_task(rng.below(m.cpus), t);
}

Op random_range(Rng& rng, const Machine& m) {
  const auto action = RangeAction{static_cast<std::uint8_t>(rng.below(kRangeActions))};
  const Pfn inside = pageblock_at(m, rng.below(64)).value_or(Pfn{0});
  const Pfn begin = rng.one_in(16) ? Pfn{std::uint64_t{rng.below(64)} << 9} : inside;
  return Op::of_range(action, begin, rng.one_in(4) ? rng.between(2, 4) : 1);
}

Op random_answer(Rng& rng, const Machine& m) {
  OpAnswer a;
  a.from = rng.one_in(4) ? Answerer{static_cast<std::uint8_t>(rng.below(kAnswerers))}
                         : rng.pick(std::array{Answerer::compaction, Answerer::reclaim,
                                               Answerer::reclaim, Answerer::killer});
  a.result = static_cast<std::uint8_t>(rng.below(results_of(a.from)));
  const unsigned most = progress_max(a.from);
  if (!rng.one_in(3))
    a.progress = static_cast<std::uint8_t>(rng.one_in(2) ? most : rng.below(most + 1));
  a.busy = rng.one_in(8);
  a.mems = static_cast<std::uint8_t>(rng.below(std::size_t{1} << m.nodes.size()));
  Op op = Op::of_answer(a);
  fit_answer(op, m);
  return op;
}

Op random_world(Rng& rng, const Machine& m) {
  OpWorld w;
  while (rng.one_in(2)) w.flags = static_cast<std::uint8_t>(w.flags | 1U << rng.below(kWorldFlags));
  if (rng.one_in(2)) w.reclaimable = static_cast<std::uint8_t>(rng.below(kReclaimableMax + 1));
  if (rng.one_in(4))
    w.dirty_nodes = static_cast<std::uint8_t>(rng.below(std::size_t{1} << m.nodes.size()));
  Gfp forbidden;
  if (rng.one_in(2)) {
    // As while the machine boots: nobody waits.
    for (const GfpFlag f : {GfpFlag::io, GfpFlag::fs, GfpFlag::direct_reclaim, GfpFlag::wait}) {
      if (gfp_bit(f, m.era) != kNoBit && !rng.one_in(4)) forbidden |= f;
    }
  }
  return Op::of_world(w, forbidden);
}

void fit_answer(Op& op, const Machine& m) {
  OpAnswer& a = op.answer;
  a.result = static_cast<std::uint8_t>(a.result % results_of(a.from));
  a.progress = static_cast<std::uint8_t>(std::min<unsigned>(a.progress, progress_max(a.from)));
  a.busy = a.busy && a.from == Answerer::killer;
  if (a.busy) a.progress = 0;
  a.mems =
      static_cast<std::uint8_t>(a.from == Answerer::cpuset ? a.mems & nodes_with_memory(m) : 0);
  if (!may_free(a.from)) a.frees = 0;
  if (a.frees == 0) op.handle = 0;
}

void fit_task(OpTask& t, const Machine& m) {
  const unsigned with_memory = nodes_with_memory(m);
  t.mems = static_cast<std::uint8_t>(t.mems & with_memory);
  if (t.is(TaskFlag::softirq))
    t.flags = static_cast<std::uint8_t>(t.flags | 1U << static_cast<unsigned>(TaskFlag::interrupt));
  t.policy_nodes = static_cast<std::uint8_t>(t.policy_nodes & with_memory);
  if (t.policy_nodes == 0) t.policy = Policy::none;
  if (t.policy == Policy::none) t.policy_nodes = 0;
}

Program random_program(Rng& rng, std::size_t ops) {
  Program p;
  p.machine = random_machine(rng);
  const Swarm swarm = random_swarm(rng, p.machine.era);
  const std::size_t count = std::min(ops, kSmallOpsMax);
  LiveHandles handles;
  handles.restart(count);
  p.ops.reserve(count);
  while (p.ops.size() < count) {
    p.ops.push_back(swarm_op(rng, swarm, p.machine, handles));
    handles.follow(p.ops.back());
  }
  return p;
}

}  // namespace bp
