// SPDX-License-Identifier: MIT
// One zone of the picture: gauge, marks, blocks.
#pragma once

#include <string>

#include "fuzz/explain/situation.h"
#include "fuzz/explain/verdict.h"

namespace bp::explain {

inline constexpr double kGaugeWidth = 1180;

struct Gauge {
  std::string content;  ///< With its upper left corner at 0,0.
  double height = 0;
};

Gauge zone_gauge(const Situation& s, const Verdict& v, const ZoneAnswer& a);

}  // namespace bp::explain
