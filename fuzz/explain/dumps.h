// SPDX-License-Identifier: MIT
// Which lines belong together: requests and dumps of memory while a log is read. Where the kernel
// says who writes (a caller's id), that decides; else two reports printed into each other are told
// apart by their order only, and the report says so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fuzz/explain/failure_report.h"
#include "fuzz/explain/list_lines.h"

namespace bp::explain {

class Dumps {
 public:
  void open_request(Request r, const std::string& caller);
  /// "Mem-Info:".
  void open_dump(std::size_t line, const std::string& caller);
  /// A zone's counters. Valid until the next call.
  ZoneLines& open_zone(ZoneType type, std::optional<unsigned> node, std::size_t line,
                       const std::string& caller);
  void open_list(ZoneType type, std::optional<unsigned> node, std::size_t line,
                 const std::string& caller);
  bool take_list_word(const Token& t) { return lists_.take(t); }
  /// A row of lowmem_reserve: the last zone's that has none. `broken`: it stood on two lines or
  /// more.
  void give_reserve(std::vector<std::int64_t> row, bool broken, std::size_t line,
                    const std::string& caller);
  void set_total(std::string_view name, std::int64_t pages, const std::string& caller);
  /// "12 pages RAM": `what` are the words after the number.
  void set_pages(std::string_view what, std::int64_t pages, const std::string& caller);

  /// The request that lines without a dump belong to; null: none, or its dump has begun.
  Request* request_of(const std::string& caller);
  /// The same of a line that names the task; where reports are printed into each other it decides.
  Request* request_of(const std::string& caller, std::string_view comm);
  /// That the next line of the OOM killer's constraint belongs to: of reports that are printed into
  /// each other the first that still lacks it.
  Request* oom_of(const std::string& caller);

  LogReports reports(std::vector<std::string> others);

 private:
  struct ZoneSlot {
    ZoneLines lines;
    std::optional<std::size_t> list;  ///< Number of its ListLines line.
    bool row_broken = false;          ///< Its lowmem_reserve was, perhaps inside a number.
  };
  struct Dump {
    std::string caller;
    std::size_t line = 0;
    std::vector<ZoneSlot> zones;
    Totals totals;
    std::vector<std::string> notes;
    bool has_lists = false;
    bool closed = false;  ///< A later report began after its lists.
    bool shared = false;  ///< Another was open at the same time and nothing tells them apart.
  };
  struct Asked {
    Request request;
    std::string caller;
    bool has_dump = false;
  };

  /// The open dump that lacks this line of the zone, or a new one.
  Dump& dump_lacking(ZoneType type, std::optional<unsigned> node, bool list, std::size_t line,
                     const std::string& caller);
  Dump* cut_off_dump(ZoneType type, std::optional<unsigned> node, const std::string& caller);
  Dump& new_dump(std::size_t line, const std::string& caller);
  Dump* last_dump(const std::string& caller);
  static ZoneSlot* slot_of(Dump& d, ZoneType type, std::optional<unsigned> node);
  static void drop_odd_rows(Dump& d);
  bool begins_dump_before(const Asked& r) const;
  Asked* asked_for(const Dump& d, std::size_t dumps_after);
  FailureReport finished(Dump& d);

  std::vector<Asked> requests_;
  std::vector<Dump> dumps_;
  ListLines lists_;
};

}  // namespace bp::explain
