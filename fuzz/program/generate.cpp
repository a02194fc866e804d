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
  std::array<unsigned, kOpKinds> weight{};  ///< By OpKind.
  unsigned weights = 0;
  FixedVec<Gfp, 4> masks;  ///< Empty: any.
  Order order_max{kOrderMax};
  bool one_order = false;  ///< All allocs ask for order_max.
  bool one_cpu = false;    ///< All on CPU 0.
  bool bad_frees = false;  ///< Wrong orders, offsets and double frees now and then.
};

Swarm random_swarm(Rng& rng, Era era) {
  Swarm s;
  s.weight = {rng.between(8, 16), rng.one_in(8) ? 0U : rng.between(4, 14),
              rng.one_in(2) ? 0U : rng.between(1, 3), rng.one_in(2) ? 0U : 1U};
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
  return op;
}

Op swarm_free(Rng& rng, const Swarm& s, const Machine& m, const LiveHandles& handles) {
  const bool bad = s.bad_frees && rng.one_in(6);
  if (!bad && handles.live() == 0) return Op::census();
  const std::uint32_t handle =
      bad ? rng.below(handles.handles()) : handles.live_at(rng.below(handles.live()));
  Op op = Op::free(handle, rng.below(m.cpus), handles.order_of(handle));
  if (bad && rng.one_in(2)) op.order = random_order(rng);
  if (bad && rng.one_in(3)) op.offset = static_cast<std::uint16_t>(rng.below(kOffsetMax + 1));
  return op;
}

Op swarm_op(Rng& rng, const Swarm& s, const Machine& m, const LiveHandles& handles) {
  Op op;
  switch (random_kind(rng, s)) {
    case OpKind::alloc: op = swarm_alloc(rng, s, m); break;
    case OpKind::free:
      op = handles.handles() == 0 ? swarm_alloc(rng, s, m) : swarm_free(rng, s, m, handles);
      break;
    case OpKind::drain: op = Op::drain(rng.one_in(2) ? kAllCpus : rng.below(m.cpus)); break;
    case OpKind::census: return Op::census();
  }
  const bool on_a_cpu = op.kind != OpKind::census && op.cpu != kAllCpus;
  if (s.one_cpu && on_a_cpu) op.cpu = 0;
  return op;
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
