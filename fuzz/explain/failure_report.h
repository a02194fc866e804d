// SPDX-License-Identifier: MIT
// What a kernel printed about one allocation that failed: the request, and the memory as it was
// when the kernel came round to printing it. Numbers are as printed or absent; nothing is filled
// in.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rules/kernel_age.h"
#include "model/vocab/migratetype.h"
#include "model/vocab/zone.h"

namespace bp::explain {

/// A number in kB or in pages, as the field that has it says, or absent.
using Maybe = std::optional<std::int64_t>;

/// The types whose lists are not empty, of the free blocks of one order. 'R' of before 4.4 is a
/// reserve that everybody may fall back to.
struct TypeSet {
  bool known = false;  ///< Letters were printed, or there is no block.
  bool reserve = false;
  std::array<bool, 6> has{};  ///< By Migratetype.
  bool of(Migratetype t) const { return has[static_cast<unsigned>(t)]; }
};

/// "77*4kB (H)".
struct FreeBlocks {
  std::int64_t count = 0;
  std::int64_t size_kb = 0;
  TypeSet types;
};

/// "Node 0 DMA32: 77*4kB (H) ... = 1836kB".
struct FreeLists {
  std::size_t line = 0;
  std::vector<FreeBlocks> orders;  ///< From order 0 up, without a gap.
  Maybe sum_kb;                    ///< Printed at the end; absent: the line was cut or torn.
  bool whole() const { return sum_kb.has_value() && !orders.empty(); }
};

/// One zone's lines.
struct ZoneLines {
  std::optional<unsigned> node;  ///< Absent: the kernel has one node and does not say so.
  ZoneType type = ZoneType::normal;
  std::size_t line = 0;  ///< Of its first line, from 1.
  bool counted = false;  ///< It has a line of counters; false: lists only.
  // In kB.
  Maybe free, boost, min, low, high, reserved_highatomic, free_highatomic, present, managed,
      free_pcp, free_cma;
  std::vector<std::int64_t> lowmem_reserve;  ///< Pages, by column; empty: no whole row.
  std::optional<FreeLists> lists;
};

/// "Mem-Info:" and the totals below it, in pages.
struct Totals {
  Maybe free, free_cma, free_pcp, ram, highmem, cma_reserved;
};

enum class ReportKind : std::uint8_t {
  failure,   ///< "page allocation failure"
  oom,       ///< "invoked oom-killer"
  question,  ///< Nothing failed: somebody wants to know.
};

/// The line that says what was asked for, and those that say who asked.
struct Request {
  ReportKind kind = ReportKind::failure;
  std::size_t line = 0;
  std::string comm;
  std::optional<int> order;  ///< -1: somebody asked for the OOM killer itself.
  std::optional<std::uint32_t> mask;
  std::string symbols;  ///< What stands in brackets after the mask; empty: nothing did.
  /// The bracket was opened and its end is lost: the symbols that are whole, perhaps none.
  std::optional<std::string> first_symbols;
  std::string nodemask, mems_allowed;
  std::string version;  ///< "4.9.0-0.rc8"; empty: not found.
  std::optional<rules::KernelVersion> kernel;
  bool in_interrupt = false;  ///< The call trace goes through one.
  bool reclaiming = false;    ///< The call trace goes through reclaim.
  bool trace_over = false;    ///< Its memory was reached: traces below are somebody else's.
  bool trace_shared = false;  ///< Another's trace is printed into it: it tells of neither.
  bool constrained = false;   ///< The line "oom-kill:constraint=" was read.
  bool of_memcg = false;      ///< A limit of a control group, not the machine's memory.
  /// Before 4.10 vmalloc() ends in this line too when it has no room among its addresses.
  bool of_vmalloc = false;
};

struct FailureReport {
  std::optional<Request> request;
  std::vector<ZoneLines> zones;  ///< In the order printed.
  Totals totals;
  /// What had to be decided or could not be read, one sentence each.
  std::vector<std::string> notes;
};

/// What a log has.
struct LogReports {
  std::vector<FailureReport> reports;  ///< Those with a request.
  /// Zones that belong to no request: SysRq m, or a log that starts too late.
  std::optional<FailureReport> zones_only;
  /// What else looked like a report, "line 2: a vmalloc error, ...".
  std::vector<std::string> others;
};

LogReports read_reports(std::string_view text);

/// "Normal", as logs have it.
std::string_view log_name(ZoneType t);
/// "Node 0 Normal", "Normal".
std::string name_of(const ZoneLines& z);

}  // namespace bp::explain
