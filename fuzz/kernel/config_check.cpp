// SPDX-License-Identifier: MIT
#include "fuzz/kernel/config_check.h"

#include <algorithm>
#include <utility>

#include "fuzz/kernel/boot_sizes.h"
#include "model/rules/config_rules.h"
#include "model/rules/lowmem_reserve.h"
#include "model/rules/min_free.h"
#include "model/rules/pcp_size.h"
#include "model/rules/stat_threshold.h"
#include "model/rules/watermark_setup.h"

namespace bp::kernel {
namespace {

using rules::PcpSize;
using rules::ZoneMarks;
using rules::ZoneSize;

constexpr std::int64_t kScaleFactorDefault = 10;
constexpr Order kPageblockOrderDefault{9};
constexpr std::int64_t kGrowthShare = 8;  ///< A zone grows by less than that after boot.

/// Memory comes and goes in sections of 128 MiB: fewer pages too few are an error.
constexpr Pages kSectionPages{1 << 15};

std::int64_t plain(Pages n) { return static_cast<std::int64_t>(n); }

/// Figures with the state that each has; reasons are offered one after the other.
class Figures {
 public:
  explicit Figures(bool as_booted) : as_booted_(as_booted) {}

  Figure& add(std::string place, std::string name, std::int64_t actual, std::int64_t expect) {
    return add_range(std::move(place), std::move(name), actual, expect, expect);
  }

  Figure& add_range(std::string place, std::string name, std::int64_t actual, std::int64_t expect,
                    std::int64_t expect_max) {
    const bool equal = expect <= actual && actual <= expect_max;
    all_.push_back({.place = std::move(place),
                    .name = std::move(name),
                    .actual = actual,
                    .expect = expect,
                    .expect_max = expect_max,
                    .state = equal ? FigureState::equal : FigureState::different});
    return all_.back();
  }

  /// The first reason that explains a difference stays.
  static void explain(Figure& f, FigureReason reason, bool applies) {
    if (!applies || f.state != FigureState::different) return;
    f.state = FigureState::explained;
    f.reason = reason;
  }

  /// The figure is one that sizes between those of boot and those of now can give.
  void explain_boot(Figure& f, Pages least, Pages most) const {
    const bool possible = plain(least) <= f.actual && f.actual <= plain(most);
    explain(f, FigureReason::as_booted, as_booted_ && possible);
  }

  std::vector<Figure> take() { return std::move(all_); }

 private:
  bool as_booted_;
  std::vector<Figure> all_;
};

std::string place(const ZoneinfoZone& z) {
  return "node " + std::to_string(z.node) + " " + std::string(zone_name(z.type));
}

class Checker {
 public:
  Checker(const ConfigSnapshot& s, Profile p)
      : s_(s), in_(s.zoneinfo), p_(p), figures_(s.as_booted), types_(column_types(in_)) {
    out_.profile = p;
    for (const ZoneinfoZone& z : in_.zones) {
      sizes_.push_back({.node = z.node, .type = z.type, .managed = z.managed});
    }
    rules::set_low_memory(sizes_, p);
    std::vector<std::int64_t> ratios;
    for (const ZoneType t : types_) ratios.push_back(ratio_of(t));
    fewest_ = fewest_at_boot(in_.zones, types_, ratios);
    cpus_ = cpus_for_nodes();
  }

  ConfigReport run() {
    check_marks();
    check_protection();
    check_lists();
    check_thresholds();
    check_totals();
    check_min_free();
    out_.figures = figures_.take();
    return std::move(out_);
  }

 private:
  void check_marks() {
    if (!s_.sysctls.min_free_kbytes) {
      out_.notes.emplace_back("watermarks are not checked: no sysctl min_free_kbytes beside it");
      return;
    }
    const Pages pages_min = rules::pages_min_of(*s_.sysctls.min_free_kbytes);
    const auto marks = rules::marks_of_all(sizes_, pages_min, scale_factor(), p_);
    for (std::size_t i = 0; i < in_.zones.size(); ++i) {
      if (!in_.zones[i].has_marks) continue;
      check_marks_of(in_.zones[i], marks[i],
                     marks_at_boot(sizes_, fewest_, i, pages_min, scale_factor(), p_));
    }
  }

  void check_marks_of(const ZoneinfoZone& z, const ZoneMarks& expect, const MarkBounds& boot) {
    struct Mark {
      const char* name;
      std::optional<Pages> actual;
      Pages ZoneMarks::* member;
    };
    const bool boosted = has_hidden_boost(z, expect);
    for (const Mark& m :
         {Mark{"min", z.marks.min, &ZoneMarks::min}, Mark{"low", z.marks.low, &ZoneMarks::low},
          Mark{"high", z.marks.high, &ZoneMarks::high},
          Mark{"promo", z.promo, &ZoneMarks::promo}}) {
      if (!m.actual) continue;
      Figure& f =
          figures_.add(place(z), m.name, plain(*m.actual - z.boost), plain(expect.*m.member));
      Figures::explain(f, FigureReason::boosted, boosted);
      figures_.explain_boot(f, boot.least.*m.member, boot.most.*m.member);
    }
  }

  /// Whether all three marks are lifted alike, where the kernel has boosts and prints none. A boost
  /// is at least a pageblock.
  bool has_hidden_boost(const ZoneinfoZone& z, const ZoneMarks& expect) const {
    const Pages lift = z.marks.min - expect.min;
    const bool alike = z.marks.low - expect.low == lift && z.marks.high - expect.high == lift;
    return in_.signs.per_node && !in_.signs.boost && alike && lift >= pages_in(pageblock_order());
  }

  void check_protection() {
    if (types_.empty()) {
      out_.notes.emplace_back(
          "protection is not checked: its columns are no configuration of zones");
      return;
    }
    const auto at_boot = resized(sizes_, fewest_);
    for (std::size_t i = 0; i < in_.zones.size(); ++i) {
      const std::int64_t ratio = ratio_of(sizes_[i].type);
      const auto row = rules::lowmem_reserve(sizes_, sizes_[i], ratio, p_);
      const auto least = rules::lowmem_reserve(at_boot, at_boot[i], ratio, p_);
      const ZoneinfoZone& z = in_.zones[i];
      for (std::size_t c = 0; c < std::min(types_.size(), z.protection.size()); ++c) {
        const auto type = static_cast<unsigned>(types_[c]);
        Figure& f = figures_.add(place(z), "protection " + std::to_string(c),
                                 plain(z.protection[c]), plain(row[type]));
        figures_.explain_boot(f, least[type], row[type]);
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
    for (std::size_t i = 0; i < in_.zones.size(); ++i) {
      for (const ZoneinfoCpu& cpu : in_.zones[i].cpus) {
        check_lists_of(in_.zones[i], cpu, fewest_[i]);
      }
    }
  }

  rules::PcpQuery pcp_query(const ZoneinfoZone& z, unsigned cpus) const {
    return {.managed = z.managed,
            .low = z.marks.low - z.boost,
            .cpus = cpus,
            .fraction = s_.sysctls.high_fraction.value_or(s_.sysctls.fraction.value_or(0))};
  }

  void check_lists_of(const ZoneinfoZone& z, const ZoneinfoCpu& cpu, Pages fewest) {
    struct Size {
      const char* name;
      std::optional<Pages> actual;
      Pages PcpSize::* member;
    };
    rules::PcpQuery q = pcp_query(z, cpus_[z.node]);
    const PcpSize expect = rules::pcp_size(q, p_);
    q.low += z.boost;
    const PcpSize boosted = rules::pcp_size(q, p_);
    q.low -= z.boost;
    q.managed = fewest;
    const PcpSize boot = rules::pcp_size(q, p_);
    const std::string who = "cpu " + std::to_string(cpu.cpu) + " ";
    const auto high = is_tuned() ? std::nullopt : std::optional(cpu.high);
    for (const Size& size :
         {Size{"batch", cpu.batch, &PcpSize::batch}, Size{"high", high, &PcpSize::high},
          Size{"high_min", cpu.high_min, &PcpSize::high_min},
          Size{"high_max", cpu.high_max, &PcpSize::high_max}}) {
      if (!size.actual) continue;
      Figure& f =
          figures_.add(place(z), who + size.name, plain(*size.actual), plain(expect.*size.member));
      Figures::explain(f, FigureReason::frozen_boost, *size.actual == boosted.*size.member);
      figures_.explain_boot(f, boot.*size.member, expect.*size.member);
    }
    if (is_tuned()) check_tuned(z, cpu, expect);
  }

  /// A CPU that has not used its list yet has the boot value, 0; a bound that was moved takes
  /// effect with the next use.
  void check_tuned(const ZoneinfoZone& z, const ZoneinfoCpu& cpu, const PcpSize& expect) {
    const auto [least, most] = std::minmax(expect.high_min, expect.high_max);
    Figure& f = figures_.add_range(place(z), "cpu " + std::to_string(cpu.cpu) + " high",
                                   plain(cpu.high), plain(least), plain(most));
    Figures::explain(f, FigureReason::tuned, true);
  }

  /// From v6.12 on, high follows the load.
  bool is_tuned() const { return rules::config_rules(p_).pcp_high == rules::PcpHighRule::range; }

  void check_thresholds() {
    for (const ZoneinfoZone& z : in_.zones) {
      for (const ZoneinfoCpu& cpu : z.cpus) {
        if (cpu.threshold) check_threshold(z, cpu.cpu, *cpu.threshold);
      }
    }
  }

  void check_threshold(const ZoneinfoZone& z, unsigned cpu, std::int64_t actual) {
    const unsigned cpus = online();
    Figure& f = figures_.add(place(z), "cpu " + std::to_string(cpu) + " threshold", actual,
                             rules::stat_threshold(z.managed, cpus));
    const Pages before = z.managed - z.managed / kGrowthShare;
    Figures::explain(f, FigureReason::old_threshold, actual == rules::stat_threshold(before, cpus));
    Figures::explain(f, FigureReason::pressed,
                     actual == rules::pressed_stat_threshold(z.marks.min, z.marks.low, cpus));
  }

  void check_totals() {
    if (!s_.meminfo) {
      out_.notes.emplace_back("totals are not checked: no meminfo beside it");
      return;
    }
    const Meminfo& m = *s_.meminfo;
    Pages managed, present, low, reserved;
    for (const ZoneinfoZone& z : in_.zones) {
      managed += z.managed;
      present += z.present;
      if (z.has_marks) low += z.marks.low;
      reserved += reserved_of(z);
    }
    if (m.total) {
      Figure& f = figures_.add("machine", "managed", plain(*m.total), plain(managed));
      Figures::explain(f, FigureReason::unmanaged,
                       managed + kSectionPages <= *m.total && *m.total <= present);
    }
    if (!m.free || !m.available || *m.available == Pages{0}) return;
    // MemAvailable is what is free above the reserve, and what can be reclaimed but for a part.
    const auto usable = [&](Pages n) { return n - std::min(n / 2, low); };
    const Pages actual = *m.free + usable(m.file) + usable(m.reclaimable) - *m.available;
    figures_.add("machine", "totalreserve", plain(actual), plain(reserved));
  }

  /// By what is printed, so that a difference there is told once.
  static Pages reserved_of(const ZoneinfoZone& z) {
    rules::ReserveRow row{};
    std::ranges::copy(z.protection, row.begin());
    return rules::reserved_of(z.managed, z.has_marks ? z.marks.high - z.boost : Pages{0}, row);
  }

  struct MinFree {
    std::int64_t computed = 0;    ///< R-CFG-3.
    std::int64_t huge_pages = 0;  ///< M-2; 0: not raised.
  };

  /// Only as booted: afterwards it is what somebody wrote.
  void check_min_free() {
    if (!s_.as_booted || !s_.sysctls.min_free_kbytes) return;
    const std::int64_t actual = *s_.sysctls.min_free_kbytes;
    const MinFree now = min_free_of(sizes_);
    const MinFree boot = min_free_of(resized(sizes_, fewest_));
    Figure& f = figures_.add("machine", "min_free_kbytes", actual, now.computed);
    const bool raised =
        now.huge_pages > now.computed && boot.huge_pages <= actual && actual <= now.huge_pages;
    if (raised && f.state == FigureState::different) f.expect = f.expect_max = now.huge_pages;
    Figures::explain(f, FigureReason::huge_pages, raised);
    figures_.explain_boot(f, Pages{boot.computed}, Pages{now.computed});
  }

  /// At boot there are no marks yet; for huge pages there are those of the computed value.
  MinFree min_free_of(std::span<const ZoneSize> sizes) const {
    std::vector<Pages> high(sizes.size());
    MinFree out{.computed =
                    rules::computed_min_free_kbytes(rules::pages_above_high(sizes, high), p_)};
    Pages managed;
    for (const ZoneSize& z : sizes) managed += z.managed;
    if (managed < rules::kThpPages) return out;
    const auto marks =
        rules::marks_of_all(sizes, rules::pages_min_of(out.computed), scale_factor(), p_);
    std::ranges::transform(marks, high.begin(), &ZoneMarks::high);
    out.huge_pages = rules::thp_min_free_kbytes(sizes, rules::pages_above_high(sizes, high),
                                                pageblock_order(), p_);
    return out;
  }

  std::int64_t scale_factor() const {
    return s_.sysctls.watermark_scale_factor.value_or(kScaleFactorDefault);
  }
  Order pageblock_order() const { return s_.pageblock_order.value_or(kPageblockOrderDefault); }

  unsigned online() const {
    std::size_t most = 1;
    for (const ZoneinfoZone& z : in_.zones) most = std::max(most, z.cpus.size());
    return static_cast<unsigned>(most);
  }

  /// By node: how many CPUs share its low marks, all for a node without (R-CFG-12). Where nobody
  /// says which CPU is where, the number that most sizes of the node agree with.
  std::vector<unsigned> cpus_for_nodes() {
    std::vector<unsigned> out(kNodesMax, online());
    unsigned nodes = 0;
    for (const ZoneinfoZone& z : in_.zones) nodes = std::max(nodes, z.node + 1);
    const std::vector<unsigned>& known = s_.cpus_of_node;
    for (unsigned n = 0; n < nodes; ++n) {
      if (n < known.size() && known[n] != 0) out[n] = known[n];
      if (!known.empty() || nodes == 1 || online() == 1) continue;
      out[n] = likely_cpus(n);
      out_.notes.push_back("node " + std::to_string(n) + " is taken to have CPUs: " +
                           std::to_string(out[n]) + ", by its per-CPU sizes");
    }
    return out;
  }

  unsigned likely_cpus(unsigned node) const {
    unsigned best = online();
    std::size_t most = agreeing_sizes(node, best);
    for (unsigned cpus = online() - 1; cpus > 0; --cpus) {
      const std::size_t agree = agreeing_sizes(node, cpus);
      if (agree > most) most = agree, best = cpus;
    }
    return best;
  }

  std::size_t agreeing_sizes(unsigned node, unsigned cpus) const {
    std::size_t agree = 0;
    for (const ZoneinfoZone& z : in_.zones) {
      if (z.node != node || z.cpus.empty()) continue;
      const PcpSize size = rules::pcp_size(pcp_query(z, cpus), p_);
      const ZoneinfoCpu& cpu = z.cpus.front();
      if (is_tuned() ? cpu.high_min == size.high_min : cpu.high == size.high) ++agree;
    }
    return agree;
  }

  const ConfigSnapshot& s_;
  const Zoneinfo& in_;
  Profile p_;
  Figures figures_;
  std::vector<ZoneType> types_;  ///< By zone index.
  std::vector<ZoneSize> sizes_;
  std::vector<Pages> fewest_;  ///< Of each zone, at boot.
  std::vector<unsigned> cpus_;
  ConfigReport out_;
};

}  // namespace

ConfigReport check_config(const ConfigSnapshot& s, Profile p) { return Checker(s, p).run(); }

}  // namespace bp::kernel
