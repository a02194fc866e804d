// SPDX-License-Identifier: MIT
#include "fuzz/explain/dumps.h"

#include <algorithm>

#include "fuzz/report/fmt.h"

namespace bp::explain {
namespace {

/// Lines of two callers are never one report's; who does not say may be anybody.
bool may_be_same(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() || a == b;
}

constexpr std::string_view kTogether =
    "two reports are printed into each other and no line says whose it is: lines are taken in "
    "their order";

}  // namespace

void Dumps::open_request(Request r, const std::string& caller) {
  // A dump that has begun is over, or was cut off: the next lines are the next report's.
  for (Dump& d : dumps_) d.closed |= !d.zones.empty() && may_be_same(d.caller, caller);
  // No trace is longer; a request further up lost its memory.
  constexpr std::size_t kTraceLinesMax = 100;
  for (Asked& other : requests_) {
    const bool is_open = !other.request.trace_over && may_be_same(other.caller, caller) &&
                         r.line - other.request.line < kTraceLinesMax;
    if (is_open) r.trace_shared = other.request.trace_shared = true;
  }
  requests_.push_back({std::move(r), caller});
}

Dumps::Dump& Dumps::new_dump(std::size_t line, const std::string& caller) {
  for (Asked& r : requests_) r.request.trace_over |= may_be_same(r.caller, caller);
  Dump d;
  d.caller = caller, d.line = line;
  for (Dump& other : dumps_) {
    if (other.closed || !may_be_same(other.caller, caller)) continue;
    if (other.has_lists) {
      other.closed = true;
    } else {
      d.shared = other.shared = true;
    }
  }
  dumps_.push_back(std::move(d));
  return dumps_.back();
}

void Dumps::open_dump(std::size_t line, const std::string& caller) { new_dump(line, caller); }

Dumps::ZoneSlot* Dumps::slot_of(Dump& d, ZoneType type, std::optional<unsigned> node) {
  for (ZoneSlot& z : d.zones) {
    if (z.lines.type == type && z.lines.node == node) return &z;
  }
  return nullptr;
}

Dumps::Dump& Dumps::dump_lacking(ZoneType type, std::optional<unsigned> node, bool list,
                                 std::size_t line, const std::string& caller) {
  Dump* best = nullptr;
  for (Dump& d : dumps_) {
    if (d.closed || !may_be_same(d.caller, caller)) continue;
    ZoneSlot* z = slot_of(d, type, node);
    // Counters come before lists: a dump at its lists has no more of them.
    const bool lacks = list ? z == nullptr || !z->list : z == nullptr && !d.has_lists;
    if (!lacks) continue;
    const bool exact = d.caller == caller && !caller.empty();
    if (best == nullptr || (exact && best->caller != caller)) best = &d;
    // Whose counters were printed has a better claim to the lists.
    if (list && z != nullptr && slot_of(*best, type, node) == nullptr) best = &d;
  }
  if (best == nullptr && list) best = cut_off_dump(type, node, caller);
  return best != nullptr ? *best : new_dump(line, caller);
}

/// The last dump whose lists were cut off by another report: here they come, after the other's.
Dumps::Dump* Dumps::cut_off_dump(ZoneType type, std::optional<unsigned> node,
                                 const std::string& caller) {
  for (auto d = dumps_.rbegin(); d != dumps_.rend(); ++d) {
    if (!may_be_same(d->caller, caller)) continue;
    ZoneSlot* z = slot_of(*d, type, node);
    if (z == nullptr || z->list) continue;
    for (Dump& other : dumps_) {
      const ZoneSlot* has = slot_of(other, type, node);
      if (has != nullptr && has->list && other.line > d->line) other.shared = d->shared = true;
    }
    return d->shared ? &*d : nullptr;
  }
  return nullptr;
}

ZoneLines& Dumps::open_zone(ZoneType type, std::optional<unsigned> node, std::size_t line,
                            const std::string& caller) {
  Dump& d = dump_lacking(type, node, false, line, caller);
  d.zones.push_back({});
  ZoneLines& z = d.zones.back().lines;
  z.type = type, z.node = node, z.line = line, z.counted = true;
  return z;
}

void Dumps::open_list(ZoneType type, std::optional<unsigned> node, std::size_t line,
                      const std::string& caller) {
  Dump& d = dump_lacking(type, node, true, line, caller);
  d.has_lists = true;
  ZoneSlot* z = slot_of(d, type, node);
  if (z == nullptr) {
    d.zones.push_back({});
    z = &d.zones.back();
    z->lines.type = type, z->lines.node = node, z->lines.line = line;
  }
  z->list = lists_.open(line);
}

void Dumps::give_reserve(std::vector<std::int64_t> row, bool broken, std::size_t line,
                         const std::string& caller) {
  constexpr std::size_t kColumnsMax = kZoneTypes;
  for (auto d = dumps_.rbegin(); d != dumps_.rend(); ++d) {
    if (!may_be_same(d->caller, caller) || d->zones.empty()) continue;
    ZoneLines& z = d->zones.back().lines;
    if (!z.counted || !z.lowmem_reserve.empty()) continue;
    if (row.empty() || row.size() > kColumnsMax) {
      d->notes.push_back(
          fmt::format("line {}: lowmem_reserve of {} cannot be read", line, name_of(z)));
      return;
    }
    z.lowmem_reserve = std::move(row);
    d->zones.back().row_broken = broken;
    return;
  }
}

Dumps::Dump* Dumps::last_dump(const std::string& caller) {
  for (auto d = dumps_.rbegin(); d != dumps_.rend(); ++d) {
    if (!d->closed && may_be_same(d->caller, caller)) return &*d;
  }
  return nullptr;
}

void Dumps::set_total(std::string_view name, std::int64_t pages, const std::string& caller) {
  Dump* d = last_dump(caller);
  // Totals stand above the zones: the same words below them are something else's.
  if (d == nullptr || !d->zones.empty() || d->shared) return;
  const auto set = [&](Maybe& m) {
    if (!m) m = pages;
  };
  if (name == "free") set(d->totals.free);
  if (name == "free_cma") set(d->totals.free_cma);
  if (name == "free_pcp") set(d->totals.free_pcp);
}

void Dumps::set_pages(std::string_view what, std::int64_t pages, const std::string& caller) {
  Dump* d = last_dump(caller);
  if (d == nullptr || d->shared) return;
  const auto set = [&](Maybe& m) {
    if (!m) m = pages;
  };
  if (what.starts_with("RAM")) set(d->totals.ram);
  if (what.starts_with("HighMem")) set(d->totals.highmem);
  if (what == "cma reserved") set(d->totals.cma_reserved);
}

Request* Dumps::request_of(const std::string& caller) {
  for (auto r = requests_.rbegin(); r != requests_.rend(); ++r) {
    if (may_be_same(r->caller, caller)) return &r->request;
  }
  return nullptr;
}

Request* Dumps::request_of(const std::string& caller, std::string_view comm) {
  for (auto r = requests_.rbegin(); r != requests_.rend(); ++r) {
    if (may_be_same(r->caller, caller) && !r->request.kernel && r->request.comm == comm)
      return &r->request;
  }
  return request_of(caller);
}

/// Between the request before it and this one some zone was printed.
bool Dumps::begins_dump_before(const Asked& r) const {
  const auto at = static_cast<std::size_t>(&r - requests_.data());
  if (at == 0) return true;
  return std::ranges::any_of(dumps_, [&](const Dump& d) {
    return !d.zones.empty() && d.line > requests_[at - 1].request.line && d.line < r.request.line;
  });
}

Request* Dumps::oom_of(const std::string& caller) {
  Request* found = nullptr;
  for (auto r = requests_.rbegin(); r != requests_.rend(); ++r) {
    const bool fits = may_be_same(r->caller, caller) && r->request.kind == ReportKind::oom;
    if (fits && !r->request.constrained) found = &r->request;
    if (begins_dump_before(*r)) break;
  }
  return found;
}

/// The request whose dump this is: the caller's own, or the earliest that still waits for one if
/// as many dumps come as requests wait, or else the nearest.
Dumps::Asked* Dumps::asked_for(const Dump& d, std::size_t dumps_after) {
  std::vector<Asked*> waiting;
  for (Asked& r : requests_) {
    if (r.has_dump || r.request.line > d.line || !may_be_same(r.caller, d.caller)) continue;
    if (!d.caller.empty() && r.caller == d.caller) return &r;
    waiting.push_back(&r);
  }
  if (waiting.empty()) return nullptr;
  return dumps_after + 1 >= waiting.size() ? waiting.front() : waiting.back();
}

/// All rows of a dump have as many columns as the kernel has zone types: a shorter one was cut, and
/// one that is longer than those on one line was broken inside a number. Where no row is on one
/// line they must agree.
void Dumps::drop_odd_rows(Dump& d) {
  std::size_t columns = 0, columns_unbroken = 0;
  bool agree = true;
  for (const ZoneSlot& z : d.zones) {
    const std::size_t n = z.lines.lowmem_reserve.size();
    agree &= n == 0 || columns == 0 || n == columns;
    columns = std::max(columns, n);
    if (!z.row_broken) columns_unbroken = std::max(columns_unbroken, n);
  }
  if (agree) return;
  for (ZoneSlot& z : d.zones) {
    std::vector<std::int64_t>& row = z.lines.lowmem_reserve;
    if (row.empty() || row.size() == columns_unbroken) continue;
    d.notes.push_back(fmt::format(
        "lowmem_reserve of {} has {} columns and others' have not: it was cut, or a line was "
        "broken inside a number",
        name_of(z.lines), row.size()));
    row.clear();
  }
}

FailureReport Dumps::finished(Dump& d) {
  drop_odd_rows(d);
  FailureReport out;
  for (ZoneSlot& z : d.zones) {
    if (z.list) z.lines.lists = lists_.got(*z.list);
    out.zones.push_back(std::move(z.lines));
  }
  out.totals = d.totals;
  out.notes = std::move(d.notes);
  if (d.shared) out.notes.push_back(std::string(kTogether));
  return out;
}

LogReports Dumps::reports(std::vector<std::string> others) {
  LogReports out;
  out.others = std::move(others);
  // A dump that was opened and has nothing is none.
  std::erase_if(dumps_, [](const Dump& d) { return d.zones.empty(); });
  std::vector<FailureReport> of_request(requests_.size());
  for (std::size_t i = 0; i < dumps_.size(); ++i) {
    Dump& d = dumps_[i];
    std::size_t after = 0;
    while (i + 1 + after < dumps_.size() &&
           std::ranges::none_of(
               requests_,
               [&](const Asked& r) {
                 return r.request.line > d.line && r.request.line < dumps_[i + 1 + after].line;
               }))
      ++after;
    Asked* r = asked_for(d, after);
    FailureReport found = finished(d);
    if (r != nullptr) {
      r->has_dump = true;
      of_request[static_cast<std::size_t>(r - requests_.data())] = std::move(found);
    } else if (!out.zones_only) {
      out.zones_only = std::move(found);
    }
  }
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    of_request[i].request = std::move(requests_[i].request);
    for (const std::string& note : lists_.notes()) of_request[i].notes.push_back(note);
    out.reports.push_back(std::move(of_request[i]));
  }
  return out;
}

}  // namespace bp::explain
