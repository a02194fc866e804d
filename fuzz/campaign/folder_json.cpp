// SPDX-License-Identifier: MIT
#include "fuzz/campaign/folder_json.h"

#include "fuzz/report/json.h"

namespace bp::campaign {
namespace {

using nlohmann::json;

/// False if the member is missing or of another kind.
template <class T>
bool take(const json& j, const char* name, T& out) {
  const auto at = j.find(name);
  if (at == j.end()) return false;
  if constexpr (std::is_same_v<T, std::string>) {
    if (!at->is_string()) return false;
  } else if constexpr (std::is_arithmetic_v<T>) {
    if (!at->is_number()) return false;
  } else {
    if (!at->is_array()) return false;
    for (const json& item : *at) {
      if (!item.is_string()) return false;
    }
  }
  out = at->template get<T>();
  return true;
}

json parsed(std::string_view text) { return json::parse(text, nullptr, false); }

}  // namespace

std::string to_json(const Manifest& m) {
  const json j{
      {"version", m.version}, {"program", "buddyproof"}, {"program_version", m.program_version},
      {"commit", m.commit},   {"target", m.target},      {"subject", m.subject},
      {"engines", m.engines}, {"seconds", m.seconds},    {"seed", m.seed},
      {"shard", m.shard},     {"shards", m.shards},      {"jobs", m.jobs},
      {"started", m.started}};
  return j.dump(2) + "\n";
}

std::optional<Manifest> manifest_of(std::string_view text) {
  const json j = parsed(text);
  Manifest m;
  if (!j.is_object() || !take(j, "version", m.version)) return std::nullopt;
  // Of another version nothing else is known.
  if (m.version != kFolderVersion) return m;
  const bool whole = take(j, "program_version", m.program_version) && take(j, "commit", m.commit) &&
                     take(j, "target", m.target) && take(j, "subject", m.subject) &&
                     take(j, "engines", m.engines) && take(j, "seconds", m.seconds) &&
                     take(j, "seed", m.seed) && take(j, "shard", m.shard) &&
                     take(j, "shards", m.shards) && take(j, "jobs", m.jobs) &&
                     take(j, "started", m.started);
  return whole ? std::optional{m} : std::nullopt;
}

std::string to_json(const Sample& s) {
  json j{{"seconds", s.seconds},
         {"time", s.unix_time},
         {"executions_per_second", s.executions_per_second},
         {"coverage", s.coverage},
         {"features", s.features},
         {"corpus", s.corpus},
         {"crashes", s.crashes}};
  for (unsigned t = 0; t < kTallies; ++t)
    j[std::string(tally_name(Tally{static_cast<std::uint8_t>(t)}))] = s.tallies[t];
  return j.dump();
}

std::optional<Sample> sample_of(std::string_view text) {
  const json j = parsed(text);
  Sample s;
  bool whole = j.is_object() && take(j, "seconds", s.seconds) && take(j, "time", s.unix_time) &&
               take(j, "executions_per_second", s.executions_per_second) &&
               take(j, "coverage", s.coverage) && take(j, "features", s.features) &&
               take(j, "corpus", s.corpus) && take(j, "crashes", s.crashes);
  for (unsigned t = 0; whole && t < kTallies; ++t) {
    const std::string name(tally_name(Tally{static_cast<std::uint8_t>(t)}));
    // What a campaign of before did not count did not happen in it.
    if (t >= kFirstTallies && !j.contains(name)) continue;
    whole = take(j, name.c_str(), s.tallies[t]);
  }
  return whole ? std::optional{s} : std::nullopt;
}

}  // namespace bp::campaign
