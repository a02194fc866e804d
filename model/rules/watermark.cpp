// SPDX-License-Identifier: MIT
#include "model/rules/watermark.h"

#include <algorithm>

namespace bp::rules {
namespace {

Pages cma_pages(const WatermarkInput& in) { return in.flags.cma ? Pages{0} : in.free_cma; }

// R-WMARK-3, 4, 9: HARDER takes a quarter of what HIGH left.
Pages effective_v4_7(Pages mark, AllocFlags f) {
  if (f.high) mark -= mark / 2;
  if (f.harder) mark -= mark / 4;
  return mark;
}

// R-WMARK-15: an OOM victim takes half where HARDER takes a quarter.
Pages effective_v5_15(Pages mark, AllocFlags f) {
  if (f.high) mark -= mark / 2;
  if (f.oom) return mark - mark / 2;
  if (f.harder) mark -= mark / 4;
  return mark;
}

// R-WMARK-17, 18: NON_BLOCK lowers nothing on its own.
Pages effective_v6_1(Pages mark, AllocFlags f) {
  if (f.high) {
    mark -= mark / 2;
    if (f.harder) mark -= mark / 4;
  }
  if (f.oom) mark -= mark / 2;
  return mark;
}

Pages unusable_unless(bool may_use_highatomic, const WatermarkInput& in) {
  return cma_pages(in) + (may_use_highatomic ? Pages{0} : in.highatomic);
}

Pages unusable_v4_7(const WatermarkInput& in) { return unusable_unless(in.flags.harder, in); }
Pages unusable_v5_15(const WatermarkInput& in) {
  return unusable_unless(in.flags.harder || in.flags.oom, in);
}
Pages unusable_v6_1(const WatermarkInput& in) {
  const AllocFlags f = in.flags;
  return unusable_unless(f.harder || f.high || f.highatomic || f.oom, in);
}

ExtraLists extra_v4_7(AllocFlags f) { return f.harder ? ExtraLists::any : ExtraLists::none; }
ExtraLists extra_v5_15(AllocFlags f) {
  return f.harder || f.oom ? ExtraLists::highatomic : ExtraLists::none;
}
ExtraLists extra_v6_1(AllocFlags f) {
  return f.highatomic || f.oom ? ExtraLists::highatomic : ExtraLists::none;
}

bool never_unboosted(AllocFlags, bool) { return false; }
bool unboosted_if_atomic(AllocFlags, bool atomic) { return atomic; }
bool unboosted_if_min_reserve(AllocFlags f, bool) { return f.high; }

bool strictly_above(Pages left, Pages mark) { return left > mark; }
Pages all_but_one(Order o) { return pages_in(o) - Pages{1}; }

// v4.7 forgets the highatomic reserve in the short test (R-WMARK-11).
constexpr WatermarkRules kV4_7{.effective_mark = effective_v4_7,
                               .unusable = unusable_v4_7,
                               .unusable_fast = cma_pages,
                               .extra_lists = extra_v4_7,
                               .retries_unboosted = never_unboosted,
                               .is_above = strictly_above,
                               .taken = all_but_one};
constexpr WatermarkRules kV5_15{.effective_mark = effective_v5_15,
                                .unusable = unusable_v5_15,
                                .unusable_fast = unusable_v5_15,
                                .extra_lists = extra_v5_15,
                                .retries_unboosted = unboosted_if_atomic,
                                .is_above = strictly_above,
                                .taken = all_but_one};
constexpr WatermarkRules kV6_1{.effective_mark = effective_v6_1,
                               .unusable = unusable_v6_1,
                               .unusable_fast = unusable_v6_1,
                               .extra_lists = extra_v6_1,
                               .retries_unboosted = unboosted_if_atomic,
                               .is_above = strictly_above,
                               .taken = all_but_one};
constexpr WatermarkRules kV6_3{.effective_mark = effective_v6_1,
                               .unusable = unusable_v6_1,
                               .unusable_fast = unusable_v6_1,
                               .extra_lists = extra_v6_1,
                               .retries_unboosted = unboosted_if_min_reserve,
                               .is_above = strictly_above,
                               .taken = all_but_one};

}  // namespace

const WatermarkRules& watermark_rules(Profile p) {
  switch (p) {
    case Profile::v4_7: return kV4_7;
    case Profile::v5_15: return kV5_15;
    case Profile::v6_1_lts192: return kV6_1;
    case Profile::v6_12:
    case Profile::v7_1: return kV6_3;
  }
  return kV6_3;
}

bool passes_fast(const WatermarkRules& r, const WatermarkInput& in) {
  if (in.order != Order{0}) return false;
  // Never below zero: B-01. In v4.7 free >= unusable as long as the counters are exact (M-4).
  const Pages usable = in.free - std::min(in.free, r.unusable_fast(in));
  return usable > in.mark + in.reserve;
}

bool passes_full(const WatermarkRules& r, const WatermarkInput& in) {
  const Pages left = in.free - r.taken(in.order) - r.unusable(in);
  return r.is_above(left, r.effective_mark(in.mark, in.flags) + in.reserve);
}

Pages effective_mark(Profile p, Pages mark, AllocFlags f) {
  return watermark_rules(p).effective_mark(mark, f);
}

bool above_mark(Profile p, const WatermarkInput& in) {
  const WatermarkRules& r = watermark_rules(p);
  return passes_fast(r, in) || passes_full(r, in);
}

}  // namespace bp::rules
