// SPDX-License-Identifier: MIT
// For tests: the state of a small kernel, made by hand, and a way to run a few operations on the
// reference from it. One node, one zone NORMAL from frame 0 on, one CPU, pageblocks of order 9;
// counters are right when a test has finished its lists and calls count().
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "model/invariants/state_invariants.h"
#include "model/reference/reference.h"

namespace bp::testing {

inline Migratetype type_of_letter(char c) {
  switch (c) {
    case 'U': return Migratetype::unmovable;
    case 'M': return Migratetype::movable;
    case 'R': return Migratetype::reclaimable;
    case 'H': return Migratetype::highatomic;
    case 'C': return Migratetype::cma;
    default: EXPECT_EQ(c, 'I'); return Migratetype::isolate;
  }
}

/// `pageblocks`: a letter for each, "UU MM"; blanks are skipped. Nothing is free yet.
inline reference::KernelState empty_kernel(Profile p, std::string_view pageblocks) {
  reference::KernelState s;
  s.config.profile = p;
  s.config.zones = {ZoneType::normal, ZoneType::movable};
  s.config.cma = pageblocks.find('C') != std::string_view::npos;
  s.config.thp = false;
  s.config.boost_factor = 0;
  s.config.cpu_node = {0};
  s.nodes.resize(1);
  s.nodes[0].fallback = {{0, 0}};
  s.nodes[0].nofallback = {{0, 0}};
  s.zones.resize(2);
  s.zones[1].index = 1;
  s.zones[1].type = ZoneType::movable;
  reference::ZoneState& z = s.zones[0];
  Pfn at{0};
  for (const char c : pageblocks) {
    if (c == ' ') continue;
    z.pageblocks.push_back({at, type_of_letter(c)});
    at += pages_in(Order{9});
  }
  const auto pages = static_cast<std::int64_t>(at - Pfn{0});
  z.numbers.managed = z.numbers.present = z.numbers.spanned = pages;
  z.numbers.low = z.numbers.high = 4 * pages;  // Every request looks at its reserves.
  z.pcp.resize(1);
  z.pcp[0].numbers.high = z.pcp[0].numbers.high_min = z.pcp[0].numbers.high_max = 8;
  z.pcp[0].numbers.batch = 1;
  z.pcp[0].numbers.threshold = 8;
  return s;
}

inline void add_free(reference::KernelState& s, std::uint64_t head, unsigned order, char type) {
  const auto list = static_cast<unsigned>(type_of_letter(type));
  s.zones[0].lists[order][list].push_back(Pfn{head});
}

inline std::int64_t pages_free(const reference::ZoneState& z, unsigned order_low, unsigned type) {
  std::int64_t pages = 0;
  for (unsigned o = order_low; o < reference::kOrders; ++o) {
    pages += static_cast<std::int64_t>(z.lists[o][type].size()) << o;
  }
  return pages;
}

/// The counters as the lists are: what a sound kernel would have counted.
inline void count(reference::KernelState& s) {
  reference::ZoneState& z = s.zones[0];
  z.numbers.stat = {};
  for (unsigned o = 0; o < reference::kOrders; ++o) {
    z.nr_free[o] = 0;
    for (const auto& list : z.lists[o]) z.nr_free[o] += static_cast<std::int64_t>(list.size());
  }
  for (unsigned t = 0; t < reference::kTypes - 1; ++t) {
    z.numbers.stat[0] += pages_free(z, 0, t);
    if (s.config.profile == Profile::v7_1) z.numbers.stat[2] += pages_free(z, 9, t);
  }
  z.numbers.stat[1] = pages_free(z, 0, static_cast<unsigned>(Migratetype::cma));
  const std::int64_t reserve = pages_free(z, 0, static_cast<unsigned>(Migratetype::highatomic));
  const bool counts_reserve =
      s.config.profile == Profile::v6_12 || s.config.profile == Profile::v7_1;
  z.numbers.free_highatomic = counts_reserve ? reserve : 0;
}

/// All of it free: two pageblocks of one type and one parent are one block.
inline reference::KernelState free_kernel(Profile p, std::string_view pageblocks) {
  reference::KernelState s = empty_kernel(p, pageblocks);
  std::string types(pageblocks);
  std::erase(types, ' ');
  for (std::size_t i = 0; i < types.size(); ++i) {
    const bool whole = i % 2 == 0 && i + 1 < types.size() && types[i + 1] == types[i];
    add_free(s, i * 512, whole ? 10 : 9, types[i]);
    if (whole) ++i;
  }
  count(s);
  return s;
}

/// Runs lines of operations on the reference, frames in hex, slots by number:
///   a ORDER TYPE SLOT  alloc_pages that may not block      A ORDER SLOT  the same with GFP_ATOMIC
///   f SLOT             __free_pages                        d             drain_all_pages
///   I PFN              start_isolate_page_range            J PFN TYPE    undo_isolate_page_range
///   b PFN              the page goes bad                   U             unreserve_highatomic
///   T PFN SLOT         __isolate_free_page                 w             the zone gets small marks
class KernelProgram {
 public:
  explicit KernelProgram(const reference::KernelState& s) : kernel_(s) {}

  void run(std::string_view lines) {
    std::istringstream in{std::string(lines)};
    for (std::string line; std::getline(in, line);) step(line);
  }
  void step(const std::string& line) {
    std::istringstream in(line);
    char letter = 0;
    in >> letter;
    switch (letter) {
      case 'a': return alloc(in, false);
      case 'A': return alloc(in, true);
      case 'f': return free(in);
      case 'd': return kernel_.drain_all(0);
      case 'I': return isolate(pfn(in));
      case 'J': return unisolate(in);
      case 'b': return kernel_.mark_bad(pfn(in));
      case 'U': kernel_.unreserve_highatomic(0, -1, Gfp{}, false); return;
      case 'T': return take(in);
      case 'w': return kernel_.recompute_watermarks(64);
      default: FAIL() << "no such operation: " << line;
    }
  }
  void free_all() {
    for (const auto& [slot, block] : slots_) kernel_.free(0, block.head, block.order);
    slots_.clear();
  }
  reference::KernelState state() const { return kernel_.save(); }
  std::vector<HeldBlock> held() const {
    std::vector<HeldBlock> out;
    for (const auto& [slot, block] : slots_) out.push_back(block);
    return out;
  }

 private:
  static Pfn pfn(std::istream& in) {
    std::uint64_t p = 0;
    in >> std::hex >> p >> std::dec;
    return Pfn{p};
  }
  static Gfp mask_of(char type) {
    if (type == 'M') return Gfp{GfpFlag::movable} | GfpFlag::highmem;
    return type == 'R' ? Gfp{GfpFlag::reclaimable} : Gfp{};
  }
  void alloc(std::istream& in, bool atomic) {
    reference::Request r;
    char type = 'U';
    unsigned slot = 0;
    in >> r.order;
    if (!atomic) in >> type;
    in >> slot;
    r.gfp = mask_of(type) | GfpFlag::kswapd_reclaim;
    if (atomic) r.gfp |= Gfp{GfpFlag::high} | GfpFlag::atomic;
    const reference::Answer a = kernel_.alloc(r);
    if (a.head != kNoPfn) slots_[slot] = {a.head, Order{r.order}};
  }
  void free(std::istream& in) {
    unsigned slot = 0;
    in >> slot;
    const HeldBlock b = slots_.at(slot);
    slots_.erase(slot);
    kernel_.free(0, b.head, b.order);
  }
  void isolate(Pfn p) {
    if (!kernel_.refuses_isolation(p).value_or(false)) kernel_.isolate(0, p);
  }
  void take(std::istream& in) {
    const Pfn head = pfn(in);
    unsigned slot = 0;
    in >> slot;
    const auto order = kernel_.free_block_at(head);
    if (order && !kernel_.take_free_block(0, head)) slots_[slot] = {head, *order};
  }
  void unisolate(std::istream& in) {
    const Pfn p = pfn(in);
    char type = 0;
    in >> type;
    kernel_.unisolate(0, p, type_of_letter(type));
  }

  reference::Reference kernel_;
  std::map<unsigned, HeldBlock> slots_;
};

}  // namespace bp::testing
