// SPDX-License-Identifier: MIT
#include "model/rules/watermark.h"

#include <algorithm>

namespace bp::rules {
namespace {

bool has_reserves(AllocFlags f) { return f.harder || f.high || f.highatomic || f.oom; }

/// Pages that are free but not for this request.
Pages unusable(Profile p, const WatermarkInput& in) {
  const bool may_use_highatomic = p == Profile::v4_7 ? in.flags.harder : has_reserves(in.flags);
  Pages pages;
  if (!may_use_highatomic) pages += in.highatomic;
  if (!in.flags.cma) pages += in.free_cma;
  return pages;
}

/// R-WMARK-10, R-WMARK-16: the short test for order 0. The mark is not lowered in it; v4.7 forgets
/// the highatomic reserve.
bool above_mark_fast(Profile p, const WatermarkInput& in) {
  if (in.order != Order{0}) return false;
  if (p == Profile::v4_7) {
    const Pages cma = in.flags.cma ? Pages{0} : in.free_cma;
    return in.free - cma > in.mark + in.reserve;
  }
  return in.free - std::min(in.free, unusable(p, in)) > in.mark + in.reserve;
}

/// R-WMARK-2..6: strictly above, after all of the block but one page is taken.
bool above_mark_full(Profile p, const WatermarkInput& in) {
  const Pages left = in.free - (pages_in(in.order) - Pages{1}) - unusable(p, in);
  return left > effective_mark(p, in.mark, in.flags) + in.reserve;
}

}  // namespace

Pages effective_mark(Profile p, Pages mark, AllocFlags f) {
  if (p == Profile::v4_7) {
    if (f.high) mark -= mark / 2;
    if (f.harder) mark -= mark / 4;
    return mark;
  }
  if (f.high) {
    mark -= mark / 2;
    if (f.harder) mark -= mark / 4;
  }
  if (f.oom) mark -= mark / 2;
  return mark;
}

bool above_mark(Profile p, const WatermarkInput& in) {
  return above_mark_fast(p, in) || above_mark_full(p, in);
}

}  // namespace bp::rules
