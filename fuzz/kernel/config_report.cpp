// SPDX-License-Identifier: MIT
// The words of a report.
#include <algorithm>

#include "fuzz/kernel/config_check.h"

namespace bp::kernel {
namespace {

struct ReasonWords {
  std::string_view word, text;
};

ReasonWords words_of(FigureReason r) {
  switch (r) {
    case FigureReason::none: return {"", ""};
    case FigureReason::as_booted:
      return {"as booted", "computed before the memory of the init code was given back"};
    case FigureReason::huge_pages:
      return {"M-2", "min_free_kbytes was raised for transparent huge pages"};
    case FigureReason::old_threshold:
      return {"C16", "a threshold is not computed anew when its zone grows after boot"};
    case FigureReason::pressed: return {"kswapd", "thresholds are lower while kswapd works"};
    case FigureReason::boosted:
      return {"boost", "the marks hold a boost, which this kernel does not print"};
    case FigureReason::frozen_boost:
      return {"W-3", "the size was computed while the zone was boosted"};
    case FigureReason::tuned: return {"tuned", "tuned at run time, and not between its bounds yet"};
    case FigureReason::unmanaged:
      return {"unmanaged", "MemTotal counts present memory that no zone manages at the moment"};
  }
  return {"", ""};
}

}  // namespace

std::string_view reason_word(FigureReason r) { return words_of(r).word; }
std::string_view reason_text(FigureReason r) { return words_of(r).text; }

std::size_t ConfigReport::count(FigureState s) const {
  return static_cast<std::size_t>(std::ranges::count(figures, s, &Figure::state));
}

}  // namespace bp::kernel
