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
  Decoder(const Machine& m, LiveHandles& handles, unsigned version)
      : machine_(m),
        cpus_(m.cpus),
        nodes_(static_cast<unsigned>(m.nodes.size())),
        era_(m.era),
        gfp_(m.era),
        handles_(handles),
        has_calls_(version != kVersionWithoutCalls),
        has_types_(version == kVersionWithTypes) {
    for (unsigned n = 0; n < nodes_; ++n) {
      if (!m.nodes[n].zones.empty()) with_memory_ |= 1U << n;
    }
  }

  Op op(const Record& r) {
    const unsigned kind = r[0] & 15U;
    Op op;
    if (has_calls_ && (kind == kCallKind || kind == kTaskKind)) {
      op = kind == kCallKind ? call(r) : task(r);
    } else if (has_calls_ && (kind == kGetKind || kind == kSplitKind)) {
      op = get_or_split(r, kind == kSplitKind);
    } else if (has_calls_ && (kind == kAnswerKind || kind == kWorldKind)) {
      op = kind == kAnswerKind ? answer(r) : world(r);
    } else if (has_types_ && kind == kRangeKind) {
      op = range(r);
    } else if (kind < kFreeKind) {
      op = alloc(r);
    } else if (kind < kDrainKind) {
      op = free(r);
    } else if (kind == kDrainKind) {
      op = Op::drain(r[1] >= kDrainAll ? kAllCpus : cpu(r));
    }
    // No program has more handles.
    if (op.defines() > kOpsMax - handles_.handles()) op = Op::drain(cpu(r));
    handles_.follow(op);
    return op;
  }

 private:
  /// A call keeps what it has, and what it must have is made up.
  Op call(const Record& r) const {
    Op op = alloc(r);
    const auto which = Call{static_cast<std::uint8_t>(r[3] % kCalls)};
    op.nodemask = kNoNodemask;
    op.call = which;
    if (!has_node(which)) op.node = kNoNode;
    if (which == Call::node_raw && op.node == kNoNode) op.node = 0;
    if (!has_order(which)) op.order = Order{0};
    if (!has_pages(which)) return op;
    const unsigned less_one = r[0] >> 4U | (r[2] & 0xf0U) | (r[1] & 0xc0U) << 2;
    op.pages = static_cast<std::uint16_t>(
        (which == Call::bulk ? less_one % kBulkMax : less_one % kExactMax) + 1);
    return op;
  }

  Op task(const Record& r) const {
    OpTask t;
    t.flags = r[2];
    constexpr unsigned kInterrupt = 1U << static_cast<unsigned>(TaskFlag::interrupt);
    if (t.is(TaskFlag::softirq)) t.flags = static_cast<std::uint8_t>(t.flags | kInterrupt);
    t.policy_nodes = static_cast<std::uint8_t>(r[4] & with_memory_);
    if (t.policy_nodes != 0) t.policy = Policy{static_cast<std::uint8_t>(r[3] % kPolicies)};
    if (t.policy == Policy::none) t.policy_nodes = 0;
    t.mems = static_cast<std::uint8_t>(r[5] & with_memory_);
    return Op::of_task(cpu(r), t);
  }

  /// An answer says what it can, and gives back what there is.
  Op answer(const Record& r) const {
    OpAnswer a;
    a.from = Answerer{static_cast<std::uint8_t>((r[0] >> 4U) % kAnswerers)};
    a.result = static_cast<std::uint8_t>((r[1] & ~kBusy) % results_of(a.from));
    a.busy = a.from == Answerer::killer && (r[1] & kBusy) != 0;
    a.progress = static_cast<std::uint8_t>(r[6] % (progress_max(a.from) + 1));
    if (a.busy) a.progress = 0;
    if (a.from == Answerer::cpuset) a.mems = static_cast<std::uint8_t>(r[5] & with_memory_);
    if (!may_free(a.from) || r[5] % (kFreesMax + 1) == 0) return Op::of_answer(a);
    const auto handle = named(r);
    if (handle == LiveHandles::kNotLive) return Op::of_answer(a);
    const std::size_t left = handles_.handles() - handle;
    a.frees = static_cast<std::uint8_t>(std::min<std::size_t>(r[5] % (kFreesMax + 1), left));
    return Op::of_answer(a, handle);
  }

  Op world(const Record& r) const {
    OpWorld w;
    w.flags = static_cast<std::uint8_t>(r[1] & ((1U << kWorldFlags) - 1));
    w.dirty_nodes = static_cast<std::uint8_t>(r[2] & ((1U << nodes_) - 1));
    w.reclaimable = r[3];
    const Gfp forbidden = gfp(r);
    return Op::of_world(w, forbidden.without(forbidden.without(kForbiddable)));
  }

  /// Without a pageblock inside a zone, at frame 0.
  Op range(const Record& r) const {
    std::uint32_t number = 0;
    std::memcpy(&number, &r[2], sizeof number);
    const auto action = RangeAction{static_cast<std::uint8_t>((r[0] >> 4U) % kRangeActions)};
    const unsigned blocks = (r[1] < kRangeBlocksMax ? r[1] : r[1] & 1U) + 1;
    constexpr std::uint64_t kEnd = (static_cast<std::uint64_t>(kPfnMax) + 1) >> 9;
    const Pfn outside{std::min<std::uint64_t>(number, kEnd - blocks) << 9};
    if (r[7] == kOutsideZones) return Op::of_range(action, outside, blocks);
    return Op::of_range(action, pageblock_at(machine_, number).value_or(Pfn{0}), blocks);
  }

  /// With nothing to name, a census.
  Op get_or_split(const Record& r, bool split) const {
    const auto handle = named(r);
    if (handle == LiveHandles::kNotLive) return Op::census();
    if (!split || handles_.is_compound(handle)) return Op::get(handle);
    const bool stated = (r[7] & kExplicit) == kExplicit;
    return Op::split(handle, stated ? order(r) : handles_.order_of(handle));
  }

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

  /// The handle that a record names, or kNotLive if there is none to name.
  std::uint32_t named(const Record& r) const {
    const bool stale = (r[7] & kStale) == kStale;
    const std::size_t places = stale ? handles_.handles() : handles_.live();
    if (places == 0) return LiveHandles::kNotLive;
    auto place = static_cast<std::uint32_t>(r[2] | r[3] << 8 | r[4] << 16);
    if (stale) place = Faults::stale_place(place);
    if (place >= places) place %= static_cast<std::uint32_t>(places);
    return stale ? place : handles_.live_at(place);
  }

  /// With nothing to free, a drain.
  Op free(const Record& r) const {
    const std::uint32_t handle = named(r);
    if (handle == LiveHandles::kNotLive) return Op::drain(cpu(r));
    Op op = Op::free(handle, cpu(r), handles_.order_of(handle));
    if ((r[7] & kExplicit) == kExplicit) {
      const unsigned offset = (r[5] | static_cast<unsigned>(r[6]) << 8) & kOffsetMax;
      op = Op::free(handle, cpu(r), order(r), Faults::offset(offset));
    }
    op.by_address = has_calls_ && (r[1] & kByAddress) != 0;
    return op;
  }

  const Machine& machine_;
  unsigned cpus_;
  unsigned nodes_;
  Era era_;
  GfpReader gfp_;
  LiveHandles& handles_;
  bool has_calls_;
  bool has_types_;
  unsigned with_memory_ = 0;  ///< Bit n: node n has some.
};

static_assert((kOffsetMax & (kOffsetMax + 1)) == 0, "an offset is masked");

template <class Faults>
void decode_as(std::span<const std::uint8_t> bytes, Program& out) {
  thread_local LiveHandles handles;
  Reader in(bytes);
  const bool large = in.take(kMagic);
  const unsigned version = in.u8();
  read_machine(in, large ? kSpannedMax : kSmallSpannedMax, out.machine);
  if (version == kVersionWithTypes) read_types(in, out.machine);

  const std::size_t stated = in.fixed<std::uint32_t>() % ((large ? kOpsMax : kSmallOpsMax) + 1);
  const std::size_t count = std::min(stated, (in.left() + kRecordBytes - 1) / kRecordBytes);
  handles.restart(count);
  out.ops.resize(count);
  Decoder<Faults> decoder(out.machine, handles, version);
  for (Op& op : out.ops) op = decoder.op(in.fixed<Record>());

  out.execution_hash = in.fixed<std::uint64_t>();
  auto choices = in.rest(large ? kScheduleMax : kSmallChoicesMax);
  choices = choices.first(Faults::choices(choices.size()));
  out.schedule.assign(choices.begin(), choices.end());
}

}  // namespace bp::bytes
