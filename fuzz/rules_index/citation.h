// SPDX-License-Identifier: MIT
// Citations of rules as people write them: `R-WMARK-6`, `R-CFG-4..8`, `R-WMARK-2..6 and 10`,
// `R-ZONE-5, 7, 8; C-3`, `R-AF-1, 2, 4, 5, R-SLOW-2`, `C-1 e`, `C12`, `B-04`. A bare number belongs
// to the id before it if a comma, `and`, `or`, `&` or `/` stands between; it may be on the next
// line.
//
// Citations are R-NAME-n for any NAME, and C-, L-, M-, N-, W-, F-, G-, B- and C with a number of at
// most two digits; C99 is the language. Not citations: invariants (I-), properties (P-), and
// letters with other numbers. A number that goes on as something else (4.7, 64-bit, 3rd) is no
// item.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bp::rules_index {

/// One id, or a range of ids of one prefix.
struct Citation {
  std::string prefix;    ///< "R-WMARK-", "C-", "C"
  unsigned first = 0;    ///< Number.
  unsigned last = 0;     ///< The same if it is one id; never less if well formed.
  std::size_t line = 0;  ///< From 1.
  std::string first_id() const;
  std::string last_id() const;
  bool operator==(const Citation&) const = default;
};

/// `text` is spoken_text(), or what a person typed. In the order of the text.
std::vector<Citation> citations_in(std::string_view text);

/// "R-WMARK-" and 6 are "R-WMARK-6"; "B-" and 4 are "B-04".
std::string id_of(std::string_view prefix, unsigned number);

}  // namespace bp::rules_index
