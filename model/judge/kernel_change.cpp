// SPDX-License-Identifier: MIT
// What is between two states of a kernel and cannot come from what was done in between.
#include <algorithm>
#include <set>

#include "model/judge/kernel_judge.h"
#include "model/judge/refuse.h"

namespace bp {

using namespace reference;

namespace {

using MaybeRefusal = std::optional<Refusal>;

struct FixedNumber {
  std::string_view name;
  std::int64_t ZoneNumbers::* member;
  std::string_view rule;
  bool is_mark;  ///< Computing watermarks anew changes it.
};

constexpr FixedNumber kFixed[] = {
    {"managed", &ZoneNumbers::managed, "R-GEN-11", false},
    {"present", &ZoneNumbers::present, "R-GEN-11", false},
    {"spanned", &ZoneNumbers::spanned, "R-GEN-11", false},
    {"start", &ZoneNumbers::start, "R-GEN-11", false},
    {"min", &ZoneNumbers::min, "R-CFG-6", true},
    {"low", &ZoneNumbers::low, "R-CFG-6", true},
    {"high", &ZoneNumbers::high, "R-CFG-6", true},
};

Refusal changed(std::string_view rule, std::string_view name, std::int64_t was, std::int64_t is) {
  return refuse(rule, "operations do not change what the zone is", kNoPfn,
                std::string(name) + " " + std::to_string(is), std::to_string(was));
}

MaybeRefusal changed_numbers(const ZoneNumbers& was, const ZoneNumbers& is, bool marks_anew) {
  for (const FixedNumber& f : kFixed) {
    if (f.is_mark && marks_anew) continue;
    if (was.*f.member != is.*f.member) {
      return changed(f.rule, f.name, was.*f.member, is.*f.member);
    }
  }
  for (unsigned i = 0; i < kZoneIndices; ++i) {
    if (marks_anew || was.reserve[i] == is.reserve[i]) continue;
    return changed("R-CFG-8", "lowmem_reserve[" + std::to_string(i) + "]", was.reserve[i],
                   is.reserve[i]);
  }
  return std::nullopt;
}

/// R-MT-15: as far as it goes, it goes by pageblocks up to a share of the high mark.
MaybeRefusal boosted_too_far(const Config& c, const ZoneNumbers& was, const ZoneNumbers& is) {
  const std::int64_t pageblock = std::int64_t{1} << c.pageblock_order;
  const std::int64_t share = is.high * c.boost_factor / 10000;
  const std::int64_t most =
      c.profile == Profile::v4_7 || c.boost_factor == 0 ? 0 : std::max(share, pageblock);
  if (is.boost >= 0 && is.boost <= std::max(most, was.boost)) return std::nullopt;
  return refuse("R-MT-15", "a boost keeps its bound", kNoPfn,
                "a boost of " + std::to_string(is.boost), "at most " + std::to_string(most));
}

std::optional<Migratetype> type_at(const ZoneState& z, Pfn p) {
  const auto after = std::ranges::upper_bound(z.pageblocks, p, {}, &PageblockRun::begin);
  return after == z.pageblocks.begin() ? std::nullopt : std::prev(after)->type;
}

/// Types that only isolation gives or takes, of pageblocks where there was none.
MaybeRefusal unlawful_type(const ZoneState& was, const ZoneState& is, Pfn p) {
  const auto before = type_at(was, p), after = type_at(is, p);
  if (before == after) return std::nullopt;
  if (before == Migratetype::isolate || after == Migratetype::isolate) {
    return refuse("R-ISO-1",
                  "only isolating a pageblock makes it ISOLATE, and the end of it undoes it", p,
                  "a pageblock that changed to or from ISOLATE", "the type that it had");
  }
  if (before == Migratetype::cma || after == Migratetype::cma) {
    return refuse("R-CMA-3", "fallback retypes no CMA pageblock", p,
                  "a pageblock that changed to or from CMA", "the type that it had");
  }
  if (!before || !after) {
    return refuse("R-GEN-11", "operations do not change what the zone is", p,
                  "a pageblock that came or went", "the memory that there was");
  }
  return std::nullopt;
}

MaybeRefusal unlawful_types(const Config& c, const ZoneState& was, const ZoneState& is,
                            const std::set<Pfn>& touched) {
  std::set<Pfn> places;
  for (const PageblockRun& r : was.pageblocks) places.insert(r.begin);
  for (const PageblockRun& r : is.pageblocks) places.insert(r.begin);
  // A run that isolation cut goes on behind it: its next pageblock is a place too.
  for (const Pfn p : touched) places.insert(p + pages_in(Order{c.pageblock_order}));
  for (const Pfn p : places) {
    if (touched.contains(align_down(p, Order{c.pageblock_order}))) continue;
    if (auto refusal = unlawful_type(was, is, p)) return refusal;
  }
  return std::nullopt;
}

}  // namespace

MaybeRefusal unlawful_change(const KernelHistory& h) {
  const Config& c = h.before.config;
  std::set<Pfn> touched;
  bool marks_anew = false;
  for (const KernelEvent& e : h.events) {
    if (e.act == KernelAct::isolate || e.act == KernelAct::unisolate)
      touched.insert(align_down(e.head, Order{c.pageblock_order}));
    marks_anew = marks_anew || e.act == KernelAct::watermarks;
  }
  for (std::size_t i = 0; i < h.before.zones.size(); ++i) {
    const ZoneState &was = h.before.zones[i], &is = h.after.zones[i];
    if (auto refusal = changed_numbers(was.numbers, is.numbers, marks_anew)) return refusal;
    if (auto refusal = boosted_too_far(h.after.config, was.numbers, is.numbers)) return refusal;
    if (auto refusal = unlawful_types(c, was, is, touched)) return refusal;
  }
  return std::nullopt;
}

}  // namespace bp
