// SPDX-License-Identifier: MIT
// A request and the memory that refused it, in pages and flags: what a report, /proc or a program
// say, made alike. What is not known stays unknown; the judge says then what cannot be decided.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/explain/failure_report.h"
#include "model/rules/kernel_age.h"
#include "model/vocab/gfp.h"
#include "model/vocab/units.h"
#include "model/vocab/zone.h"

namespace bp::explain {

/// From `lo` to `hi`, both possible; known if they are one.
struct Range {
  std::int64_t lo = 0;
  std::int64_t hi = 0;
  bool known() const { return lo == hi; }
  bool operator==(const Range&) const = default;
};

/// Free blocks of one order.
struct OrderFacts {
  std::int64_t count = 0;
  TypeSet types;
};

/// One zone, in pages.
struct ZoneFacts {
  std::string name;  ///< "Node 0 DMA32"
  unsigned node = 0;
  ZoneType type = ZoneType::normal;
  std::size_t line = 0;  ///< Where it was printed; 0: nowhere.
  Maybe free, boost, min, low, high, managed, present;
  std::optional<Range> free_cma;      ///< None: nothing is known of it.
  std::optional<Range> highatomic;    ///< What the check charges: reserved, or free from 6.12 on.
  std::vector<std::int64_t> reserve;  ///< By column; empty: unknown.
  std::vector<OrderFacts> orders;     ///< Empty: unknown.
  Maybe listed;                       ///< Pages on the lists.
};

struct Situation {
  /// It reports what no zone refused: a control group's limit, or a killer asked for by hand.
  bool refused_by_none = false;
  ReportKind kind = ReportKind::failure;
  std::string who;      ///< "java", the task; or where the request is from.
  std::string version;  ///< As printed; empty: not known.
  std::optional<rules::KernelVersion> kernel;
  std::vector<rules::KernelAge> ages;  ///< The rules it may have had, at least one.
  std::optional<Gfp> gfp;
  std::string mask;  ///< The same in symbols, as printed if they were.
  /// What the same symbols are for each of `ages`, where the version is not known and they differ.
  std::vector<std::pair<rules::KernelAge, Gfp>> gfp_of_ages;
  std::optional<Order> order;
  Maybe total_free;  ///< Of all zones, those not printed too.
  Maybe ram;         ///< Pages of the machine.
  rules::AskingTask task;
  std::int64_t page_kb = 4;
  /// Zone types that the kernel may have been built with, the likeliest first; never empty.
  std::vector<ZoneConfig> configs;
  std::optional<std::vector<unsigned>> nodes;  ///< That the node mask allows; none: all.
  std::optional<std::vector<unsigned>> mems;   ///< That the cpuset allows; none: not said.
  std::vector<unsigned> node_order;            ///< Of the zonelist; empty: not known.
  std::vector<ZoneFacts> zones;                ///< In the order printed.
  std::vector<std::string> notes;              ///< What was assumed or is missing.
};

/// What a report says; `kernel` in place of the version that it has or lacks.
Situation situation_of(const FailureReport& report, std::optional<rules::KernelVersion> kernel);

/// "0-2,5", "0": node numbers; none if it is no such list ("(null)").
std::optional<std::vector<unsigned>> node_list(std::string_view text);

}  // namespace bp::explain
