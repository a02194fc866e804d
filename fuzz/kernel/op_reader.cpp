// SPDX-License-Identifier: MIT
#include "fuzz/kernel/op_reader.h"

#include "fuzz/kernel/line_cursor.h"
#include "fuzz/report/fmt.h"
#include "model/reference/kernel_state.h"
#include "model/vocab/machine.h"

namespace bp::kernel {
namespace {

using reference::kTypes;
using reference::kZoneIndices;

constexpr std::int64_t kOrderColumnMax = 64;  // Orders beyond the greatest are recorded too.

/// The kind that a letter has with its arguments.
OpKind refined(const RecordedOp& op, Recorder r) {
  if (r != Recorder::v6_1) return op.kind;
  if (op.kind == OpKind::drain_all && op.node >= 0) return OpKind::drain_zone;
  if (op.kind == OpKind::tick && op.argument == 1) return OpKind::tick_age;
  return op.kind;
}

/// One of n= r= c= z= t=.
void read_argument(LineCursor& c, RecordedOp& op) {
  const std::string_view rest = c.rest();
  const char name = rest.empty() ? '?' : rest[0];
  c.accept(name);
  c.expect('=');
  switch (name) {
    case 'n': op.argument = c.integer(); return;
    case 'r': op.result = c.integer(); return;
    case 'c': op.cpu = static_cast<std::uint8_t>(c.integer(0, kCpusMax - 1)); return;
    case 'z': op.zone_argument = static_cast<std::uint8_t>(c.integer(0, kZoneIndices - 1)); return;
    case 't': op.type_argument = static_cast<std::uint8_t>(c.integer(0, kTypes - 1)); return;
    default: c.blame(quoted(rest) + " is no argument; n= r= c= z= t= are");
  }
}

}  // namespace

std::string read_op(std::string_view line, Recorder r, RecordedOp& op) {
  LineCursor c(line);
  const std::string_view letter = c.word();
  const auto kind = letter.size() == 1 ? kind_of(r, letter[0]) : std::nullopt;
  if (!kind) return quoted(letter) + " is no operation of this recorder";
  op = {.kind = *kind, .letter = letter[0], .line = op.line};
  op.order = static_cast<unsigned>(c.integer(0, kOrderColumnMax));
  op.node = static_cast<std::int8_t>(c.integer(-1, kNodesMax - 1));
  const std::uint64_t gfp = c.hex();
  op.slot = static_cast<std::uint32_t>(c.integer(0, kSlotsMax - 1));
  op.pfn = Pfn{c.hex()};
  op.zone = static_cast<unsigned>(c.integer(0, kZoneIndices - 1));
  op.on_node = static_cast<unsigned>(c.integer(0, kNodesMax - 1));
  op.type = static_cast<unsigned>(c.integer(0, kTypes - 1));
  op.gfp_zone = static_cast<unsigned>(c.integer(0, kOrderColumnMax));
  op.error = static_cast<int>(c.integer(-4095, 1 << 20));
  while (!c.done()) read_argument(c, op);
  op.gfp = static_cast<std::uint32_t>(gfp);
  if (gfp != op.gfp) c.blame(fmt::format("mask {:x} has more than 32 bits", gfp));
  if (op.pfn != kNoPfn && op.pfn > kPfnMax) {
    c.blame(fmt::format("pfn {:x} is 2^40 or above", std::uint64_t{op.pfn}));
  }
  op.kind = refined(op, r);
  // The watermark's refusal is recorded as no page taken.
  if (r == Recorder::v6_1 && op.kind == OpKind::take && op.error == kDone && op.result == 0) {
    op.error = kDenied;
  }
  return c.fault();
}

}  // namespace bp::kernel
