// SPDX-License-Identifier: MIT
#include "fuzz/kernel/config_check.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/rules/config_rules.h"
#include "model/rules/lowmem_reserve.h"
#include "model/rules/min_free.h"
#include "model/rules/pcp_size.h"
#include "model/rules/stat_threshold.h"
#include "model/rules/watermark_setup.h"

namespace bp::kernel {
namespace {

using rules::ZoneMarks;
using rules::ZoneSize;

/// How much of a zone can have been given back after boot: an eighth covers the smallest machine.
constexpr std::int64_t kBootShare = 8;
constexpr std::int64_t kScaleFactorDefault = 10;

std::int64_t plain(Pages n) { return static_cast<std::int64_t>(n); }

/// Whether `actual` is what the formula may have given when a zone was smaller by its share.
bool near_boot(std::int64_t actual, std::int64_t expect) {
  const std::int64_t room = expect / kBootShare + 1;
  return actual >= expect - room && actual <= expect + room;
}

bool fits(const ZoneConfig& config, const std::vector<ZoneinfoZone>& zones, std::size_t columns) {
  std::size_t count = 0;
  for (unsigned t = 0; t < kZoneTypes; ++t) {
    if (config.has(static_cast<ZoneType>(t))) ++count;
  }
  const bool dma32 = std::ranges::find(zones, ZoneType::dma32, &ZoneinfoZone::type) != zones.end();
  return count == columns && config.dma32 == dma32 &&
         std::ranges::all_of(zones, [&](const ZoneinfoZone& z) { return config.has(z.type); });
}

/// The type of each column of 'protection:', which is by zone index. 4.7 does not print empty
/// zones: the first configuration with so many types that has all the printed ones.
std::vector<ZoneType> column_types(const Zoneinfo& in) {
  const std::size_t columns = in.zones.front().protection.size();
  for (unsigned bits = 0; bits < kZoneConfigs; ++bits) {
    const ZoneConfig config = ZoneConfig::from_bits(bits);
    if (!fits(config, in.zones, columns)) continue;
    std::vector<ZoneType> types;
    for (unsigned t = 0; t < kZoneTypes; ++t) {
      if (config.has(static_cast<ZoneType>(t))) types.push_back(static_cast<ZoneType>(t));
    }
    return types;
  }
  return {};
}

class Checker {
 public:
  Checker(const ConfigSnapshot& s, Profile p) : s_(s), in_(s.zoneinfo), p_(p) {
    out_.profile = p;
    for (const ZoneinfoZone& z : in_.zones) {
      sizes_.push_back({.node = z.node, .type = z.type, .managed = z.managed});
    }
    rules::set_low_memory(sizes_, p);
    types_ = column_types(in_);
  }

  ConfigReport run() {
    check_marks();
    check_protection();
    check_lists();
    check_thresholds();
    check_totals();
    check_min_free();
    return std::move(out_);
  }

 private:
  // The figures, one kind after the other.

  void check_marks() {
    if (!s_.sysctls.min_free_kbytes) {
      out_.unchecked.emplace_back("watermarks: no sysctl min_free_kbytes beside it");
      return;
    }
    const auto marks =
        rules::marks_of_all(sizes_, rules::pages_min_of(*s_.sysctls.min_free_kbytes),
                            s_.sysctls.watermark_scale_factor.value_or(kScaleFactorDefault), p_);
    for (std::size_t i = 0; i < in_.zones.size(); ++i) check_marks_of(in_.zones[i], marks[i]);
  }

  void check_marks_of(const ZoneinfoZone& z, const ZoneMarks& expect) {
    if (!z.has_marks) return;
    const std::int64_t boost = hidden_boost(z, expect);
    const std::pair<const char*, std::array<Pages, 2>> marks[] = {
        {"min", {z.marks.min, expect.min}},
        {"low", {z.marks.low, expect.low}},
        {"high", {z.marks.high, expect.high}},
        {"promo", {z.promo.value_or(Pages{0}), expect.promo}}};
    for (const auto& [name, pair] : marks) {
      if (std::string_view(name) == "promo" && !z.promo) continue;
      Figure& f = add(place(z), name, plain(pair[0] - z.boost), plain(pair[1]));
      if (boost != 0) explain(f, FigureReason::boosted);
      if (near_boot(f.actual, f.expect)) explain_boot(f);
    }
  }

  /// What lifts all three marks alike where the kernel prints no boost: 0, or at least 1.
  std::int64_t hidden_boost(const ZoneinfoZone& z, const ZoneMarks& expect) const {
    const Pages lift = z.marks.min - expect.min;
    const bool alike = z.marks.low - expect.low == lift && z.marks.high - expect.high == lift;
    return !in_.signs.boost && in_.signs.per_node && alike && lift > Pages{0} ? plain(lift) : 0;
  }

  void check_protection() {
    if (types_.empty()) {
      out_.unchecked.emplace_back("protection: its columns are no configuration of zones");
      return;
    }
    for (std::size_t i = 0; i < in_.zones.size(); ++i) {
      const auto row = rules::lowmem_reserve(sizes_, sizes_[i], ratio_of(sizes_[i].type), p_);
      const ZoneinfoZone& z = in_.zones[i];
      for (std::size_t c = 0; c < std::min(types_.size(), z.protection.size()); ++c) {
        Figure& f = add(place(z), "protection " + std::to_string(c), plain(z.protection[c]),
                        plain(row[static_cast<unsigned>(types_[c])]));
        if (near_boot(f.actual, f.expect)) explain_boot(f);
      }
    }
  }

  std::int64_t ratio_of(ZoneType t) const {
    const auto index = static_cast<std::size_t>(std::ranges::find(types_, t) - types_.begin());
    const auto& stated = s_.sysctls.lowmem_reserve_ratio;
    if (stated.empty()) return rules::default_reserve_ratio(t, p_);
    return index < stated.size() ? stated[index] : 0;  // 4.7 has one ratio less than zones.
  }

  void check_lists() {
    for (const ZoneinfoZone& z : in_.zones) {
      for (const ZoneinfoCpu& cpu : z.cpus) check_lists_of(z, cpu);
    }
  }

  rules::PcpQuery pcp_query(const ZoneinfoZone& z) const {
    return {.managed = z.managed,
            .low = z.marks.low - z.boost,
            .cpus = cpus_for(z.node),
            .fraction = s_.sysctls.high_fraction.value_or(s_.sysctls.fraction.value_or(0))};
  }

  void check_lists_of(const ZoneinfoZone& z, const ZoneinfoCpu& cpu) {
    const rules::PcpQuery q = pcp_query(z);
    const rules::PcpSize size = rules::pcp_size(q, p_);
    const std::string who = "cpu " + std::to_string(cpu.cpu) + " ";
    rules::PcpQuery smaller = q;
    smaller.managed = q.managed - q.managed / kBootShare;
    Figure& batch = add(place(z), who + "batch", plain(cpu.batch), plain(size.batch));
    if (cpu.batch == rules::pcp_size(smaller, p_).batch) explain_boot(batch);
    if (rules::config_rules(p_).pcp_high != rules::PcpHighRule::range) {
      check_size(z, add(place(z), who + "high", plain(cpu.high), plain(size.high)), q,
                 &rules::PcpSize::high);
      return;
    }
    if (cpu.high_min) {
      check_size(z, add(place(z), who + "high_min", plain(*cpu.high_min), plain(size.high_min)), q,
                 &rules::PcpSize::high_min);
    }
    if (cpu.high_max) {
      check_size(z, add(place(z), who + "high_max", plain(*cpu.high_max), plain(size.high_max)), q,
                 &rules::PcpSize::high_max);
    }
    Figure& high = add_range(place(z), who + "high", plain(cpu.high),
                             plain(std::min(size.high_min, size.high_max)),
                             plain(std::max(size.high_min, size.high_max)));
    explain(high, FigureReason::tuned);
  }

  void check_size(const ZoneinfoZone& z, Figure& f, rules::PcpQuery q,
                  Pages rules::PcpSize::* member) {
    q.low += z.boost;
    if (z.boost > Pages{0} && f.actual == plain(rules::pcp_size(q, p_).*member)) {
      explain(f, FigureReason::frozen_boost);
    }
    if (near_boot(f.actual, f.expect)) explain_boot(f);
  }

  void check_thresholds() {
    const unsigned cpus = online();
    for (const ZoneinfoZone& z : in_.zones) {
      for (const ZoneinfoCpu& cpu : z.cpus) {
        if (!cpu.threshold) continue;
        Figure& f = add(place(z), "cpu " + std::to_string(cpu.cpu) + " threshold", *cpu.threshold,
                        rules::stat_threshold(z.managed, cpus));
        const Pages before = z.managed - z.managed / kBootShare;
        if (f.actual == rules::stat_threshold(before, cpus))
          explain(f, FigureReason::old_threshold);
        if (f.actual == rules::pressed_stat_threshold(z.marks.min, z.marks.low, cpus)) {
          explain(f, FigureReason::pressed);
        }
      }
    }
  }

  void check_totals() {
    if (!s_.meminfo) {
      out_.unchecked.emplace_back("totals: no meminfo beside it");
      return;
    }
    const Meminfo& m = *s_.meminfo;
    Pages managed, low, reserved;
    for (const ZoneinfoZone& z : in_.zones) {
      managed += z.managed;
      if (z.has_marks) low += z.marks.low;
      reserved += reserved_of(z);
    }
    if (m.total) add("machine", "managed", plain(*m.total), plain(managed));
    if (!m.free || !m.available || *m.available == Pages{0}) return;
    // MemAvailable is what is free above the reserve, and what can be reclaimed but for a part.
    const auto usable = [&](Pages n) { return n - std::min(n / 2, low); };
    const Pages actual = *m.free + usable(m.file) + usable(m.reclaimable) - *m.available;
    Figure& f = add("machine", "totalreserve", plain(actual), plain(reserved));
    if (boosted()) explain(f, FigureReason::sysctl_rewrite);
    if (near_boot(f.actual, f.expect)) explain_boot(f);
  }

  /// By what is printed, so that a difference there is told once.
  Pages reserved_of(const ZoneinfoZone& z) const {
    rules::ReserveRow row{};
    std::ranges::copy(z.protection, row.begin());
    return rules::reserved_of(z.managed, z.has_marks ? z.marks.high - z.boost : Pages{0}, row);
  }

  bool boosted() const {
    return std::ranges::any_of(in_.zones, [](const ZoneinfoZone& z) { return z.boost > Pages{0}; });
  }

  /// Only as booted: afterwards it is what somebody wrote.
  void check_min_free() {
    if (!s_.as_booted || !s_.sysctls.min_free_kbytes) return;
    const std::vector<Pages> none(sizes_.size());
    const Pages at_boot = rules::pages_above_high(sizes_, none);
    Figure& f = add("machine", "min_free_kbytes", *s_.sysctls.min_free_kbytes,
                    rules::computed_min_free_kbytes(at_boot, p_));
    Pages managed;
    for (const ZoneSize& z : sizes_) managed += z.managed;
    if (s_.pageblock_order && managed >= rules::kThpPages) {
      const std::int64_t thp = rules::thp_min_free_kbytes(sizes_, at_boot, *s_.pageblock_order, p_);
      if (f.state != FigureState::equal && near_boot(f.actual, thp)) {
        f.expect = f.expect_max = thp;
        explain(f, FigureReason::huge_pages);
      }
    }
    if (near_boot(f.actual, f.expect)) explain_boot(f);
  }

  // How figures are noted.

  Figure& add(std::string place, std::string name, std::int64_t actual, std::int64_t expect) {
    return add_range(std::move(place), std::move(name), actual, expect, expect);
  }

  Figure& add_range(std::string place, std::string name, std::int64_t actual, std::int64_t expect,
                    std::int64_t expect_max) {
    const bool equal = expect <= actual && actual <= expect_max;
    out_.figures.push_back({.place = std::move(place),
                            .name = std::move(name),
                            .actual = actual,
                            .expect = expect,
                            .expect_max = expect_max,
                            .state = equal ? FigureState::equal : FigureState::different});
    return out_.figures.back();
  }

  /// The first reason given stays.
  static void explain(Figure& f, FigureReason reason) {
    if (f.state != FigureState::different) return;
    f.state = FigureState::explained;
    f.reason = reason;
  }

  void explain_boot(Figure& f) const {
    if (s_.as_booted) explain(f, FigureReason::as_booted);
  }

  static std::string place(const ZoneinfoZone& z) {
    return "node " + std::to_string(z.node) + " " + std::string(zone_name(z.type));
  }

  unsigned online() const {
    std::size_t most = 0;
    for (const ZoneinfoZone& z : in_.zones) most = std::max(most, z.cpus.size());
    return static_cast<unsigned>(most);
  }

  /// R-CFG-12: all online ones for a node without.
  unsigned cpus_for(unsigned node) const {
    const auto& known = s_.cpus_of_node;
    const unsigned own = node < known.size() ? known[node] : 0;
    return own != 0 ? own : online();
  }

  const ConfigSnapshot& s_;
  const Zoneinfo& in_;
  Profile p_;
  std::vector<ZoneSize> sizes_;
  std::vector<ZoneType> types_;
  ConfigReport out_;
};

struct ReasonWords {
  std::string_view word, text;
};

ReasonWords words_of(FigureReason r) {
  switch (r) {
    case FigureReason::none: return {"", ""};
    case FigureReason::as_booted:
      return {"as booted", "computed before the memory of the init code was given back"};
    case FigureReason::huge_pages:
      return {"M-2", "min_free_kbytes was raised for transparent huge pages"};
    case FigureReason::old_threshold:
      return {"C16", "a threshold is not computed anew when its zone grows after boot"};
    case FigureReason::pressed: return {"kswapd", "thresholds are lower while kswapd works"};
    case FigureReason::boosted:
      return {"boost", "the marks hold a boost, which this kernel does not print"};
    case FigureReason::frozen_boost:
      return {"W-3", "the size was computed while the zone was boosted"};
    case FigureReason::tuned: return {"tuned", "tuned at run time, and not between its bounds yet"};
    case FigureReason::sysctl_rewrite:
      return {"boost", "the reserve counts the boost of the moment when a sysctl was written"};
  }
  return {"", ""};
}

}  // namespace

std::string_view reason_word(FigureReason r) { return words_of(r).word; }
std::string_view reason_text(FigureReason r) { return words_of(r).text; }

std::size_t ConfigReport::count(FigureState s) const {
  return static_cast<std::size_t>(std::ranges::count(figures, s, &Figure::state));
}

ConfigReport check_config(const ConfigSnapshot& s, Profile p) { return Checker(s, p).run(); }

}  // namespace bp::kernel
