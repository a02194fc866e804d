// SPDX-License-Identifier: MIT
#include "model/judge/ranges.h"

#include "model/judge/refuse.h"

namespace bp {
namespace {

constexpr Pages kPageblock = pages_in(kRangeOrder);

struct Asks {
  std::string_view rule;
  std::string_view statement;
  std::string_view found;  ///< A pageblock for which it cannot be done.
};

Asks asks_of(RangeAction a) {
  switch (a) {
    case RangeAction::isolate:
      return {"R-ISO-1", "what is there and not isolated can be isolated",
              "isolated or offline already"};
    case RangeAction::unisolate:
      return {"R-ISO-2", "isolation ends where there is one", "not isolated"};
    case RangeAction::offline:
      return {"I-1", "only free frames leave the machine", "in use, isolated or offline"};
    case RangeAction::online:
      return {"I-1", "only frames that are not there join the machine", "there"};
    case RangeAction::alloc:
      return {"I-1", "a range is taken if all of it is free", "in use, isolated or offline"};
  }
  return {};
}

}  // namespace

std::optional<unsigned> zone_of_range(const rules::Layout& l, const OpRange& r) {
  const auto zone = rules::zone_of(l, r.begin);
  if (!zone || r.end() > l.zones[*zone].frames.end) return std::nullopt;
  return zone;
}

bool RangeJudge::can(RangeAction a, unsigned zone, Pfn pageblock) const {
  const bool isolated = owners.is_isolated(zone, pageblock);
  const bool offline = owners.is_offline(zone, pageblock);
  switch (a) {
    case RangeAction::isolate: return !isolated && !offline;
    case RangeAction::unisolate: return isolated;
    case RangeAction::online: return offline;
    case RangeAction::offline:
    case RangeAction::alloc:
      return !isolated && !offline && !owners.taken().any(zone, pageblock, kRangeOrder);
  }
  return false;
}

std::optional<Refusal> RangeJudge::of_answer(const OpRange& r, std::optional<unsigned> zone,
                                             bool done) const {
  const Asks asks = asks_of(r.action);
  if (!zone) {
    if (!done) return std::nullopt;
    return refuse("I-7", "a range lies inside one zone", r.begin, "success", "an error");
  }
  for (Pfn p = r.begin; p < r.end(); p += kPageblock) {
    if (can(r.action, *zone, p)) continue;
    if (!done) return std::nullopt;
    return refuse(asks.rule, asks.statement, p,
                  "success although a pageblock is " + std::string(asks.found), "an error");
  }
  if (done || !must) return std::nullopt;
  return refuse(asks.rule, asks.statement, r.begin,
                "an error although no pageblock is " + std::string(asks.found), "success");
}

void follow_range(Ownership& owners, unsigned zone, const OpRange& r) {
  for (Pfn p = r.begin; p < r.end(); p += kPageblock) {
    switch (r.action) {
      case RangeAction::isolate: owners.isolate(zone, p); break;
      case RangeAction::unisolate: owners.unisolate(zone, p); break;
      case RangeAction::offline: owners.leave(zone, p); break;
      case RangeAction::online: owners.join(zone, p); break;
      case RangeAction::alloc: owners.allocate(zone, p, kRangeOrder); break;
    }
  }
}

}  // namespace bp
