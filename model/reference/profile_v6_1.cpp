// SPDX-License-Identifier: MIT
// The rules of 6.1.192, as what it changed since 5.15: reserves by who may not wait, types kept
// apart at merging.
#include "model/reference/highatomic.h"
#include "model/reference/isolation.h"
#include "model/reference/kswapd.h"
#include "model/reference/merging.h"
#include "model/reference/pcp.h"
#include "model/reference/profiles.h"
#include "model/reference/request.h"
#include "model/reference/scan.h"

namespace bp::reference {

Rulebook rules_v6_1() {
  Rulebook r = rules_v5_15();
  r.profile = Profile::v6_1_lts192;

  r.slow_flags = slow_flags_v6_1;
  r.keeps_kswapd_flag = true;
  r.slow.waits_for_writeback = false;
  r.slow.nofail_flags = {.high = true};
  r.slow.checks_cpuset_first = true;
  r.wake_kswapd = wake_nobody;  // Nothing of 6.1 looks at who runs, and no recording says it.

  r.watermark = rules::watermark_rules(Profile::v6_1_lts192);
  r.take_from_zone = rmqueue_v6_1;
  r.take_direct = take_with_reserve;
  r.after_take = reserve_if_highatomic;

  r.may_merge = if_mergeable;

  r.pcp_list = pcp_list_v6_1;
  r.pcp_lists = 14;
  r.pcp_shrink = pcp_shrink_v6_1;
  r.free_factor_max = 5;
  r.bulk_free = bulk_free_v6_1;

  r.isolate = isolate_v6_1;
  r.unisolate = unisolate_v6_1;
  r.is_pulled = is_pulled;
  r.is_retyped_when_taken = rules::is_mergeable;
  return r;
}

}  // namespace bp::reference
