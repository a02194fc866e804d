// SPDX-License-Identifier: MIT
#include "fuzz/program/bytes.h"

#include "fuzz/program/bytes_codec.h"

namespace bp {
namespace {

using bytes::Writer;

void write_u32(std::uint32_t v, Writer& w) {
  for (unsigned shift = 0; shift < 32; shift += 8) w.byte(v >> shift & 0xff);
}

void write_alloc(const Machine& m, const Op& op, Writer& w) {
  w.byte(bytes::kAlloc);
  w.byte(op.cpu);
  w.byte(static_cast<unsigned>(op.order) | static_cast<unsigned>(op.node + 1) << 4);
  w.byte(op.nodemask);
  write_u32(gfp_encode(op.gfp, m.era), w);
}

void write_free(const Op& op, const HandleTracker& handles, Writer& w) {
  const bool live = handles.is_live(op.handle);
  const bool proper = op.order == handles.order(op.handle) && op.offset == 0;
  w.byte((live ? bytes::kFreeLive : bytes::kFreeStale) | (proper ? 0 : bytes::kExplicitFlag));
  w.byte(op.cpu);
  w.byte(static_cast<unsigned>(op.order) | (op.offset >> 8 & 3U) << 4);
  w.byte(op.offset & 0xff);
  write_u32(live ? handles.place_of(op.handle) : op.handle, w);
}

void write_other(const Machine& m, const Op& op, Writer& w) {
  const bool census = op.kind == OpKind::census;
  w.byte(bytes::kOther | (census ? bytes::kCensusFlag : 0));
  w.byte(census ? 0 : op.cpu == kAllCpus ? m.cpus : op.cpu);
  for (unsigned i = 2; i < bytes::kRecord; ++i) w.byte(0);
}

void write_op(const Machine& m, const Op& op, const HandleTracker& handles, Writer& w) {
  switch (op.kind) {
    case OpKind::alloc: return write_alloc(m, op, w);
    case OpKind::free: return write_free(op, handles, w);
    case OpKind::drain:
    case OpKind::census: return write_other(m, op, w);
  }
}

void write_schedule(const Program& p, Writer& w) {
  if (p.execution_hash == 0 && p.schedule.empty()) return;
  for (unsigned shift = 0; shift < 64; shift += 8)
    w.byte(static_cast<unsigned>(p.execution_hash >> shift & 0xff));
  for (const std::uint8_t choice : p.schedule) w.byte(choice);
}

}  // namespace

void decode(std::span<const std::uint8_t> bytes, Program& out) {
  bytes::decode_with<bytes::Sound>(bytes, out);
}

void encode(const Program& p, std::vector<std::uint8_t>& out) {
  out.clear();
  Writer w(out);
  if (!bytes::fits(p.machine, bytes::kSmall) || p.ops.size() > bytes::kSmall.ops) {
    for (const std::uint8_t b : bytes::kLargeMagic) w.byte(b);
  }
  bytes::encode_machine(p.machine, w);
  w.varint(p.ops.size());
  HandleTracker& handles = bytes::scratch_handles();
  for (const Op& op : p.ops) {
    write_op(p.machine, op, handles, w);
    handles.follow(op);
  }
  write_schedule(p, w);
}

}  // namespace bp
