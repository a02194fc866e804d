// SPDX-License-Identifier: MIT
// The decoder and encoder of programs, the decoder as a template over planted faults.
//
//   [kLargeMagic]  lifts the small limits
//   machine        see bytes_machine.h
//   count          varint: operations
//   operations     8 bytes each, so that one changed byte changes one operation:
//                  0 kind and flags, 1 cpu, 2 order and node or offset, 3 node mask or offset, 4..7
//                  mask or handle
//   schedule       if bytes are left: hash (8 bytes), then a byte per choice
//
// A free names its block by its place among those not yet given back, so that random bytes mostly
// free what is live; or, flagged stale, by its number among all.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "fuzz/program/bytes.h"
#include "fuzz/program/bytes_machine.h"
#include "fuzz/program/handles.h"

namespace bp::bytes {

inline constexpr std::array<std::uint8_t, 8> kLargeMagic = {'B', 'P', 'L', 'A', 'R', 'G', 'E', '1'};
inline constexpr Limits kSmall{4, 4, kSmallSpannedMax, kSmallOpsMax};
inline constexpr Limits kLarge{kCpusMax, kNodesMax, kSpannedMax, kOpsMax};
inline constexpr std::size_t kRecord = 8;

/// Byte 0 of a record: the low three bits. More numbers for what should be more frequent.
enum RecordKind : std::uint8_t { kAlloc = 0, kFreeLive = 4, kFreeStale = 6, kOther = 7 };
inline constexpr unsigned kKindMask = 7;
inline constexpr unsigned kCensusFlag = 8;  ///< With kOther: a census; else a drain.
inline constexpr unsigned kExplicitFlag =
    16;  ///< With a free: its order and offset are in the record.

/// No planted fault.
struct Sound {
  static constexpr std::uint32_t handle(std::uint32_t h) { return h; }
  static constexpr unsigned order(unsigned o) { return o; }
};

template <class Faults>
class Decoder {
 public:
  Decoder(const Machine& m, HandleTracker& handles)
      : m_(m), known_(gfp_known_bits(m.era)), handles_(handles) {}

  Op one(std::span<const std::uint8_t> r) {
    const unsigned kind = r[0] & kKindMask;
    if (kind < kFreeLive) return alloc(r);
    if (kind < kOther && handles_.size() > 0)
      return free(r, kind != kFreeStale && handles_.live() > 0);
    if (kind == kOther && (r[0] & kCensusFlag) != 0) return Op::census();
    const unsigned cpu = r[1] % (m_.cpus + 1U);
    return Op::drain(cpu == m_.cpus ? kAllCpus : cpu);
  }

 private:
  static std::uint32_t u32(std::span<const std::uint8_t> r) {
    return std::uint32_t{r[4]} | std::uint32_t{r[5]} << 8 | std::uint32_t{r[6]} << 16 |
           std::uint32_t{r[7]} << 24;
  }
  static Order order(std::span<const std::uint8_t> r) {
    return Order{Faults::order((r[2] & 0xfU) % (kOrderMax + 1))};
  }

  Op alloc(std::span<const std::uint8_t> r) {
    const unsigned nodes = static_cast<unsigned>(m_.nodes.size());
    const int node = static_cast<int>((r[2] >> 4) % (nodes + 1)) - 1;
    const unsigned mask = r[3] & ((1U << nodes) - 1);
    const Op op =
        Op::alloc(r[1] % m_.cpus, order(r), gfp_decode(u32(r) & known_, m_.era), node, mask);
    handles_.follow(op);
    return op;
  }

  Op free(std::span<const std::uint8_t> r, bool live) {
    const std::uint32_t handle =
        live ? handles_.live_at(u32(r) % handles_.live())
             : Faults::handle(static_cast<std::uint32_t>(u32(r) % handles_.size()));
    Op op = Op::free(handle, r[1] % m_.cpus, handles_.order(handle));
    if ((r[0] & kExplicitFlag) != 0) {
      op.order = order(r);
      op.offset = static_cast<std::uint16_t>(r[3] | (r[2] >> 4 & 3U) << 8);
    }
    handles_.follow(op);
    return op;
  }

  const Machine& m_;
  std::uint32_t known_;
  HandleTracker& handles_;
};

inline HandleTracker& scratch_handles() {
  static thread_local HandleTracker handles;
  handles.clear();
  return handles;
}

template <class Faults>
void decode_with(std::span<const std::uint8_t> bytes, Program& out) {
  const bool large = bytes.size() >= kLargeMagic.size() &&
                     std::equal(kLargeMagic.begin(), kLargeMagic.end(), bytes.begin());
  const Limits& limits = large ? kLarge : kSmall;
  Reader in(large ? bytes.subspan(kLargeMagic.size()) : bytes);
  decode_machine(in, limits, out.machine);

  const std::uint64_t count =
      std::min<std::uint64_t>({in.varint(), in.left() / kRecord, limits.ops});
  out.ops.clear();
  out.ops.reserve(count);
  Decoder<Faults> decoder(out.machine, scratch_handles());
  for (std::uint64_t i = 0; i < count; ++i) out.ops.push_back(decoder.one(in.take(kRecord)));

  out.execution_hash = 0;
  for (unsigned shift = 0; shift < 64; shift += 8)
    out.execution_hash |= std::uint64_t{in.byte()} << shift;
  const auto choices = in.take(std::min(in.left(), kScheduleMax));
  out.schedule.assign(choices.begin(), choices.end());
}

}  // namespace bp::bytes
