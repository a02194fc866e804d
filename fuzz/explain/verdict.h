// SPDX-License-Identifier: MIT
// Why a request was refused: each zone's answer in zonelist order, and what they are together.
#pragma once

#include <string>
#include <vector>

#include "fuzz/explain/situation.h"
#include "fuzz/explain/zone_judge.h"

namespace bp::explain {

enum class Outcome : std::uint8_t {
  explained,     ///< Every zone that may be used refuses, and why is known.
  contradicted,  ///< A zone would serve the request as printed: memory moved since it failed.
  undecided,     ///< What decides is missing.
  served,        ///< Nothing failed: a zone serves what was asked about.
  no_zone,       ///< No zone may be used at all.
};
std::string_view outcome_name(Outcome o);

struct Verdict {
  Outcome outcome = Outcome::undecided;
  rules::KernelAge age = rules::KernelAge::v6_12;  ///< Whose rules it is by.
  std::optional<Asked> asked;                      ///< None: the mask or the order is not known.
  std::optional<ZoneType> highest;                 ///< That the mask allows (R-GFP-1).
  std::optional<unsigned> column;     ///< Of lowmem_reserve (R-CTX-1); none: unknown, or no zone.
  std::optional<ZoneType> column_of;  ///< The zone type that the column stands for.
  std::vector<ZoneAnswer> zones;      ///< In zonelist order; those not allowed come last.
  std::int64_t moved = 0;             ///< Contradicted: pages that came back since, at least.
  std::vector<std::string> remarks;   ///< On the whole, one sentence each.
};

Verdict judge(const Situation& s);

}  // namespace bp::explain
