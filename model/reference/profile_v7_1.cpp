// SPDX-License-Identifier: MIT
// The rules of 7.1, as what it changed since 6.12: nodes whose kswapd runs are passed over, and
// per-CPU lists give back batch by batch.
#include "model/reference/counting.h"
#include "model/reference/highatomic.h"
#include "model/reference/kswapd.h"
#include "model/reference/pcp.h"
#include "model/reference/profiles.h"
#include "model/reference/slow_path.h"
#include "model/reference/watermark_check.h"

namespace bp::reference {

Rulebook rules_v7_1() {
  Rulebook r = rules_v6_12();
  r.profile = Profile::v7_1;

  r.slow_path = slow_path_v7_1;
  r.wake_kswapd = wake_kswapd;

  r.watermark = rules::watermark_rules(Profile::v7_1);
  r.skips_awake_nodes = true;
  r.after_direct_take = reserve_if_highatomic;
  r.after_take = reserve_nothing;

  r.count_listed = count_blocks;

  r.refuses_refill_to_highatomic = true;
  r.high_orders_kept = a_batch_and_half_of_high_min;
  r.frees_in_batches = true;
  return r;
}

}  // namespace bp::reference
