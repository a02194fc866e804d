// SPDX-License-Identifier: MIT
#include "model/invariants/small_kernel.h"

#include <algorithm>
#include <sstream>

#include "model/vocab/check.h"

namespace bp {

using reference::KernelState;
using reference::ZoneState;

namespace {

std::int64_t pages_free(const ZoneState& z, unsigned order_low, Migratetype t) {
  std::int64_t pages = 0;
  for (unsigned o = order_low; o < reference::kOrders; ++o) {
    pages += static_cast<std::int64_t>(z.lists[o][static_cast<unsigned>(t)].size()) << o;
  }
  return pages;
}

Pfn read_pfn(std::istream& in) {
  std::uint64_t p = 0;
  in >> std::hex >> p >> std::dec;
  return Pfn{p};
}

Gfp mask_of(char type) {
  if (type == 'M') return Gfp{GfpFlag::movable} | GfpFlag::highmem;
  return type == 'R' ? Gfp{GfpFlag::reclaimable} : Gfp{};
}

}  // namespace

const std::string_view kKernelProgramHelp =
    "a ORDER TYPE SLOT allocates, A ORDER SLOT with GFP_ATOMIC, f SLOT frees, d drains,\n"
    "I PFN isolates a pageblock, J PFN TYPE undoes that, b PFN makes a page bad,\n"
    "U gives back the reserve, T PFN SLOT takes a free block, w sets small watermarks;\n"
    "a machine is a letter for each pageblock: U M R H C, all of them free.";

Migratetype type_of_letter(char c) {
  switch (c) {
    case 'U': return Migratetype::unmovable;
    case 'M': return Migratetype::movable;
    case 'R': return Migratetype::reclaimable;
    case 'H': return Migratetype::highatomic;
    case 'C': return Migratetype::cma;
    default: check(c == 'I', "a migratetype's letter is one of U, M, R, H, C and I");
  }
  return Migratetype::isolate;
}

KernelState empty_kernel(Profile p, std::string_view pageblocks) {
  KernelState s;
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
  ZoneState& z = s.zones[0];
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

void add_free(KernelState& s, std::uint64_t head, unsigned order, char type) {
  const auto list = static_cast<unsigned>(type_of_letter(type));
  s.zones[0].lists[order][list].push_back(Pfn{head});
}

void count_free(KernelState& s) {
  ZoneState& z = s.zones[0];
  z.numbers.stat = {};
  for (unsigned o = 0; o < reference::kOrders; ++o) {
    z.nr_free[o] = 0;
    for (const auto& list : z.lists[o]) z.nr_free[o] += static_cast<std::int64_t>(list.size());
  }
  using enum Migratetype;
  for (const Migratetype t : {unmovable, movable, reclaimable, highatomic, cma}) {
    z.numbers.stat[0] += pages_free(z, 0, t);
    if (s.config.profile == Profile::v7_1) z.numbers.stat[2] += pages_free(z, 9, t);
  }
  z.numbers.stat[1] = pages_free(z, 0, cma);
  const bool counts_reserve =
      s.config.profile == Profile::v6_12 || s.config.profile == Profile::v7_1;
  z.numbers.free_highatomic = counts_reserve ? pages_free(z, 0, highatomic) : 0;
}

KernelState free_kernel(Profile p, std::string_view pageblocks) {
  KernelState s = empty_kernel(p, pageblocks);
  std::string types(pageblocks);
  std::erase(types, ' ');
  for (std::size_t i = 0; i < types.size(); ++i) {
    const bool whole = i % 2 == 0 && i + 1 < types.size() && types[i + 1] == types[i];
    add_free(s, i * 512, whole ? 10 : 9, types[i]);
    if (whole) ++i;
  }
  count_free(s);
  return s;
}

bool KernelProgram::run(std::string_view lines) {
  std::istringstream in{std::string(lines)};
  for (std::string line; std::getline(in, line);) {
    if (!step(line)) return false;
  }
  return true;
}

bool KernelProgram::step(const std::string& line) {
  std::istringstream in(line);
  char letter = 0;
  in >> letter;
  switch (letter) {
    case 'a': return alloc(in, false), true;
    case 'A': return alloc(in, true), true;
    case 'f': return free(in);
    case 'd': return kernel_.drain_all(0), true;
    case 'I': return isolate(read_pfn(in)), true;
    case 'J': return unisolate(in), true;
    case 'b': return kernel_.mark_bad(read_pfn(in)), true;
    case 'U': return kernel_.unreserve_highatomic(0, -1, Gfp{}, false), true;
    case 'T': return take(in), true;
    case 'w': return kernel_.recompute_watermarks(64), true;
    default: return false;
  }
}

void KernelProgram::free_all() {
  for (const auto& [slot, block] : slots_) kernel_.free(0, block.head, block.order);
  slots_.clear();
}

std::vector<HeldBlock> KernelProgram::held() const {
  std::vector<HeldBlock> out;
  for (const auto& [slot, block] : slots_) out.push_back(block);
  return out;
}

void KernelProgram::alloc(std::istream& in, bool atomic) {
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

bool KernelProgram::free(std::istream& in) {
  unsigned slot = 0;
  in >> slot;
  const auto at = slots_.find(slot);
  if (at == slots_.end()) return false;
  const HeldBlock b = at->second;
  slots_.erase(at);
  kernel_.free(0, b.head, b.order);
  return true;
}

void KernelProgram::isolate(Pfn p) {
  if (!kernel_.refuses_isolation(p).value_or(false)) kernel_.isolate(0, p);
}

void KernelProgram::take(std::istream& in) {
  const Pfn head = read_pfn(in);
  unsigned slot = 0;
  in >> slot;
  const auto order = kernel_.free_block_at(head);
  if (order && !kernel_.take_free_block(0, head)) slots_[slot] = {head, *order};
}

void KernelProgram::unisolate(std::istream& in) {
  const Pfn p = read_pfn(in);
  char type = 0;
  in >> type;
  kernel_.unisolate(0, p, type_of_letter(type));
}

}  // namespace bp
