// SPDX-License-Identifier: MIT
// A zone's lines of a dump: its numbers, free lists, pageblocks.
#include "fuzz/kernel/dump_reader.h"

#include "fuzz/kernel/dump_words.h"

namespace bp::kernel {

using namespace reference;

namespace {

constexpr std::int64_t kPagesMax = std::int64_t{1} << 40;

template <class List>
void read_frames(LineCursor& c, List& list) {
  while (!c.done()) list.push_back(frame(c));
}

constexpr std::int64_t bit(ZoneFlag f) { return std::int64_t{1} << static_cast<unsigned>(f); }

/// The kernel's zone flags as ZoneFlag: their bits moved, and some mean nothing to an allocator.
std::int64_t flags_of(std::uint64_t raw, Profile p) {
  switch (p) {
    case Profile::v4_7: return (raw & 32) != 0 ? bit(ZoneFlag::fair_depleted) : 0;
    case Profile::v5_15:
    case Profile::v6_1_lts192: return static_cast<std::int64_t>(raw & 3);
    case Profile::v6_12:
    case Profile::v7_1: return static_cast<std::int64_t>(raw & 7);
  }
  return 0;
}

/// As the kernel prints it: DMA, DMA32, Normal, HighMem, Movable, Device.
std::optional<ZoneType> zone_of_kernel(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return zone_named(upper);
}

std::int64_t& global(ZoneNumbers& n, Stat s) { return n.stat[static_cast<unsigned>(s)]; }

}  // namespace

void DumpReader::read_zone(LineCursor& c) {
  const unsigned on = nid(c);
  const auto index = static_cast<unsigned>(c.integer(0, kZoneIndices - 1));
  const std::string_view name = c.word();
  if (!c.ok()) return;
  const std::optional<ZoneType> type = zone_of_kernel(name);
  if (!type)
    return c.blame(quoted(name) +
                   " is no zone; DMA, DMA32, Normal, HighMem, Movable and Device are");
  auto& config_zones = state_->config.zones;
  if (index > config_zones.size() ||
      (index < config_zones.size() && config_zones[index] != *type)) {
    return c.blame(fmt::format("zone index {} is not {} on the other nodes", index, name));
  }
  if (!follows(on, index)) return c.blame("zones stand by node, then by index, each once");
  if (index == config_zones.size()) config_zones.push_back(*type);
  node(on).present = true;
  if (zones_ == state_->zones.size()) state_->zones.emplace_back();
  zone_at_[on][index] = zones_;
  ZoneState& z = state_->zones[zones_++];
  z.node = on, z.index = index, z.type = *type;
  ZoneNumbers& n = z.numbers;
  n.managed = c.named("managed");
  n.present = c.named("present");
  n.spanned = c.named("spanned");
  n.start = c.named("start");
  global(n, Stat::free) = c.named("free");
  n.min = c.named("min");
  n.low = c.named("low");
  n.high = c.named("high");
  n.promo = c.named("promo");
  n.boost = c.named("boost");
  n.highatomic = c.named("hatomic");
  c.expect_word("reserve");
  for (std::size_t i = 0; !c.done(); ++i) {
    if (i == n.reserve.size()) return c.blame("more lowmem_reserve values than zones");
    n.reserve[i] = c.integer();
  }
}

/// Whether a zone comes next in the order of zones.
bool DumpReader::follows(unsigned on, unsigned index) const {
  if (zones_ == 0) return index == 0;
  const ZoneState& last = state_->zones[zones_ - 1];
  return last.node == on ? index == last.index + 1 : last.node < on && index == 0;
}

void DumpReader::read_zone_extra(LineCursor& c) {
  ZoneState& z = zone(c);
  seen(z).extra = true;
  ZoneNumbers& n = z.numbers;
  if (dialect_.recorder == Recorder::v4_7) {
    global(n, Stat::fair) = c.named("batch");
    global(n, Stat::cma) = c.named("cma");
    n.isolated = c.named("isolate");
    n.flags = flags_of(c.named_hex("flags"), dialect_.written);
    c.named("drift");
    return;
  }
  global(n, Stat::cma) = c.named("cma");
  global(n, Stat::blocks) = c.named("blocks");
  n.free_highatomic = c.named("hafree");
  n.isolated = c.named("iso");
}

void DumpReader::read_free_list(LineCursor& c) {
  ZoneState& z = zone(c);
  const auto order = static_cast<std::size_t>(c.integer(0, kOrderMax));
  const std::optional<Migratetype> t = type(c);
  c.expect(':');
  if (!c.ok()) return;
  if (!t) return c.blame("a free list has a type");
  std::vector<Pfn>& list = z.lists[order][static_cast<std::size_t>(*t)];
  if (!list.empty()) return c.blame("this free list stands here twice");
  read_frames(c, list);
}

void DumpReader::read_nr_free(LineCursor& c) {
  ZoneState& z = zone(c);
  const auto order = static_cast<std::size_t>(c.integer(0, kOrderMax));
  z.nr_free[order] = c.integer(0, kPagesMax);
  seen(z).nr_free |= 1U << order;
}

void DumpReader::read_flags(LineCursor& c) {
  ZoneState& z = zone(c);
  seen(z).flags = true;
  z.numbers.flags = flags_of(c.named_hex("flags"), dialect_.written);
  while (!c.done() && c.ok()) {
    const std::string_view name = c.word();
    if (name == "iso") {
      z.numbers.isolated = c.integer();
    } else if (name == "drift") {
      c.integer();
    } else if (name == "hafree") {
      z.numbers.free_highatomic = c.integer();
    } else if (name == "cma") {
      global(z.numbers, Stat::cma) = c.integer();
    } else if (name.starts_with("cmadiff")) {
      const auto cpu = number<std::size_t>(name.substr(7));
      if (!cpu || *cpu >= z.pcp.size()) return c.blame(quoted(name) + " is no CPU of this zone");
      part(z.pcp[*cpu].numbers, Stat::cma) = c.integer();
    } else {
      return c.blame(quoted(name) + " is no word of a zf line");
    }
  }
}

void DumpReader::read_lru(LineCursor& c) {
  ZoneState& z = zone(c);
  c.expect(':');
  read_frames(c, z.lru);
}

void DumpReader::read_pageblocks(LineCursor& c) {
  ZoneState& z = zone(c);
  c.expect(':');
  seen(z).pageblocks = true;
  while (!c.done()) {
    const Pfn begin = frame(c);
    c.expect('=');
    z.pageblocks.push_back({begin, type(c)});
  }
}

}  // namespace bp::kernel
