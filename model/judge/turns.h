// SPDX-License-Identifier: MIT
// What of a history so far can have made a kernel pass over a zone that has pages: zones whose turn
// is over, and nodes whose kswapd runs. Neither is told; both have a cause that is seen. Whatever
// may be so counts as so: a turn that was renewed meanwhile, or a kswapd that has long gone back to
// sleep by itself.
#pragma once

#include <span>
#include <vector>

#include "model/rules/layout.h"
#include "model/vocab/history.h"
#include "model/vocab/units.h"

namespace bp {

class Turns {
 public:
  /// `l` outlives the history.
  void begin(const rules::Layout& l);

  /// A block was given out (R-LIST-10).
  void took(unsigned zone, Order o) { taken_[zone] += pages_in(o); }
  /// v4.7: its batch, which is as large as what lies between its marks, may be used up (R-LIST-2).
  bool may_be_over(unsigned zone) const;

  /// Who boosts a zone wakes its node's kswapd without a word (C12). Before what happened between
  /// these counters is judged.
  void see_boosts(std::span<const ZoneCounters> before, std::span<const ZoneCounters> after);
  void wake(unsigned nodes) { awake_ |= nodes; }  ///< Bit n: node n.
  void all_sleep() { awake_ = 0; }
  /// v7.1: the node's kswapd may run (R-LIST-12).
  bool may_be_awake(unsigned node) const { return (awake_ >> node & 1) != 0; }

 private:
  const rules::Layout* layout_ = nullptr;
  std::vector<Pages> taken_;  ///< By zone.
  unsigned awake_ = 0;
};

}  // namespace bp
