// SPDX-License-Identifier: MIT
// Lines of free blocks, "Node 0 DMA: 36*4kB (H) 29*8kB ... = 920kB", while they are read: kernels
// of about 4.8 to 4.13 tear them over lines, and two CPUs tear into each other. A block count
// belongs to the line that expects its size; a line whose blocks do not add up to its sum is not
// used.
#pragma once

#include <string>
#include <vector>

#include "fuzz/explain/failure_report.h"
#include "fuzz/explain/log_tokens.h"

namespace bp::explain {

class ListLines {
 public:
  /// "Node 0 DMA:" was read. The line is named by the number returned.
  std::size_t open(std::size_t line);
  /// A word that may belong to a line: a count, letters, "=", the sum. False: it does not.
  bool take(const Token& t);
  /// The line as far as it was read; without blocks if it was not whole or did not add up.
  FreeLists got(std::size_t which) const { return open_[which].lists; }
  /// What was wrong with lines, one sentence each.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Line {
    FreeLists lists;
    bool ended = false;
    bool at_sum = false;  ///< "=" was read.
    bool expects(std::int64_t size_kb) const;
  };
  bool take_word(const Token& t);
  Line* line_for(std::int64_t size_kb);
  void end(Line& l, std::int64_t sum_kb);

  std::vector<Line> open_;
  std::size_t current_ = 0;
  std::size_t last_line_ = 0;  ///< Of the log, that the last word taken stands in.
  std::vector<std::string> notes_;
};

}  // namespace bp::explain
