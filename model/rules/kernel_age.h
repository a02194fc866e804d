// SPDX-License-Identifier: MIT
// Kernels by version, those between and before the profiles too: which form of the watermark check
// such a kernel has, which flags it gives a request, which lists it then takes from. For whoever
// has a version and a few numbers and no machine: a failure report.
//
// A version between two profiles has the rules of the older one, with the changes whose version is
// known: the column (R-CTX-1), HARDER's false positive (R-WMARK-8, 15), the early test
// (R-WMARK-16). Of 6.1 the one known is 6.1.192; 6.0 and 6.2 are taken for 5.15, whose reserves
// they kept. Distributors move changes to older versions; nothing here knows of that.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

#include "model/rules/watermark.h"
#include "model/vocab/gfp.h"
#include "model/vocab/migratetype.h"

namespace bp::rules {

struct KernelVersion {
  unsigned major = 0;
  unsigned minor = 0;
  constexpr auto operator<=>(const KernelVersion&) const = default;
};

/// Kernels that answer a request by the same rules.
enum class KernelAge : std::uint8_t {
  before_4_4,  ///< No highatomic reserve; marks are halved by order (R-WMARK-21).
  v4_4,        ///< To 4.14: profile v4.7.
  v4_15,       ///< To 5.8: HARDER no longer counts any list, the early test forgets the reserve.
  v5_9,        ///< To 6.2 but for 6.1: profile v5.15.
  v6_1,        ///< Profile v6.1-lts192.
  v6_3,        ///< To 6.11: as v6.1, the reserve is charged as reserved.
  v6_12,       ///< Profiles v6.12 and v7.1: what is free of the reserve is charged.
};
inline constexpr std::array kKernelAges{KernelAge::before_4_4, KernelAge::v4_4, KernelAge::v4_15,
                                        KernelAge::v5_9,       KernelAge::v6_1, KernelAge::v6_3,
                                        KernelAge::v6_12};

KernelAge age_of(KernelVersion v);
/// "4.4 to 4.14".
std::string_view age_name(KernelAge a);

/// Of the task that asks, what its flags follow from.
struct AskingTask {
  bool memalloc = false;      ///< PF_MEMALLOC: kswapd, or reclaiming itself.
  bool oom_victim = false;    ///< The OOM killer chose it.
  bool in_interrupt = false;  ///< What the task may do does not count.
  constexpr bool operator==(const AskingTask&) const = default;
};

/// Whether the request may block (R-GFP-7).
bool may_block(KernelAge a, Gfp g);

/// Flags of the slow path's attempt at the min mark (R-AF-1, 3, 4, F-1). A real-time task's are not
/// told from another's. `order`: any.
AllocFlags flags_at_min(KernelAge a, Gfp g, Order order);

/// Flags of the attempt after it, with the reserves that the task may use (R-AF-2, 5, R-SLOW-7,
/// 33); the same as `at_min` if it may use none.
AllocFlags flags_with_reserves(KernelAge a, Gfp g, AskingTask t, AllocFlags at_min);

/// The whole check of before 4.4 (R-WMARK-21). `in.highatomic` does not count.
struct HalvingCheck {
  bool passes = false;
  /// Which comparison refused: -1: the first, before any order; o >= 0: after the blocks of order o
  /// were taken away.
  int refused_after = -1;
  Pages left;  ///< Of the comparison that refused, or else the last: free pages left,
  Pages mark;  ///< and what they had to be above, lowmem_reserve included in the first.
};
/// `free_blocks(o)`: nr_free of order o, for o below in.order.
template <class FreeBlocks>
HalvingCheck check_by_halving(const WatermarkInput& in, FreeBlocks&& free_blocks);

/// The mark after HIGH and HARDER, before any halving, before 4.4.
Pages effective_mark_before_4_4(Pages mark, AllocFlags f);

/// The rules of the check; nothing before 4.4, which has check_by_halving().
const WatermarkRules* watermark_rules(KernelAge a);

/// lowmem_reserve's column is that of the mask's highest zone (from 5.8 on), and not of the first
/// zone that is there (R-CTX-1).
constexpr bool has_column_of_mask(KernelVersion v) { return v >= KernelVersion{5, 8}; }

/// A list that the scan of a zone that passed may take a block from, directly or by falling back
/// (R-MT-2..4, R-RMQ-1, 2, 5, R-CMA-1, R-ISO-1).
bool may_take_from(KernelAge a, Migratetype list, Order order, AllocFlags f);

template <class FreeBlocks>
HalvingCheck check_by_halving(const WatermarkInput& in, FreeBlocks&& free_blocks) {
  Pages mark = effective_mark_before_4_4(in.mark, in.flags);
  Pages left = in.free - (pages_in(in.order) - Pages{1});
  const Pages cma = in.flags.cma ? Pages{0} : in.free_cma;
  HalvingCheck c{false, -1, left - cma, mark + in.reserve};
  if (!(c.left > c.mark)) return c;
  for (Order o{0}; o < in.order; ++o) {
    left -= pages_in(o) * static_cast<std::int64_t>(free_blocks(o));
    mark = mark / 2;
    c = {false, static_cast<int>(static_cast<unsigned>(o)), left, mark};
    if (!(left > mark)) return c;
  }
  c.passes = true;
  return c;
}

}  // namespace bp::rules
