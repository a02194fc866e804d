// SPDX-License-Identifier: MIT
// The table of planted bugs of the concurrent layer, row by row as they are hunted: as text for a
// terminal, as Markdown for a document, or as JSON lines; and how many fell how soon.
#pragma once

#include <optional>
#include <vector>

#include "fuzz/mutants/apart.h"
#include "fuzz/mutants/conc_table.h"

namespace bp::cli {

enum class ConcForm : std::uint8_t { text, markdown, json };

/// Other checkers on the same bugs, each nothing where its program is not there.
struct ConcBeside {
  std::optional<Apart> tsan, relacy;
};

struct ConcHunted {
  ConcRow row;
  std::optional<ConcBeside> beside;  ///< Nothing: not asked for.
};

class ConcPrinter {
 public:
  ConcPrinter(ConcForm form, std::vector<ConcMode> modes, unsigned seeds, double seconds,
              bool beside)
      : form_(form), modes_(std::move(modes)), seeds_(seeds), seconds_(seconds), beside_(beside) {}

  void head() const;
  void row(const ConcHunted& h) const;
  /// Of all hunts of a mode, the share that killed within 1 s, 10 s, 60 s, 600 s; those not made
  /// are left out. What the other checkers noticed.
  void rates(const std::vector<ConcHunted>& all) const;

 private:
  void text_row(const ConcHunted& h) const;
  void markdown_row(const ConcHunted& h) const;
  void json_row(const ConcHunted& h) const;

  ConcForm form_;
  std::vector<ConcMode> modes_;
  unsigned seeds_;
  double seconds_;
  bool beside_;
};

}  // namespace bp::cli
