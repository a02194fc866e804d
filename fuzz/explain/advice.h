// SPDX-License-Identifier: MIT
// What would have let the request pass: another order, another mask, other nodes, other sysctls and
// by how much, more free pages. Each was tried: the same judge was asked with that one thing
// changed and the numbers as printed. What only reclaim or compaction could tell is not among it.
#pragma once

#include <string>
#include <vector>

#include "fuzz/explain/situation.h"
#include "fuzz/explain/verdict.h"

namespace bp::explain {

enum class AdviceKind : std::uint8_t { order, mask, nodes, sysctl, pages };
std::string_view advice_name(AdviceKind k);  ///< "order"

struct Advice {
  AdviceKind kind = AdviceKind::order;
  std::string text;  ///< "order 3 or less: DMA32 passes, 12 above its mark"
  std::string rule;  ///< Id of the rule by which it helps.
};

/// Of a request that was refused; empty where nothing can be decided.
std::vector<Advice> advice_for(const Situation& s, const Verdict& v);

}  // namespace bp::explain
