// SPDX-License-Identifier: MIT
// The watermark rules of each profile, said once more as a list of steps in the order in which the
// kernels take them (R-WMARK-1..6, 9, 10, 15..18): the specification side of the watermark proofs.
// A test holds it against the model's rules on drawn numbers.
#pragma once

#include "impl/watermark.h"
#include "model/rules/watermark.h"
#include "proofs/reading.h"

namespace bp::proofs {

/// The symbols of every watermark statement, in this order.
enum WatermarkSymbol : unsigned {
  kFree,
  kFreeCma,
  kHighatomicPages,
  kMark,
  kReserve,
  kOrder,
  kHigh,
  kHarder,
  kHighatomic,
  kOom,
  kCma
};
std::vector<Symbol> watermark_symbols();

/// A reading's values by name.
template <class R>
struct WatermarkCase {
  typename R::Number free, free_cma, highatomic, mark, reserve, order;
  impl::PrivilegesOf<typename R::Truth> may;
};
template <class R>
WatermarkCase<R> watermark_case(const R& r) {
  return {r.number(kFree),
          r.number(kFreeCma),
          r.number(kHighatomicPages),
          r.number(kMark),
          r.number(kReserve),
          r.number(kOrder),
          {.high = r.truth(kHigh),
           .harder = r.truth(kHarder),
           .highatomic = r.truth(kHighatomic),
           .cma = r.truth(kCma),
           .oom = r.truth(kOom)}};
}

/// What ships, on such a case.
template <class Policy, class R>
auto shipped_above_marks(Profile p, const R& r, const WatermarkCase<R>& c) {
  using Number = typename R::Number;
  const impl::WatermarkInput<Number> z{.free = c.free,
                                       .mark = c.mark,
                                       .reserve = c.reserve,
                                       .highatomic = c.highatomic,
                                       .free_cma = c.free_cma};
  return impl::above_marks<Policy>(p, r.pow2(c.order) - Number(1), z, c.may);
}

/// The mark after the flags, step by step.
template <class R>
auto spec_effective_mark(Profile p, const WatermarkCase<R>& c) {
  using Number = typename R::Number;
  Number min = c.mark;
  if (p == Profile::v4_7 || p == Profile::v5_15) {
    if (c.may.high) min = min - min / Number(2);
    if (p == Profile::v5_15 && c.may.oom) {
      min = min - min / Number(2);
    } else if (c.may.harder) {
      min = min - min / Number(4);
    }
    return min;
  }
  if (c.may.high) {
    min = min - min / Number(2);
    if (c.may.harder) min = min - min / Number(4);
  }
  if (c.may.oom) min = min - min / Number(2);
  return min;
}

/// What is not for the request, beside the request's own pages.
template <class R>
auto spec_unusable(Profile p, const WatermarkCase<R>& c) {
  using Number = typename R::Number;
  Number unusable = Number(0);
  if (!c.may.cma) unusable = unusable + c.free_cma;
  bool charged = true;
  if (c.may.harder) charged = false;
  if (p != Profile::v4_7 && charged && c.may.oom) charged = false;
  const bool reworked = p != Profile::v4_7 && p != Profile::v5_15;
  if (reworked && charged && (c.may.high || c.may.highatomic)) charged = false;
  if (charged) unusable = unusable + c.highatomic;
  return unusable;
}

template <class R>
auto spec_full_check(Profile p, const R& r, const WatermarkCase<R>& c) {
  using Number = typename R::Number;
  const Number left = c.free - (r.pow2(c.order) - Number(1)) - spec_unusable(p, c);
  return spec_effective_mark(p, c) + c.reserve < left;
}

/// The short test of order 0: R-WMARK-10 for v4.7, R-WMARK-16 for the others.
template <class R>
auto spec_short_test(Profile p, const WatermarkCase<R>& c) {
  using Number = typename R::Number;
  Number held = Number(0);
  if (p != Profile::v4_7) held = spec_unusable(p, c);
  if (p == Profile::v4_7 && !c.may.cma) held = c.free_cma;
  Number usable = Number(0);
  if (held < c.free) usable = c.free - held;
  return c.order == Number(0) && c.mark + c.reserve < usable;
}

template <class R>
auto spec_above_mark(Profile p, const R& r, const WatermarkCase<R>& c) {
  return spec_short_test(p, c) || spec_full_check(p, r, c);
}

/// The same case for the model's rules.
rules::WatermarkInput model_input(const WatermarkCase<ConcreteReading>& c);

}  // namespace bp::proofs
