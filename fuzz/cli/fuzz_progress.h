// SPDX-License-Identifier: MIT
// How a running campaign is told of: a line on a terminal that is written over, lines in a log,
// JSON lines for machines.
#pragma once

#include <cstdint>
#include <string>

#include "fuzz/engines/campaign.h"
#include "fuzz/report/json.h"

namespace bp::cli {

/// 12345678 -> "12.3M": a progress line has little room.
std::string brief(double n);
std::string brief(std::uint64_t n);

nlohmann::json progress_json(const CampaignProgress& p);

class ProgressPrinter {
 public:
  explicit ProgressPrinter(bool json);
  void operator()(const CampaignProgress& p);
  /// Something else is printed now: the line that stands is left, and begun anew afterwards.
  void interrupt();
  void end(const CampaignProgress& last);

 private:
  bool json_, live_;
  double next_ = 0;  ///< Seconds of the campaign; a log gets no line before.
};

}  // namespace bp::cli
