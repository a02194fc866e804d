// SPDX-License-Identifier: MIT
// The decoder as a template over planted faults: the shipped one has none, and each fault shows
// that the round-trip check sees a decoder that is wrong there.
#pragma once

#include <array>

#include "fuzz/program/bytes.h"
#include "fuzz/program/bytes_cursor.h"
#include "fuzz/program/bytes_machine.h"
#include "fuzz/program/live_handles.h"

namespace bp::bytes {

/// What a planted fault can change; here nothing is changed.
struct NoFaults {
  static constexpr std::uint32_t stale_place(std::uint32_t place) { return place; }
  static constexpr unsigned order_nibble(unsigned nibble) { return nibble; }
  static constexpr unsigned offset(unsigned offset) { return offset; }
  static constexpr std::size_t choices(std::size_t count) { return count; }
};

/// A raw mask's flags, four bits at a time: gfp_decode() looks at each flag, and every alloc of
/// every input comes through here.
class GfpReader {
 public:
  explicit GfpReader(Era e) : nibbles_(kTable[static_cast<unsigned>(e)]) {}
  Gfp operator()(std::uint32_t raw) const {
    Gfp g;
    for (unsigned i = 0; i < kNibbles; ++i) g |= nibbles_[i][raw >> (4 * i) & 15];
    return g;
  }

 private:
  static constexpr unsigned kNibbles = 7;  ///< No era has a flag above bit 27.
  using Nibbles = std::array<std::array<Gfp, 16>, kNibbles>;
  static constexpr std::array<Nibbles, kEras> table() {
    std::array<Nibbles, kEras> all{};
    for (unsigned e = 0; e < kEras; ++e) {
      for (unsigned f = 0; f < kGfpFlags; ++f) {
        const GfpFlag flag{static_cast<std::uint8_t>(f)};
        const int bit = gfp_bit(flag, Era{static_cast<std::uint8_t>(e)});
        if (bit == kNoBit) continue;
        const auto place = static_cast<unsigned>(bit);
        for (unsigned n = 0; n < 16; ++n) {
          if ((n >> place % 4 & 1) != 0) all[e][place / 4][n] |= flag;
        }
      }
    }
    return all;
  }
  static const std::array<Nibbles, kEras> kTable;
  const Nibbles& nibbles_;
};
inline constexpr std::array<GfpReader::Nibbles, kEras> GfpReader::kTable = GfpReader::table();

/// The composite with this number, wrapped, as raw bits of an era; 0 where the era has none.
std::uint32_t composite_bits(unsigned number, Era e);

template <class Faults>
class Decoder {
 public:
  Decoder(const Machine& m, LiveHandles& handles)
      : cpus_(m.cpus),
        nodes_(static_cast<unsigned>(m.nodes.size())),
        era_(m.era),
        gfp_(m.era),
        handles_(handles) {}

  Op op(const Record& r) {
    const unsigned kind = r[0] & 15U;
    Op op;
    if (kind < kFreeKind) {
      op = alloc(r);
    } else if (kind < kDrainKind) {
      op = free(r);
    } else if (kind == kDrainKind) {
      op = Op::drain(r[1] >= kDrainAll ? kAllCpus : cpu(r));
    }
    handles_.follow(op);
    return op;
  }

 private:
  /// Mostly below already, and a division costs more than the test.
  unsigned cpu(const Record& r) const {
    const unsigned n = r[1] & kCpuBits;
    return n < cpus_ ? n : n % cpus_;
  }

  static Order order(const Record& r) {
    const unsigned nibble = Faults::order_nibble(r[0] >> 4U);
    return Order{nibble <= kOrderMax ? nibble : nibble - kOrderMax - 1};
  }

  Op alloc(const Record& r) const {
    const unsigned node = r[2] & 15U;
    const unsigned mask = r[2] >= kMaskStated ? r[3] & ((1U << nodes_) - 1) : kNoNodemask;
    return Op::alloc(cpu(r), order(r), gfp(r),
                     node >= 1 && node <= nodes_ ? static_cast<int>(node) - 1 : kNoNode, mask);
  }

  Gfp gfp(const Record& r) const {
    std::uint32_t raw = 0;
    std::memcpy(&raw, &r[4], sizeof raw);
    if ((raw & kCompositeBit) == 0) return gfp_(raw);
    raw = composite_bits(r[4], era_);
    if (r[5] < kGfpFlags && gfp_bit(GfpFlag{r[5]}, era_) != kNoBit) {
      raw ^= std::uint32_t{1} << gfp_bit(GfpFlag{r[5]}, era_);
    }
    return gfp_(raw);
  }

  /// With nothing to free, a drain.
  Op free(const Record& r) const {
    const bool stale = (r[7] & kStale) == kStale;
    const std::size_t places = stale ? handles_.handles() : handles_.live();
    if (places == 0) return Op::drain(cpu(r));
    auto place = static_cast<std::uint32_t>(r[2] | r[3] << 8 | r[4] << 16);
    if (stale) place = Faults::stale_place(place);
    if (place >= places) place %= static_cast<std::uint32_t>(places);
    const std::uint32_t handle = stale ? place : handles_.live_at(place);
    if ((r[7] & kExplicit) != kExplicit) return Op::free(handle, cpu(r), handles_.order_of(handle));
    const unsigned offset = (r[5] | static_cast<unsigned>(r[6]) << 8) & kOffsetMax;
    return Op::free(handle, cpu(r), order(r), Faults::offset(offset));
  }

  unsigned cpus_;
  unsigned nodes_;
  Era era_;
  GfpReader gfp_;
  LiveHandles& handles_;
};

static_assert((kOffsetMax & (kOffsetMax + 1)) == 0, "an offset is masked");

template <class Faults>
void decode_as(std::span<const std::uint8_t> bytes, Program& out) {
  thread_local LiveHandles handles;
  Reader in(bytes);
  const bool large = in.take(kMagic);
  in.u8();  // The version: there is one.
  read_machine(in, large ? kSpannedMax : kSmallSpannedMax, out.machine);

  const std::size_t stated = in.fixed<std::uint32_t>() % ((large ? kOpsMax : kSmallOpsMax) + 1);
  const std::size_t count = std::min(stated, (in.left() + kRecordBytes - 1) / kRecordBytes);
  handles.restart(count);
  out.ops.resize(count);
  Decoder<Faults> decoder(out.machine, handles);
  for (Op& op : out.ops) op = decoder.op(in.fixed<Record>());

  out.execution_hash = in.fixed<std::uint64_t>();
  auto choices = in.rest(large ? kScheduleMax : kSmallChoicesMax);
  choices = choices.first(Faults::choices(choices.size()));
  out.schedule.assign(choices.begin(), choices.end());
}

}  // namespace bp::bytes
