// SPDX-License-Identifier: MIT
#include "model/rules/registry/registry.h"

#include <algorithm>
#include <array>

#include "model/rules/registry/tables.h"

namespace bp::registry {

std::span<const Subject> subjects() {
  static const std::array kSubjects{kGeneral,        kInterface,
                                    kMasks,          kZones,
                                    kContext,        kAllocFlags,
                                    kWatermarks,     kConfiguration,
                                    kScan,           kRmqueue,
                                    kBuddy,          kMigratetypes,
                                    kHighatomic,     kCma,
                                    kIsolation,      kPcp,
                                    kPreparation,    kFreeing,
                                    kSlow,           kOom,
                                    kLegality,       kTables,
                                    kCorrections4_7, kMissing4_7,
                                    kNotes4_7,       kCorrections7_1,
                                    kCorrections6_1, kReports};
  return kSubjects;
}

const Rule* find_rule(std::string_view id) {
  const std::string_view prefix = id_parts(id).prefix;
  for (const Subject& s : subjects()) {
    if (s.prefix != prefix) continue;
    const auto at = std::ranges::find(s.rules, id, &Rule::id);
    if (at != s.rules.end()) return &*at;
  }
  return nullptr;
}

const HistoricalBug* find_bug(std::string_view id) {
  const auto bugs = historical_bugs();
  const auto at = std::ranges::find(bugs, id, &HistoricalBug::id);
  return at == bugs.end() ? nullptr : &*at;
}

}  // namespace bp::registry
