// SPDX-License-Identifier: MIT
#include "model/rules/kernel_age.h"

namespace bp::rules {
namespace {

using enum GfpFlag;

bool is_before_6_1(KernelAge a) { return a < KernelAge::v6_1; }

// R-WMARK-10 with R-WMARK-15: the reserve is forgotten in the early test still, and HARDER counts
// the highatomic lists only.
WatermarkRules rules_v4_15() {
  WatermarkRules r = watermark_rules(Profile::v5_15);
  r.unusable_fast = watermark_rules(Profile::v4_7).unusable_fast;
  r.retries_unboosted = watermark_rules(Profile::v4_7).retries_unboosted;
  return r;
}

/// What HARDER follows from (R-AF-1; F-1 before there was an ATOMIC).
bool is_harder(KernelAge a, Gfp g) {
  if (may_block(a, g) || g.has(nomemalloc)) return false;
  return a == KernelAge::before_4_4 || !is_before_6_1(a) || g.has(atomic);
}

}  // namespace

KernelAge age_of(KernelVersion v) {
  if (v < KernelVersion{4, 4}) return KernelAge::before_4_4;
  if (v < KernelVersion{4, 15}) return KernelAge::v4_4;
  if (v < KernelVersion{5, 9}) return KernelAge::v4_15;
  if (v == KernelVersion{6, 1}) return KernelAge::v6_1;
  if (v < KernelVersion{6, 3}) return KernelAge::v5_9;
  if (v < KernelVersion{6, 12}) return KernelAge::v6_3;
  return KernelAge::v6_12;
}

std::string_view age_name(KernelAge a) {
  switch (a) {
    case KernelAge::before_4_4: return "before 4.4";
    case KernelAge::v4_4: return "4.4 to 4.14";
    case KernelAge::v4_15: return "4.15 to 5.8";
    case KernelAge::v5_9: return "5.9 to 6.2";
    case KernelAge::v6_1: return "6.1";
    case KernelAge::v6_3: return "6.3 to 6.11";
    case KernelAge::v6_12: return "6.12 and later";
  }
  return "";
}

bool may_block(KernelAge a, Gfp g) {
  return g.has(a == KernelAge::before_4_4 ? wait : direct_reclaim);
}

AllocFlags flags_at_min(KernelAge a, Gfp g, Order order) {
  AllocFlags f{.high = g.has(high), .cma = g.has(movable) && !g.has(reclaimable)};
  f.harder = is_harder(a, g);
  if (is_before_6_1(a)) {
    // R-AF-1: whoever must not wait is not bound by its cpuset; before 4.4 that is told by WAIT.
    f.cpuset = a == KernelAge::before_4_4 ? may_block(a, g) : may_block(a, g) || !g.has(atomic);
  } else {
    f.highatomic = f.harder && f.high && order > Order{0};
    f.cpuset = may_block(a, g) || !f.high;
  }
  f.kswapd = g.has(kswapd_reclaim);
  return f;
}

AllocFlags flags_with_reserves(KernelAge a, Gfp g, AskingTask t, AllocFlags at_min) {
  if (g.has(nomemalloc)) return at_min;
  const bool whole = g.has(memalloc) || (!t.in_interrupt && t.memalloc);
  const bool victim = !t.in_interrupt && t.oom_victim;
  if (a <= KernelAge::v4_4) {
    // R-SLOW-7: exactly this flag; CMA follows from the mask (R-MT-4).
    return whole || victim ? AllocFlags{.cma = at_min.cma, .no_watermarks = true} : at_min;
  }
  if (whole) return {.cma = at_min.cma, .no_watermarks = true};
  return victim ? AllocFlags{.oom = true, .cma = at_min.cma} : at_min;
}

// HIGH is half, HARDER a quarter of what is left: as v4.7 (R-WMARK-9).
Pages effective_mark_before_4_4(Pages mark, AllocFlags f) {
  return watermark_rules(Profile::v4_7).effective_mark(mark, f);
}

const WatermarkRules* watermark_rules(KernelAge a) {
  static const WatermarkRules v4_15 = rules_v4_15();
  switch (a) {
    case KernelAge::before_4_4: return nullptr;
    case KernelAge::v4_4: return &watermark_rules(Profile::v4_7);
    case KernelAge::v4_15: return &v4_15;
    case KernelAge::v5_9: return &watermark_rules(Profile::v5_15);
    case KernelAge::v6_1: return &watermark_rules(Profile::v6_1_lts192);
    case KernelAge::v6_3:
    case KernelAge::v6_12: return &watermark_rules(Profile::v6_12);
  }
  return nullptr;
}

bool may_take_from(KernelAge a, Migratetype list, Order order, AllocFlags f) {
  switch (list) {
    case Migratetype::unmovable:
    case Migratetype::movable:
    case Migratetype::reclaimable: return true;
    case Migratetype::cma: return f.cma;
    case Migratetype::isolate: return false;
    case Migratetype::highatomic: break;
  }
  // Order 0 comes from the CPU's lists, which are never refilled from the reserve, and up to 5.15
  // there is no second try (R-RMQ-1, 4, 5).
  if (is_before_6_1(a)) return order > Order{0} && f.harder;
  return f.highatomic || f.oom || f.harder;
}

}  // namespace bp::rules
