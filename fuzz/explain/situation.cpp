// SPDX-License-Identifier: MIT
#include "fuzz/explain/situation.h"

#include <algorithm>

#include "fuzz/explain/log_words.h"
#include "fuzz/explain/mask.h"
#include "fuzz/explain/zone_configs.h"
#include "fuzz/report/fmt.h"

namespace bp::explain {
namespace {

using rules::KernelAge;
using rules::KernelVersion;

/// The size of a block of order 0: the first entry of any list.
std::optional<std::int64_t> page_size_kb(const FailureReport& r) {
  for (const ZoneLines& z : r.zones) {
    if (z.lists && !z.lists->orders.empty()) return z.lists->orders.front().size_kb;
  }
  return std::nullopt;
}

/// Without a list: the totals count in pages what the zones count in kB. Nothing: no size fits.
std::optional<std::int64_t> page_size_by_totals(const FailureReport& r) {
  std::int64_t kb = 0;
  for (const ZoneLines& z : r.zones) {
    if (!z.free) return std::nullopt;
    kb += *z.free;
  }
  // Fewer are all taken by what moves between two lines.
  constexpr std::int64_t kPagesMin = 1000;
  if (!r.totals.free || *r.totals.free < kPagesMin) return std::nullopt;
  for (const std::int64_t size : {4, 16, 64}) {
    const std::int64_t all = *r.totals.free * size;
    if (std::abs(kb - all) <= all / 32) return size;
  }
  return std::nullopt;
}

bool any_zone(const FailureReport& r, Maybe ZoneLines::* field) {
  return std::ranges::any_of(r.zones, [&](const ZoneLines& z) { return (z.*field).has_value(); });
}

/// Lists have blocks and no letters beside them.
bool lacks_letters(const FailureReport& r) {
  bool any = false;
  for (const ZoneLines& z : r.zones) {
    if (!z.lists) continue;
    for (const FreeBlocks& b : z.lists->orders) {
      if (b.count > 0 && b.types.known) return false;
      any |= b.count > 0;
    }
  }
  return any;
}

/// Without a version: what only some kernels print.
std::vector<KernelAge> ages_by_signs(const FailureReport& r) {
  KernelAge first = KernelAge::before_4_4, last = KernelAge::v6_12;
  if (any_zone(r, &ZoneLines::reserved_highatomic)) first = KernelAge::v4_15;
  if (any_zone(r, &ZoneLines::boost)) first = KernelAge::v5_9;
  if (any_zone(r, &ZoneLines::free_highatomic)) first = KernelAge::v6_12;
  if (r.request && r.request->mask) {
    if (r.request->symbols.empty() && r.request->first_symbols) {
      first = std::max(first, KernelAge::v4_4);
    } else if (r.request->symbols.empty()) {
      last = KernelAge::v4_4;
    } else {
      std::vector<KernelAge> fit = ages_of_mask(*r.request->mask, r.request->symbols);
      std::erase_if(fit, [&](KernelAge a) { return a < first; });
      if (!fit.empty()) return fit;
      first = std::max(first, KernelAge::v4_4);
    }
  }
  // Letters came with 3.8 and the ages differ from 4.4 on only.
  if (first == KernelAge::before_4_4 && lacks_letters(r)) last = first;
  std::vector<KernelAge> ages;
  for (const KernelAge a : rules::kKernelAges) {
    // Signs that contradict each other say nothing.
    if ((a >= first && a <= last) || last < first) ages.push_back(a);
  }
  return ages;
}

/// The mask of an unknown kernel: only bits that all layouts agree on can be read from a number.
std::optional<KernelVersion> version_for_mask(const Situation& s) {
  if (s.kernel) return s.kernel;
  if (s.ages.size() == 1 && s.ages.front() == KernelAge::before_4_4) return KernelVersion{3, 0};
  return std::nullopt;
}

Maybe pages(const Maybe& kb, std::int64_t page_kb) {
  return kb ? Maybe(*kb / page_kb) : std::nullopt;
}

/// What is charged for the highatomic reserve (R-WMARK-4, 17), or its bounds where it is not
/// printed: none before 4.4, at most a hundredth and two pageblocks after (R-HA-2).
std::optional<Range> highatomic_of(const ZoneLines& z, const Situation& s) {
  const bool charges_free = s.ages.front() >= KernelAge::v6_12;
  if (charges_free && z.free_highatomic) {
    const std::int64_t n = *z.free_highatomic / s.page_kb;
    return Range{n, n};
  }
  if (z.reserved_highatomic) {
    const std::int64_t n = *z.reserved_highatomic / s.page_kb;
    return Range{charges_free ? 0 : n, n};
  }
  if (s.ages.back() == KernelAge::before_4_4) return Range{0, 0};
  const Maybe size = z.managed ? z.managed : z.present;
  if (!size) return std::nullopt;
  constexpr std::int64_t kTwoPageblocks = 2 * 1024;
  return Range{0, *size / s.page_kb / 100 + kTwoPageblocks};
}

/// The counters of all zones were printed: their sum is the total's, but for pages that moved.
bool has_all_zones(const FailureReport& r, std::int64_t page_kb) {
  std::int64_t sum = 0;
  for (const ZoneLines& z : r.zones) {
    if (!z.free) return false;
    sum += *z.free / page_kb;
  }
  return r.totals.free && sum >= *r.totals.free - *r.totals.free / 100;
}

/// Free CMA pages of a zone, or what the totals leave for it.
std::optional<Range> free_cma_of(const FailureReport& r, const ZoneLines& z, std::int64_t page_kb) {
  if (z.free_cma) return Range{*z.free_cma / page_kb, *z.free_cma / page_kb};
  // A kernel that counts them shows the total.
  if (r.totals.free && !r.totals.free_cma) return Range{0, 0};
  std::int64_t others = 0, lacking = 0;
  for (const ZoneLines& other : r.zones) {
    others += other.free_cma.value_or(0) / page_kb;
    lacking += other.free_cma ? 0 : 1;
  }
  if (!z.free) return std::nullopt;
  std::int64_t most = *z.free / page_kb;
  if (!r.totals.free_cma) return Range{0, most};
  const std::int64_t left = std::max<std::int64_t>(*r.totals.free_cma - others, 0);
  most = std::min(most, left);
  return Range{lacking == 1 && has_all_zones(r, page_kb) ? most : 0, most};
}

ZoneFacts facts_of(const FailureReport& r, const ZoneLines& z, const Situation& s) {
  ZoneFacts f;
  f.name = name_of(z);
  f.node = z.node.value_or(0);
  f.type = z.type;
  f.line = z.line;
  f.free = pages(z.free, s.page_kb), f.boost = pages(z.boost, s.page_kb);
  f.min = pages(z.min, s.page_kb), f.low = pages(z.low, s.page_kb);
  f.high = pages(z.high, s.page_kb), f.managed = pages(z.managed, s.page_kb);
  f.present = pages(z.present, s.page_kb);
  constexpr KernelVersion kFirstWithCma{3, 5};
  const bool has_cma = !s.kernel || *s.kernel >= kFirstWithCma;
  f.free_cma = has_cma ? free_cma_of(r, z, s.page_kb) : Range{0, 0};
  f.highatomic = highatomic_of(z, s);
  f.reserve = z.lowmem_reserve;
  if (z.lists && z.lists->whole()) {
    for (const FreeBlocks& b : z.lists->orders) f.orders.push_back({b.count, b.types});
    f.listed = *z.lists->sum_kb / s.page_kb;
  }
  return f;
}

std::string memalloc_note(const Request& q, std::optional<Gfp> gfp) {
  const std::string who = q.comm.empty() ? "the task" : q.comm;
  const std::string_view from = q.comm.starts_with("kswapd") ? "name" : "call trace";
  if (gfp && gfp->has(GfpFlag::nomemalloc)) {
    return fmt::format(
        "{} reclaims memory itself (PF_MEMALLOC), as its {} shows; __GFP_NOMEMALLOC keeps it from "
        "the reserves all the same",
        who, from);
  }
  return fmt::format(
      "{} reclaims memory itself (PF_MEMALLOC): it may use all of it, which its {} shows and its "
      "mask does not",
      who, from);
}

void read_request(const FailureReport& r, Situation& s) {
  const Request& q = *r.request;
  s.kind = q.kind;
  s.who = q.comm;
  if (q.order && *q.order >= 0 && *q.order < 32) s.order = Order{static_cast<unsigned>(*q.order)};
  ReadMask mask = read_mask(q.mask, q.symbols, version_for_mask(s));
  if (mask.gfp && q.first_symbols && q.symbols.empty())
    check_first_symbols(*q.first_symbols, version_for_mask(s), mask);
  s.gfp = mask.gfp;
  if (s.gfp) s.mask = q.symbols.empty() ? mask_text(*s.gfp, version_for_mask(s)) : q.symbols;
  std::ranges::move(mask.notes, std::back_inserter(s.notes));
  if (q.order == -1) {
    s.notes.push_back("order -1: somebody asked for the OOM killer itself (SysRq f), no memory");
  } else if (!s.order) {
    s.notes.push_back("the order is missing");
  }
  if (q.of_memcg) {
    s.notes.push_back(
        "a control group reached its own limit: the page allocator refused nothing (raise the "
        "group's limit)");
  }
  if (q.of_vmalloc) {
    s.notes.push_back(
        "vmalloc() has no room of this size among its addresses, as the line before says: the page "
        "allocator was not asked, and order and mask are vmalloc's own");
  }
  s.refused_by_none = q.of_memcg || q.of_vmalloc || q.order == -1;
  s.nodes = node_list(q.nodemask);
  s.mems = node_list(q.mems_allowed);
  s.task.in_interrupt = q.in_interrupt && !q.trace_shared;
  s.task.memalloc = q.comm.starts_with("kswapd") || (q.reclaiming && !q.trace_shared);
  if (q.trace_shared) {
    s.notes.push_back(
        "another request's call trace is printed into this one's: whether the task reclaims memory "
        "itself or is in an interrupt is not known, and taken not to be");
  }
  if (s.task.memalloc && !s.task.in_interrupt) s.notes.push_back(memalloc_note(q, s.gfp));
}

/// "2.6.18-194.el5"; anything before 2.6 too.
bool is_before_2_6_32(std::string_view version) {
  constexpr std::string_view kSeries = "2.6.";
  if (!version.starts_with(kSeries)) return version.starts_with("2.");
  const std::string_view rest = version.substr(kSeries.size());
  const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  return decimal(rest.substr(0, end)).value_or(0) < 32;
}

void read_version(const FailureReport& r, std::optional<KernelVersion> kernel, Situation& s) {
  s.kernel = kernel;
  if (!kernel && r.request) s.kernel = r.request->kernel, s.version = r.request->version;
  if (s.kernel) {
    s.ages = {rules::age_of(*s.kernel)};
    if (is_before_2_6_32(s.version)) {
      s.notes.push_back(
          "kernels before 2.6.32 are not described: their rules are taken to be its own");
    }
    return;
  }
  s.ages = ages_by_signs(r);
  std::string names;
  for (const KernelAge a : s.ages)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", age_name(a));
  s.notes.push_back(fmt::format(
      "the kernel's version is missing; by what is printed its rules are those of: {}", names));
}

}  // namespace

std::optional<std::vector<unsigned>> node_list(std::string_view text) {
  constexpr std::int64_t kMost = 1024;
  std::vector<unsigned> nodes;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    const std::size_t dash = part.find('-');
    const Maybe from = decimal(part.substr(0, dash));
    const Maybe to = dash == part.npos ? from : decimal(part.substr(dash + 1));
    if (!from || !to || *to < *from || *to > kMost) return std::nullopt;
    for (std::int64_t n = *from; n <= *to; ++n) nodes.push_back(static_cast<unsigned>(n));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (nodes.empty()) return std::nullopt;
  return nodes;
}

Situation situation_of(const FailureReport& r, std::optional<KernelVersion> kernel) {
  Situation s;
  s.notes = r.notes;
  read_version(r, kernel, s);
  if (r.request) read_request(r, s);
  if (const auto kb = page_size_kb(r)) {
    s.page_kb = *kb;
  } else if (const auto by_totals = page_size_by_totals(r)) {
    s.page_kb = *by_totals;
    if (s.page_kb != 4) {
      s.notes.push_back(fmt::format(
          "pages are of {} kB, as the zones' kB and the totals' pages show", s.page_kb));
    }
  } else if (!r.zones.empty()) {
    s.notes.push_back("no list of free blocks is whole: pages are taken to be of 4 kB");
  }
  for (const ZoneLines& z : r.zones) s.zones.push_back(facts_of(r, z, s));
  s.total_free = r.totals.free;
  s.ram = r.totals.ram;
  if (s.zones.empty()) s.notes.push_back("no zone was printed");
  s.configs = possible_configs(s.zones, s.gfp);
  return s;
}

}  // namespace bp::explain
