// SPDX-License-Identifier: MIT
#include "fuzz/kernel/lists_around.h"

#include <algorithm>

#include "fuzz/kernel/state_diff.h"
#include "fuzz/report/fmt.h"

namespace bp::kernel {

using namespace reference;

namespace {

constexpr std::size_t kBlocksShown = 6;
constexpr std::string_view kTypeLetters = "UMRHCI";

bool has(const ZoneState& z, Pfn p) {
  const Pfn begin{static_cast<std::uint64_t>(z.numbers.start)};
  return p >= begin && p < begin + Pages{z.numbers.spanned};
}

template <class List, class Show>
std::string shortened(const List& list, Show show) {
  std::string out;
  for (std::size_t i = 0; i < std::min(list.size(), kBlocksShown); ++i) {
    out += fmt::format(" {:x}", static_cast<std::uint64_t>(show(list[i])));
  }
  if (list.size() > kBlocksShown) out += fmt::format(" ... ({})", list.size());
  return out;
}

std::string counters(const ZoneState& z, unsigned cpu) {
  const ZoneNumbers& n = z.numbers;
  const auto free = static_cast<unsigned>(Stat::free);
  return fmt::format("{}: free {} and {} not folded, min {} low {} high {} boost {}, reserved {}",
                     zone_label(z), n.stat[free], z.pcp[cpu].numbers.diff[free], n.min, n.low,
                     n.high, n.boost, n.highatomic);
}

void show_zone(const ZoneState& z, const RecordedOp& op, std::vector<std::string>& out) {
  out.push_back(counters(z, op.cpu));
  for (unsigned o = std::min(op.order, kOrderMax); o < kOrders; ++o) {
    for (unsigned t = 0; t < kTypes; ++t) {
      const auto& list = z.lists[o][t];
      if (list.empty()) continue;
      out.push_back(fmt::format("  order {:>2} {}:{}", o, kTypeLetters[t],
                                shortened(list, [](Pfn p) { return p; })));
    }
  }
  const PcpState& p = z.pcp[op.cpu];
  for (unsigned l = 0; l < kPcpLists; ++l) {
    if (p.lists[l].empty()) continue;
    out.push_back(fmt::format("  CPU {} list {:>2}:{}", op.cpu, l,
                              shortened(p.lists[l], [](const PcpBlock& b) { return b.head; })));
  }
}

}  // namespace

std::vector<std::string> lists_around(const KernelState& s, const RecordedOp& op, Pfn expected,
                                      Pfn got) {
  std::vector<std::string> out;
  const bool any = expected == kNoPfn && got == kNoPfn;
  for (const ZoneState& z : s.zones) {
    if (op.cpu >= z.pcp.size() || !(any || has(z, expected) || has(z, got))) continue;
    show_zone(z, op, out);
  }
  return out;
}

}  // namespace bp::kernel
