// SPDX-License-Identifier: MIT
#include "fuzz/kernel/trace.h"

#include <algorithm>

#include "fuzz/kernel/fields.h"
#include "model/vocab/gfp_text.h"
#include "model/vocab/machine.h"

namespace bp::kernel {
namespace {

constexpr std::size_t kHeadWords = 5;  // dt_us, cpu, context, task, EVENT.
constexpr std::size_t kWordsMax = kHeadWords + 6;
using LineWords = Words<kWordsMax>;

/// Words after the kind, or 0 for none of the kinds.
std::size_t words_of(char kind) {
  switch (TraceKind{kind}) {
    case TraceKind::alloc:
    case TraceKind::take: return 4;
    case TraceKind::free: return 2;
    case TraceKind::batched: return 1;
    case TraceKind::drain: return 3;
    case TraceKind::fallback: return 6;
  }
  return 0;
}

std::string read_block(const LineWords& w, TraceEvent& e) {
  const auto pfn = number<std::uint64_t>(w.at[kHeadWords], 16);
  if (!pfn) return quoted(w.at[kHeadWords]) + " is no pfn";
  e.pfn = Pfn{*pfn};
  const auto order = number<unsigned>(w.at[kHeadWords + 1]);
  if (!order) return quoted(w.at[kHeadWords + 1]) + " is no order";
  if (*order > kOrderMax) {
    return "order " + std::to_string(*order) + " is above " + std::to_string(kOrderMax);
  }
  e.order = Order{*order};
  if (e.kind == TraceKind::alloc && e.pfn == kNoPfn) return {};
  if (e.pfn > kPfnMax) return "pfn " + quoted(w.at[kHeadWords]) + " is 2^40 or above";
  if (e.kind == TraceKind::alloc && !is_aligned(e.pfn, e.order)) {
    return "pfn " + quoted(w.at[kHeadWords]) + " is no head of order " + std::to_string(*order);
  }
  return {};
}

std::string read_event(const LineWords& w, TraceEvent& e) {
  if (w.count < kHeadWords) {
    return "it has " + std::to_string(w.count) + " words, and 'dt_us cpu context task EVENT ...' " +
           "has at least 5";
  }
  if (!number<std::uint64_t>(w.at[0])) return quoted(w.at[0]) + " is no time in microseconds";
  const auto cpu = number<unsigned>(w.at[1]);
  if (!cpu || *cpu >= kTraceCpusMax) return quoted(w.at[1]) + " is no CPU";
  e.cpu = *cpu;

  const std::string_view kind = w.at[kHeadWords - 1];
  const std::size_t words = kind.size() == 1 ? words_of(kind[0]) : 0;
  if (words == 0) return quoted(kind) + " is no event; A F B D Z X are";
  if (w.count != kHeadWords + words) {
    return "event " + std::string(kind) + " has " + std::to_string(words) +
           " words after it, not " + std::to_string(w.count - kHeadWords);
  }
  e.kind = TraceKind{kind[0]};
  if (e.kind != TraceKind::alloc && e.kind != TraceKind::free) return {};
  if (std::string fault = read_block(w, e); !fault.empty()) return fault;
  if (e.kind != TraceKind::alloc) return {};
  const auto gfp = number<std::uint32_t>(w.at[kHeadWords + 3], 16);
  if (!gfp) return quoted(w.at[kHeadWords + 3]) + " is no gfp mask";
  e.gfp = *gfp;
  return {};
}

}  // namespace

TraceLine read_trace_line(std::string_view line) {
  if (line.starts_with('#')) return {};
  const LineWords words(line);
  if (words.count == 0) return {};
  TraceEvent e;
  if (std::string fault = read_event(words, e); !fault.empty()) return {std::nullopt, fault};
  return {e, {}};
}

std::optional<Era> era_of_trace(std::string_view trace) {
  constexpr std::string_view kEra = "# era ";
  while (trace.starts_with('#')) {
    const std::size_t end = std::min(trace.find('\n'), trace.size());
    const std::string_view line = trace.substr(0, end);
    if (line.starts_with(kEra)) return era_named(line.substr(kEra.size()));
    trace.remove_prefix(std::min(end + 1, trace.size()));
  }
  return std::nullopt;
}

}  // namespace bp::kernel
