// SPDX-License-Identifier: MIT
#include "fuzz/engines/case_tally.h"

namespace bp {

void count_case(Tallies& t, const explore::History& h, const explore::Verdict& v) {
  ++at(t, Tally::executions);
  ++at(t, Tally::census);  // The end of each is looked at whole.
  if (!v.fault.empty()) ++at(t, Tally::refused);
  for (const explore::Done& d : h) {
    ++at(t, Tally::operations);
    if (d.responded == explore::kOpen) continue;
    if (d.kind == explore::OpKind::alloc)
      ++at(t, d.head == explore::kNoFrame ? Tally::alloc_null : Tally::alloc_ok);
    if (d.kind == explore::OpKind::free) ++at(t, Tally::free_ok);
    if (d.kind == explore::OpKind::drain) ++at(t, Tally::drain);
    if (explore::is_of_range(d.kind)) ++at(t, d.refused ? Tally::range_refused : Tally::range);
  }
}

}  // namespace bp
