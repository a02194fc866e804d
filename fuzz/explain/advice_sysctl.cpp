// SPDX-License-Identifier: MIT
#include "fuzz/explain/advice_sysctl.h"

#include <algorithm>

#include "fuzz/report/fmt.h"

namespace bp::explain {
namespace {

/// The largest number from 0 to `most` that passes, if the lower ones pass too; none: not even 0.
template <class Passes>
std::optional<std::int64_t> largest_passing(std::int64_t most, Passes&& passes) {
  if (!passes(0)) return std::nullopt;
  std::int64_t good = 0, bad = most + 1;
  while (bad - good > 1) {
    const std::int64_t middle = good + (bad - good) / 2;
    (passes(middle) ? good : bad) = middle;
  }
  return good;
}

std::int64_t unboosted(const ZoneFacts& z) { return *z.min - z.boost.value_or(0); }

bool is_high(const ZoneFacts& z) {
  return z.type == ZoneType::highmem || z.type == ZoneType::movable;
}

/// min_free_kbytes is shared out over the zones that are not high memory (R-CFG-5): their marks
/// together are it, but for rounding. Only if all were printed.
Maybe min_free_kbytes(const Situation& s) {
  std::int64_t sum = 0, free = 0;
  for (const ZoneFacts& z : s.zones) {
    if (!z.min || !z.free) return std::nullopt;
    free += *z.free;
    if (!is_high(z)) sum += unboosted(z);
  }
  // A zone that was left out has its share too.
  if (!s.total_free || *s.total_free - free > free / 20 + 1024) return std::nullopt;
  return sum * s.page_kb;
}

void try_min_free(const Situation& s, const Verdict& v, const ZoneAnswer& a,
                  std::vector<Advice>& out) {
  ZoneFacts z = s.zones[a.zone];
  const std::int64_t now = unboosted(z);
  // A high zone's mark does not follow it (R-CFG-5).
  if (now <= 0 || is_high(z)) return;
  const auto passes = [&](std::int64_t mark) {
    z.min = mark, z.boost = 0;
    return judge_zone(z, *v.asked, a.sum->reserve).answer == Answer::passes;
  };
  const auto mark = largest_passing(now, passes);
  // A mark of 0 is no setting: min_free_kbytes gives every zone some.
  if (!mark || *mark == now || *mark == 0) return;
  std::string text = fmt::format("{}: a min mark of {} pages or less, now {}{}: vm.min_free_kbytes",
                                 z.name, *mark, now, a.sum->boost > 0 ? " without its boost" : "");
  const Maybe all = min_free_kbytes(s);
  if (all && *all > 0) {
    // In whole hundreds, rounded down: shares are rounded too.
    const std::int64_t to = *all * *mark / now / 100 * 100;
    text += fmt::format(" from about {} to {}", *all, to);
  } else {
    text += fmt::format(" to {:.0f} % of what it is",
                        100.0 * static_cast<double>(*mark) / static_cast<double>(now));
  }
  out.push_back({AdviceKind::sysctl, text, "R-CFG-5"});
}

void try_boost(const Situation& s, const Verdict& v, const ZoneAnswer& a,
               std::vector<Advice>& out) {
  if (!a.boost_alone || a.large_blocks == 0) return;
  ZoneFacts z = s.zones[a.zone];
  z.min = unboosted(z), z.boost = 0;
  if (judge_zone(z, *v.asked, a.sum->reserve).answer != Answer::passes) return;
  out.push_back({AdviceKind::sysctl,
                 fmt::format("{}: vm.watermark_boost_factor=0: {} pages of its mark are a boost",
                             z.name, a.sum->boost),
                 "R-MT-15"});
}

/// In thousandths.
double times_rounded_up(std::int64_t a, std::int64_t b) {
  return static_cast<double>((a * 1000 + b - 1) / b) / 1000;
}

void try_reserve(const Situation& s, const Verdict& v, const ZoneAnswer& a,
                 std::vector<Advice>& out) {
  if (!a.sum->reserve.known() || a.sum->reserve.hi == 0) return;
  const ZoneFacts& z = s.zones[a.zone];
  const std::int64_t now = a.sum->reserve.hi;
  const auto reserve = largest_passing(now, [&](std::int64_t r) {
    return judge_zone(z, *v.asked, Range{r, r}).answer == Answer::passes;
  });
  if (!reserve || *reserve == now) return;
  const std::string times =
      *reserve == 0
          ? std::string("0 or as large as it goes (nothing kept back)")
          : fmt::format("{:.3f} times what it is, or more", times_rounded_up(now, *reserve));
  out.push_back({AdviceKind::sysctl,
                 fmt::format("{}: a lowmem_reserve of {} pages or less, now {}: its entry of "
                             "vm.lowmem_reserve_ratio {}",
                             z.name, *reserve, now, times),
                 "R-CFG-8"});
}

}  // namespace

void try_sysctls(const Situation& s, const Verdict& v, std::vector<Advice>& out) {
  for (const ZoneAnswer& a : v.zones) {
    const bool by_mark = a.answer == Answer::below_mark || a.answer == Answer::small_order;
    if (!by_mark || !a.sum) continue;
    try_boost(s, v, a, out);
    try_min_free(s, v, a, out);
    try_reserve(s, v, a, out);
  }
}

}  // namespace bp::explain
