// SPDX-License-Identifier: MIT
#include "model/judge/told_counters.h"

#include <algorithm>

#include "model/judge/refuse.h"

namespace bp {
namespace {

constexpr std::int64_t kBoostFactor = 15000;  // Of 10000: watermark_boost_factor as it is at boot.

std::string change(Pages from, Pages to) { return text(from) + " pages became " + text(to); }

}  // namespace

std::optional<Refusal> ToldCounters::first_fault() const {
  if (auto refusal = of_cma()) return refusal;
  if (auto refusal = of_reserve()) return refusal;
  return of_boost();
}

std::optional<Refusal> ToldCounters::of_cma() const {
  if (after.free_cma >= Pages{0} && after.free_cma <= after.free) return std::nullopt;
  return refuse("R-CMA-2", "what is free of CMA areas is part of what is free", kNoPfn,
                text(after.free_cma) + " pages of CMA in " + text(zone) + ", of " +
                    text(after.free) + " free",
                "at most as many");
}

/// From v6.12 on (R-WMARK-17).
bool ToldCounters::counts_free_part() const {
  return machine.profile == Profile::v6_12 || machine.profile == Profile::v7_1;
}

std::optional<Refusal> ToldCounters::of_reserve() const {
  const bool grew = after.reserved > before.reserved;
  const auto wrong = [&](std::string_view rule, std::string_view statement, std::string allowed) {
    return refuse(rule, statement, kNoPfn,
                  "of " + text(zone) + " reserved " + change(before.reserved, after.reserved),
                  std::move(allowed));
  };
  if (counts_free_part()) {
    if (after.reserved >= Pages{0} && after.reserved <= after.free) return std::nullopt;
    return wrong("R-WMARK-17", "what is free of the reserve is part of what is free",
                 "at most " + text(after.free));
  }
  if (grew && !served)
    return wrong("R-HA-1", "pageblocks are reserved for high-order atomic requests",
                 "no change without one");
  if (grew && after.reserved - before.reserved != pageblock())
    return wrong("R-HA-3", "a request reserves its pageblock", text(pageblock()) + " more");
  if (grew && before.reserved >= zone.managed / 100 + pageblock())
    return wrong("R-HA-2", "the reserve has a bound",
                 "no more from " + text(zone.managed / 100 + pageblock()) + " on");
  if (after.reserved < before.reserved && !asks && !leaves)
    return wrong("R-HA-4", "the reserve is given up for a request", "no change without one");
  return std::nullopt;
}

std::optional<Refusal> ToldCounters::of_boost() const {
  const auto wrong = [&](std::string allowed) {
    return refuse("R-MT-15", "marks are boosted by pageblocks that were broken into, up to a bound",
                  kNoPfn, "of " + text(zone) + " boost " + change(before.boost, after.boost),
                  std::move(allowed));
  };
  const Pages most = machine.profile == Profile::v4_7
                         ? Pages{0}
                         : std::max(zone.marks.high * kBoostFactor / 10000, pageblock());
  if (after.boost < Pages{0} || after.boost > most) return wrong("at most " + text(most));
  if (after.boost > before.boost && !served) return wrong("no more without a request");
  return std::nullopt;
}

}  // namespace bp
