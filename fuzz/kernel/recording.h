// SPDX-License-Identifier: MIT
// A recording of a real kernel: batches of operations, each between two complete dumps of the
// allocator's state. Read batch by batch: the text stays in memory, what is read from it is one
// batch. The formats are those of four recorders, told apart by the first dump.
//
//     @@SET, @@POLICY, @@SLEEP     what was done before the batch
//     @@BATCH n   sysctl NAME ...  the settings in force
//     @@S0 dump   @@RES operations   @@PM indices   @@S1 dump   @@END
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/kernel/dialect.h"
#include "fuzz/kernel/dump_reader.h"
#include "fuzz/kernel/line_cursor.h"
#include "fuzz/kernel/op_reader.h"
#include "model/reference/kernel_state.h"

namespace bp::kernel {

struct Batch {
  std::int64_t number = 0;
  std::vector<std::string> preparation;  ///< The @@SET, @@POLICY and @@SLEEP lines before it.
  reference::KernelState before, after;
  std::vector<RecordedOp> ops;
  /// v4.7: operations whose page was marked pfmemalloc, ascending; nothing: not recorded.
  std::optional<std::vector<std::uint32_t>> pfmemalloc;
  std::string_view trace;  ///< organic: the ftrace text, instead of operations.
  std::size_t trace_line = 0;
  std::size_t before_line = 0, after_line = 0;  ///< Of @@S0 and @@S1.
  bool marks_results = false;  ///< v6.1: an allocation's result is its pfmemalloc mark.
};

struct RecordingFault {
  std::size_t line = 0;  ///< 0: of the file as a whole.
  std::string what;      ///< One clause; empty: no fault.
};

class Recording {
 public:
  /// Of a file's text, which outlives it. `profile`: whose rules and masks are meant instead of
  /// those of the kernel that the first dump shows; fits(shape.profile, *profile).
  Recording(std::string_view text, const FileShape& shape, std::optional<Profile> profile = {});

  const Dialect& dialect() const { return dialect_; }
  /// Reads the next batch into `b`, whose memory is used again. False: there is none, or fault().
  bool next(Batch& b);
  const RecordingFault& fault() const { return fault_; }
  /// Up to the end of the batch read last: the text so far is a recording too.
  std::size_t bytes_read() const { return text_.size() - lines_.bytes_left(); }
  /// The line of the dump at `dump_line` that begins so; the dump's own if none does.
  std::size_t line_in_dump(std::size_t dump_line, std::string_view beginning) const;
  std::string_view line_text(std::size_t line) const;  ///< Line by number, for reports; slow.

 private:
  bool blame(std::string what);
  bool cut_short(std::string_view where);
  bool read_preparation(Batch& b);
  bool read_dump(reference::KernelState& s, std::string_view name);
  bool read_ops(Batch& b);
  bool read_trace(Batch& b);
  bool read_pfmemalloc(Batch& b);
  bool expect_section(std::string_view name);

  std::string_view text_;
  Lines lines_;
  Dialect dialect_;
  bool organic_;
  DumpReader dumps_;
  Sysctls sysctls_;
  RecordingFault fault_;
};

}  // namespace bp::kernel
