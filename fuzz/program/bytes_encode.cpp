// SPDX-License-Identifier: MIT
// Programs to bytes: each field as the decoder reads it, behind the prefix if the program is large.
#include "fuzz/program/bytes.h"
#include "fuzz/program/bytes_cursor.h"
#include "fuzz/program/bytes_machine.h"
#include "fuzz/program/live_handles.h"

namespace bp {
namespace {

using namespace bytes;

std::uint8_t low(std::uint64_t n, unsigned shift = 0) {
  return static_cast<std::uint8_t>(n >> shift & 0xff);
}

Record record(unsigned kind, Order order, unsigned cpu) {
  return {low(kind | static_cast<unsigned>(order) << 4), low(cpu), 0, 0, 0, 0, 0, 0};
}

Record call_record(const Op& op, Record alloc) {
  Record r = alloc;
  r[0] = low((r[0] & 0xf0U) | kCallKind);
  r[3] = low(static_cast<unsigned>(op.call));
  if (!has_pages(op.call)) return r;
  const unsigned less_one = op.pages - 1U;
  r[0] = low(r[0] | (less_one & 0x0fU) << 4);
  r[2] = low((r[2] & 0x0fU) | (less_one & 0xf0U));
  r[1] = low(r[1] | (less_one >> 2 & 0xc0U));
  return r;
}

Record task_record(const Op& op) {
  Record r = record(kTaskKind, Order{}, op.cpu);
  r[2] = op.task.flags;
  r[3] = low(static_cast<unsigned>(op.task.policy));
  r[4] = op.task.policy_nodes;
  r[5] = op.task.mems;
  return r;
}

Record world_record(const Op& op, Era era) {
  Record r = record(kWorldKind, Order{}, op.world.flags);
  r[2] = op.world.dirty_nodes;
  r[3] = op.world.reclaimable;
  const std::uint32_t raw = gfp_encode(op.gfp, era);
  std::memcpy(&r[4], &raw, sizeof raw);
  return r;
}

Record alloc_record(const Op& op, Era era) {
  Record r = record(kAllocKind, op.order, op.cpu);
  const bool masked = op.nodemask != kNoNodemask;
  r[2] = low(static_cast<unsigned>(op.node - kNoNode) | (masked ? kMaskStated : 0U));
  r[3] = op.nodemask;
  const std::uint32_t raw = gfp_encode(op.gfp, era);
  std::memcpy(&r[4], &raw, sizeof raw);
  return op.call == Call::alloc ? r : call_record(op, r);
}

/// Of a free, a get or a split.
Record handle_record(unsigned kind, const Op& op, const LiveHandles& handles) {
  Record r = record(kind, op.order, op.cpu | (op.by_address ? kByAddress : 0U));
  const std::uint32_t position = handles.position(op.handle);
  const bool stale = position == LiveHandles::kNotLive;
  const std::uint32_t place = stale ? op.handle : position;
  const bool as_asked = op.order == handles.order_of(op.handle) && op.offset == 0;
  for (unsigned i = 0; i < 3; ++i) r[2 + i] = low(place, 8 * i);
  for (unsigned i = 0; i < 2; ++i) r[5 + i] = low(op.offset, 8 * i);
  r[7] = low((stale ? kStale : 0U) | (as_asked ? 0U : kExplicit));
  return r;
}

Record answer_record(const Op& op, const LiveHandles& handles) {
  const OpAnswer& a = op.answer;
  Record r = record(kAnswerKind, Order{}, 0);
  if (a.frees != 0) r = handle_record(kAnswerKind, op, handles);
  r[0] = low(kAnswerKind | static_cast<unsigned>(a.from) << 4);
  r[1] = low(a.result | (a.busy ? kBusy : 0U));
  r[5] = a.from == Answerer::cpuset ? a.mems : a.frees;
  r[6] = a.progress;
  r[7] = low(r[7] & kStale);
  return r;
}

Record range_record(const Op& op, const Machine& m) {
  const OpRange& range = op.range;
  Record r = record(kRangeKind, Order{}, range.blocks - 1U);
  r[0] = low(kRangeKind | static_cast<unsigned>(range.action) << 4);
  const auto inside = pageblock_number(m, range.begin);
  const std::uint64_t frame = static_cast<std::uint64_t>(range.begin);
  const std::uint64_t number = inside ? *inside : frame >> static_cast<unsigned>(kRangeOrder);
  for (unsigned i = 0; i < 4; ++i) r[2 + i] = low(number, 8 * i);
  r[7] = low(inside ? 0U : kOutsideZones);
  return r;
}

Record op_record(const Op& op, const Machine& m, const LiveHandles& handles) {
  const Era era = m.era;
  switch (op.kind) {
    case OpKind::alloc: return alloc_record(op, era);
    case OpKind::free: return handle_record(kFreeKind, op, handles);
    case OpKind::get: return handle_record(kGetKind, op, handles);
    case OpKind::split: return handle_record(kSplitKind, op, handles);
    case OpKind::task: return task_record(op);
    case OpKind::answer: return answer_record(op, handles);
    case OpKind::world: return world_record(op, era);
    case OpKind::drain: return record(kDrainKind, Order{}, op.cpu);
    case OpKind::range: return range_record(op, m);
    case OpKind::census: break;
  }
  return record(kCensusKind, Order{}, 0);
}

static_assert(kAllCpus >= kDrainAll, "a drain's CPU byte is the field itself");
static_assert(static_cast<std::uint64_t>(kPfnMax) >> 9 <= 0xffffffff, "a pageblock fits 4 bytes");
static_assert(kOpsMax <= std::size_t{1} << 24, "a handle fits its three bytes");

}  // namespace

bool is_small(const Machine& m) {
  Pages spanned{0};
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) spanned += z.frames.span();
  }
  return spanned <= kSmallSpannedMax;
}

bool is_small(const Program& p) {
  return is_small(p.machine) && p.ops.size() <= kSmallOpsMax &&
         p.schedule.size() <= kSmallChoicesMax;
}

void encode(const Program& p, std::vector<std::uint8_t>& out) {
  thread_local LiveHandles handles;
  out.clear();
  Writer writer(out);
  if (!is_small(p)) writer.fixed(kMagic);
  const bool types = p.machine.is_typed() || std::ranges::any_of(p.ops, &Op::is_range);
  writer.u8(types ? kVersionWithTypes : kVersion);
  write_machine(writer, p.machine);
  if (types) write_types(writer, p.machine);
  writer.fixed(static_cast<std::uint32_t>(p.ops.size()));
  out.reserve(out.size() + p.ops.size() * kRecordBytes + sizeof p.execution_hash +
              p.schedule.size());
  handles.restart(p.ops.size());
  for (const Op& op : p.ops) {
    writer.fixed(op_record(op, p.machine, handles));
    handles.follow(op);
  }
  if (p.execution_hash == 0 && p.schedule.empty()) return;
  writer.fixed(p.execution_hash);
  out.insert(out.end(), p.schedule.begin(), p.schedule.end());
}

}  // namespace bp
